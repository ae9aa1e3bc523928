"""Reads of background jobs: those that wait for a worker, and pages of them for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import Session

from qa_app.domain.errors import NotFound
from qa_app.models import Account, Job
from qa_app.models.job import JobState
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require

COLUMNS = (
    Job.id,
    Job.kind,
    Job.state,
    Job.attempts,
    Job.max_attempts,
    Job.run_after,
    Job.lease_until,
    Job.progress_done,
    Job.progress_total,
    Job.error,
    Job.result,
    Job.payload,
    Job.created_at,
    Job.started_at,
    Job.finished_at,
    Account.name.label("requested_by"),
)


def jobs_to_run(session: Session, now: datetime, limit: int = 100) -> Sequence[int]:
    """Ids of jobs that a worker could take now, the longest waiting first."""
    statement = (
        select(Job.id)
        .where(
            Job.attempts < Job.max_attempts,
            or_(
                and_(Job.state == JobState.QUEUED, Job.run_after <= now),
                and_(Job.state == JobState.RUNNING, Job.lease_until < now),
            ),
        )
        .order_by(Job.run_after, Job.id)
        .limit(limit)
    )
    return session.scalars(statement).all()


def jobs_are_lost(session: Session, now: datetime) -> bool:
    """Whether there are jobs whose worker died in the last attempt that they are allowed."""
    statement = select(Job.id).where(
        Job.state == JobState.RUNNING, Job.lease_until < now, Job.attempts >= Job.max_attempts
    )
    return session.execute(statement.limit(1)).one_or_none() is not None


def job_page(
    ctx: Context,
    *,
    state: JobState | None = None,
    kind: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[Row[Any]]:
    """Newest jobs first, older than the job `before`."""
    require(ctx.actor, Permission.JOB_READ)
    statement = select(*COLUMNS).outerjoin(Account, Account.id == Job.requested_by)
    if state is not None:
        statement = statement.where(Job.state == state)
    if kind:
        statement = statement.where(Job.kind == kind)
    if before is not None:
        statement = statement.where(Job.id < before)
    return list(ctx.session.execute(statement.order_by(Job.id.desc()).limit(limit)))


def job_row(ctx: Context, job_id: int) -> Row[Any]:
    """One job. Raises NotFound."""
    require(ctx.actor, Permission.JOB_READ)
    statement = (
        select(*COLUMNS).outerjoin(Account, Account.id == Job.requested_by).where(Job.id == job_id)
    )
    row = ctx.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("job", job_id)
    return row


def job_counts(ctx: Context, *, at_most: int = 1000) -> dict[str, int]:
    """How many jobs wait, run and have failed; counted up to `at_most` each."""
    require(ctx.actor, Permission.JOB_READ)
    counts = {}
    for state in (JobState.QUEUED, JobState.RUNNING, JobState.FAILED):
        some = select(Job.id).where(Job.state == state).limit(at_most).subquery()
        counts[state.value] = ctx.session.execute(
            select(func.count()).select_from(some)
        ).scalar_one()
    return counts
