"""Built files of the front end: names from the manifest, cached for a year, sent compressed."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from flask import (
    Flask,
    abort,
    has_request_context,
    request,
    send_from_directory,
    url_for,
)
from flask.typing import ResponseReturnValue

from qa_app.web.access import public

BUILD = Path(__file__).resolve().parents[1] / "static" / "build"
YEAR = 31_536_000


@functools.cache
def manifest() -> dict[str, str]:
    """Source name -> built name. Raises FileNotFoundError when the front end was never built."""
    files: dict[str, str] = json.loads((BUILD / "manifest.json").read_text(encoding="utf-8"))
    return files


def asset(name: str) -> str:
    """The URL of a built file, by its source name."""
    return _address(request.script_root if has_request_context() else "", name)


@functools.lru_cache(4096)
def _address(_below: str, name: str) -> str:
    """Kept, since a page of a list names its icons hundreds of times."""
    return url_for("assets", filename=manifest()[name])


@public
def assets(filename: str) -> ResponseReturnValue:
    """A built file; its name changes with its content, so browsers may keep it."""
    path = BUILD / filename
    gzipped = path.with_name(path.name + ".gz")
    if (
        request.accept_encodings.best_match(["gzip"])
        and gzipped.is_file()
        and BUILD in gzipped.parents
    ):
        response = send_from_directory(BUILD, f"{filename}.gz", max_age=YEAR)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Type"] = _type_of(filename)
    elif filename.endswith(".gz"):
        abort(404)
    else:
        response = send_from_directory(BUILD, filename, max_age=YEAR)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def _type_of(filename: str) -> str:
    types = {
        ".js": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".svg": "image/svg+xml",
        ".json": "application/json",
        ".map": "application/json",
    }
    return types.get(Path(filename).suffix, "application/octet-stream")


def install(app: Flask) -> None:
    app.add_url_rule("/assets/<path:filename>", "assets", assets)
    app.jinja_env.globals["asset"] = asset
