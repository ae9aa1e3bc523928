"""Teams, people and accounts."""

from __future__ import annotations

import itertools
from datetime import date

from qa_app.adapters.passwords import hash_password
from qa_app.domain.people import Role
from qa_app.models import Account, Membership, Person, Team
from qa_app.security.context import Context

PASSWORD = "correct horse battery"
LONG_AGO = date(2020, 1, 1)
numbers = itertools.count(1)


def make_team(ctx: Context, code: str | None = None) -> Team:
    team = Team(code=code or f"Team {next(numbers)}")
    ctx.session.add(team)
    ctx.session.flush()
    return team


def make_person(
    ctx: Context,
    employee_no: str | None = None,
    *,
    name: str | None = None,
    team: Team | None = None,
    is_lead: bool = False,
    from_date: date = LONG_AGO,
    to_date: date | None = None,
    email: str | None = None,
    probation_until: date | None = None,
) -> Person:
    """A person, in a team when one is given."""
    number = employee_no or f"E{next(numbers):04d}"
    person = Person(
        employee_no=number,
        name=name or f"Person {number}",
        email=email,
        probation_until=probation_until,
    )
    ctx.session.add(person)
    ctx.session.flush()
    if team is not None:
        ctx.session.add(
            Membership(
                person_id=person.id,
                team_id=team.id,
                is_lead=is_lead,
                from_date=from_date,
                to_date=to_date,
            )
        )
        ctx.session.flush()
    return person


def make_account(
    ctx: Context, role: Role | str, login: str | None = None, *, person: Person | None = None
) -> Account:
    """An account whose password is PASSWORD."""
    now = ctx.clock.now()
    chosen = login or f"{Role(role).value}{next(numbers)}"
    account = Account(
        login=chosen,
        name=person.name if person else chosen.title(),
        role=Role(role),
        person_id=person.id if person else None,
        password_hash=hash_password(PASSWORD, fast=True),
        created_at=now,
        password_changed_at=now,
    )
    ctx.session.add(account)
    ctx.session.flush()
    return account


def make_specialist(ctx: Context, login: str | None = None) -> Account:
    return make_account(ctx, Role.SPECIALIST, login)


def make_agent(
    ctx: Context, team: Team | None = None, employee_no: str | None = None
) -> tuple[Person, Account]:
    """An agent of the team, with an account."""
    person = make_person(ctx, employee_no, team=team)
    return person, make_account(ctx, Role.AGENT, person=person)


def make_lead(ctx: Context, team: Team) -> tuple[Person, Account]:
    """The lead of a team, with an account."""
    person = make_person(ctx, team=team, is_lead=True)
    return person, make_account(ctx, Role.LEAD, person=person)
