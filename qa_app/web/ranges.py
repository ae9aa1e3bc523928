"""Byte ranges of HTTP (RFC 9110 §14): which bytes of a file a request asks for."""

from __future__ import annotations

import re
from typing import NamedTuple

_ONE_RANGE = re.compile(r"bytes[ \t]*=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)


class Span(NamedTuple):
    """Bytes from `start` up to, not including, `stop`."""

    start: int
    stop: int


class Unsatisfiable(ValueError):
    """No such bytes, or not asked for as one range: 416."""


def wanted_span(header: str | None, size: int) -> Span | None:
    """The one range that a Range header asks of `size` bytes; None when it asks for none.

    Several ranges at once are refused like nonsense: no player needs them, and they cost the
    server more than the client. Raises Unsatisfiable.
    """
    if header is None:
        return None
    match = _ONE_RANGE.fullmatch(header)
    if match is None or match[1] == match[2] == "":
        raise Unsatisfiable(header[:40])
    first, last = match[1], match[2]
    if first == "":
        length = min(int(last), size)
        span = Span(size - length, size)
    else:
        if last != "" and int(last) < int(first):
            raise Unsatisfiable(header[:40])
        span = Span(int(first), size if last == "" else min(int(last) + 1, size))
    if span.start >= span.stop:
        raise Unsatisfiable(header[:40])
    return span
