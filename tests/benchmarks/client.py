"""A browser without a screen: keeps its connection and cookies, signs in, grades."""

from __future__ import annotations

import gzip
import http.client
import json
import re
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from tests.benchmarks.world import PASSWORD

TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
ASSET = re.compile(r'(?:href|src)="(/assets/[^"]+\.(?:css|js|svg))"')


class Client:
    """One signed-in grader over one kept connection."""

    def __init__(self, port: int, login: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        self.bytes_received = 0
        page = self.get("/sign-in")
        body = urlencode({"login": login, "password": PASSWORD, "csrf_token": _token(page)})
        status, _ = self._send(
            "POST", "/sign-in", body, {"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert status == 302, status
        self.token = _token(self.get("/conversations/"))

    def get(self, path: str) -> str:
        """A page, following one redirect."""
        status, body = self._send("GET", path, None, {})
        if status == 302:
            status, body = self._send("GET", self._location, None, {})
        assert status == 200, (path, status, body[:300])
        return body

    def post_json(self, path: str, document: dict[str, Any]) -> dict[str, Any]:
        """An answer of the desk's script."""
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-CSRFToken": self.token,
        }
        status, body = self._send("POST", path, json.dumps(document), headers)
        assert status == 200, (path, status, body[:500])
        answer: dict[str, Any] = json.loads(body)
        return answer

    def open_next(self) -> tuple[str, str]:
        """The next assignment's desk: its path and page."""
        page = self.get("/grade")
        return self._location, page

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        sent = {"Cookie": cookie, "Accept-Encoding": "gzip", "Accept-Language": "zh", **headers}
        self._connection.request(method, path, body, sent)
        response = self._connection.getresponse()
        data = response.read()
        self.bytes_received = len(data)
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                for morsel in SimpleCookie(value).values():
                    self._cookies[morsel.key] = morsel.value
        self._location = response.getheader("Location") or path
        if response.getheader("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        return response.status, data.decode("utf-8", "replace")


def _token(page: str) -> str:
    found = TOKEN.search(page)
    assert found is not None, page[:300]
    return found[1]


def assets_of(page: str) -> set[str]:
    """Paths of the styles, scripts and icons that a page asks for."""
    return set(ASSET.findall(page))
