"""A job's life: asked for in a transaction, claimed under a lease, done, failed, taken over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from qa_app.adapters.clock import FixedClock
from qa_app.adapters.queue import queue_of
from qa_app.domain.errors import NotFound, WrongState
from qa_app.jobs import handlers, registry
from qa_app.jobs.worker import run_pending_jobs, sweep
from qa_app.models.job import JobState
from qa_app.queries.jobs import job_counts, job_page, job_row
from qa_app.services.jobs import cancel_job, claim_job, enqueue, finish_job, retry_job
from qa_app.services.site import Site

FAKES = str(Path(__file__).parents[2] / "fakes" / "handlers")
LEASE = timedelta(seconds=60)


@pytest.fixture(autouse=True)
def _handlers_of_tests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(handlers, "__path__", [*handlers.__path__, FAKES])
    registry.known_handlers.cache_clear()
    yield
    registry.known_handlers.cache_clear()


def ask(site: Site, kind: str, payload: dict[str, object] | None = None) -> int:
    with site.writing() as ctx:
        return enqueue(ctx, kind, payload or {})


def state_of(site: Site, job_id: int) -> JobState:
    with site.reading() as ctx:
        return job_row(ctx, job_id).state


def test_a_job_is_there_only_if_the_change_that_asks_for_it_is(site: Site) -> None:
    def ask_and_fail() -> None:
        with site.writing() as ctx:
            enqueue(ctx, "step_by_step", {})
            raise RuntimeError("the change fails")

    with pytest.raises(RuntimeError):
        ask_and_fail()
    with site.reading() as ctx:
        assert job_page(ctx) == []
    assert queue_of(site.settings).is_empty()


def test_a_job_runs_and_keeps_what_its_handler_says(site: Site) -> None:
    job_id = ask(site, "step_by_step")
    assert run_pending_jobs(site) == 1
    with site.reading() as ctx:
        row = job_row(ctx, job_id)
    assert (row.state, row.result, row.attempts) == (JobState.DONE, {"steps": 3}, 1)
    assert (row.progress_done, row.progress_total) == (3, 3)


def test_a_failing_job_is_tried_four_times_ever_later_and_keeps_its_error(
    site: Site, clock: FixedClock
) -> None:
    job_id = ask(site, "fail_always")
    for attempt in range(1, 5):
        assert run_pending_jobs(site) == 1
        assert run_pending_jobs(site) == 0, "the next attempt waits"
        with site.reading() as ctx:
            row = job_row(ctx, job_id)
        assert row.attempts == attempt
        assert row.error == "RuntimeError: the disk is on fire"
        clock.advance(minutes=10)
    assert row.state == JobState.FAILED
    assert run_pending_jobs(site) == 0


def test_a_refusal_is_not_tried_again(site: Site) -> None:
    job_id = ask(site, "fail_always", {"refuse": True})
    run_pending_jobs(site)
    with site.reading() as ctx:
        row = job_row(ctx, job_id)
    assert (row.state, row.attempts, row.error) == (JobState.FAILED, 1, "Not today.")


def test_a_job_of_an_unknown_kind_says_so(site: Site) -> None:
    job_id = ask(site, "unheard_of")
    run_pending_jobs(site)
    with site.reading() as ctx:
        assert "unheard_of" in job_row(ctx, job_id).error


def test_a_key_lets_one_job_wait_only(site: Site) -> None:
    with site.writing() as ctx:
        first = enqueue(ctx, "step_by_step", {}, dedup_key="same")
        assert enqueue(ctx, "step_by_step", {}, dedup_key="same") == first
    assert run_pending_jobs(site) == 1
    with site.writing() as ctx:
        assert enqueue(ctx, "step_by_step", {}, dedup_key="same") != first


def test_a_job_for_later_waits_for_its_time(site: Site, clock: FixedClock) -> None:
    with site.writing() as ctx:
        enqueue(ctx, "step_by_step", {}, run_after=clock.now() + timedelta(hours=1))
    assert run_pending_jobs(site) == 0
    clock.advance(hours=1)
    assert run_pending_jobs(site) == 1


def test_a_claimed_job_is_nobody_elses_until_its_lease_runs_out(
    site: Site, clock: FixedClock
) -> None:
    job_id = ask(site, "step_by_step")
    with site.writing() as ctx:
        first = claim_job(ctx, job_id, token="first", lease=LEASE)
    with site.writing() as ctx:
        assert claim_job(ctx, job_id, token="second", lease=LEASE) is None
    clock.advance(seconds=61)
    with site.writing() as ctx:
        second = claim_job(ctx, job_id, token="second", lease=LEASE)
    assert first is not None
    assert second is not None
    with site.writing() as ctx:
        assert not finish_job(ctx, first, {"by": "first"}), "its lease is over"
    with site.writing() as ctx:
        assert finish_job(ctx, second, {"by": "second"})
    with site.reading() as ctx:
        assert job_row(ctx, job_id).result == {"by": "second"}


def test_a_job_that_kills_its_workers_is_given_up(site: Site, clock: FixedClock) -> None:
    job_id = ask(site, "step_by_step")
    for number in range(4):
        with site.writing() as ctx:
            assert claim_job(ctx, job_id, token=f"worker {number}", lease=LEASE) is not None
        clock.advance(seconds=61)
    queue_of(site.settings).huey.storage.flush_queue()
    sweep(site)
    assert state_of(site, job_id) == JobState.FAILED


def test_the_sweeper_sends_again_what_the_line_lost_and_nothing_else(
    site: Site, clock: FixedClock
) -> None:
    ask(site, "step_by_step")
    queue = queue_of(site.settings)
    assert sweep(site) == 0, "its message still waits"
    queue.huey.storage.flush_queue()
    assert sweep(site) == 1
    assert not queue.is_empty()


def test_a_running_job_stops_at_its_next_step_when_it_is_cancelled(site: Site) -> None:
    job_id = ask(site, "step_by_step")
    steps: list[int] = []

    def cancel_at_second_step(step: int) -> None:
        steps.append(step)
        site.clock.advance(seconds=1)  # type: ignore[attr-defined]
        if step == 1:
            with site.writing() as ctx:
                cancel_job(ctx, job_id)

    acts = registry.known_handlers()["step_by_step"].__globals__["before_step"]  # type: ignore[attr-defined]
    acts.append(cancel_at_second_step)
    try:
        run_pending_jobs(site)
    finally:
        acts.clear()
    assert steps == [0, 1]
    assert state_of(site, job_id) == JobState.CANCELLED


def test_a_failed_job_can_be_tried_again_by_hand(site: Site) -> None:
    job_id = ask(site, "fail_always", {"refuse": True})
    run_pending_jobs(site)
    with site.writing() as ctx:
        retry_job(ctx, job_id)
    with site.reading() as ctx:
        row = job_row(ctx, job_id)
        assert job_counts(ctx) == {"queued": 1, "running": 0, "failed": 0}
    assert (row.state, row.attempts) == (JobState.QUEUED, 0)


def test_what_is_done_can_neither_be_cancelled_nor_tried_again(site: Site) -> None:
    job_id = ask(site, "step_by_step")
    run_pending_jobs(site)
    for deed in (cancel_job, retry_job):
        with pytest.raises(WrongState), site.writing() as ctx:
            deed(ctx, job_id)
        with pytest.raises(NotFound), site.writing() as ctx:
            deed(ctx, job_id + 1000)
