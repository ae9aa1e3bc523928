"""Publishing a half-month: versions that never change, and what counts in them (handbook 1 §3)."""

from __future__ import annotations

import hashlib
import itertools
import threading
from datetime import date
from decimal import Decimal

import orjson
import pytest
from sqlalchemy import select, update

from qa_app.domain.errors import NotAllowed, NotFound, Refused
from qa_app.models import (
    Assignment,
    Conversation,
    Evaluation,
    Membership,
    Pick,
    Publication,
    PublishedScore,
)
from qa_app.queries.editions import edition
from qa_app.queries.figure_pages import values
from qa_app.queries.figures import period_figures
from qa_app.queries.periods import published_document, version_changes
from qa_app.queries.team_figures import check_team, team_values
from qa_app.services.periods import publish_period
from qa_app.services.site import Site
from tests.factories.conversations import make_conversation
from tests.factories.figures import (
    NO_SCORE,
    SECOND,
    grade,
    grade_all,
    make_drawn_department,
    open_assignments,
)
from tests.factories.grading import acting, make_evaluation, publish_form


def publish(site: Site, reason: str = "") -> tuple[int, str]:
    with site.writing() as ctx:
        made = publish_period(ctx, SECOND, reason=reason)
        return made.version, made.digest


def figures_of(site: Site) -> dict[tuple[str, str], tuple[int, str | None]]:
    with site.reading() as ctx:
        listed = period_figures(ctx, SECOND)["figures"]
    return {(one["agent"], one["channel"]): (one["n"], one["mean"]) for one in listed}


def test_a_figure_is_the_mean_of_its_scores_rounded_half_up(site: Site) -> None:
    made = make_drawn_department(site, each=4)
    grade_all(site, made, "anna", "call", ["86.50", "91.25"])
    grade_all(site, made, "anna", "chat", ["70.01", "70.02", "70.02", "70.04"])
    assert figures_of(site) == {
        ("E-anna", "call"): (2, "88.88"),  # 177.75 / 2 = 88.875
        ("E-anna", "chat"): (4, "70.02"),  # 280.09 / 4 = 70.0225
    }
    assert publish(site)[0] == 1
    assert figures_of(site)["E-anna", "call"] == (2, "88.88")


def test_an_evaluation_without_a_score_is_listed_but_neither_in_n_nor_in_the_mean(
    site: Site,
) -> None:
    made = make_drawn_department(site, each=2)
    grade_all(site, made, "anna", "call", ["80.00", NO_SCORE])
    grade_all(site, made, "ben", "call", [NO_SCORE])
    assert figures_of(site) == {("E-anna", "call"): (1, "80.00"), ("E-ben", "call"): (0, None)}
    publish(site)
    with site.reading() as ctx:
        listed = period_figures(ctx, SECOND)["figures"]
    assert sorted(str(one["score"]) for one in listed[0]["evaluations"]) == ["80.00", "None"]


def test_publishing_again_without_a_change_is_the_same_version(site: Site) -> None:
    made = make_drawn_department(site)
    grade_all(site, made, "anna", "call", ["86.50"])
    first = publish(site)
    assert publish(site) == first
    with site.reading() as ctx:
        assert len(ctx.session.scalars(select(Publication.id)).all()) == 1


def test_the_digest_is_the_sha256_of_the_document_that_is_handed_out(site: Site) -> None:
    made = make_drawn_department(site)
    grade_all(site, made, "anna", "call", ["86.50"])
    version, digest = publish(site)
    with site.reading() as ctx:
        text = published_document(ctx, SECOND, version)
    assert hashlib.sha256(text.encode()).hexdigest() == digest
    assert orjson.loads(text)["period"] == SECOND


def test_a_later_score_gives_a_new_version_and_leaves_the_old_one_as_it_was(site: Site) -> None:
    made = make_drawn_department(site)
    grade_all(site, made, "anna", "call", ["86.50"])
    _, digest = publish(site)
    with site.reading() as ctx:
        before = published_document(ctx, SECOND, 1)
    grade_all(site, made, "anna", "call", ["91.25"])
    assert figures_of(site)["E-anna", "call"] == (1, "86.50")  # published, until it is restated
    version, restated = publish(site, "one more was graded")
    assert (version, restated != digest) == (2, True)
    with site.reading() as ctx:
        assert published_document(ctx, SECOND, 1) == before
        changes = version_changes(ctx, SECOND, 2)
    assert [(one.agent, one.channel, one.before, one.after) for one in changes] == [
        ("E-anna", "call", (1, "86.50"), (2, "88.88"))
    ]


def test_targeted_and_replaced_gradings_never_count(site: Site) -> None:
    made = make_drawn_department(site)
    kept, replaced = grade_all(site, made, "anna", "chat", ["90.00", "10.00"])
    with site.writing() as ctx:
        pick = (
            select(Assignment.pick_id)
            .join(Evaluation, Evaluation.assignment_id == Assignment.id)
            .where(Evaluation.id == replaced)
        )
        ctx.session.execute(
            update(Pick)
            .where(Pick.id.in_(pick))
            .values(replaced_at=ctx.clock.now(), replaced_reason="no_sound")
        )
        grader = made.accounts["qing"]
        conversation = make_conversation(ctx, made.agents["anna"])
        make_evaluation(ctx, conversation, grader, publish_form(ctx, "chat-text"))
    assert figures_of(site) == {("E-anna", "chat"): (1, "90.00")}
    publish(site)
    with site.reading() as ctx:
        assert list(ctx.session.scalars(select(PublishedScore.evaluation_id))) == [kept]


def test_nothing_is_published_before_anything_counts_or_the_half_began(site: Site) -> None:
    make_drawn_department(site)
    for code, problem in ((SECOND, "nothing_to_publish"), ("2026-12-H1", "not_begun")):
        with pytest.raises(Refused) as refused, site.writing() as ctx:
            publish_period(ctx, code)
        assert refused.value.code == problem


def test_only_specialists_publish(site: Site) -> None:
    made = make_drawn_department(site)
    grade_all(site, made, "anna", "call", ["86.50"])
    for who in ("manager", "lead A", "anna", "hr", "admin"):
        with pytest.raises(NotAllowed), site.writing() as ctx:
            publish_period(acting(ctx, made.accounts[who]), SECOND)


def test_the_stored_interval_is_that_of_handbook_1(site: Site) -> None:
    made = make_drawn_department(site, each=8)
    grade_all(site, made, "anna", "call", ["80.00", "90.00", "85.00", "95.00", "70.00"])
    with site.reading() as ctx:
        before = values(ctx, edition(ctx, SECOND), [made.agents["anna"].id])
    publish(site)
    with site.reading() as ctx:
        after = values(ctx, edition(ctx, SECOND), [made.agents["anna"].id])
    value = after[made.agents["anna"].id, "call"]
    # mean 84, s = 9.6177, t(0.975, 4) = 2.7764, sqrt(1 - 5/8): 84 ± 7.3128
    assert (value.n, value.mean, value.population) == (5, Decimal("84.00"), 8)
    assert value.interval == (Decimal("76.7"), Decimal("91.3"))
    assert before[made.agents["anna"].id, "call"].interval == value.interval


def test_each_score_is_in_the_version_or_comes_after_it(site: Site) -> None:
    """Submissions against publications: no score is lost between, no version is half of one."""
    made = make_drawn_department(site, each=5)
    grade_all(site, made, "carl", "chat", ["50.00"])
    waiting = [
        one
        for name in ("anna", "ben")
        for channel in ("call", "chat")
        for one in open_assignments(site, made.agents[name], channel)
    ]
    troubles: list[BaseException] = []

    def guarded(work: list[int], act: str) -> None:
        try:
            for number, assignment_id in enumerate(work):
                if act == "grade":
                    grade(site, made.accounts["qing"], assignment_id, f"{60 + number}.00")
                else:
                    publish(site)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            troubles.append(error)

    threads = [
        threading.Thread(target=guarded, args=(waiting[0::2], "grade")),
        threading.Thread(target=guarded, args=(waiting[1::2], "grade")),
        threading.Thread(target=guarded, args=(list(range(8)), "publish")),
        threading.Thread(target=guarded, args=(list(range(8)), "publish")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    publish(site)
    with site.reading() as ctx:
        versions = ctx.session.scalars(select(Publication).order_by(Publication.version)).all()
        documents = [orjson.loads(one.document) for one in versions]
        assert [one.version for one in versions] == list(range(1, len(versions) + 1))
        assert len({one.digest for one in versions}) == len(versions)
    held = [
        {one["evaluation"] for figure in document["figures"] for one in figure["evaluations"]}
        for document in documents
    ]
    assert all(earlier < later for earlier, later in itertools.pairwise(held))
    assert len(held[-1]) == len(waiting) + 1


@pytest.mark.parametrize("is_published", [False, True])
def test_a_teams_figure_holds_what_was_held_while_the_agent_was_in_it(
    site: Site, is_published: bool
) -> None:
    """Ben works in A until the 17th and in B from the 18th; the rest stay where they are."""
    made = make_drawn_department(site, each=2)
    with site.writing() as ctx:
        ctx.session.execute(
            update(Membership)
            .where(Membership.person_id == made.agents["ben"].id)
            .values(to_date=date(2026, 11, 17))
        )
        ctx.session.add(
            Membership(
                person_id=made.agents["ben"].id,
                team_id=made.teams["B"].id,
                from_date=date(2026, 11, 18),
            )
        )
        later = select(Conversation.id).where(Conversation.agent_id == made.agents["ben"].id)
        chosen = ctx.session.scalars(
            later.where(Conversation.channel == "call").order_by(Conversation.external_id.desc())
        ).first()
        ctx.session.execute(
            update(Conversation)
            .where(Conversation.id == chosen)
            .values(local_date=date(2026, 11, 18))
        )
    grade_all(site, made, "anna", "call", ["90.00", "91.00"])
    grade_all(site, made, "ben", "call", ["80.00", "70.00"])  # the second one is held in B
    grade_all(site, made, "carl", "call", ["60.00", NO_SCORE])
    if is_published:
        publish(site)
    with site.reading() as ctx:
        shown = edition(ctx, SECOND)
        found = [(one.team, one.n, one.total, one.mean) for one in team_values(ctx, shown)]
        lead = acting(ctx, made.accounts["lead A"], frozenset({made.teams["A"].id}))
        own = [one.team for one in team_values(lead, shown)]
        with pytest.raises(NotFound):
            check_team(lead, SECOND, "B")
    assert found == [
        ("A", 3, Decimal("261.00"), Decimal("87.00")),
        ("B", 2, Decimal("130.00"), Decimal("65.00")),
    ]
    assert own == ["A"]
