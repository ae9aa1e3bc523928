"""Flags: the queue, one flag with its evaluation and sound, the lead's decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.domain.errors import InvalidInput
from qa_app.domain.flag import FlagState
from qa_app.queries.flags import flag_page, flag_relation, get_flag, open_flag_count
from qa_app.security.permissions import Permission
from qa_app.services.flags import decide_flag
from qa_app.web.access import requires
from qa_app.web.context import current_context, writing
from qa_app.web.exports import LIMIT, as_file, wanted_format
from qa_app.web.forms.flags import DecisionForm
from qa_app.web.presenters.flags import decision_options, lateness, reason_text

bp = Blueprint("flags", __name__, url_prefix="/flags")
PAGE = 50
ALL = "all"


@bp.get("/")
@requires(Permission.FLAG_LIST)
def index() -> ResponseReturnValue:
    ctx = current_context()
    asked = request.args.get("state", FlagState.OPEN.value)
    state = FlagState(asked) if asked in list(FlagState) else None
    form = wanted_format()
    if form:
        return as_file(
            form, "flags", _header(), map(_line, flag_page(ctx, state=state, limit=LIMIT))
        )
    rows = flag_page(ctx, state=state, after=_key(request.args.get("after")), limit=PAGE + 1)
    shown = rows[:PAGE]
    return render_template(
        "flags/index.html",
        flags=shown,
        state=state.value if state else ALL,
        open_count=open_flag_count(ctx),
        next_after=f"{shown[-1].due_on}~{shown[-1].id}" if len(rows) > PAGE else "",
        today=ctx.today,
        reason_text=reason_text,
        lateness=lateness,
    )


@bp.get("/<int:flag_id>")
@requires(Permission.FLAG_LIST)
def show(flag_id: int) -> ResponseReturnValue:
    return _flag_page(flag_id, _decision_form())


@bp.post("/<int:flag_id>/decide")
@requires(Permission.FLAG_DECIDE)
def decide(flag_id: int) -> ResponseReturnValue:
    form = _decision_form()
    flag_relation(
        current_context(), flag_id
    )  # outside the actor's rows: not found, whatever is sent
    if form.validate():
        try:
            with writing() as ctx:
                decide_flag(
                    ctx, flag_id, decision=form.decision.data, reason=form.reason.data or ""
                )
        except InvalidInput as refusal:
            form.reason.errors = [_(problem.message) for problem in refusal.problems]
        else:
            flash(_("The flag is decided; whoever raised it sees what you wrote."), "success")
            return redirect(url_for("flags.index"))
    return _flag_page(flag_id, form), 422


def _flag_page(flag_id: int, form: DecisionForm) -> str:
    ctx = current_context()
    return render_template(
        "flags/show.html",
        flag=get_flag(ctx, flag_id),
        relation=flag_relation(ctx, flag_id),
        form=form,
        today=ctx.today,
        reason_text=reason_text,
        lateness=lateness,
    )


def _decision_form() -> DecisionForm:
    form = DecisionForm()
    form.decision.choices = [(value, text) for value, text, _tone in decision_options()]
    return form


def _key(text: str | None) -> tuple[date, int] | None:
    """The key of a page: `due date~id`; anything else starts at the beginning."""
    day, _separator, number = (text or "").partition("~")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


def _header() -> list[str]:
    return [
        _("Agent"),
        _("Employee number"),
        _("Reason"),
        _("Note"),
        _("Raised"),
        _("State"),
        _("Due on"),
        _("Decision"),
    ]


def _line(flag: Any) -> list[object]:
    return [
        flag.agent_name,
        flag.employee_no,
        reason_text(flag.reason),
        flag.note,
        flag.raised_at,
        str(flag.state),
        flag.due_on,
        flag.decision_reason,
    ]
