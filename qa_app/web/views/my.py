"""An agent's own side: what was said about the conversations, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.domain.calendar import Period as Half
from qa_app.domain.errors import InvalidInput, NotAllowed, NotFound
from qa_app.queries.editions import edition
from qa_app.queries.evaluations import EvaluationFilters, evaluated_periods, evaluation_page
from qa_app.queries.periods import version_list
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.web.access import requires
from qa_app.web.context import current_context
from qa_app.web.exports import LIMIT, as_file, wanted_format
from qa_app.web.filters import channel as channel_name
from qa_app.web.forms.evaluations import place_text, read_own_filters, read_place
from qa_app.web.presenters.agent_figures import agent_page
from qa_app.web.presenters.evaluations import own_state
from qa_app.web.presenters.figures import why_not_counted

bp = Blueprint("my", __name__, url_prefix="/my")
PAGE = 50


@bp.get("/evaluations")
@requires(Permission.EVALUATION_ACKNOWLEDGE)
def evaluations() -> ResponseReturnValue:
    ctx = current_context()
    filters = read_own_filters(request.args)
    form = wanted_format()
    if form:
        return as_file(form, "my-evaluations", _header(), _rows(ctx, filters))
    after, before = read_place(request.args.get("after")), read_place(request.args.get("before"))
    rows = list(evaluation_page(ctx, filters, after=after, before=before, limit=PAGE + 1))
    more = len(rows) > PAGE
    shown = rows[-PAGE:] if before else rows[:PAGE]
    return render_template(
        "my/evaluations.html",
        evaluations=shown,
        own_state=own_state,
        periods=[(code, code) for code in evaluated_periods(ctx)],
        channels=_channels(),
        states_of_reading=_states(),
        next_after=place_text(shown[-1]) if shown and (more or before) else "",
        previous=place_text(shown[0]) if shown and (after or (before and more)) else "",
    )


@bp.get("/figures")
@requires(Permission.EVALUATION_ACKNOWLEDGE)
def figures() -> ResponseReturnValue:
    ctx = current_context()
    if ctx.actor.person_id is None:
        raise NotAllowed(Permission.FIGURE_READ.value)
    codes = evaluated_periods(ctx)
    newest = codes[0] if codes else str(Half.of(ctx.today))
    code = request.args.get("period") or newest
    try:
        shown = edition(ctx, code, request.args.get("version", type=int))
    except InvalidInput:
        raise NotFound("period", code) from None
    return render_template(
        "my/figures.html",
        **agent_page(ctx, shown, ctx.actor.person_id),
        why_not_counted=why_not_counted,
        versions=version_list(ctx, code),
        periods=[(one, one) for one in sorted({code, *codes}, reverse=True)],
    )


def _channels() -> list[tuple[str, str]]:
    return [(name, channel_name(name)) for name in ("call", "chat")]


def _states() -> list[tuple[str, str]]:
    return [("new", _("New")), ("read", _("To acknowledge")), ("acknowledged", _("Acknowledged"))]


def _header() -> list[str]:
    return [
        _("Conversation"),
        _("Held"),
        _("Channel"),
        _("Half-month"),
        _("Score"),
        _("Fatal error"),
        _("Counts"),
        _("State"),
        _("Released"),
    ]


def _rows(ctx: Context, filters: EvaluationFilters) -> Iterator[list[Any]]:
    zone = ctx.settings.zone
    for row in evaluation_page(ctx, filters, limit=LIMIT):
        yield [
            row.conversation,
            row.started_at.astimezone(zone),
            channel_name(row.channel),
            row.period,
            row.score,
            _("yes") if row.has_fatal else "",
            _("yes") if row.kind == "random" else "",
            own_state(row)["label"],
            row.released_at.astimezone(zone) if row.released_at else None,
        ]
