"""Where a page may send people back to: places of this site only."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import url_for


def safe_target(target: str | None) -> str:
    """The target when it is a path of this site, else the start page."""
    home = url_for("desk.show")
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return home
    if any(ord(char) < 33 or char == "\\" for char in target):
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc else target
