"""Reads of people: lists with their teams, and who is where on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select

from qa_app.db.types import AnyRow, AnySelect
from qa_app.domain.errors import NotFound
from qa_app.models import Account, Membership, Person, Team
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.security.scope import visible_people

PERSON = (Person.id, Person.employee_no, Person.name, Person.email, Person.probation_until)


def in_force(on: date) -> Any:
    """Condition over Membership: the day is within it."""
    return and_(
        Membership.from_date <= on, or_(Membership.to_date.is_(None), Membership.to_date >= on)
    )


def _listed(ctx: Context) -> AnySelect:
    """Visible people with their team of today, one row each."""
    return (
        select(
            *PERSON,
            Team.code.label("team"),
            Membership.is_lead,
            Account.login,
            Account.is_active,
        )
        .outerjoin(
            Membership, and_(Membership.person_id == Person.id, in_force(ctx.today), _first(ctx))
        )
        .outerjoin(Team, Team.id == Membership.team_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(visible_people(ctx.actor))
    )


def _first(ctx: Context) -> Any:
    """Of several memberships in force (a lead of two teams), the one that began first."""
    inner = (
        select(Membership.id)
        .where(Membership.person_id == Person.id, in_force(ctx.today))
        .order_by(Membership.from_date, Membership.id)
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    return Membership.id == inner


def people_page(
    ctx: Context, *, after: str = "", team: str = "", search: str = "", limit: int = 50
) -> Sequence[AnyRow]:
    """Visible people by employee number, after the given one; filtered by team, number or name."""
    require(ctx.actor, Permission.PEOPLE_READ)
    statement = _listed(ctx).where(Person.employee_no > after)
    if team:
        statement = statement.where(Team.code == team)
    if search:
        pattern = f"%{search.replace('%', '').replace('_', '')}%"
        statement = statement.where(
            or_(Person.employee_no.ilike(pattern), Person.name.ilike(pattern))
        )
    return ctx.session.execute(statement.order_by(Person.employee_no).limit(limit)).all()


def get_person(ctx: Context, person_id: int) -> AnyRow:
    """One visible person with the team of today. Raises NotFound."""
    row = ctx.session.execute(_listed(ctx).where(Person.id == person_id)).one_or_none()
    if row is None:
        raise NotFound("person", person_id)
    return row


def memberships_of(ctx: Context, person_id: int) -> Sequence[AnyRow]:
    """The person's memberships, newest first."""
    return ctx.session.execute(
        select(
            Team.code.label("team"), Membership.is_lead, Membership.from_date, Membership.to_date
        )
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.from_date.desc(), Membership.id.desc())
    ).all()


def team_codes(ctx: Context) -> list[str]:
    """Every team's code, in order; a lead's own teams for a lead."""
    statement = select(Team.code).order_by(Team.code)
    if ctx.actor.led_teams:
        statement = statement.where(Team.id.in_(sorted(ctx.actor.led_teams)))
    return list(ctx.session.scalars(statement))
