"""Half-months: the list, the figures of one, its teams, agents and versions, publication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.db.types import AnyRow
from qa_app.domain.calendar import Period as Half
from qa_app.domain.errors import InvalidInput, NotFound, Problem, QAError
from qa_app.domain.people import Role
from qa_app.queries.editions import Edition, changed_since, edition
from qa_app.queries.figure_pages import CHANNELS, SORTS, agents_page, teams_of, values
from qa_app.queries.people import team_codes
from qa_app.queries.periods import (
    PeriodLine,
    period_line,
    period_list,
    published_document,
    version_changes,
    version_list,
)
from qa_app.queries.team_figures import check_team, team_values
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import can
from qa_app.security.scope import reads_everybody
from qa_app.services.periods import publish_period
from qa_app.web.access import requires
from qa_app.web.context import actor, current_context, writing
from qa_app.web.errors import sentence
from qa_app.web.exports import LIMIT, as_file, wanted_format
from qa_app.web.forms.lists import AddressReader
from qa_app.web.presenters.agent_figures import agent_page
from qa_app.web.presenters.figures import (
    change_lines,
    change_view,
    interval_text,
    team_views,
    why_not_counted,
)

bp = Blueprint("periods", __name__, url_prefix="/periods")
PAGE = 50
HALVES = 12
EXPORT_STEP = 500
REASON_LIMIT = 2000


@bp.get("")
@requires(Permission.PERIOD_READ)
def index() -> ResponseReturnValue:
    if actor().role is Role.AGENT:
        return redirect(url_for("my.figures"))
    ctx = current_context()
    form = wanted_format()
    if form:
        lines, _more = period_list(ctx, limit=1000)
        return as_file(form, "periods", _period_header(), map(_period_row, lines))
    asked = request.args.get("after", "")
    lines, more = period_list(
        ctx, before=Half.parse(_known(asked)) if asked else None, limit=HALVES
    )
    return render_template(
        "periods/index.html",
        lines=lines,
        next_after=str(lines[-1].half) if more and lines else "",
    )


@bp.get("/<code>")
@requires(Permission.FIGURE_READ)
def show(code: str) -> ResponseReturnValue:
    if actor().role is Role.AGENT:
        return redirect(url_for("my.figures", period=code))
    ctx = current_context()
    shown = edition(ctx, _known(code), request.args.get("version", type=int))
    form = wanted_format()
    filters = _filters()
    if form:
        name = f"figures-{code}" + (f"-v{shown.version}" if shown.version else "-provisional")
        return as_file(form, name, _figure_header(), _figure_rows(ctx, shown, filters))
    rows = agents_page(ctx, shown, **filters, after=_place(), limit=PAGE + 1)
    listed = rows[:PAGE]
    return render_template(
        "periods/show.html",
        shown=shown,
        **_around(ctx, shown),
        previous=str(Half.parse(code).previous),
        agents=list(_agent_lines(ctx, shown, listed)),
        team_options=[(team, team) for team in team_codes(ctx)],
        next_after=_place_text(listed[-1]) if len(rows) > PAGE else "",
        sort=filters["sort"],
        order="desc" if filters["descending"] else "asc",
        channels=CHANNELS,
    )


@bp.get("/<code>/teams/<team>")
@requires(Permission.FIGURE_READ)
def team(code: str, team: str) -> ResponseReturnValue:
    ctx = current_context()
    check_team(ctx, _known(code), team)
    shown = edition(ctx, code, request.args.get("version", type=int))
    rows = agents_page(ctx, shown, team=team, after=_place(), limit=PAGE + 1)
    listed = rows[:PAGE]
    before = _edition_before(ctx, code)
    values_before = team_values(ctx, before, team) if before else []
    return render_template(
        "periods/team.html",
        shown=shown,
        team=team,
        team_values=team_views(team_values(ctx, shown, team), values_before),
        agents=list(_agent_lines(ctx, shown, listed)),
        next_after=_place_text(listed[-1]) if len(rows) > PAGE else "",
    )


@bp.get("/<code>/agents/<int:person_id>")
@requires(Permission.FIGURE_READ)
def agent(code: str, person_id: int) -> ResponseReturnValue:
    ctx = current_context()
    shown = edition(ctx, _known(code), request.args.get("version", type=int))
    return render_template(
        "periods/agent.html",
        **agent_page(ctx, shown, person_id),
        why_not_counted=why_not_counted,
        versions=version_list(ctx, code),
    )


@bp.get("/<code>/versions")
@requires(Permission.FIGURE_READ)
def versions(code: str) -> ResponseReturnValue:
    ctx = current_context()
    listed = [
        {"row": row, "changes": change_lines(version_changes(ctx, code, row.version))}
        for row in version_list(ctx, _known(code))
    ]
    return render_template(
        "periods/versions.html",
        code=code,
        line=period_line(ctx, code),
        versions=listed,
        reads_everybody=reads_everybody(ctx.actor),
    )


@bp.get("/<code>/versions/<int:version>.json")
@requires(Permission.FIGURE_READ)
def document(code: str, version: int) -> ResponseReturnValue:
    """The canonical document, byte for byte what the digest is the SHA-256 of."""
    text = published_document(current_context(), _known(code), version)
    answer = Response(text.encode(), mimetype="application/json")
    name = f"{code}.v{version}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.post("/<code>/publish")
@requires(Permission.PERIOD_PUBLISH)
def publish(code: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "").strip()
    back = redirect(url_for("periods.show", code=code), 303)
    newest = edition(current_context(), _known(code)).newest
    try:
        _check_reason(reason, is_restatement=newest is not None)
        with writing() as ctx:
            made = publish_period(ctx, code, reason=reason)
            version = made.version
    except InvalidInput as refusal:
        flash(" ".join(_(problem.message) for problem in refusal.problems), "error")
        return back
    except QAError as refusal:
        flash(sentence(refusal), "error")
        return back
    if version == newest:
        flash(_("Nothing has changed since version %(version)s.", version=version), "info")
    else:
        flash(_("Version %(version)s is published.", version=version), "success")
    return back


def _check_reason(reason: str, *, is_restatement: bool) -> None:
    if len(reason) > REASON_LIMIT:
        raise InvalidInput([Problem("reason", "too_long", "The reason is too long.")])
    if is_restatement and not reason:
        raise InvalidInput([Problem("reason", "missing", "Say why the figures are restated.")])


def _filters() -> dict[str, Any]:
    reader = AddressReader(request.args)
    found = {
        "team": reader.text("team"),
        "search": reader.text("q"),
        "sort": reader.choice("sort", SORTS) or SORTS[0],
        "descending": reader.choice("order", ("asc", "desc")) == "desc",
    }
    reader.done()
    return found


def _place() -> tuple[int, str] | None:
    mean, separator, employee_no = request.args.get("after", "").partition("~")
    try:
        return (int(mean), employee_no) if separator else None
    except ValueError:
        return None


def _place_text(row: AnyRow) -> str:
    return f"{row.mean}~{row.employee_no}"


def _known(code: str) -> str:
    """The code of a half-month in an address; anything else is no page."""
    try:
        return str(Half.parse(code))
    except InvalidInput:
        raise NotFound("period", code) from None


def _edition_before(ctx: Context, code: str) -> Edition | None:
    """The figures of the half before, where they are the actor's business."""
    try:
        return edition(ctx, str(Half.parse(code).previous))
    except NotFound:
        return None


def _agent_lines(ctx: Context, shown: Edition, rows: list[AnyRow]) -> Iterator[dict[str, Any]]:
    """Each agent of the page with teams, figures, intervals and changes."""
    ids = [row.id for row in rows]
    found = values(ctx, shown, ids)
    previous = _edition_before(ctx, shown.code)
    before = values(ctx, previous, ids) if previous else {}
    teams = teams_of(ctx, shown.code, ids)
    for row in rows:
        yield {
            "row": row,
            "teams": teams.get(row.id, []),
            "figures": [
                {
                    "channel": channel,
                    "value": found.get((row.id, channel)),
                    "interval": interval_text(found.get((row.id, channel))),
                    "change": change_view(
                        found.get((row.id, channel)), before.get((row.id, channel))
                    ),
                }
                for channel in CHANNELS
            ],
        }


def _around(ctx: Context, shown: Edition) -> dict[str, Any]:
    """What stands around the list of agents; a filter's request takes the list alone."""
    line = period_line(ctx, shown.code)
    if request.headers.get("HX-Target") == "results":
        return {"line": line, "teams": [], "changed": 0}
    return {
        "line": line,
        "teams": _team_lines(ctx, shown),
        "changed": _changed_since(ctx, shown),
    }


def _team_lines(ctx: Context, shown: Edition) -> list[dict[str, Any]]:
    lines: dict[str, dict[str, Any]] = {}
    for value in team_values(ctx, shown):
        lines.setdefault(value.team, {"team": value.team})[value.channel] = value
    return list(lines.values())


def _changed_since(ctx: Context, shown: Edition) -> int:
    """Scores that a new version would hold; only who may publish one is told."""
    if shown.version != shown.newest or not can(ctx.actor, Permission.PERIOD_PUBLISH):
        return 0
    return changed_since(ctx, shown)


def _period_header() -> list[str]:
    return [
        _("Half-month"),
        _("State"),
        _("Due on"),
        _("Days late"),
        _("Drawn"),
        _("Graded"),
        _("Open"),
        _("Version"),
        _("Published"),
        _("Digest"),
    ]


def _period_row(line: PeriodLine) -> list[object]:
    return [
        str(line.half),
        line.state.value,
        line.half.due_on,
        line.days_late,
        line.drawn,
        line.graded,
        line.open,
        line.version,
        line.published_at,
        line.digest,
    ]


def _figure_header() -> list[str]:
    header = [_("Half-month"), _("Version"), _("Employee number"), _("Name"), _("Team")]
    for name in (_("Recordings"), _("Chats")):
        header += [name, f"{name}: n", f"{name}: N", f"{name}: {_('low')}", f"{name}: {_('high')}"]
        header.append(f"{name}: {_('change')}")
    return header


def _figure_rows(ctx: Context, shown: Edition, filters: dict[str, Any]) -> Iterator[list[object]]:
    after: tuple[int, str] | None = None
    for _page in range(LIMIT // EXPORT_STEP):
        rows = agents_page(ctx, shown, **filters, after=after, limit=EXPORT_STEP)
        for line in _agent_lines(ctx, shown, rows):
            row = line["row"]
            cells: list[object] = [shown.code, shown.version or _("provisional")]
            cells += [row.employee_no, row.name, ", ".join(line["teams"])]
            for figure in line["figures"]:
                value, change = figure["value"], figure["change"]
                reach = value.interval if value else None
                cells += [value.mean, value.n, value.population] if value else [None] * 3
                cells += [reach.low, reach.high] if reach else [None] * 2
                cells.append(change["text"] if change else None)
            yield cells
        if len(rows) < EXPORT_STEP:
            return
        after = (rows[-1].mean, rows[-1].employee_no)
