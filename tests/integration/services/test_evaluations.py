"""Drafts and submissions: kept once, by one window at a time, with what hangs on them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from qa_app.adapters.clock import FixedClock
from qa_app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refused, WrongState
from qa_app.models import (
    Account,
    Answer,
    Assignment,
    AuditEntry,
    Conversation,
    Evaluation,
    EvaluationRevision,
    Flag,
    Period,
)
from qa_app.queries.grading import desk, next_assignment, progress, queue, queue_count
from qa_app.queries.scorecards import load_version
from qa_app.security.context import Actor
from qa_app.services.evaluations import (
    Draft,
    Saved,
    save_draft,
    save_grading,
    start_evaluation,
    submit_evaluation,
    submit_grading,
)
from qa_app.services.site import Site
from tests.factories import (
    make_agent,
    make_assignment,
    make_conversation,
    make_specialist,
    make_team,
    publish_form,
)
from tests.factories.grading import actor_for, perfect_sheet

FORM = """
id: small
title: {zh: 小表, en: Small}
channel: chat
bands:
  - {id: good, from: 80, title: {zh: 良好, en: Good}}
  - {id: poor, from: 0, title: {zh: 待改进, en: Poor}}
sections:
  - id: all
    title: {zh: 全部, en: All}
    questions:
      - {id: greeting, title: {zh: 问候, en: Greeting}, type: yes_no, points: 3, evidence: on_loss}
      - {id: identity, title: {zh: 身份, en: Identity}, type: yes_no, fatal: {on: [no]}}
      - id: why
        title: {zh: 原因, en: Why}
        type: text
        show_if: {all: [{question: identity, in: [no]}]}
"""
GOOD = {"greeting": {"answer": "yes"}, "identity": {"answer": "yes"}}


@dataclass
class Work:
    """A specialist with three assignments of one agent's chats."""

    grader: Account
    other: Account
    assignments: list[int]

    @property
    def actor(self) -> Actor:
        return actor_for(self.grader)


@pytest.fixture
def work(site: Site) -> Work:
    with site.writing() as ctx:
        agent, _account = make_agent(ctx, make_team(ctx))
        grader, other = make_specialist(ctx, "grader"), make_specialist(ctx, "other")
        form = publish_form(ctx, FORM)
        made = [make_assignment(ctx, make_conversation(ctx, agent), grader, form) for _ in range(3)]
        return Work(grader, other, [assignment.id for assignment in made])


def save(site: Site, work: Work, changes: dict[str, Any], base: int, **more: Any) -> Saved:
    with site.writing(work.actor) as ctx:
        return save_grading(ctx, work.assignments[0], Draft(base, changes, **more))


def submit(site: Site, work: Work, changes: dict[str, Any], base: int, **more: Any) -> Any:
    with site.writing(work.actor) as ctx:
        return submit_grading(ctx, work.assignments[0], Draft(base, changes, **more))


def row_of(site: Site, model: Any) -> Any:
    """The first row of a table, by its columns."""
    table = model.__table__
    with site.reading() as ctx:
        return ctx.session.execute(select(*table.columns).order_by(*table.primary_key)).first()


def count(site: Site, model: Any) -> int:
    with site.reading() as ctx:
        return int(ctx.session.scalar(select(func.count()).select_from(model)) or 0)


def test_starting_twice_gives_the_same_draft(site: Site, work: Work) -> None:
    with site.writing(work.actor) as ctx:
        first = start_evaluation(ctx, work.assignments[0])
    with site.writing(work.actor) as ctx:
        assert start_evaluation(ctx, work.assignments[0]) == first
    assert count(site, Evaluation) == 1
    assert row_of(site, Assignment).state == "in_progress"


def test_two_windows_that_start_at_once_make_one_draft(site: Site, work: Work) -> None:
    found: list[int] = []

    def start() -> None:
        with site.writing(work.actor) as ctx:
            found.append(start_evaluation(ctx, work.assignments[0]))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_only_whom_it_was_given_to_may_grade(site: Site, work: Work) -> None:
    with pytest.raises(NotAllowed), site.writing(actor_for(work.other)) as ctx:
        start_evaluation(ctx, work.assignments[0])
    with pytest.raises(NotAllowed), site.reading(actor_for(work.other)) as ctx:
        desk(ctx, work.assignments[0])
    with pytest.raises(NotFound), site.writing(work.actor) as ctx:
        start_evaluation(ctx, 10**9)


def test_nobody_grades_an_own_conversation(site: Site, work: Work) -> None:
    with site.writing() as ctx:
        conversation = ctx.session.get_one(Assignment, work.assignments[0]).conversation_id
        agent_id = ctx.session.get_one(Conversation, conversation).agent_id
    actor = work.actor
    own = Actor(actor.role, actor.login, actor.account_id, actor.name, agent_id)
    with pytest.raises(NotAllowed), site.writing(own) as ctx:
        start_evaluation(ctx, work.assignments[0])


def test_a_draft_grows_by_the_questions_that_changed(site: Site, work: Work) -> None:
    assert save(site, work, {"greeting": {"answer": "no"}}, 0, summary=" Fine. ").version == 1
    second = save(site, work, {"identity": {"answer": "yes", "comment": "both"}}, 1)
    assert second.version == 2
    assert second.sheet == {
        "greeting": {"answer": "no"},
        "identity": {"answer": "yes", "comment": "both"},
    }
    assert second.summary == "Fine."


def test_what_cannot_be_kept_is_reported_and_the_rest_is_kept(site: Site, work: Work) -> None:
    saved = save(site, work, {"greeting": 7, "identity": {"answer": "yes"}, "x": {}}, 0)
    assert [problem.where for problem in saved.problems] == ["greeting", "x"]
    assert saved.sheet == {"identity": {"answer": "yes"}}
    with pytest.raises(InvalidInput), site.writing(work.actor) as ctx:
        save_draft(ctx, saved.evaluation_id, base_version=1, sheet_changes={"greeting": 7})


def test_a_second_window_is_told_what_the_first_saved(site: Site, work: Work) -> None:
    save(site, work, {"greeting": {"answer": "no"}}, 0, tab="one", step=1)
    with pytest.raises(Conflict) as caught:
        save(site, work, {"greeting": {"answer": "yes"}}, 0, tab="two", step=1)
    assert caught.value.code == "draft_changed"
    assert isinstance(caught.value.current, Saved)
    assert caught.value.current.sheet == {"greeting": {"answer": "no"}}
    assert row_of(site, Evaluation).sheet == {"greeting": {"answer": "no"}}
    over = caught.value.current.version
    assert save(site, work, {"greeting": {"answer": "yes"}}, over, tab="two", step=2).version == 2
    with pytest.raises(Conflict):
        save(site, work, {"identity": {"answer": "no"}}, 1, tab="one", step=2)


def test_a_windows_own_repeated_request_is_no_conflict(site: Site, work: Work) -> None:
    first = save(site, work, {"greeting": {"answer": "no"}}, 0, tab="one", step=1, seconds=9)
    again = save(site, work, {"greeting": {"answer": "no"}}, 0, tab="one", step=1, seconds=9)
    assert again == first
    later = save(site, work, {"greeting": {"answer": "yes"}}, 0, tab="one", step=3)
    assert later.sheet == {"greeting": {"answer": "yes"}}
    overtaken = save(site, work, {"greeting": {"answer": "no"}}, 0, tab="one", step=2)
    assert overtaken.sheet == {"greeting": {"answer": "yes"}}
    assert row_of(site, Evaluation).seconds_spent == 9


def test_submitting_writes_everything_that_hangs_on_it(
    site: Site, work: Work, clock: FixedClock
) -> None:
    save(site, work, GOOD, 0, seconds=30)
    changes = {"greeting": {"answer": "no", "evidence": [{"turn": 0}]}}
    done = submit(site, work, changes, 1, summary="Greet.", seconds=12)
    assert (done.score, done.band, done.has_fatal) == (Decimal("25.00"), "poor", False)
    assert done.next_assignment_id == work.assignments[1]
    evaluation = row_of(site, Evaluation)
    assert evaluation.state == "released"
    assert evaluation.score == Decimal("25.00")
    assert evaluation.released_at == evaluation.submitted_at == clock.now()
    assert (evaluation.revision, evaluation.seconds_spent) == (1, 42)
    revision = row_of(site, EvaluationRevision)
    assert (revision.number, revision.summary, revision.score) == (1, "Greet.", Decimal("25.00"))
    assert revision.result["score"] == "25.00"
    with site.reading() as ctx:
        answers = ctx.session.execute(
            select(Answer.question_id, Answer.answer, Answer.lost).order_by(Answer.question_id)
        ).all()
        actions = list(ctx.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))
    assert answers == [("greeting", "no", Decimal("75.00")), ("identity", "yes", Decimal("0.00"))]
    assert actions[-1] == "evaluation.submitted"
    assert row_of(site, Assignment).state == "submitted"
    assert row_of(site, Period).code == "2026-11-H2"
    assert count(site, Flag) == 0


def test_a_fatal_error_makes_the_score_zero_and_raises_a_flag(site: Site, work: Work) -> None:
    done = submit(site, work, {**GOOD, "identity": {"answer": "no"}}, 0)
    assert (done.score, done.has_fatal) == (Decimal("0.00"), True)
    flag = row_of(site, Flag)
    assert (flag.kind, flag.state, flag.evaluation_id) == ("fatal", "open", done.evaluation_id)


def test_an_incomplete_evaluation_is_refused_with_every_question(site: Site, work: Work) -> None:
    with pytest.raises(InvalidInput) as caught:
        submit(site, work, {"greeting": {"answer": "no"}}, 0)
    found = [(problem.where, problem.code) for problem in caught.value.problems]
    assert found == [("greeting", "evidence_missing"), ("identity", "unanswered")]
    assert count(site, EvaluationRevision) == 0


def test_an_answer_that_does_not_fit_its_question_is_refused(site: Site, work: Work) -> None:
    with pytest.raises(InvalidInput) as caught:
        submit(site, work, {**GOOD, "identity": {"answer": "perhaps"}}, 0)
    assert ("identity", "unknown_answer") in [
        (problem.where, problem.code) for problem in caught.value.problems
    ]


def test_the_same_submission_again_answers_like_the_first(site: Site, work: Work) -> None:
    first = submit(site, work, GOOD, 0, tab="one", step=1, summary="Good.")
    assert submit(site, work, GOOD, 0, tab="one", step=1, summary="Good.") == first
    assert submit(site, work, GOOD, 0, tab="one", step=2, summary="Good.") == first
    assert count(site, EvaluationRevision) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"changes": {"greeting": {"answer": "no", "evidence": [{"turn": 1}]}}},
        {"changes": {}, "summary": "Something else."},
    ],
)
def test_another_submission_after_the_first_is_a_conflict(
    site: Site, work: Work, other: dict[str, Any]
) -> None:
    submit(site, work, GOOD, 0, summary="Good.")
    with pytest.raises(Conflict, match="submitted already"):
        submit(site, work, other["changes"], 1, summary=other.get("summary"))
    with pytest.raises(Conflict, match="submitted already"):
        save(site, work, {"greeting": {"answer": "no"}}, 1)


def test_two_submissions_at_once_make_one_revision(site: Site, work: Work) -> None:
    version = save(site, work, GOOD, 0).version
    barrier, results = threading.Barrier(4), []

    def send() -> None:
        barrier.wait()
        results.append(submit(site, work, {}, version))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert len({result.evaluation_id for result in results}) == 1
    assert count(site, EvaluationRevision) == 1


def test_the_short_way_of_other_services_submits_as_saved(site: Site, work: Work) -> None:
    with site.writing(work.actor) as ctx:
        evaluation_id = start_evaluation(ctx, work.assignments[0])
        form = load_version(ctx, ctx.session.get_one(Assignment, 1).scorecard_version_id)
        version = save_draft(
            ctx, evaluation_id, base_version=0, sheet_changes=perfect_sheet(form), tab="test"
        )
        assert submit_evaluation(ctx, evaluation_id, base_version=version) == work.assignments[1]


def test_a_closed_period_takes_no_evaluation(site: Site, work: Work) -> None:
    from qa_app.services.periods import ensure_period

    save(site, work, GOOD, 0)
    with site.writing() as ctx:
        ensure_period(ctx, "2026-11-H2")
        ctx.session.get_one(Period, "2026-11-H2").state = "closed"
    with pytest.raises(Refused):
        submit(site, work, {}, 1)
    assert row_of(site, Evaluation).state == "draft"


def test_a_replaced_assignment_cannot_be_started(site: Site, work: Work) -> None:
    with site.writing() as ctx:
        ctx.session.get_one(Assignment, work.assignments[0]).state = "replaced"
    with pytest.raises(WrongState):
        save(site, work, GOOD, 0)


def test_the_queue_is_in_order_and_shrinks(site: Site, work: Work) -> None:
    with site.reading(work.actor) as ctx:
        rows = queue(ctx)
        assert [row.assignment_id for row in rows] == work.assignments
        last = (rows[0].due_on, rows[0].assignment_id)
        assert [row.assignment_id for row in queue(ctx, after=last)] == work.assignments[1:]
        assert queue_count(ctx) == 3
        assert next_assignment(ctx) == work.assignments[0]
    submit(site, work, GOOD, 0)
    with site.reading(work.actor) as ctx:
        assert [row.assignment_id for row in queue(ctx)] == work.assignments[1:]
        behind_all = (rows[2].due_on, work.assignments[2])
        assert next_assignment(ctx, after=behind_all) == work.assignments[1]
        assert progress(ctx, "2026-11-H2") == []  # targeted ones are not drawn
    with site.reading(actor_for(work.other)) as ctx:
        assert next_assignment(ctx) is None
