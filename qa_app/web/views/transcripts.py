"""Attach a transcript to a conversation: choose a file, look at it, confirm; move its times."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.domain.errors import InvalidInput, Refused
from qa_app.domain.transcripts import Transcript
from qa_app.domain.transcripts.model import MAX_BYTES
from qa_app.queries.transcripts import is_evaluated, transcript_target
from qa_app.security.permissions import Permission
from qa_app.security.policy import can
from qa_app.services.transcripts import (
    attach_transcript,
    forget_upload,
    keep_upload,
    kept_upload,
    read_transcript,
    shift_transcript,
)
from qa_app.web.access import requires
from qa_app.web.context import actor, current_context, site, writing
from qa_app.web.errors import sentence
from qa_app.web.forms.transcripts import read_offset, read_roles
from qa_app.web.presenters.transcripts import format_name, preview_view, problem_lines

bp = Blueprint(
    "transcripts", __name__, url_prefix="/conversations/<int:conversation_id>/transcript"
)


@bp.get("/")
@requires(Permission.TRANSCRIPT_ATTACH)
def show(conversation_id: int) -> ResponseReturnValue:
    return _page(conversation_id)


@bp.post("/")
@requires(Permission.TRANSCRIPT_ATTACH)
def take(conversation_id: int) -> ResponseReturnValue:
    """Keep the uploaded file and show what is in it; nothing is changed yet."""
    transcript_target(current_context(), conversation_id)
    file = request.files.get("file")
    data = file.stream.read(MAX_BYTES + 1) if file and file.filename else b""
    if not data:
        return _page(conversation_id, problems=[_("Choose a file.")])
    try:
        found = read_transcript(current_context(), conversation_id, data)
        upload = keep_upload(site(), actor(), conversation_id, data)
    except InvalidInput as refusal:
        return _page(conversation_id, problems=problem_lines(refusal.problems))
    return _preview(conversation_id, found, upload)


@bp.post("/confirm")
@requires(Permission.TRANSCRIPT_ATTACH)
def confirm(conversation_id: int) -> ResponseReturnValue:
    """Attach what was looked at, or show it again with what was chosen."""
    upload, found = request.form.get("upload", ""), None
    transcript_target(current_context(), conversation_id)
    try:
        data = kept_upload(site(), actor(), conversation_id, upload)
        found = read_transcript(current_context(), conversation_id, data)
        roles = read_roles(request.form, found.speakers)
        found = found.with_roles(roles)
        offset = read_offset(request.form.get("offset", ""))
        if request.form.get("deed") == "look":
            return _preview(conversation_id, found, upload, offset_ms=offset)
        with writing() as ctx:
            count = attach_transcript(
                ctx,
                conversation_id,
                data,
                roles=roles,
                offset_ms=offset,
                replaces=request.form.get("replaces") == "yes",
            )
    except (InvalidInput, Refused) as refusal:
        problems = problem_lines(refusal.problems) or [sentence(refusal)]
        if found is None:
            return _page(conversation_id, problems=problems)
        return _preview(conversation_id, found, upload, problems=problems)
    forget_upload(site(), actor(), conversation_id, upload)
    flash(_("The transcript is attached: %(count)s turns.", count=count), "success")
    return redirect(_back(conversation_id), 303)


@bp.post("/shift")
@requires(Permission.TRANSCRIPT_ATTACH)
def shift(conversation_id: int) -> ResponseReturnValue:
    """Move all times of the transcript that is there."""
    given = request.form.get("offset", "")
    try:
        offset = read_offset(given)
        with writing() as ctx:
            shift_transcript(ctx, conversation_id, offset)
    except (InvalidInput, Refused) as refusal:
        problems = problem_lines(refusal.problems) or [sentence(refusal)]
        return _page(conversation_id, problems=problems, offset=given)
    if offset:
        flash(_("All times were moved by %(seconds)s s.", seconds=f"{offset / 1000:+g}"), "success")
    return redirect(_back(conversation_id), 303)


def _back(conversation_id: int) -> str:
    may_read = can(actor(), Permission.CONVERSATION_READ)
    endpoint = "conversations.show" if may_read else "transcripts.show"
    return url_for(endpoint, conversation_id=conversation_id)


def _page(
    conversation_id: int, *, problems: list[str] | None = None, offset: str = ""
) -> ResponseReturnValue:
    ctx = current_context()
    row = transcript_target(ctx, conversation_id)
    page = render_template(
        "transcripts/show.html",
        row=row,
        back_url=_back(conversation_id),
        form_name=format_name(row.format or ""),
        evaluated=is_evaluated(ctx, conversation_id),
        problems=problems or [],
        offset=offset,
        limit_mb=MAX_BYTES >> 20,
    )
    return page, (422 if problems else 200)


def _preview(
    conversation_id: int, found: Transcript, upload: str, **more: Any
) -> ResponseReturnValue:
    problems: list[str] = more.get("problems") or []
    ctx = current_context()
    page = render_template(
        "transcripts/preview.html",
        row=transcript_target(ctx, conversation_id),
        evaluated=is_evaluated(ctx, conversation_id),
        view=preview_view(found, more.get("offset_ms", 0)),
        upload=upload,
        offset=request.form.get("offset", ""),
        problems=problems,
    )
    return page, (422 if problems else 200)
