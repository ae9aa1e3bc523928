"""One table that turns errors into pages, and into JSON for scripts."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from qa_app.adapters.recordings_store import StoreUnavailable
from qa_app.db.errors import VALUE_FITS_NOWHERE, DatabaseUnavailable
from qa_app.domain.errors import (
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    QAError,
    Refused,
    WrongState,
)
from qa_app.services.audit import record
from qa_app.web.context import site
from qa_app.web.login import wants_json

STATUS: tuple[tuple[type[QAError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (WrongState, 409),
    (InvalidInput, 422),
    (Refused, 422),
    (QAError, 400),
)

log = structlog.get_logger()


def sentence(error: QAError) -> str:
    """The error's sentence in the reader's language."""
    return str(_(error.template, **error.params))


def status_of(error: QAError) -> int:
    return next(status for kind, status in STATUS if isinstance(error, kind))


def as_json(error: QAError) -> dict[str, Any]:
    """`{"error": {"code", "message"}, "problems": [...]}`, as the command line prints it."""
    return {
        "error": {"code": error.code, "message": sentence(error)},
        "problems": [problem.to_dict() for problem in error.problems],
    }


def _refused(error: QAError) -> ResponseReturnValue:
    status = status_of(error)
    if isinstance(error, NotFound | NotAllowed) and current_user.is_authenticated:
        _note_denied()
    if wants_json(request):
        return jsonify(as_json(error)), status
    message = None if isinstance(error, NotFound) else sentence(error)
    return _page(status, message, [problem.message for problem in error.problems])


def _note_denied() -> None:
    """A look at what is not one's own leaves a trace."""
    with site().writing(current_user.actor) as ctx:
        record(ctx, "access.denied", "page", request.path[:200], method=request.method)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None:
        return error.response
    if request_ctx.url_adapter is None:  # a host name that is not ours: no address can be made
        return Response(f"{error.name}\n", status, mimetype="text/plain")
    if wants_json(request):
        body = {"code": error.name.lower().replace(" ", "_"), "message": error.description}
        return jsonify({"error": body, "problems": []}), status
    headers = {
        name: value for name, value in error.get_headers() if name in ("Allow", "Content-Range")
    }
    response = make_response(_page(status))
    response.headers.extend(headers)
    return response


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    message = _("This form has expired. Reload the page and send it again; nothing was changed.")
    if wants_json(request):
        return jsonify({"error": {"code": "csrf", "message": message}, "problems": []}), 400
    return _page(400, message)


def _unfit(error: Exception) -> ResponseReturnValue:
    """Somebody sent a number or a text that no column can hold."""
    log.warning("unfit_value", path=request.path, error=str(getattr(error, "orig", error))[:300])
    if wants_json(request):
        body = {"code": "bad_request", "message": _("This request could not be read")}
        return jsonify({"error": body, "problems": []}), 400
    return _page(400)


def _forget_who_asks() -> None:
    """What fails may be the look-up of the account: the page about it must not ask again."""
    g.broken = True
    if "_login_user" not in g:
        g._login_user = AnonymousUserMixin()  # where Flask-Login keeps it


def _busy(error: DatabaseUnavailable) -> ResponseReturnValue:
    _forget_who_asks()
    number = secrets.token_hex(4)
    log.error("database_unavailable", number=number, error=str(error.orig)[:300])
    message = _("The database does not answer just now. Nothing was changed; try again.")
    if wants_json(request):
        body = {"code": "unavailable", "message": message, "number": number}
        return jsonify({"error": body, "problems": []}), 503
    return _page(503, message, number=number)


def _store_fails(error: StoreUnavailable) -> ResponseReturnValue:
    """The store of files does not answer: the same again, later, may do."""
    number = secrets.token_hex(4)
    log.error("recordings_store_failed", number=number, error=str(error), path=request.path)
    message = _("The store of recordings does not answer just now. Try again in a moment.")
    if wants_json(request):
        body = {"code": error.code, "message": message, "number": number}
        return jsonify({"error": body, "problems": []}), 503
    return _page(503, message, number=number)


def _unexpected(error: Exception) -> ResponseReturnValue:
    _forget_who_asks()
    number = secrets.token_hex(4)
    log.error("unexpected_error", number=number, path=request.path, exc_info=error)
    if wants_json(request):
        body = {"code": "internal", "message": _("Something went wrong."), "number": number}
        return jsonify({"error": body, "problems": []}), 500
    return _page(500, number=number)


def _page(
    status: int,
    message: str | None = None,
    problems: list[str] | None = None,
    number: str | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "errors/error.html", status=status, message=message, problems=problems, number=number
    )
    return page, status


def install(app: Flask) -> None:
    app.register_error_handler(QAError, _refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DatabaseUnavailable, _busy)
    app.register_error_handler(StoreUnavailable, _store_fails)
    for unfit in VALUE_FITS_NOWHERE:
        app.register_error_handler(unfit, _unfit)
    if not app.testing:
        app.register_error_handler(Exception, _unexpected)
