"""Submitted evaluations: the list, and one to read, hear and acknowledge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.db.types import AnyRow
from qa_app.domain.errors import InvalidInput, NotFound
from qa_app.domain.people import Role
from qa_app.queries.conversations import is_unmasked, shown_turns
from qa_app.queries.evaluations import (
    EvaluationFilters,
    draft_assignment,
    evaluated_periods,
    evaluation_detail,
    evaluation_page,
    evaluation_relation,
    graders,
    revisions_of,
)
from qa_app.queries.flags import flags_of_evaluation
from qa_app.queries.grading import form_of
from qa_app.queries.people import team_codes
from qa_app.queries.phrases import hits_in
from qa_app.queries.sampling import how_it_was_drawn
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import can
from qa_app.services.acknowledgement import acknowledge_evaluation, mark_seen
from qa_app.web.access import requires
from qa_app.web.compression import compressed
from qa_app.web.context import actor, current_context, site, writing
from qa_app.web.exports import LIMIT, as_file, wanted_format
from qa_app.web.filters import channel as channel_name
from qa_app.web.forms.evaluations import place_text, read_filters, read_place
from qa_app.web.presenters.conversation import sound_view, turn_rows
from qa_app.web.presenters.evaluations import (
    band_view,
    kind_text,
    lost_first,
    not_counted,
    own_state,
    score_arithmetic,
    tour,
)
from qa_app.web.presenters.flags import reason_text
from qa_app.web.presenters.phrases import phrases_view, with_marks
from qa_app.web.presenters.scorecard import definition_of, result_view

bp = Blueprint("evaluations", __name__, url_prefix="/evaluations")
bp.after_request(compressed)
PAGE = 50


@bp.get("")
@requires(Permission.EVALUATION_LIST)
def index() -> ResponseReturnValue:
    if actor().role is Role.AGENT:
        return redirect(url_for("my.evaluations"))
    ctx = current_context()
    filters = read_filters(request.args)
    form = wanted_format()
    if form:
        return as_file(form, "evaluations", _header(), _rows(ctx, filters))
    after, before = read_place(request.args.get("after")), read_place(request.args.get("before"))
    rows = list(evaluation_page(ctx, filters, after=after, before=before, limit=PAGE + 1))
    more = len(rows) > PAGE
    shown = rows[-PAGE:] if before else rows[:PAGE]
    return render_template(
        "evaluations/index.html",
        evaluations=shown,
        kind_text=kind_text,
        options=_options(ctx),
        next_after=place_text(shown[-1]) if shown and (more or before) else "",
        previous=place_text(shown[0]) if shown and (after or (before and more)) else "",
    )


@bp.get("/<int:evaluation_id>")
@requires(Permission.EVALUATION_READ)
def show(evaluation_id: int) -> ResponseReturnValue:
    try:
        row = evaluation_detail(current_context(), evaluation_id)
    except NotFound:
        assignment_id = draft_assignment(current_context(), evaluation_id)
        if assignment_id is None:
            raise
        return redirect(url_for("grading.show", assignment_id=assignment_id))
    _note_seen(row)
    return _page(row)


@bp.post("/<int:evaluation_id>/acknowledge")
@requires(Permission.EVALUATION_ACKNOWLEDGE)
def acknowledge(evaluation_id: int) -> ResponseReturnValue:
    comment = request.form.get("comment", "")
    try:
        with writing() as ctx:
            revision = request.form.get("revision", type=int)
            acknowledge_evaluation(ctx, evaluation_id, comment, revision=revision)
    except InvalidInput as refusal:
        row = evaluation_detail(current_context(), evaluation_id)
        problems = [_(problem.message) for problem in refusal.problems]
        return _page(row, comment=comment, problems=problems), 422
    flash(_("You have acknowledged this evaluation."), "success")
    return redirect(url_for("evaluations.show", evaluation_id=evaluation_id), 303)


def _note_seen(row: AnyRow) -> None:
    """An agent's first look at an own evaluation leaves its time."""
    who = actor()
    if who.role is Role.AGENT and row.seen_at is None and row.state == "released":
        with site().writing(who) as ctx:
            mark_seen(ctx, row.id)


def _page(row: AnyRow, *, comment: str = "", problems: list[str] | None = None) -> str:
    ctx = current_context()
    definition = definition_of(row.form_digest, form_of(ctx, row))
    sections = result_view(row.form_digest, definition, row.sheet, row.result)
    relation = evaluation_relation(row)
    said = shown_turns(ctx, row.conversation_id, row.turns)
    sound = _sound(row, said)
    found = hits_in(ctx, said, row.channel, None)
    losses = lost_first(sections)
    return render_template(
        "evaluations/show.html",
        row=row,
        form_title={"zh": row.form_title_zh, "en": row.form_title_en},
        not_counted=not_counted(row),
        band=band_view(definition, row.result["band"]),
        arithmetic=score_arithmetic(definition, row.result),
        sections=sections,
        losses=losses,
        tour=tour(losses, sound),
        turns=turn_rows(with_marks(said, found), site().settings.zone),
        phrases=phrases_view(found, said),
        is_masked=not is_unmasked(ctx, row.conversation_id),
        sound=sound,
        flags=flags_of_evaluation(ctx, row.id),
        reason_text=reason_text,
        revisions=revisions_of(ctx, row.id),
        how=how_it_was_drawn(ctx, row.id),
        kind=kind_text(row.kind),
        state=own_state(row),
        state_is_own=ctx.actor.role is Role.AGENT,
        may_acknowledge=can(ctx.actor, Permission.EVALUATION_ACKNOWLEDGE, relation),
        comment=comment,
        problems=problems or [],
    )


def _sound(row: AnyRow, said: list[dict[str, Any]]) -> dict[str, Any] | None:
    return sound_view(
        row.conversation_id,
        row.recording_state,
        problem=row.recording_problem,
        duration_ms=row.duration_ms,
        agent_lane=row.agent_lane,
        facts=row.recording_facts,
        size=row.playback_size,
        turns=said,
    )


def _options(ctx: Context) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer."""
    return {
        "period": [(code, code) for code in evaluated_periods(ctx)],
        "channel": [(name, channel_name(name)) for name in ("call", "chat")],
        "team": [(code, code) for code in team_codes(ctx)],
        "grader": graders(ctx),
        "state": [
            ("released", _("Released")),
            ("acknowledged", _("Acknowledged")),
            ("replaced", _("Replaced")),
        ],
        "kind": [(name, kind_text(name)) for name in ("random", "targeted", "lead")],
        "fatal": [("yes", _("With a fatal error")), ("no", _("Without"))],
    }


def _header() -> list[str]:
    return [
        _("Evaluation"),
        _("Submitted"),
        _("Half-month"),
        _("Conversation"),
        _("Channel"),
        _("Employee number"),
        _("Agent"),
        _("Score"),
        _("Fatal error"),
        _("Kind"),
        _("State"),
        _("Grader"),
        _("Acknowledged"),
    ]


def _rows(ctx: Context, filters: EvaluationFilters) -> Iterator[list[Any]]:
    zone = ctx.settings.zone
    for row in evaluation_page(ctx, filters, limit=LIMIT):
        yield [
            row.id,
            row.submitted_at.astimezone(zone),
            row.period,
            row.conversation,
            channel_name(row.channel),
            row.employee_no,
            row.agent_name,
            row.score,
            _("yes") if row.has_fatal else "",
            kind_text(row.kind),
            row.state.value,
            row.grader_name,
            row.acknowledged_at.astimezone(zone) if row.acknowledged_at else None,
        ]
