"""A store on the loopback that answers as badly as it is told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

SIZE = 1000


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fault: ClassVar[str] = ""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.fault == "slow":
            time.sleep(2)
        if self.fault.isdigit() and self.fault != "200":
            self._head(int(self.fault), 0)
        elif self.command in {"PUT", "DELETE"}:
            self._head(200, 0)
        elif self.command == "HEAD":
            self._head(200, SIZE)
        else:
            self._head(200 if self.fault == "200" else 206, SIZE)
            half = self.fault == "half body"
            self.wfile.write(bytes(SIZE // 2 if half else SIZE))
            self.close_connection = half

    def _head(self, status: int, size: int) -> None:
        self.send_response(status)
        self.send_header("content-length", str(size))
        self.send_header("etag", '"not the digest of anything"')
        self.send_header("last-modified", "Wed, 21 Oct 2015 07:28:00 GMT")
        if status == 206:
            self.send_header("content-range", f"bytes 0-{SIZE - 1}/{SIZE}")
        self.end_headers()


@contextmanager
def faulty_store(fault: str) -> Iterator[str]:
    """The endpoint of a store with the fault: a status, `slow`, `half body`, or none."""
    methods = {f"do_{method}": _Handler.answer for method in ("GET", "PUT", "HEAD", "DELETE")}
    handler = type("Handler", (_Handler,), {"fault": fault, **methods})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
