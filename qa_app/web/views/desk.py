"""The start page: to each role what waits for it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from qa_app.domain.people import Role
from qa_app.models.job import JobState
from qa_app.queries.desk import (
    decided_flags,
    health,
    own_figures,
    waiting_feedback,
    waiting_feedback_count,
)
from qa_app.queries.flags import flag_page, open_flag_count
from qa_app.queries.grading import progress, queue, queue_count
from qa_app.queries.jobs import job_counts
from qa_app.queries.periods import period_overview, periods_until
from qa_app.security.context import Context
from qa_app.web.access import signed_in
from qa_app.web.context import actor, current_context, site
from qa_app.web.presenters.flags import lateness, reason_text

bp = Blueprint("desk", __name__)
QUEUE = 25


@bp.get("/")
@signed_in
def show() -> ResponseReturnValue:
    return DESKS[actor().role](current_context())


def _specialist(ctx: Context) -> str:
    halves = [str(half) for half in periods_until(ctx, ctx.today, 2)]
    return render_template(
        "desk/specialist.html",
        period=period_overview(ctx, halves[0]),
        mine=progress(ctx, halves[0], mine=True),
        everybody=progress(ctx, halves[0]),
        earlier=[row for row in progress(ctx, halves[1], mine=True) if row.left],
        earlier_period=halves[1],
        queue=queue(ctx, limit=QUEUE),
        queue_count=queue_count(ctx),
        outcomes=decided_flags(ctx),
        today=ctx.today,
    )


def _lead(ctx: Context) -> str:
    return render_template(
        "desk/lead.html",
        queue=queue(ctx, limit=QUEUE),
        queue_count=queue_count(ctx),
        flags=flag_page(ctx, limit=QUEUE),
        flag_count=open_flag_count(ctx),
        feedback=waiting_feedback(ctx),
        feedback_count=waiting_feedback_count(ctx),
        period=period_overview(ctx, str(periods_until(ctx, ctx.today, 1)[0])),
        has_team=bool(ctx.actor.led_teams),
        today=ctx.today,
        reason_text=reason_text,
        lateness=lateness,
    )


def _agent(ctx: Context) -> str:
    halves = [str(half) for half in periods_until(ctx, ctx.today, 4)]
    return render_template(
        "desk/agent.html",
        feedback=waiting_feedback(ctx),
        feedback_count=waiting_feedback_count(ctx),
        figures=own_figures(ctx, halves),
        period=period_overview(ctx, halves[0]),
    )


def _manager(ctx: Context) -> str:
    halves = [period_overview(ctx, str(half)) for half in periods_until(ctx, ctx.today, 4)]
    return render_template(
        "desk/manager.html",
        halves=halves,
        flag_count=open_flag_count(ctx),
        feedback_count=waiting_feedback_count(ctx),
        today=ctx.today,
    )


def _hr(ctx: Context) -> str:
    halves = [period_overview(ctx, str(half)) for half in periods_until(ctx, ctx.today, 6)]
    return render_template("desk/hr.html", halves=halves, today=ctx.today)


def _admin(ctx: Context) -> str:
    jobs = job_counts(ctx)
    return render_template(
        "desk/admin.html",
        health=health(ctx, site().database),
        jobs=jobs,
        waiting_jobs=jobs.get(JobState.QUEUED, 0) + jobs.get(JobState.RUNNING, 0),
    )


DESKS: dict[Role, Callable[[Context], str]] = {
    Role.SPECIALIST: _specialist,
    Role.LEAD: _lead,
    Role.AGENT: _agent,
    Role.MANAGER: _manager,
    Role.HR: _hr,
    Role.ADMIN: _admin,
}
