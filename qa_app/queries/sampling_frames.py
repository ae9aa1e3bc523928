"""Which conversations a plan speaks of, which are picked already, and which stand in a frame."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from qa_app.domain.calendar import Period, conversation_dates, slices
from qa_app.domain.conversation import conversation_key
from qa_app.domain.plan import PlanDefinition
from qa_app.models import Conversation, Draw, Membership, Person, Pick, Stratum, Team

ROWS_AT_ONCE = 10_000
CONVERSATIONS_AT_ONCE = 500
NO_SLICE = 0

KEY = Conversation.source + ":" + Conversation.external_id


class EarlierPick(NamedTuple):
    """A pick of an earlier draw; `slice` is the one that its conversation lies in now."""

    agent_id: int
    channel: str
    slice: int | None
    key: str
    stands: bool


class EligibleGroup(NamedTuple):
    """The conversations of one stratum that satisfy a plan: their ids by key."""

    agent_id: int
    channel: str
    slice: int | None
    ids: dict[str, int]


def eligible_groups(
    session: Session, plan: PlanDefinition, period: Period, lag_days: int
) -> Iterator[EligibleGroup]:
    """What satisfies the plan, stratum by stratum, in one pass that never holds all of it."""
    cut = slice_of_conversation(plan, period, lag_days)
    order = [Conversation.agent_id, Conversation.channel]
    if plan.slices > 1:
        order.append(cut)
    statement = (
        select(Conversation.agent_id, Conversation.channel, cut, Conversation.id, KEY)
        .where(*plan_conditions(plan, period, lag_days))
        .order_by(*order)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    stratum: tuple[int, str, int] | None = None
    ids: dict[str, int] = {}
    for agent_id, channel, part, conversation_id, key in session.connection().execute(statement):
        if stratum != (agent_id, channel, part):
            if stratum is not None:
                yield EligibleGroup(*stratum[:2], stratum[2] or None, ids)
            stratum, ids = (agent_id, channel, part), {}
        ids[key] = conversation_id
    if stratum is not None:
        yield EligibleGroup(*stratum[:2], stratum[2] or None, ids)


def slice_of_conversation(plan: PlanDefinition, period: Period, lag_days: int) -> Any:
    """The slice, from 1, that a conversation lies in; 0 where the plan cuts none."""
    if plan.slices == 1:
        return literal(NO_SLICE).label("slice")
    lag = timedelta(days=lag_days)
    ends = [last - lag for _, last in slices(period, plan.slices)]
    cuts = [(Conversation.local_date <= last, number) for number, last in enumerate(ends, start=1)]
    return case(*cuts[:-1], else_=plan.slices).label("slice")


def plan_conditions(
    plan: PlanDefinition, period: Period, lag_days: int
) -> list[ColumnElement[bool]]:
    """The plan's words about conversations as SQL."""
    first, last = conversation_dates(period, lag_days)
    conditions = [Conversation.local_date.between(first, last), _of_channels(plan)]
    if plan.agents.teams:
        conditions.append(_held_in_teams(plan.agents.teams))
    if plan.agents.employee_nos:
        people = select(Person.id).where(Person.employee_no.in_(plan.agents.employee_nos))
        conditions.append(Conversation.agent_id.in_(people))
    for name, values in plan.filters.items():
        if name == "tags":
            conditions.append(or_(*[_has_tag(value) for value in values]))
        else:
            conditions.append(getattr(Conversation, name).in_(values))
    return conditions


def _of_channels(plan: PlanDefinition) -> ColumnElement[bool]:
    """A length that nobody knows does not satisfy a plan that asks for one."""
    parts: list[ColumnElement[bool]] = []
    for channel, rule in plan.channels.items():
        part: ColumnElement[bool] = Conversation.channel == channel.value
        if rule.min_duration_s:
            part = part & (Conversation.duration_s >= rule.min_duration_s)
        parts.append(part)
    return or_(*parts)


def _held_in_teams(codes: Collection[str]) -> ColumnElement[bool]:
    """The agent was in one of the teams on the conversation's day."""
    return exists(
        select(Membership.id)
        .join(Team, Team.id == Membership.team_id)
        .where(
            Membership.person_id == Conversation.agent_id,
            Team.code.in_(codes),
            Membership.from_date <= Conversation.local_date,
            or_(Membership.to_date.is_(None), Membership.to_date >= Conversation.local_date),
        )
    )


def _has_tag(tag: str) -> ColumnElement[bool]:
    """Exact and case-sensitive on both databases, which LIKE is not."""
    tags = literal(";") + Conversation.tags + ";"
    return func.replace(tags, f";{tag};", "") != tags


def earlier_picks(
    session: Session, seed_id: int, plan: PlanDefinition, period: Period, lag_days: int
) -> list[EarlierPick]:
    """What the draws of one plan and period (one seed) have picked so far."""
    cut = slice_of_conversation(plan, period, lag_days)
    statement = (
        select(Conversation.agent_id, Conversation.channel, cut, KEY, Pick.replaced_at.is_(None))
        .select_from(Pick)
        .join(Stratum, Stratum.id == Pick.stratum_id)
        .join(Draw, Draw.id == Stratum.draw_id)
        .join(Conversation, Conversation.id == Pick.conversation_id)
        .where(Draw.seed_id == seed_id)
    )
    return [
        EarlierPick(agent_id, channel, part or None, key, stands)
        for agent_id, channel, part, key, stands in session.execute(statement)
    ]


def stands_in_frame(session: Session, conversation_ids: Iterable[int]) -> set[int]:
    """Which of these conversations stand in the frame of any draw.

    Their agent, channel and start can no longer change (handbook 6).
    """
    ids = list(dict.fromkeys(conversation_ids))
    found: set[int] = set()
    for start in range(0, len(ids), CONVERSATIONS_AT_ONCE):
        found |= _in_frames(session, ids[start : start + CONVERSATIONS_AT_ONCE])
    return found


def _in_frames(session: Session, ids: list[int]) -> set[int]:
    statement = select(
        Conversation.id,
        Conversation.agent_id,
        Conversation.channel,
        Conversation.source,
        Conversation.external_id,
    ).where(Conversation.id.in_(ids))
    wanted: dict[tuple[int, str], dict[str, int]] = {}
    for row in session.execute(statement):
        key = conversation_key(row.source, row.external_id)
        wanted.setdefault((row.agent_id, row.channel), {})[key] = row.id
    found: set[int] = set()
    for (agent_id, channel), by_key in wanted.items():
        frames = select(Stratum.frame).where(
            Stratum.agent_id == agent_id, Stratum.channel == channel
        )
        for frame in session.scalars(frames):
            found.update(by_key[key] for key in by_key.keys() & set(frame.split("\n")))
    return found
