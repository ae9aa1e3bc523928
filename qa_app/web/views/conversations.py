"""The list of conversations, one conversation to read and hear, and lifting its masks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.db.types import AnyRow
from qa_app.domain.errors import InvalidInput
from qa_app.domain.people import Role
from qa_app.queries.conversation_history import draws_of, evaluations_of, flags_of
from qa_app.queries.conversations import (
    COUNTED_UP_TO,
    ConversationFilters,
    conversation_count,
    conversation_page,
    get_conversation,
    languages_lately,
    relation_of,
    values_of,
    what_was_said,
)
from qa_app.queries.lead_gradings import forms_to_grade_on, own_grading
from qa_app.queries.people import team_codes
from qa_app.queries.phrases import hits_in, phrase_list_choices
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import Relation, can
from qa_app.services.listening import note_export, unmask_conversation
from qa_app.web.access import requires
from qa_app.web.compression import compressed
from qa_app.web.context import actor, current_context, site, writing
from qa_app.web.exports import LIMIT, as_file, wanted_format
from qa_app.web.filters import localized
from qa_app.web.forms.conversations import place_text, read_filters, read_place
from qa_app.web.presenters.conversation import sound_view, turn_rows
from qa_app.web.presenters.conversations import chips, export_header, export_line
from qa_app.web.presenters.phrases import phrases_view, with_marks

bp = Blueprint("conversations", __name__, url_prefix="/conversations")
bp.after_request(compressed)
PAGE = 50
EXPORT_AT_ONCE = 2000


@bp.get("/")
@requires(Permission.CONVERSATION_LIST)
def index() -> ResponseReturnValue:
    filters, form = read_filters(request.args), wanted_format()
    if form:
        with writing() as writing_ctx:
            note_export(writing_ctx, form, filters)
        return as_file(form, "conversations", export_header(), _export(filters))
    ctx = current_context()
    after, before = read_place(request.args.get("after")), read_place(request.args.get("before"))
    rows = list(conversation_page(ctx, filters, after=after, before=before, limit=PAGE + 1))
    more = len(rows) > PAGE
    rows = (rows[1:] if before else rows[:PAGE]) if more else rows
    has_newer = bool(rows) and (after is not None or (before is not None and more))
    has_older = bool(rows) and (before is not None or more)
    return render_template(
        "conversations/index.html",
        rows=rows,
        previous=place_text(rows[0]) if has_newer else "",
        next=place_text(rows[-1]) if has_older else "",
        total=_total(filters) if has_newer or has_older else str(len(rows)),
        chips=chips(filters),
        filters=filters,
        options=_options(),
    )


@bp.get("/<int:conversation_id>")
@requires(Permission.CONVERSATION_READ)
def show(conversation_id: int) -> ResponseReturnValue:
    return _page(conversation_id)


@bp.post("/<int:conversation_id>/unmask")
@requires(Permission.CONVERSATION_UNMASK)
def unmask(conversation_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        with writing() as ctx:
            unmask_conversation(ctx, conversation_id, reason=reason)
    except InvalidInput as refusal:
        return _page(conversation_id, [_(problem.message) for problem in refusal.problems], reason)
    flash(_("You see the customer data of this conversation until the end of the day."), "success")
    return redirect(url_for("conversations.show", conversation_id=conversation_id), 303)


def _page(
    conversation_id: int, problems: list[str] | None = None, reason: str = ""
) -> ResponseReturnValue:
    ctx = current_context()
    row = get_conversation(ctx, conversation_id)
    said = what_was_said(ctx, conversation_id)
    found = hits_in(ctx, said.turns, row.channel, row.language)
    relation = relation_of(ctx, row)
    page = render_template(
        "conversations/show.html",
        row=row,
        relation=relation,
        **_taking(ctx, row, relation),
        said=said,
        turns=turn_rows(with_marks(said.turns, found), site().settings.zone),
        phrases=phrases_view(found, said.turns),
        sound=sound_view(
            row.id,
            row.recording_state,
            problem=row.recording_problem,
            duration_ms=row.duration_ms,
            agent_lane=row.agent_lane,
            facts=row.recording_facts,
            size=row.playback_size,
            turns=said.turns,
        ),
        evaluations=[_evaluation(found) for found in evaluations_of(ctx, conversation_id)],
        flags=flags_of(ctx, conversation_id),
        draws=draws_of(ctx, conversation_id),
        problems=problems or [],
        reason=reason,
    )
    return page, (422 if problems else 200)


def _taking(ctx: Context, row: AnyRow, relation: Relation) -> dict[str, Any]:
    """Whether a lead may grade it, or does already: `taken`, `forms_to_take` (id, title)."""
    if not can(ctx.actor, Permission.CONVERSATION_TAKE, relation):
        return {}
    choices = forms_to_grade_on(ctx, row.channel)
    return {
        "taken": own_grading(ctx, row.id),
        "forms_to_take": [(str(one.version_id), localized(one.title)) for one in choices],
    }


def _evaluation(row: AnyRow) -> dict[str, Any]:
    """The row with its form's title, and the address of its page."""
    own_draft = row.state == "draft" and row.grader_id == actor().account_id
    endpoint, values = "evaluations.show", {"evaluation_id": row.id}
    if own_draft:
        endpoint, values = "grading.show", {"assignment_id": row.assignment_id}
    may_open = own_draft or row.state != "draft"
    return {
        **row._asdict(),
        "title": {"zh": row.title_zh, "en": row.title_en},
        "url": url_for(endpoint, **values) if may_open else "",
    }


def _total(filters: ConversationFilters) -> str:
    count = conversation_count(current_context(), filters)
    return f"{count:,}+" if count >= COUNTED_UP_TO else f"{count:,}"


def _options() -> dict[str, Any]:
    """What the filters offer; none for an agent, whose own list is short."""
    if actor().role is Role.AGENT:
        return {}
    ctx = current_context()
    return {
        "team": team_codes(ctx),
        "queue": values_of(ctx, "queue"),
        "topic": values_of(ctx, "topic"),
        "language": languages_lately(ctx),
        "phrases": [
            (one.row.slug, localized(one.definition.title)) for one in phrase_list_choices(ctx)
        ],
    }


def _export(filters: ConversationFilters) -> Iterator[tuple[object, ...]]:
    """Everything that matches, read in pieces, so that memory stays flat."""
    ctx, zone, left, after = current_context(), site().settings.zone, LIMIT, None
    while left > 0:
        rows = conversation_page(ctx, filters, after=after, limit=min(EXPORT_AT_ONCE, left))
        for row in rows:
            yield export_line(row, zone)
        if len(rows) < EXPORT_AT_ONCE:
            return
        left -= len(rows)
        after = (rows[-1].started_at, rows[-1].id)
