"""Records of draws, their proof, and what an agent is told of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select, update

from qa_app.adapters.clock import FixedClock
from qa_app.domain.calendar import Period as Half
from qa_app.domain.draw_record import verify_record
from qa_app.domain.errors import NotAllowed, NotFound
from qa_app.domain.period import PeriodState
from qa_app.domain.plan import load_plan
from qa_app.models import (
    Assignment,
    Conversation,
    Evaluation,
    Period,
    PeriodSeed,
    Person,
    Pick,
    Stratum,
)
from qa_app.queries.sampling import (
    changed_since,
    draw_list,
    draw_record,
    how_it_was_drawn,
    stands_in_frame,
    verify_draw,
)
from qa_app.queries.sampling_progress import agent_progress, agents_of_plan, channel_progress
from qa_app.queries.sampling_records import draw_head, picks_of_strata, strata_page
from qa_app.security.context import Context
from qa_app.services.sampling import run_draw
from qa_app.services.site import Site
from tests.factories import make_account, make_agent, make_lead, make_person, make_team
from tests.factories.grading import actor_for
from tests.factories.sampling import (
    PERIOD,
    first_draw,
    make_chat,
    make_department,
    plan_text,
    publish_plan_text,
)

SEED = "0f" * 32
HALF = Half.parse(PERIOD)


def evaluation_of(ctx: Context, conversation_key: str, state: str = "released") -> int:
    """The id of an evaluation of a drawn conversation, without its answers."""
    assignment = ctx.session.scalars(
        select(Assignment)
        .join(Conversation, Conversation.id == Assignment.conversation_id)
        .where(Conversation.source + ":" + Conversation.external_id == conversation_key)
    ).one()
    conversation = ctx.session.get(Conversation, assignment.conversation_id)
    assert conversation is not None
    evaluation = Evaluation(
        assignment_id=assignment.id,
        conversation_id=conversation.id,
        agent_id=conversation.agent_id,
        channel=conversation.channel,
        period=assignment.period,
        kind="random",
        state=state,
        grader_id=assignment.grader_id,
        scorecard_version_id=assignment.scorecard_version_id,
        created_at=ctx.clock.now(),
        updated_at=ctx.clock.now(),
    )
    assignment.state = "submitted"  # type: ignore[assignment]
    ctx.session.add(evaluation)
    ctx.session.flush()
    return evaluation.id


def change_seed(ctx: Context) -> None:
    ctx.session.execute(update(PeriodSeed).values(seed="1" * 64))


def drop_a_key(ctx: Context) -> None:
    stratum = ctx.session.scalars(select(Stratum).order_by(Stratum.id)).first()
    assert stratum is not None
    stratum.frame = stratum.frame.partition("\n")[2]
    ctx.session.flush()


def swap_a_pick(ctx: Context) -> None:
    pick = ctx.session.scalars(select(Pick).order_by(Pick.id)).first()
    assert pick is not None
    picked = set(ctx.session.scalars(select(Pick.conversation_id)))
    stratum = ctx.session.get(Stratum, pick.stratum_id)
    assert stratum is not None
    others = select(Conversation.id).where(Conversation.agent_id == stratum.agent_id)
    pick.conversation_id = min(set(ctx.session.scalars(others)) - picked)
    ctx.session.flush()


def forge_a_ticket(ctx: Context) -> None:
    pick = ctx.session.scalars(select(Pick).order_by(Pick.id)).first()
    assert pick is not None
    pick.ticket = "0" * 64
    ctx.session.flush()


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (change_seed, "commitment_differs"),
        (drop_a_key, "digest_differs"),
        (swap_a_pick, "pick_differs"),
        (forge_a_ticket, "ticket_differs"),
    ],
)
def test_whatever_is_tampered_with_shows(
    site: Site, tamper: Callable[[Context], None], code: str
) -> None:
    with site.writing() as ctx:
        draw = first_draw(ctx, SEED)
        assert verify_draw(ctx, draw.code) is None
        tamper(ctx)
        difference = verify_draw(ctx, draw.code)
        assert difference is not None
        assert difference.code == code


def test_a_record_proves_itself_once_its_seed_is_shown(site: Site) -> None:
    with site.writing() as ctx:
        draw = first_draw(ctx)
        ctx.session.execute(update(Period).values(state=PeriodState.PUBLISHED))
        record = draw_record(ctx, draw.code)
        assert record["seed"] is not None
        assert verify_record(record) is None


def test_conversations_changed_after_the_draw_are_listed_apart(
    site: Site, clock: FixedClock
) -> None:
    with site.writing() as ctx:
        draw = first_draw(ctx)
        assert changed_since(ctx, draw.code) == []
        clock.advance(hours=1)
        ctx.session.execute(
            update(Conversation)
            .where(Conversation.external_id.in_(["E1-0", "E3-5"]))
            .values(topic="other", updated_at=clock.now())
        )
        person = ctx.session.scalars(select(Person).where(Person.employee_no == "E1")).one()
        make_chat(ctx, person, "late")
        assert changed_since(ctx, draw.code) == ["test:E1-0", "test:E3-5"]
        assert verify_draw(ctx, draw.code) is None


def test_what_stands_in_a_frame_is_known_by_its_id(site: Site) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        person = ctx.session.scalars(select(Person).where(Person.employee_no == "E1")).one()
        make_chat(ctx, person, "late")
        make_chat(ctx, person, "E1")  # the beginning of a key that stands there
        ids = {row.external_id: row.id for row in ctx.session.scalars(select(Conversation))}
        wanted = [ids["late"], ids["E1"], ids["E1-0"], ids["E2-3"], 10**6]
        assert stands_in_frame(ctx.session, wanted) == {ids["E1-0"], ids["E2-3"]}
        assert stands_in_frame(ctx.session, []) == set()


def test_an_agent_is_told_how_the_conversation_was_drawn(site: Site) -> None:
    with site.writing() as ctx:
        draw = first_draw(ctx, SEED)
        picks = {one["agent"]: one["picks"] for one in draw_record(ctx, draw.code)["strata"]}
        released = evaluation_of(ctx, picks["E1"][1])
        unreleased = evaluation_of(ctx, picks["E1"][0], state="submitted")
        others = evaluation_of(ctx, picks["E2"][0])
        person = ctx.session.scalars(select(Person).where(Person.employee_no == "E1")).one()
        agent = actor_for(make_account(ctx, "agent", person=person))
    with site.reading(agent) as ctx:
        how = how_it_was_drawn(ctx, released)
        assert how is not None
        assert (how.place, how.quota, how.frame_size, how.channel) == (2, 2, 6, "chat")
        assert (how.plan, how.title["en"], how.draw) == ("main", "Plan main", draw.code)
        assert (how.first_day, how.last_day) == (date(2026, 11, 16), date(2026, 11, 30))
        assert how.key == picks["E1"][1]
        assert how.seed is None
        assert len(how.commitment) == 64
        for unseen in (unreleased, others, 10**6):
            with pytest.raises(NotFound):
                how_it_was_drawn(ctx, unseen)
        with pytest.raises(NotAllowed):
            draw_list(ctx)
    with site.writing() as ctx:
        ctx.session.execute(update(Period).values(state=PeriodState.PUBLISHED))
    with site.reading(agent) as ctx:
        how = how_it_was_drawn(ctx, released)
        assert how is not None
        assert how.seed == SEED


def test_the_days_of_a_slice_are_told(site: Site) -> None:
    with site.writing() as ctx:
        make_department(ctx, agents=1, conversations=1)
        publish_plan_text(ctx, plan_text(more="slices: 3"))
        draw = run_draw(ctx, PERIOD, "main")
        (stratum,) = draw_record(ctx, draw.code)["strata"]
        how = how_it_was_drawn(ctx, evaluation_of(ctx, stratum["picks"][0]))
        assert how is not None
        assert (how.first_day, how.last_day) == (date(2026, 11, 16), date(2026, 11, 20))


def test_a_lead_reads_the_strata_of_the_own_team(site: Site) -> None:
    with site.writing() as ctx:
        draw = first_draw(ctx)
        team = make_team(ctx, "B")
        other = make_person(ctx, "F1", team=team)
        make_chat(ctx, other, "other")
        run_draw(ctx, PERIOD, "main")
        lead = actor_for(make_lead(ctx, team)[1], frozenset({team.id}))
        agent = actor_for(make_agent(ctx, team)[1])
    with site.reading(lead) as ctx:
        assert draw_record(ctx, draw.code)["strata"] == []
        record = draw_record(ctx, "2026-11-H2.main.2")
        assert [one["agent"] for one in record["strata"]] == ["F1"]
        plan = load_plan(plan_text())
        assert [(one.agents, one.drawn) for one in channel_progress(ctx, plan, HALF)] == [(1, 1)]
        # the agent whom the account was made for is a member, too
        assert agents_of_plan(ctx, plan, HALF) == 2
    with site.reading(agent) as ctx, pytest.raises(NotAllowed):
        draw_record(ctx, draw.code)


def test_progress_counts_drawn_and_graded(site: Site) -> None:
    with site.writing() as ctx:
        draw = first_draw(ctx)
        picks = draw_record(ctx, draw.code)["strata"][0]["picks"]
        evaluation_of(ctx, picks[0])
        plan = load_plan(plan_text())
        (channel,) = channel_progress(ctx, plan, HALF)
        assert (channel.agents, channel.planned, channel.drawn, channel.graded) == (3, 6, 6, 1)
        agents = agent_progress(ctx, plan, HALF)
        assert [(one.employee_no, one.counts) for one in agents] == [
            ("E1", {"chat": (2, 1)}),
            ("E2", {"chat": (2, 0)}),
            ("E3", {"chat": (2, 0)}),
        ]
        assert [one.employee_no for one in agent_progress(ctx, plan, HALF, after="E2")] == ["E3"]


def test_strata_are_paged_by_key(site: Site) -> None:
    with site.writing() as ctx:
        draw = first_draw(ctx)
        head = draw_head(ctx, draw.code)
        first = strata_page(ctx, head.id, limit=2)
        rest = strata_page(ctx, head.id, after=first[-1].id, limit=2)
        assert [row.employee_no for row in [*first, *rest]] == ["E1", "E2", "E3"]
        picks = picks_of_strata(ctx, [row.id for row in first])
        assert [[pick.place for pick in picks[row.id]] for row in first] == [[1, 2], [1, 2]]
