"""The same deed by eight at one moment: one is done, the others are told, nothing is doubled."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from qa_app.models import (
    Account,
    Assignment,
    Draw,
    Evaluation,
    EvaluationRevision,
    Flag,
    Person,
    Pick,
    Publication,
)
from qa_app.queries.audit import first_broken_entry
from qa_app.security.context import Context
from qa_app.services.scorecards import publish_scorecard
from tests.factories import make_assignment, make_conversation
from tests.factories.figures import FORM, grade
from tests.factories.world import RUNNING
from tests.infrastructure.races import together
from tests.infrastructure.worlds import House

MANY, ROUNDS = 8, 25
SHEET = {"polite": {"answer": "yes"}, "slips": {"answer": 0}}
DECISIONS = ("confirm", "dismiss", "coach")


def clients(house: House, login: str) -> list[FlaskClient]:
    """As many browsers of one account."""
    made = [house.app.test_client() for _ in range(MANY)]
    for client in made:
        house.sign_in(client, login)
    return made


def assignments(house: House, count: int = ROUNDS) -> list[int]:
    """Fresh chats of anna's, each given to qing."""
    with house.site.writing() as ctx:
        anna = ctx.session.get_one(Person, house.ids["person anna"])
        grader = ctx.session.get_one(Account, house.ids["account qing"])
        form = publish_scorecard(ctx, FORM)
        return [
            make_assignment(ctx, make_conversation(ctx, anna), grader, form).id
            for _ in range(count)
        ]


def count(ctx: Context, *where: Any) -> int:
    return ctx.session.execute(select(func.count()).where(*where)).scalar_one()


@pytest.fixture(autouse=True)
def _the_chain_is_whole_after_it(fresh_world: House) -> Any:
    yield
    with fresh_world.site.reading() as ctx:
        assert first_broken_entry(ctx) is None


def test_one_evaluation_comes_of_eight_submissions(fresh_world: House) -> None:
    browsers = clients(fresh_world, "qing")
    for assignment in assignments(fresh_world):

        def submit(number: int, page: str = f"/grade/{assignment}/submit") -> int:
            sheet = {**SHEET, "polite": {"answer": "yes", "comment": f"{number % 2}"}}
            sent = {"base_version": 0, "changes": sheet, "tab": f"tab{number}", "step": 1}
            return browsers[number].post(page, json=sent).status_code

        told = Counter(together(MANY, submit))
        assert set(told) <= {200, 409}
        assert told[200] >= 1
        with fresh_world.site.reading() as ctx:
            evaluation = select(Evaluation.id).where(Evaluation.assignment_id == assignment)
            made = ctx.session.scalars(evaluation).one()
            assert count(ctx, EvaluationRevision.evaluation_id == made) == 1
            state = select(Assignment.state).where(Assignment.id == assignment)
            assert ctx.session.execute(state).scalar_one() == "submitted"


def test_of_eight_windows_one_saves_and_the_others_see_its_answers(fresh_world: House) -> None:
    browsers = clients(fresh_world, "qing")
    for assignment in assignments(fresh_world):

        def save(number: int, page: str = f"/grade/{assignment}/draft") -> tuple[int, Any]:
            changes = {"polite": {"comment": f"by {number}"}}
            sent = {"base_version": 0, "changes": changes, "tab": f"tab{number}", "step": 1}
            answer = browsers[number].post(page, json=sent)
            return answer.status_code, answer.get_json()

        told = together(MANY, save)
        assert Counter(status for status, _ in told) == {200: 1, 409: MANY - 1}
        (winner,) = [number for number, (status, _) in enumerate(told) if status == 200]
        with fresh_world.site.reading() as ctx:
            columns = (Evaluation.draft_version, Evaluation.sheet)
            kept = select(*columns).where(Evaluation.assignment_id == assignment)
            version, sheet = ctx.session.execute(kept).one()
        assert (version, sheet["polite"]["comment"]) == (1, f"by {winner}")
        for status, body in told:
            assert status == 200 or f"by {winner}" in str(body["current"])


def test_a_flag_is_raised_once_and_decided_once(fresh_world: House) -> None:
    graders, leads = clients(fresh_world, "qing"), clients(fresh_world, "lead-a")
    for assignment in assignments(fresh_world):

        def flag(number: int, page: str = f"/grade/{assignment}/flag") -> int:
            return graders[number].post(page, data={"reason": "attitude"}).status_code

        assert Counter(together(MANY, flag)) == {303: 1, 409: MANY - 1}
        with fresh_world.site.reading() as ctx:
            raised = ctx.session.scalars(select(func.max(Flag.id))).one()

        def decide(number: int, page: str = f"/flags/{raised}/decide") -> int:
            form = {"decision": DECISIONS[number % 3], "reason": f"by {number}"}
            return leads[number].post(page, data=form).status_code

        assert Counter(together(MANY, decide)) == {302: 1, 409: MANY - 1}


def test_eight_publishers_make_one_version(fresh_world: House) -> None:
    site, browsers = fresh_world.site, clients(fresh_world, "qing")
    with site.reading() as ctx:
        waiting = select(Assignment.id, Assignment.grader_id).where(
            Assignment.period == RUNNING, Assignment.state == "open", Assignment.kind == "random"
        )
        open_ones = ctx.session.execute(waiting.order_by(Assignment.id)).all()
        grader = ctx.session.get_one(Account, fresh_world.ids["account qing"])
        ctx.session.expunge(grader)
    assert len(open_ones) >= 5
    for version, row in enumerate(open_ones, start=1):
        grade(site, grader, row.id, f"{80 + version}.25")

        def publish(number: int) -> int:
            page = f"/periods/{RUNNING}/publish"
            return browsers[number].post(page, data={"reason": f"by {number}"}).status_code

        assert Counter(together(MANY, publish)) == {303: MANY}
        with site.reading() as ctx:
            assert count(ctx, Publication.period == RUNNING) == version


def test_eight_draws_pick_nothing_twice(fresh_world: House) -> None:
    site, browsers = fresh_world.site, clients(fresh_world, "qing")
    for number in range(3):  # the plan wants five calls: one is drawn, and one more waits
        with site.writing() as ctx:
            anna = ctx.session.get_one(Person, fresh_world.ids["person anna"])
            day = datetime(2026, 11, 18, 4, number, tzinfo=UTC)
            make_conversation(ctx, anna, channel="call", external_id=f"n{number}", started_at=day)
            before = count(ctx, Draw.period == RUNNING)

        def draw(one: int) -> int:
            page = "/sampling/plans/main/draw"
            return browsers[one].post(page, data={"period": RUNNING}).status_code

        assert Counter(together(MANY, draw)) == {302: MANY}
        with site.reading() as ctx:
            assert count(ctx, Draw.period == RUNNING) == before + 1
            picked = select(Pick.conversation_id).group_by(Pick.conversation_id)
            assert ctx.session.execute(picked.having(func.count() > 1)).all() == []
            given = (
                select(Assignment.conversation_id)
                .where(Assignment.kind == "random")
                .group_by(Assignment.conversation_id)
            )
            assert ctx.session.execute(given.having(func.count() > 1)).all() == []


def test_a_login_is_given_once(fresh_world: House) -> None:
    browsers = clients(fresh_world, "admin")
    for number in range(10):

        def create(one: int, login: str = f"new{number}") -> int:
            form = {"login": login, "name": f"By {one}", "role": "manager"}
            return browsers[one].post("/accounts", data=form).status_code

        assert Counter(together(MANY, create)) == {200: 1, 422: MANY - 1}
    with fresh_world.site.reading() as ctx:
        assert count(ctx, Account.login.like("new%")) == 10


def test_an_evaluation_is_acknowledged_once(fresh_world: House) -> None:
    browsers = clients(fresh_world, "anna")
    with fresh_world.site.reading() as ctx:
        grader = ctx.session.get_one(Account, fresh_world.ids["account qing"])
        ctx.session.expunge(grader)
    for assignment in assignments(fresh_world):
        evaluation = grade(fresh_world.site, grader, assignment, "90")

        def acknowledge(number: int, page: str = f"/evaluations/{evaluation}") -> int:
            form = {"comment": f"by {number}", "revision": "1"}
            return browsers[number].post(f"{page}/acknowledge", data=form).status_code

        assert Counter(together(MANY, acknowledge)) == {303: 1, 409: MANY - 1}
