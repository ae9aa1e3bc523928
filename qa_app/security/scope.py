"""Which rows an actor may know of, as SQL conditions; every list and look-up goes through here.

Source: handbook 3 §2. An id outside the scope is answered exactly like one that does not exist.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from qa_app.domain.evaluation import EvaluationState
from qa_app.domain.people import Role
from qa_app.domain.period import PeriodState
from qa_app.models import Conversation, Evaluation, Flag, Membership, Person
from qa_app.security.context import Actor

SEES_ALL = frozenset({Role.SPECIALIST, Role.MANAGER, Role.SYSTEM})
RELEASED = (EvaluationState.RELEASED, EvaluationState.ACKNOWLEDGED)


def held_in_led_team(actor: Actor) -> ColumnElement[bool]:
    """Conversations that were held while their agent was in a team that the actor leads now."""
    if not actor.led_teams:
        return false()
    return and_(
        exists(
            select(Membership.id).where(
                Membership.person_id == Conversation.agent_id,
                Membership.team_id.in_(sorted(actor.led_teams)),
                Membership.from_date <= Conversation.local_date,
                or_(Membership.to_date.is_(None), Membership.to_date >= Conversation.local_date),
            )
        ),
        Conversation.agent_id != (actor.person_id or 0),
    )


def visible_conversations(actor: Actor) -> ColumnElement[bool]:
    """Condition over Conversation: all; own team's; own ones once evaluated and released; none."""
    if actor.role in SEES_ALL:
        return true()
    if actor.role is Role.LEAD:
        return held_in_led_team(actor)
    if actor.role is Role.AGENT and actor.person_id is not None:
        return and_(
            Conversation.agent_id == actor.person_id,
            exists(
                select(Evaluation.id).where(
                    Evaluation.conversation_id == Conversation.id,
                    Evaluation.agent_id == actor.person_id,
                    Evaluation.state.in_(RELEASED),
                )
            ),
        )
    return false()


def visible_evaluations(actor: Actor) -> ColumnElement[bool]:
    """Condition over Evaluation joined with its Conversation."""
    if actor.role in SEES_ALL:
        return true()
    if actor.role is Role.LEAD:
        return and_(Evaluation.state.in_(RELEASED), held_in_led_team(actor))
    if actor.role is Role.AGENT and actor.person_id is not None:
        return and_(Evaluation.agent_id == actor.person_id, Evaluation.state.in_(RELEASED))
    return false()


def visible_flags(actor: Actor) -> ColumnElement[bool]:
    """Condition over Flag joined with its Conversation."""
    if actor.role in SEES_ALL:
        return true()
    if actor.role is Role.LEAD:
        return and_(Flag.id.is_not(None), held_in_led_team(actor))
    return false()


def visible_people(actor: Actor) -> ColumnElement[bool]:
    """Condition over Person: all; those ever in a led team; oneself; none."""
    if actor.role in SEES_ALL or actor.role is Role.ADMIN:
        return true()
    if actor.role is Role.LEAD and actor.led_teams:
        member = select(Membership.id).where(
            Membership.person_id == Person.id, Membership.team_id.in_(sorted(actor.led_teams))
        )
        return or_(exists(member.correlate(Person)), Person.id == (actor.person_id or 0))
    if actor.person_id is not None:
        return Person.id == actor.person_id
    return false()


def visible_figures(actor: Actor, first: date, last: date) -> ColumnElement[bool]:
    """Condition over Person: whose figures of conversations held between two local dates.

    All; those who were in a led team on one of these days; oneself; none.
    """
    if reads_everybody(actor):
        return true()
    own = Person.id == (actor.person_id or 0)
    if actor.role is Role.LEAD and actor.led_teams:
        member = select(Membership.id).where(
            Membership.person_id == Person.id,
            Membership.team_id.in_(sorted(actor.led_teams)),
            Membership.from_date <= last,
            or_(Membership.to_date.is_(None), Membership.to_date >= first),
        )
        return or_(exists(member.correlate(Person)), own)
    return own


def reads_everybody(actor: Actor) -> bool:
    """Whether the figures of a period that the actor may read are those of all people."""
    return actor.role in SEES_ALL or actor.role is Role.HR


def knows_period(actor: Actor, state: PeriodState) -> bool:
    """Whether the figures of a period in this state are the actor's business: HR's when closed."""
    return actor.role is not Role.HR or state is PeriodState.CLOSED
