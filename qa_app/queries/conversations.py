"""Reads of conversations: pages of them, one of them, and what was said in it.

Personal data of customers is hidden here, so that no page can forget to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    tuple_,
)

from qa_app.db.types import AnyRow, AnySelect, UtcTime
from qa_app.db.unit_of_work import plain
from qa_app.domain.conversation import split_key
from qa_app.domain.errors import NotFound
from qa_app.domain.evaluation import SUBMITTED_STATES, VISIBLE_TO_AGENT, EvaluationState
from qa_app.domain.masking import mask_reference, mask_turns
from qa_app.domain.people import Role
from qa_app.models import (
    AuditEntry,
    Conversation,
    Evaluation,
    Membership,
    Person,
    PhraseHit,
    PhraseList,
    Recording,
    Team,
    Transcript,
)
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import Relation, can, require
from qa_app.security.scope import SEES_ALL, held_in_led_team, visible_conversations

UNMASKED = "conversation.unmasked"
COUNTED_UP_TO = 1000
FEW_HITS = 1000
"""Up to so many conversations of a phrase list are looked up one by one."""
PlaceInList = tuple[datetime, int]
"""Start and id of a row: pages go on from there."""


@dataclass(frozen=True, slots=True)
class ConversationFilters:
    """What a list is narrowed down to; None and '' leave a thing open. Dates include both ends."""

    channel: str = ""
    agent: str = ""
    """Employee number."""
    team: str = ""
    """Code of the team that the agent was in then."""
    date_from: date | None = None
    date_to: date | None = None
    queue: str = ""
    topic: str = ""
    language: str = ""
    satisfaction: int | None = None
    has_recording: bool | None = None
    is_evaluated: bool | None = None
    external_id: str = ""
    phrases: str = ""
    """Id of a phrase list in force that was found in them."""


@dataclass(frozen=True, slots=True)
class Said:
    """A conversation's words and whom with, as the actor may see them."""

    turns: list[dict[str, Any]]
    customer_ref: str | None
    is_masked: bool


FACTS = (
    Conversation.id,
    Conversation.source,
    Conversation.external_id,
    Conversation.channel,
    Conversation.agent_id,
    Conversation.started_at,
    Conversation.local_date,
    Conversation.duration_s,
    Conversation.queue,
    Conversation.topic,
    Conversation.language,
    Conversation.satisfaction,
    Conversation.turn_count,
    Conversation.recording_id,
    Person.name.label("agent_name"),
    Person.employee_no,
)
MORE_FACTS = (
    Conversation.direction,
    Conversation.product,
    Conversation.disposition,
    Conversation.tags,
    Conversation.imported_at,
    Recording.state.label("recording_state"),
    Recording.problem.label("recording_problem"),
    Recording.duration_ms,
    Conversation.agent_lane,
    Recording.facts.label("recording_facts"),
    Recording.playback_size,
    Recording.channels.label("lanes"),
)


def get_conversation(ctx: Context, conversation_id: int) -> AnyRow:
    """One visible conversation: FACTS, MORE_FACTS and `in_led_team`. Raises NotFound."""
    require(ctx.actor, Permission.CONVERSATION_READ)
    row = ctx.session.execute(
        select(*FACTS, *MORE_FACTS, held_in_led_team(ctx.actor).label("in_led_team"))
        .join(Person, Person.id == Conversation.agent_id)
        .outerjoin(Recording, Recording.id == Conversation.recording_id)
        .where(Conversation.id == conversation_id, visible_conversations(ctx.actor))
    ).one_or_none()
    if row is None:
        raise NotFound("conversation", conversation_id)
    return row


def relation_of(_ctx: Context, row: AnyRow) -> Relation:
    """What a row of `get_conversation` has to do with the actor."""
    return Relation(agent_id=row.agent_id, in_led_team=bool(row.in_led_team))


def what_was_said(ctx: Context, conversation_id: int) -> Said:
    """Turns and customer of a visible conversation, masked unless the actor lifted it today.

    Places in the text stay where they are. Raises NotFound.
    """
    require(ctx.actor, Permission.CONVERSATION_READ)
    row = ctx.session.execute(
        select(Conversation.customer_ref, Transcript.turns)
        .outerjoin(Transcript, Transcript.conversation_id == Conversation.id)
        .where(Conversation.id == conversation_id, visible_conversations(ctx.actor))
    ).one_or_none()
    if row is None:
        raise NotFound("conversation", conversation_id)
    turns = row.turns or []
    if is_unmasked(ctx, conversation_id):
        return Said(turns, row.customer_ref, is_masked=False)
    return Said(mask_turns(turns), mask_reference(row.customer_ref), is_masked=True)


def turns_of(ctx: Context, conversation_id: int) -> list[dict[str, Any]]:
    """The turns of a visible conversation as the actor may see them. Raises NotFound."""
    return what_was_said(ctx, conversation_id).turns


def shown_turns(
    ctx: Context, conversation_id: int, turns: Sequence[Mapping[str, Any]] | None
) -> list[dict[str, Any]]:
    """Turns that a query of one's own read along, as the actor may see them."""
    return turns_as_seen(is_unmasked(ctx, conversation_id), turns)


def turns_as_seen(
    unmasked: bool, turns: Sequence[Mapping[str, Any]] | None
) -> list[dict[str, Any]]:
    """Turns as somebody may see them who lifted the masks today, or did not."""
    return [dict(turn) for turn in turns or ()] if unmasked else mask_turns(turns or ())


def is_unmasked(ctx: Context, conversation_id: int) -> bool:
    """Whether the actor lifted the masks of this conversation today, as the audit trail has it."""
    if not can(ctx.actor, Permission.CONVERSATION_UNMASK):
        return False
    found = lifted_today(ctx, str(conversation_id))
    return plain(ctx.session).execute(LIFTED, found).one_or_none() is not None


# The grading desk asks this in one with everything else: the statement is built once.
LIFTED_BY = (
    select(AuditEntry.seq)
    .where(
        AuditEntry.subject_kind == "conversation",
        AuditEntry.action == UNMASKED,
        AuditEntry.actor == bindparam("lifted_by"),
        AuditEntry.at >= bindparam("lifted_since", type_=UtcTime),
    )
    .limit(1)
)
LIFTED = LIFTED_BY.where(AuditEntry.subject_id == bindparam("lifted_of"))


def lifted_today(ctx: Context, conversation: str = "") -> dict[str, Any]:
    """The values of LIFTED: what the actor lifted since midnight."""
    since = _midnight(ctx, ctx.today)
    return {"lifted_by": ctx.actor.login, "lifted_since": since, "lifted_of": conversation}


def conversation_page(
    ctx: Context,
    filters: ConversationFilters | None = None,
    *,
    after: PlaceInList | None = None,
    before: PlaceInList | None = None,
    limit: int = 50,
) -> Sequence[AnyRow]:
    """Visible conversations, newest first: FACTS and `is_evaluated`.

    `after`: those behind (older than) that place; `before`: the nearest ones in front of it.
    """
    require(ctx.actor, Permission.CONVERSATION_LIST)
    chosen = filters or ConversationFilters()
    by_agent = bool(chosen.agent) or ctx.actor.role is Role.AGENT
    statement = _matching(ctx, chosen, select(*FACTS, _is_evaluated(ctx).label("is_evaluated")))
    if after is not None:
        statement = statement.where(_beyond(ctx, after, by_agent, newer=False))
    if before is not None:
        statement = statement.where(_beyond(ctx, before, by_agent, newer=True))
    order: list[Any] = [Conversation.started_at, Conversation.id]
    if by_agent:
        order.insert(0, Conversation.local_date)
    ordered = order if before is not None else [column.desc() for column in order]
    rows = plain(ctx.session).execute(statement.order_by(*ordered).limit(limit)).all()
    return rows[::-1] if before is not None else rows


def conversation_count(ctx: Context, filters: ConversationFilters | None = None) -> int:
    """How many match; stops counting at COUNTED_UP_TO."""
    require(ctx.actor, Permission.CONVERSATION_LIST)
    chosen = filters or ConversationFilters()
    some = select(Conversation.id)
    if chosen.is_evaluated:  # from the evaluations: they are few
        states = _states_with_score(ctx)
        evaluated = select(Evaluation.conversation_id).where(Evaluation.state.in_(states))
        some = some.where(Conversation.id.in_(evaluated))
        chosen = replace(chosen, is_evaluated=None)
    inner = _matching(ctx, chosen, some).limit(COUNTED_UP_TO).subquery()
    return plain(ctx.session).execute(select(func.count()).select_from(inner)).scalar_one()


def _matching(ctx: Context, filters: ConversationFilters, statement: AnySelect) -> AnySelect:
    return statement.join(Person, Person.id == Conversation.agent_id).where(
        visible_conversations(ctx.actor), *_conditions(ctx, filters)
    )


def _conditions(ctx: Context, filters: ConversationFilters) -> list[ColumnElement[bool]]:
    found = [
        column == value
        for column, value in (
            (Conversation.channel, filters.channel),
            (Conversation.queue, filters.queue),
            (Conversation.topic, filters.topic),
            (Conversation.language, filters.language),
            (Conversation.satisfaction, filters.satisfaction),
        )
        if value not in ("", None)
    ]
    if filters.external_id:
        found.append(tuple_(Conversation.source, Conversation.external_id).in_(_keys(ctx, filters)))
    if filters.agent:
        person = select(Person.id).where(Person.employee_no == filters.agent)
        found.append(Conversation.agent_id == person.scalar_subquery())
    if filters.team:
        found.append(_held_in_team(filters.team))
    if filters.date_from is not None:
        found.append(Conversation.started_at >= _midnight(ctx, filters.date_from))
    if filters.date_to is not None and filters.date_to < date.max:
        found.append(Conversation.started_at < _midnight(ctx, filters.date_to + timedelta(days=1)))
    if filters.has_recording is not None:
        found.append((Conversation.recording_id.is_not(None)) == filters.has_recording)
    if filters.phrases:
        found.append(_with_phrases(ctx, filters.phrases))
    if filters.is_evaluated is not None:
        evaluated = _is_evaluated(ctx)
        found.append(evaluated if filters.is_evaluated else ~evaluated)
    return found


def _keys(ctx: Context, filters: ConversationFilters) -> list[tuple[str, str]]:
    """The keys that may be meant: the external id of any source, or `source:external_id`."""
    wanted = filters.external_id
    keys = [(source, wanted) for source in values_of(ctx, "source")]
    return [*keys, split_key(wanted)] if ":" in wanted else keys


def values_of(ctx: Context, name: str, limit: int = 200) -> list[str]:
    """The different values of `source`, `queue` or `topic`, by one probe of the index for each."""
    require(ctx.actor, Permission.CONVERSATION_LIST)
    return list(plain(ctx.session).scalars(_values(name), {"at_most": limit}))


@cache
def _values(name: str) -> AnySelect:
    """Built once for each column: making it takes longer than running it."""
    column = getattr(Conversation, name)
    first = select(func.min(column).label("value")).where(column.is_not(None))
    found = first.cte("found", recursive=True)
    following = select(func.min(column)).where(column > found.c.value).scalar_subquery()
    found = found.union_all(select(following).where(found.c.value.is_not(None)))
    values = select(found.c.value).where(found.c.value.is_not(None))
    return values.limit(bindparam("at_most", type_=Integer))


def languages_lately(ctx: Context, among: int = 1000) -> list[str]:
    """The languages of the newest conversations; they are few, so no index is kept for them."""
    require(ctx.actor, Permission.CONVERSATION_LIST)
    return sorted(plain(ctx.session).scalars(LANGUAGES, {"among": among}))


NEWEST_LANGUAGES = (
    select(Conversation.language)
    .order_by(Conversation.started_at.desc(), Conversation.id.desc())
    .limit(bindparam("among", type_=Integer))
    .subquery()
)
LANGUAGES = (
    select(NEWEST_LANGUAGES.c.language).where(NEWEST_LANGUAGES.c.language.is_not(None)).distinct()
)


def _is_evaluated(ctx: Context) -> ColumnElement[bool]:
    """Whether there is an evaluation that the actor may know of, with a score in force."""
    return exists(
        select(Evaluation.id).where(
            Evaluation.conversation_id == Conversation.id,
            Evaluation.state.in_(_states_with_score(ctx)),
        )
    )


def _states_with_score(ctx: Context) -> list[EvaluationState]:
    return sorted(SUBMITTED_STATES if ctx.actor.role in SEES_ALL else VISIBLE_TO_AGENT)


def _held_in_team(code: str) -> ColumnElement[bool]:
    team = select(Team.id).where(Team.code == code).scalar_subquery()
    return exists(
        select(Membership.id).where(
            Membership.person_id == Conversation.agent_id,
            Membership.team_id == team,
            Membership.from_date <= Conversation.local_date,
            or_(Membership.to_date.is_(None), Membership.to_date >= Conversation.local_date),
        )
    )


def _beyond(
    ctx: Context, place: PlaceInList, by_agent: bool, *, newer: bool
) -> ColumnElement[bool]:
    """Rows on the far side of a place in the list.

    The local date follows from the start, so it changes nothing; it lets the index of an agent's
    days serve.
    """
    here, day = tuple_(Conversation.started_at, Conversation.id), Conversation.local_date
    beyond = here > tuple_(*place) if newer else here < tuple_(*place)
    if not by_agent:
        return beyond
    local = place[0].astimezone(ctx.settings.zone).date()
    return and_(beyond, day >= local if newer else day <= local)


def _with_phrases(ctx: Context, slug: str) -> ColumnElement[bool]:
    """Those that a list was found in: from its hits where they are few, else along the list."""
    require(ctx.actor, Permission.PHRASE_READ)
    in_force = select(PhraseList.id).where(PhraseList.slug == slug, PhraseList.retired_at.is_(None))
    list_id = ctx.session.scalar(in_force)
    if list_id is None:
        return false()
    hits = select(PhraseHit.conversation_id).where(PhraseHit.list_id == list_id)
    few = list(ctx.session.scalars(hits.limit(FEW_HITS + 1)))
    if len(few) <= FEW_HITS:
        return Conversation.id.in_(few)
    return exists(hits.where(PhraseHit.conversation_id == Conversation.id))


def _midnight(ctx: Context, day: date) -> datetime:
    """The instant at which a day begins at the site."""
    return datetime.combine(day, time(), ctx.settings.zone)
