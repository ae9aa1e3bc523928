"""Writes of background jobs: ask for one, and every step of one's life under a lease.

A worker that holds a job is named by a token that is new with each claim: whoever lost the lease
finds that its next write changes no row, and stops.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from qa_app.adapters.queue import queue_of
from qa_app.db.unit_of_work import after_commit
from qa_app.domain.errors import Conflict, NotFound, WrongState
from qa_app.models import Job
from qa_app.models.job import JobState
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record
from qa_app.services.job_endings import job_is_tried_again, job_was_given_up

FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=5), timedelta(minutes=10)
TO_NUDGE = "qa_jobs_to_nudge"
ERROR_MAX = 4000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that is ours until its lease runs out."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempt: int
    max_attempts: int
    requested_by: int | None
    token: str


def enqueue(
    ctx: Context,
    kind: str,
    payload: dict[str, Any],
    *,
    dedup_key: str | None = None,
    run_after: datetime | None = None,
) -> int:
    """Ask for background work in the transaction of the change that needs it; the job's id.

    With a `dedup_key`, a job of the kind and key that still waits is the answer.
    """
    values = {
        "kind": kind,
        "payload": payload,
        "state": JobState.QUEUED,
        "dedup_key": dedup_key,
        "attempts": 0,
        "max_attempts": 4,
        "progress_done": 0,
        "run_after": run_after or ctx.clock.now(),
        "requested_by": ctx.actor.account_id,
        "created_at": ctx.clock.now(),
    }
    job_id = _insert(ctx, values) if dedup_key is None else _insert_once(ctx, values)
    if run_after is None:
        _nudge_after_commit(ctx, job_id)
    return job_id


def postpone_job(ctx: Context, job_id: int, until: datetime) -> None:
    """Let a job that still waits wait until then."""
    waiting = update(Job).where(Job.id == job_id, Job.state == JobState.QUEUED)
    ctx.session.execute(waiting.values(run_after=until))


def _insert(ctx: Context, values: dict[str, Any]) -> int:
    return int(ctx.session.execute(insert(Job).values(values).returning(Job.id)).scalar_one())


def _insert_once(ctx: Context, values: dict[str, Any]) -> int:
    """Insert, or find the one that waits; a worker may take that one in between, so again."""
    waiting = select(Job.id).where(
        Job.kind == values["kind"],
        Job.dedup_key == values["dedup_key"],
        Job.state == JobState.QUEUED,
    )
    while True:
        found = ctx.session.execute(waiting).scalar_one_or_none()
        if found is not None:
            return found
        try:
            with ctx.session.begin_nested():
                return _insert(ctx, values)
        except IntegrityError:
            continue


def _nudge_after_commit(ctx: Context, job_id: int) -> None:
    waiting: list[int] = ctx.session.info.setdefault(TO_NUDGE, [])
    if not waiting:
        after_commit(ctx.session, lambda: _nudge(ctx))
    waiting.append(job_id)


def _nudge(ctx: Context) -> None:
    """Wake a worker. The change is safe already: a line that is down is not an error."""
    job_ids = ctx.session.info.pop(TO_NUDGE, [])
    try:
        queue_of(ctx.settings).send(job_ids)
    except Exception as error:  # noqa: BLE001 - the sweeper sends it again
        log.warning("nudge_lost", jobs=len(job_ids), error=str(error)[:200])


def claim_job(ctx: Context, job_id: int, *, token: str, lease: timedelta) -> ClaimedJob | None:
    """Take a job that waits and is due, or whose lease ran out; None when it is not to be had."""
    now = ctx.clock.now()
    statement = (
        update(Job)
        .where(
            Job.id == job_id,
            Job.attempts < Job.max_attempts,
            or_(
                and_(Job.state == JobState.QUEUED, Job.run_after <= now),
                and_(Job.state == JobState.RUNNING, Job.lease_until < now),
            ),
        )
        .values(
            state=JobState.RUNNING,
            worker=token,
            attempts=Job.attempts + 1,
            lease_until=now + lease,
            started_at=now,
            finished_at=None,
        )
        .returning(
            Job.id,
            Job.kind,
            Job.payload,
            Job.attempts.label("attempt"),
            Job.max_attempts,
            Job.requested_by,
        )
    )
    row = ctx.session.execute(statement).one_or_none()
    return None if row is None else ClaimedJob(**row._mapping, token=token)


def extend_leases(ctx: Context, tokens: Iterable[str], lease: timedelta) -> None:
    """The heartbeat: whatever these claims hold stays theirs for another `lease`."""
    ctx.session.execute(
        update(Job)
        .where(Job.worker.in_(list(tokens)), Job.state == JobState.RUNNING)
        .values(lease_until=ctx.clock.now() + lease)
    )


def note_progress(ctx: Context, job: ClaimedJob, done: int, total: int | None) -> bool:
    """Write how far it is. False when the job is no longer held: cancelled, or taken over."""
    return _change(ctx, job, progress_done=done, progress_total=total)


def note_place(ctx: Context, job: ClaimedJob, place: dict[str, Any]) -> bool:
    """Keep where a job goes on after a crash, in its payload. False when it is no longer held."""
    return _change(ctx, job, payload={**job.payload, **place})


def still_held(ctx: Context, job: ClaimedJob) -> bool:
    """Whether the claim stands; locks the job's row, so that it stands until the commit."""
    statement = (
        select(Job.id)
        .where(Job.id == job.id, Job.worker == job.token, Job.state == JobState.RUNNING)
        .with_for_update()
    )
    return ctx.session.execute(statement).one_or_none() is not None


def finish_job(ctx: Context, job: ClaimedJob, result: dict[str, Any]) -> bool:
    """Done, with what the handler said. False when the job is no longer held."""
    return _change(
        ctx, job, state=JobState.DONE, result=result, error=None, **_let_go(ctx.clock.now())
    )


def fail_job(ctx: Context, job: ClaimedJob, error: str, *, is_final: bool) -> bool:
    """Note the error; the job waits for its next attempt, or has failed after the last one."""
    now = ctx.clock.now()
    if is_final or job.attempt >= job.max_attempts:
        if not _change(ctx, job, state=JobState.FAILED, error=error[:ERROR_MAX], **_let_go(now)):
            return False
        job_was_given_up(ctx, job.kind, job.payload, error)
        return True
    delay = min(FIRST_DELAY * 4 ** (job.attempt - 1), LONGEST_DELAY)
    return _wait_again(ctx, job, error=error[:ERROR_MAX], run_after=now + delay)


def release_job(ctx: Context, job: ClaimedJob) -> bool:
    """Give a job back untried: its worker was asked to stop."""
    return _wait_again(ctx, job, attempts=Job.attempts - 1, started_at=None)


def _wait_again(ctx: Context, job: ClaimedJob, **values: Any) -> bool:
    """Back to the queue. A newer one of its key may wait there: then that one does the work."""
    try:
        with ctx.session.begin_nested():
            return _change(ctx, job, state=JobState.QUEUED, worker=None, lease_until=None, **values)
    except IntegrityError:
        reason = "A newer job of the same key does this work."
        return _change(ctx, job, state=JobState.CANCELLED, error=reason, **_let_go(ctx.clock.now()))


def _let_go(now: datetime) -> dict[str, Any]:
    return {"lease_until": None, "finished_at": now}


def _change(ctx: Context, job: ClaimedJob, **values: Any) -> bool:
    statement = (
        update(Job)
        .where(Job.id == job.id, Job.worker == job.token, Job.state == JobState.RUNNING)
        .values(**values)
        .returning(Job.id)
    )
    return ctx.session.execute(statement).one_or_none() is not None


def bury_lost_jobs(ctx: Context) -> None:
    """Fail those whose last allowed attempt ended with the worker's death."""
    now = ctx.clock.now()
    error = "The worker stopped in the middle of this job, each time it was tried."
    lost = ctx.session.execute(
        update(Job)
        .where(
            Job.state == JobState.RUNNING,
            Job.lease_until < now,
            Job.attempts >= Job.max_attempts,
        )
        .values(state=JobState.FAILED, error=error, **_let_go(now))
        .returning(Job.kind, Job.payload)
    ).all()
    for row in lost:
        job_was_given_up(ctx, row.kind, row.payload, error)


def cancel_job(ctx: Context, job_id: int) -> None:
    """Stop a job that waits or runs; a running one stops at its next step. NotFound, WrongState."""
    require(ctx.actor, Permission.JOB_MANAGE)
    kind, payload = _move(
        ctx,
        job_id,
        "cancel",
        (JobState.QUEUED, JobState.RUNNING),
        state=JobState.CANCELLED,
        **_let_go(ctx.clock.now()),
    )
    job_was_given_up(ctx, kind, payload, "cancelled")
    record(ctx, "job.cancelled", "job", job_id)


def retry_job(ctx: Context, job_id: int) -> None:
    """Try a failed or cancelled job from its start. Raises NotFound, WrongState, Conflict."""
    require(ctx.actor, Permission.JOB_MANAGE)
    fresh: dict[str, Any] = {
        "state": JobState.QUEUED,
        "attempts": 0,
        "worker": None,
        "progress_done": 0,
        "progress_total": None,
        "run_after": ctx.clock.now(),
        "started_at": None,
        "finished_at": None,
    }
    try:
        with ctx.session.begin_nested():
            again = _move(ctx, job_id, "retry", (JobState.FAILED, JobState.CANCELLED), **fresh)
    except IntegrityError as error:
        message = "A newer job waits to do the same."
        raise Conflict("waits_already", message) from error
    job_is_tried_again(ctx, *again)
    record(ctx, "job.retried", "job", job_id)
    _nudge_after_commit(ctx, job_id)


def _move(
    ctx: Context, job_id: int, deed: str, allowed: tuple[JobState, ...], **values: Any
) -> tuple[str, dict[str, Any]]:
    """Change a job in one of the allowed states; its kind and payload."""
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.state.in_(allowed))
        .values(**values)
        .returning(Job.kind, Job.payload)
    )
    moved = ctx.session.execute(statement).one_or_none()
    if moved is not None:
        return moved.kind, moved.payload
    state = ctx.session.execute(select(Job.state).where(Job.id == job_id)).scalar_one_or_none()
    if state is None:
        raise NotFound("job", job_id)
    raise WrongState("job", state.value, deed)
