"""Sends long pages compressed, unless they could repeat something of their address (BREACH)."""

from __future__ import annotations

import gzip

from flask import Response, request

PACKED = ("text/html", "application/json")
WORTH_IT = 4096
LEVEL = 1  # a sixth of the size in a third of a millisecond; more costs more than it saves


def compressed(response: Response) -> Response:
    """The answer with its HTML or JSON compressed, where the browser takes that.

    Only for an address without a query: what others chose must not stand beside a secret.
    """
    response.vary.add("Accept-Encoding")
    may_be = response.mimetype in PACKED and not response.is_streamed and not request.query_string
    if may_be and request.accept_encodings.best_match(["gzip"]):
        content = response.get_data()
        if len(content) >= WORTH_IT:
            response.set_data(gzip.compress(content, LEVEL, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
    return response
