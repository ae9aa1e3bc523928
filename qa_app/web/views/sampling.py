"""Sampling: plans with the half that runs, draws, their records and their proof."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from qa_app.domain.calendar import Period
from qa_app.domain.errors import Conflict, QAError, Refused
from qa_app.domain.plan import load_plan
from qa_app.queries.sampling import (
    changed_since,
    draw_list,
    draw_record,
    draw_summary,
    missing_seeds,
    open_periods,
    plan_list,
    plan_version,
    plan_versions,
    seed_is_shown,
    seed_of,
    verify_draw,
)
from qa_app.queries.sampling_progress import (
    agent_progress,
    agents_of_plan,
    channel_progress,
    periods_of_plans,
)
from qa_app.queries.sampling_records import (
    draw_head,
    picks_of_draw,
    picks_of_strata,
    strata_page,
    stratum_line,
)
from qa_app.queries.sampling_replacements import replacements_of_draw
from qa_app.security.context import SYSTEM
from qa_app.security.permissions import Permission
from qa_app.services.sampling import open_seeds, plan_problems, publish_plan, run_draw
from qa_app.web.access import requires
from qa_app.web.context import current_context, forget_snapshot, site, writing
from qa_app.web.errors import sentence
from qa_app.web.exports import LIMIT, as_file, wanted_format
from qa_app.web.forms.scorecards import DefinitionForm
from qa_app.web.presenters.figures import replacement_reason
from qa_app.web.presenters.findings import Finding, findings_of_plan
from qa_app.web.presenters.sampling import (
    View,
    agent_lines,
    plan_facts,
    progress_of,
    stratum_lines,
)
from qa_app.web.presenters.sampling_files import (
    agent_rows,
    agents_header,
    draw_rows,
    draws_header,
    strata_header,
    stratum_rows,
)

bp = Blueprint("sampling", __name__, url_prefix="/sampling")
AGENTS_A_PAGE = 50
STRATA_A_PAGE = 50
DRAWS_A_PAGE = 30


@bp.get("/")
@requires(Permission.PLAN_READ)
def index() -> ResponseReturnValue:
    _open_due_seeds()
    ctx = current_context()
    half = _chosen_period()
    form = wanted_format()
    if form:
        return as_file(form, "draws", draws_header(), draw_rows(draw_list(ctx, limit=LIMIT)))
    before = request.args.get("before", type=int)
    draws = draw_list(ctx, before=before, limit=DRAWS_A_PAGE + 1)
    return render_template(
        "sampling/index.html",
        plans=[_plan_view(row, half) for row in plan_list(ctx)],
        half=half,
        is_published=seed_is_shown(ctx.session, str(half)),
        periods=_periods(half),
        draws=draws[:DRAWS_A_PAGE],
        next_before=draws[DRAWS_A_PAGE - 1].id if len(draws) > DRAWS_A_PAGE else None,
        is_first_page=before is None,
    )


@bp.get("/plans/<slug>")
@requires(Permission.PLAN_READ)
def plan(slug: str) -> ResponseReturnValue:
    _open_due_seeds()
    ctx = current_context()
    row = plan_version(ctx, slug, request.args.get("version", type=int))
    versions = plan_versions(ctx, row.plan_id)
    half = _chosen_period()
    definition = load_plan(row.definition)
    form = wanted_format()
    if form:
        lines = agent_lines(definition, agent_progress(ctx, definition, half, limit=LIMIT))
        return as_file(form, f"{slug}-{half}", agents_header(), agent_rows(lines))
    after = request.args.get("after", "")
    agents = agent_progress(ctx, definition, half, after=after, limit=AGENTS_A_PAGE + 1)
    return render_template(
        "sampling/plan.html",
        plan=_plan_view(row, half),
        row=row,
        facts=plan_facts(definition),
        channels=definition.channels,
        versions=versions,
        in_force=versions[0].version,
        lines=agent_lines(definition, agents[:AGENTS_A_PAGE]),
        next_after=agents[AGENTS_A_PAGE - 1].employee_no if len(agents) > AGENTS_A_PAGE else "",
        agents=agents_of_plan(ctx, definition, half),
        half=half,
        is_published=seed_is_shown(ctx.session, str(half)),
        periods=_periods(half),
        draws=draw_list(ctx, plan=slug, period=str(half)),
    )


@bp.post("/plans/<slug>/draw")
@requires(Permission.DRAW_RUN)
def draw(slug: str) -> ResponseReturnValue:
    period = request.form.get("period", "")
    try:
        with writing() as ctx:
            code = run_draw(ctx, period, slug).code
            picks = draw_summary(ctx, code)["picks"]
    except (Refused, Conflict) as refusal:
        flash(sentence(refusal), "warning")
        return redirect(url_for("sampling.plan", slug=slug, period=period))
    message = ngettext(
        "%(num)s conversation is drawn and assigned.",
        "%(num)s conversations are drawn and assigned.",
        picks,
    )
    flash(message, "success")
    return redirect(url_for("sampling.show", code=code))


@bp.get("/draws/<code>")
@requires(Permission.DRAW_READ)
def show(code: str) -> ResponseReturnValue:
    ctx = current_context()
    head = draw_head(ctx, code)
    channel = request.args.get("channel", "")
    form = wanted_format()
    if form:
        lines = strata_page(ctx, head.id, channel=channel, limit=LIMIT)
        picks = picks_of_draw(ctx, head.id)
        return as_file(form, code, strata_header(), stratum_rows(stratum_lines(lines, picks)))
    after = request.args.get("after", 0, type=int)
    rows = strata_page(ctx, head.id, after=after, channel=channel, limit=STRATA_A_PAGE + 1)
    shown = rows[:STRATA_A_PAGE]
    return render_template(
        "sampling/draw.html",
        head=head,
        summary=draw_summary(ctx, code),
        strata=stratum_lines(shown, picks_of_strata(ctx, [row.id for row in shown])),
        next_after=shown[-1].id if len(rows) > STRATA_A_PAGE else None,
        channel=channel,
        proof=_proof(code) if "verify" in request.args else None,
        replacements=replacements_of_draw(ctx, head.id),
        replacement_reason=replacement_reason,
    )


@bp.get("/draws/<code>/strata/<int:stratum_id>")
@requires(Permission.DRAW_READ)
def stratum(code: str, stratum_id: int) -> ResponseReturnValue:
    ctx = current_context()
    head = draw_head(ctx, code)
    row = stratum_line(ctx, head.id, stratum_id)
    (line,) = stratum_lines([row], picks_of_strata(ctx, [stratum_id]))
    return render_template(
        "sampling/stratum.html", head=head, stratum=line, frame=row.frame.split("\n")
    )


@bp.get("/draws/<code>/record.json")
@requires(Permission.DRAW_READ)
def export(code: str) -> ResponseReturnValue:
    record = draw_record(current_context(), code)
    answer = Response(orjson.dumps(record, option=orjson.OPT_INDENT_2), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{record["draw"]}.json"'
    return answer


@bp.get("/publish")
@requires(Permission.PLAN_PUBLISH)
def upload() -> ResponseReturnValue:
    return render_template("sampling/publish.html", form=DefinitionForm(), findings=None)


@bp.post("/publish")
@requires(Permission.PLAN_PUBLISH)
def publish() -> ResponseReturnValue:
    """Check or publish a plan; findings stand beside their lines."""
    form = DefinitionForm()
    given = form.file.data.read() if form.validate() and form.file.data else b""
    if not given:
        form.file.errors = [_("Choose a file.")]
        return render_template("sampling/publish.html", form=form, findings=None), 422
    text = given.decode("utf-8-sig", "surrogateescape")
    findings = findings_of_plan(given, plan_problems(current_context(), text))
    if findings or "check" in request.form:
        return _findings_page(form, findings)
    try:
        with writing() as ctx:
            version = publish_plan(ctx, text)
            slug, number = version.definition["id"], version.version
    except QAError as refusal:
        form.form_errors.append(sentence(refusal))
        return _findings_page(form, findings)
    flash(_("%(plan)s is published as version %(version)s.", plan=slug, version=number), "success")
    return redirect(url_for("sampling.plan", slug=slug))


def _findings_page(form: DefinitionForm, findings: list[Finding]) -> ResponseReturnValue:
    refused = bool(findings) or bool(form.form_errors)
    page = render_template("sampling/publish.html", form=form, findings=findings, refused=refused)
    return page, 422 if refused else 200


def _open_due_seeds() -> None:
    """Whoever comes first in a new half has its seeds made; the timetable does it otherwise."""
    if missing_seeds(current_context()):
        forget_snapshot()
        with site().writing(SYSTEM) as ctx:
            open_seeds(ctx)


def _chosen_period() -> Period:
    asked = request.args.get("period")
    return Period.parse(asked) if asked else Period.parse(open_periods(current_context())[-1])


def _periods(half: Period) -> list[str]:
    """Halves to choose from: those with a seed, and the one that is shown."""
    ctx = current_context()
    return sorted({str(half), *open_periods(ctx), *periods_of_plans(ctx)}, reverse=True)


def _plan_view(row: Any, half: Period) -> View:
    ctx = current_context()
    definition = load_plan(row.definition)
    seed = seed_of(ctx.session, row.plan_id, str(half))
    return {
        "slug": row.slug,
        "title": {"zh": row.title_zh, "en": row.title_en},
        "version": row.version,
        "progress": [progress_of(one) for one in channel_progress(ctx, definition, half)],
        "commitment": seed.commitment if seed else None,
        "seed": seed.seed if seed and seed_is_shown(ctx.session, str(half)) else None,
        "may_draw": half.first_day <= ctx.today and not seed_is_shown(ctx.session, str(half)),
    }


def _proof(code: str) -> View:
    ctx = current_context()
    return {"difference": verify_draw(ctx, code), "changed": changed_since(ctx, code)}
