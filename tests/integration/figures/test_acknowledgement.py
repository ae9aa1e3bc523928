"""An agent sees and acknowledges own evaluations: once, what was read, and nobody else's."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select, update

from qa_app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from qa_app.models import AuditEntry, Evaluation
from qa_app.services.acknowledgement import acknowledge_evaluation, mark_seen
from qa_app.services.site import Site
from tests.factories.figures import Department, grade_all, make_drawn_department
from tests.factories.grading import acting, actor_for


@pytest.fixture
def people(site: Site) -> Department:
    return make_drawn_department(site, each=1)


@pytest.fixture
def evaluation(site: Site, people: Department) -> int:
    return grade_all(site, people, "anna", "call", ["88.00"])[0]


def entries(site: Site, action: str) -> int:
    with site.reading() as ctx:
        statement = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
        return ctx.session.execute(statement).scalar_one()


def state_of(site: Site, evaluation: int) -> tuple[str, str | None]:
    with site.reading() as ctx:
        row = ctx.session.execute(
            select(Evaluation.state, Evaluation.acknowledge_comment).where(
                Evaluation.id == evaluation
            )
        ).one()
    return row.state.value, row.acknowledge_comment


def test_the_first_look_is_noted_once(site: Site, people: Department, evaluation: int) -> None:
    for _look in range(3):
        with site.writing(actor_for(people.accounts["anna"])) as ctx:
            mark_seen(ctx, evaluation)
    assert entries(site, "evaluation.seen") == 1


def test_acknowledging_again_with_the_same_words_changes_nothing(
    site: Site, people: Department, evaluation: int
) -> None:
    for _time in range(2):
        with site.writing(actor_for(people.accounts["anna"])) as ctx:
            acknowledge_evaluation(ctx, evaluation, " understood ", revision=1)
    assert state_of(site, evaluation) == ("acknowledged", "understood")
    assert entries(site, "evaluation.acknowledged") == 1
    with pytest.raises(WrongState), site.writing(actor_for(people.accounts["anna"])) as ctx:
        acknowledge_evaluation(ctx, evaluation, "other words")


def test_what_was_revised_meanwhile_must_be_read_again(
    site: Site, people: Department, evaluation: int
) -> None:
    with site.writing() as ctx:
        ctx.session.execute(
            update(Evaluation).where(Evaluation.id == evaluation).values(revision=2)
        )
    with (
        pytest.raises(Conflict) as conflict,
        site.writing(actor_for(people.accounts["anna"])) as ctx,
    ):
        acknowledge_evaluation(ctx, evaluation, revision=1)
    assert conflict.value.code == "revised"
    assert state_of(site, evaluation)[0] == "released"


def test_only_the_agent_acknowledges_and_only_the_own(
    site: Site, people: Department, evaluation: int
) -> None:
    for who, refusal in (
        ("ben", NotFound),
        ("qing", NotAllowed),
        ("lead A", NotAllowed),
        ("manager", NotAllowed),
    ):
        for deed in (mark_seen, acknowledge_evaluation):
            with pytest.raises(refusal), site.writing() as ctx:
                deed(acting(ctx, people.accounts[who]), evaluation)
    with pytest.raises(NotAllowed), site.writing() as ctx:
        acknowledge_evaluation(ctx, evaluation)
    with pytest.raises(NotFound), site.writing() as ctx:
        acknowledge_evaluation(acting(ctx, people.accounts["anna"]), 999_999)


def test_a_comment_has_a_limit(site: Site, people: Department, evaluation: int) -> None:
    with pytest.raises(InvalidInput), site.writing(actor_for(people.accounts["anna"])) as ctx:
        acknowledge_evaluation(ctx, evaluation, "x" * 4001)


def test_two_windows_acknowledge_at_once_and_one_entry_is_written(
    site: Site, people: Department, evaluation: int
) -> None:
    barrier, troubles = threading.Barrier(4), []

    def acknowledge() -> None:
        barrier.wait()
        try:
            with site.writing(actor_for(people.accounts["anna"])) as ctx:
                acknowledge_evaluation(ctx, evaluation, "read", revision=1)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            troubles.append(error)

    threads = [threading.Thread(target=acknowledge) for _window in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert state_of(site, evaluation) == ("acknowledged", "read")
    assert entries(site, "evaluation.acknowledged") == 1
