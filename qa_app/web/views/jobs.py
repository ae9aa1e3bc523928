"""Background jobs: what waits, runs and has failed; stop one, try one again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.domain.errors import QAError
from qa_app.models.job import JobState
from qa_app.queries.jobs import job_counts, job_page
from qa_app.security.permissions import Permission
from qa_app.services.jobs import cancel_job, retry_job
from qa_app.web.access import requires
from qa_app.web.context import current_context, writing
from qa_app.web.errors import sentence
from qa_app.web.presenters.jobs import job_view, state_options
from qa_app.web.redirects import safe_target

bp = Blueprint("jobs", __name__, url_prefix="/jobs")
PAGE = 50
STATES = {state.value: state for state in JobState}


@bp.get("/")
@requires(Permission.JOB_READ)
def index() -> ResponseReturnValue:
    ctx = current_context()
    chosen = STATES.get(request.args.get("state", ""))
    before = request.args.get("after", type=int)
    rows = job_page(ctx, state=chosen, before=before, limit=PAGE + 1)
    now = ctx.clock.now()
    return render_template(
        "jobs/index.html",
        jobs=[job_view(row, now) for row in rows[:PAGE]],
        counts=job_counts(ctx),
        state_options=state_options(),
        next_after=rows[PAGE - 1].id if len(rows) > PAGE else "",
    )


@bp.post("/<int:job_id>/cancel")
@requires(Permission.JOB_MANAGE)
def cancel(job_id: int) -> ResponseReturnValue:
    try:
        with writing() as ctx:
            cancel_job(ctx, job_id)
    except QAError as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The job stops at its next step."), "success")
    return _back()


@bp.post("/<int:job_id>/retry")
@requires(Permission.JOB_MANAGE)
def retry(job_id: int) -> ResponseReturnValue:
    try:
        with writing() as ctx:
            retry_job(ctx, job_id)
    except QAError as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("The job is tried again."), "success")
    return _back()


def _back() -> ResponseReturnValue:
    target = request.form.get("next")
    return redirect(safe_target(target) if target else url_for("jobs.index"))
