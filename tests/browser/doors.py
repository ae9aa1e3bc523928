"""A site behind a server that a test stops, starts again and lets stumble."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from werkzeug.serving import BaseWSGIServer, make_server

from qa_app.app import create_app
from qa_app.services.site import Site

Answer = tuple[str, list[tuple[str, str]]]
WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass
class Doors:
    """The server of a site; `stumbles` are the answers that the next drafts get instead."""

    site: Site
    stumbles: list[Answer] = field(default_factory=list)
    stumbled: int = 0
    port: int = 0
    _server: BaseWSGIServer | None = None
    _thread: threading.Thread | None = None

    def open(self) -> str:
        """Serve, at the same address as before."""
        app = create_app(self.site, testing=True)
        app.wsgi_app = self._stumbling(app.wsgi_app)  # type: ignore[method-assign]
        self._server = make_server("127.0.0.1", self.port, app, threaded=True)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Answer nothing any more."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = None

    def _stumbling(self, inner: WSGI) -> WSGI:
        def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            if self.stumbles and environ["PATH_INFO"].endswith("/draft"):
                status, headers = self.stumbles.pop(0)
                self.stumbled += 1
                start(status, headers)
                return [b""]
            return inner(environ, start)

        return answer
