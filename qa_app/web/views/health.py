"""Whether the site is up: for load balancers and for people who start it."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from qa_app.web.access import public
from qa_app.web.context import site

bp = Blueprint("health", __name__)


@bp.get("/health")
@public
def show() -> ResponseReturnValue:
    site().ping()
    return "ok\n", 200, {"Content-Type": "text/plain"}
