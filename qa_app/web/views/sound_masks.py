"""Spans of a sound that are hidden: listed, marked and let be heard again."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.domain.errors import InvalidInput
from qa_app.queries.conversations import get_conversation
from qa_app.queries.sound_masks import masks_of
from qa_app.security.permissions import Permission
from qa_app.services.sound_masks import mask_sound, unmask_span
from qa_app.web.access import requires
from qa_app.web.context import current_context, writing
from qa_app.web.forms.places import read_place_in_sound
from qa_app.web.redirects import safe_target

bp = Blueprint("sound_masks", __name__, url_prefix="/conversations")


@bp.get("/<int:conversation_id>/masks")
@requires(Permission.RECORDING_MASK)
def index(conversation_id: int) -> ResponseReturnValue:
    return _page(conversation_id)


@bp.post("/<int:conversation_id>/masks")
@requires(Permission.RECORDING_MASK)
def add(conversation_id: int) -> ResponseReturnValue:
    """Hide a span: `from`, `to` as 1:02.5, `reason`."""
    begin, end = (read_place_in_sound(request.form.get(name, "")) for name in ("from", "to"))
    try:
        with writing() as ctx:
            reason = request.form.get("reason", "")
            mask_sound(ctx, conversation_id, begin, end, reason=reason)
    except InvalidInput as refusal:
        return _refused(conversation_id, refusal)
    return _done(conversation_id, _("Hidden. Others hear the new version in a moment."))


@bp.post("/<int:conversation_id>/masks/<int:mask_id>/remove")
@requires(Permission.RECORDING_MASK)
def remove(conversation_id: int, mask_id: int) -> ResponseReturnValue:
    try:
        with writing() as ctx:
            reason = request.form.get("reason", "")
            unmask_span(ctx, mask_id, reason=reason, conversation_id=conversation_id)
    except InvalidInput as refusal:
        return _refused(conversation_id, refusal)
    return _done(conversation_id, _("The span can be heard again in a moment."))


def _page(conversation_id: int, problems: list[str] | None = None) -> ResponseReturnValue:
    ctx = current_context()
    masks = masks_of(ctx, conversation_id)
    name = "_list" if request.headers.get("HX-Request") else "index"
    page = render_template(
        f"sound_masks/{name}.html",
        row=get_conversation(ctx, conversation_id),
        conversation_id=conversation_id,
        masks=masks,
        problems=problems or [],
    )
    return page, (422 if problems else 200)


def _refused(conversation_id: int, refusal: InvalidInput) -> ResponseReturnValue:
    problems = [_(problem.message) for problem in refusal.problems]
    if _wants_json():
        return jsonify({"problems": [{"message": words} for words in problems]}), 422
    return _page(conversation_id, problems)


def _done(conversation_id: int, words: str) -> ResponseReturnValue:
    if _wants_json():
        return jsonify({"message": words})
    flash(words, "success")
    back = request.form.get("next") or url_for("sound_masks.index", conversation_id=conversation_id)
    return redirect(safe_target(back), 303)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
