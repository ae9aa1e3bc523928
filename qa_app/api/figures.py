"""`GET /api/v1/periods/<code>/figures`: the document of `qa-app period figures --json`."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from qa_app.api._requests import reading, requires
from qa_app.domain.calendar import Period as Half
from qa_app.domain.errors import InvalidInput, NotFound
from qa_app.queries.figures import period_figures
from qa_app.security.permissions import Permission

bp = Blueprint("api_figures", __name__)


@bp.get("/periods/<code>/figures")
@requires(Permission.FIGURE_READ)
def figures(code: str) -> Response:
    """The newest version, or the provisional figures; of the people whom the account may know."""
    try:
        half = Half.parse(code)
    except InvalidInput:
        raise NotFound("period", code) from None
    with reading() as ctx:
        return jsonify(period_figures(ctx, str(half)))
