"""Lists of conversations: scope, filters, paging both ways, indexes; and what was said in one."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from qa_app.adapters.clock import FixedClock
from qa_app.domain.errors import InvalidInput, NotAllowed, NotFound
from qa_app.models import Account, Conversation
from qa_app.queries.conversations import (
    ConversationFilters,
    conversation_count,
    conversation_page,
    get_conversation,
    relation_of,
    turns_of,
    values_of,
    what_was_said,
)
from qa_app.security.context import Actor, Context
from qa_app.services.listening import unmask_conversation
from qa_app.services.site import Site
from tests.factories import (
    make_account,
    make_agent,
    make_conversation,
    make_evaluation,
    make_lead,
    make_person,
    make_specialist,
    make_team,
    publish_form,
)
from tests.factories.grading import acting, actor_for

START = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
SPOKEN = [{"speaker": "customer", "text": "我的手机是13812345678"}]


def ids(rows: object) -> list[int]:
    return [row.id for row in rows]  # type: ignore[attr-defined]


def fill(ctx: Context, count: int) -> list[int]:
    """Conversations of two agents, an hour apart, three of them at the same instant; their ids."""
    people = [make_person(ctx), make_person(ctx)]
    made = [
        make_conversation(
            ctx,
            people[number % 2],
            channel="call" if number % 3 == 0 else "chat",
            started_at=START + timedelta(hours=min(number, count - 3)),
            queue="orders" if number % 2 else None,
            topic="late parcel" if number % 5 == 0 else "price",
            language="zh" if number % 4 else "en",
            satisfaction=number % 5 + 1,
            turns=[],
        ).id
        for number in range(count)
    ]
    return made[::-1]


@contextmanager
def statements(ctx: Context) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database within the block, with its parameters."""
    sent: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        sent.append((statement, values))

    engine = ctx.session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_pages_go_to_the_oldest_and_back_without_losing_or_doubling_one(site: Site) -> None:
    with site.writing() as ctx:
        newest_first = fill(ctx, 23)
        forward, backward, after = [], [], None
        while page := conversation_page(ctx, after=after, limit=5):
            forward.append(ids(page))
            after = (page[-1].started_at, page[-1].id)
        before = after
        while page := conversation_page(ctx, before=before, limit=5):
            backward.append(ids(page))
            before = (page[0].started_at, page[0].id)
    assert list(itertools.chain(*forward)) == newest_first
    assert list(itertools.chain(*backward[::-1])) == newest_first[:-1]


def test_pages_of_one_agent_come_in_the_same_order(site: Site) -> None:
    with site.writing() as ctx:
        newest_first = fill(ctx, 41)
        rows = conversation_page(ctx, limit=100)
        number = rows[0].employee_no
        own = [row.id for row in rows if row.employee_no == number]
        filters, found, after = ConversationFilters(agent=number), [], None
        while page := conversation_page(ctx, filters, after=after, limit=4):
            found += ids(page)
            after = (page[-1].started_at, page[-1].id)
        previous = conversation_page(ctx, filters, before=after, limit=4)
    assert ids(rows) == newest_first
    assert found == own
    assert ids(previous) == own[-5:-1]


def test_every_filter_gives_what_it_says_and_the_count_agrees(site: Site) -> None:
    with site.writing() as ctx:
        fill(ctx, 40)
        everything = conversation_page(ctx, limit=100)
        cases = {
            ConversationFilters(channel="call"): lambda row: row.channel == "call",
            ConversationFilters(queue="orders"): lambda row: row.queue == "orders",
            ConversationFilters(topic="late parcel"): lambda row: row.topic == "late parcel",
            ConversationFilters(language="en"): lambda row: row.language == "en",
            ConversationFilters(satisfaction=5): lambda row: row.satisfaction == 5,
            ConversationFilters(has_recording=True): lambda _row: False,
            ConversationFilters(is_evaluated=True): lambda _row: False,
            ConversationFilters(is_evaluated=False, has_recording=False): lambda _row: True,
            ConversationFilters(team="none"): lambda _row: False,
            ConversationFilters(agent="nobody"): lambda _row: False,
            ConversationFilters(queue="orders", topic="price", satisfaction=2): lambda row: (
                (row.queue, row.topic, row.satisfaction) == ("orders", "price", 2)
            ),
            ConversationFilters(external_id=everything[7].external_id): lambda row: (
                row.id == everything[7].id
            ),
            ConversationFilters(external_id=f"test:{everything[7].external_id}"): lambda row: (
                row.id == everything[7].id
            ),
            ConversationFilters(external_id=f"other:{everything[7].external_id}"): (
                lambda _row: False
            ),
            ConversationFilters(date_from=date(2026, 11, 2), date_to=date(2026, 11, 2)): (
                lambda row: row.local_date == date(2026, 11, 2)
            ),
            ConversationFilters(date_to=date.max): lambda _row: True,
        }
        for filters, belongs in cases.items():
            wanted = [row.id for row in everything if belongs(row)]
            assert ids(conversation_page(ctx, filters, limit=100)) == wanted, filters
            assert conversation_count(ctx, filters) == len(wanted), filters


def test_dates_are_days_of_the_site(site: Site) -> None:
    with site.writing() as ctx:
        agent = make_person(ctx)
        at_midnight = datetime(2026, 11, 1, 16, 0, tzinfo=UTC)
        evening = make_conversation(ctx, agent, started_at=at_midnight - timedelta(seconds=1)).id
        morning = make_conversation(ctx, agent, started_at=at_midnight).id
        first, second = date(2026, 11, 1), date(2026, 11, 2)
        assert ids(conversation_page(ctx, ConversationFilters(date_to=first))) == [evening]
        assert ids(conversation_page(ctx, ConversationFilters(date_from=second))) == [morning]


def test_a_lead_finds_what_was_held_in_the_own_team_then(site: Site) -> None:
    with site.writing() as ctx:
        team, other = make_team(ctx), make_team(ctx)
        lead_person, lead = make_lead(ctx, team)
        mover = make_person(ctx, team=team, to_date=date(2026, 11, 10))
        stranger = make_person(ctx, team=other)
        kept = make_conversation(ctx, mover, started_at=datetime(2026, 11, 10, 3, tzinfo=UTC)).id
        left = make_conversation(ctx, mover, started_at=datetime(2026, 11, 11, 3, tzinfo=UTC)).id
        foreign = make_conversation(ctx, stranger).id
        own = make_conversation(ctx, lead_person).id
        as_lead = acting(ctx, lead, frozenset({team.id}))
        assert ids(conversation_page(as_lead)) == [kept]
        assert ids(conversation_page(as_lead, ConversationFilters(team=team.code))) == [kept]
        assert relation_of(as_lead, get_conversation(as_lead, kept)).in_led_team
        for hidden in (left, foreign, own, 4711):
            with pytest.raises(NotFound) as refusal:
                get_conversation(as_lead, hidden)
            assert str(refusal.value) == f"There is no conversation {hidden}."
            with pytest.raises(NotFound):
                turns_of(as_lead, hidden)


def test_an_agent_finds_the_own_ones_once_they_are_released(site: Site) -> None:
    with site.writing() as ctx:
        person, agent = make_agent(ctx)
        _other, colleague = make_agent(ctx)
        graded, ungraded = make_conversation(ctx, person), make_conversation(ctx, person)
        make_evaluation(ctx, graded, make_specialist(ctx), publish_form(ctx))
        mine, theirs = acting(ctx, agent), acting(ctx, colleague)
        assert ids(conversation_page(mine)) == [graded.id]
        assert get_conversation(mine, graded.id).id == graded.id
        assert conversation_count(theirs) == 0
        for who, which in ((mine, ungraded), (theirs, graded), (theirs, ungraded)):
            with pytest.raises(NotFound):
                get_conversation(who, which.id)
        specialist = acting(ctx, make_specialist(ctx))
        evaluated = ConversationFilters(is_evaluated=True)
        assert ids(conversation_page(specialist, evaluated)) == [graded.id]
        assert conversation_count(specialist, evaluated) == 1


@pytest.mark.parametrize("role", ["hr", "admin"])
def test_hr_and_administrators_see_none(site: Site, role: str) -> None:
    with site.writing() as ctx:
        conversation = make_conversation(ctx, make_person(ctx))
        who = acting(ctx, make_account(ctx, role))
        with pytest.raises(NotAllowed):
            conversation_page(who)
        with pytest.raises(NotAllowed):
            get_conversation(who, conversation.id)
        with pytest.raises(NotAllowed):
            turns_of(who, conversation.id)


def test_customers_data_is_masked_until_a_reason_lifts_it_for_the_day(
    site: Site, clock: FixedClock
) -> None:
    with site.writing() as ctx:
        agent = make_person(ctx)
        said = {"turns": SPOKEN, "customer_ref": "13812345678"}
        first = make_conversation(ctx, agent, **said).id  # type: ignore[arg-type]
        other = make_conversation(ctx, agent, **said).id  # type: ignore[arg-type]
        one, two = actor_for(make_specialist(ctx)), actor_for(make_specialist(ctx))
    with site.writing(one) as ctx:
        masked = what_was_said(ctx, first)
        assert masked.is_masked
        assert masked.turns[0]["text"] == "我的手机是•••••••••78"
        assert masked.customer_ref == "•••••••••78"
        with pytest.raises(InvalidInput):
            unmask_conversation(ctx, first, reason=" a ")
        unmask_conversation(ctx, first, reason="The customer asked to be called back.")
    with site.reading(one) as ctx:
        assert turns_of(ctx, first) == SPOKEN
        assert what_was_said(ctx, first).customer_ref == "13812345678"
        assert what_was_said(ctx, other).is_masked
    with site.reading(two) as ctx:
        assert what_was_said(ctx, first).is_masked
    clock.set(datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC))
    with site.reading(one) as ctx:
        assert not what_was_said(ctx, first).is_masked
    clock.advance(seconds=1)
    with site.reading(one) as ctx:
        assert what_was_said(ctx, first).is_masked


def test_an_agent_cannot_lift_a_mask(site: Site) -> None:
    with site.writing() as ctx:
        person, agent = make_agent(ctx)
        graded = make_conversation(ctx, person, turns=SPOKEN)
        make_evaluation(ctx, graded, make_specialist(ctx), publish_form(ctx))
        mine = acting(ctx, agent)
        assert turns_of(mine, graded.id)[0]["text"].endswith("•78")
        with pytest.raises(NotAllowed):
            unmask_conversation(mine, graded.id, reason="I want to know.")


def test_values_are_listed_once_and_in_order(site: Site) -> None:
    with site.writing() as ctx:
        assert values_of(ctx, "queue") == []
        fill(ctx, 12)
        assert values_of(ctx, "topic") == ["late parcel", "price"]
        assert values_of(ctx, "queue") == ["orders"]
        assert values_of(ctx, "source") == ["test"]


def test_a_page_takes_one_statement_however_long_it_is(site: Site) -> None:
    with site.writing() as ctx:
        fill(ctx, 40)
        for limit in (1, 40):
            with statements(ctx) as sent:
                conversation_page(ctx, limit=limit)
            assert len(sent) == 1


EVERY_FILTER: dict[str, Any] = {
    "channel": "call",
    "agent": "E1",
    "team": "T1",
    "date_from": date(2026, 11, 2),
    "queue": "orders",
    "topic": "price",
    "language": "zh",
    "satisfaction": 1,
    "has_recording": True,
    "is_evaluated": True,
    "external_id": "C1",
}
ROLES = ("specialist", "lead", "agent")
WHOLE_TABLE = re.compile(r"SCAN conversation$|Seq Scan on conversation", re.MULTILINE)


def some_actor(ctx: Context, role: str) -> Actor:
    if role == "specialist":
        return actor_for(make_specialist(ctx))
    team = make_team(ctx)
    account: Account
    _person, account = make_lead(ctx, team) if role == "lead" else make_agent(ctx, team)
    return actor_for(account, frozenset({team.id}) if role == "lead" else frozenset())


@pytest.mark.parametrize("role", ROLES)
def test_an_index_serves_every_combination_of_filters(site: Site, role: str) -> None:
    with site.writing() as ctx:
        fill_in_bulk(ctx, 4000)
        who = Context(ctx.session, some_actor(ctx, role), ctx.clock, ctx.settings)
        ctx.session.execute(text("ANALYZE"))
        if ctx.session.get_bind().dialect.name == "postgresql":  # 4,000 rows are read in a blink
            ctx.session.execute(text("SET LOCAL enable_seqscan = off"))
        combinations = [*itertools.combinations(EVERY_FILTER, 2), (), tuple(EVERY_FILTER)]
        for names in combinations:
            filters = ConversationFilters(**{name: EVERY_FILTER[name] for name in names})
            plan = plan_of_page(who, filters)
            assert not WHOLE_TABLE.search(plan), plan


def fill_in_bulk(ctx: Context, count: int) -> None:
    person = make_person(ctx, "E1", team=make_team(ctx, "T1"))
    now = ctx.clock.now()
    rows = [
        {
            "source": "bulk",
            "external_id": f"B{number}",
            "channel": "call" if number % 2 else "chat",
            "agent_id": person.id,
            "started_at": START + timedelta(minutes=number),
            "local_date": (START + timedelta(minutes=number, hours=8)).date(),
            "tags": "",
            "row_digest": "0" * 64,
            "imported_at": now,
            "updated_at": now,
            "queue": f"queue {number % 7}",
            "topic": f"topic {number % 30}",
        }
        for number in range(count)
    ]
    ctx.session.execute(insert(Conversation), rows)


def plan_of_page(ctx: Context, filters: ConversationFilters) -> str:
    """How the database goes about the page, line by line."""
    with statements(ctx) as sent:
        conversation_page(ctx, filters)
    statement, parameters = sent[-1]
    on_sqlite = ctx.session.get_bind().dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN "
    plan = ctx.session.connection().exec_driver_sql(explain + statement, parameters)
    return "\n".join(str(line[-1]) for line in plan)
