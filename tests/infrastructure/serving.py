"""A site served on the loopback by a real HTTP server, for tests that need a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from flask import Flask
from werkzeug.serving import make_server

from qa_app.app import create_app
from qa_app.services.site import Site

Serve = Callable[[Site], str]


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of the application while the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(site)`: its address, until the test ends."""
    with ExitStack() as running:

        def start(site: Site) -> str:
            return running.enter_context(served(create_app(site, testing=True)))

        yield start
