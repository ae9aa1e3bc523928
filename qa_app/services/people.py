"""Writes of people: memberships by hand and from files, accounts that belong to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from qa_app.domain.errors import InvalidInput, Problem, QAError
from qa_app.domain.people import EMPLOYEE_NO_PATTERN, Role
from qa_app.domain.people_import import COLUMNS, REQUIRED, PersonRow, parse_person_row
from qa_app.models import Account, Membership, Person, Team
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.accounts import create_account
from qa_app.services.audit import record

TableRow = tuple[str, Mapping[str, object]]


@dataclass
class PeopleReport:
    """What an import did, row by row; `accounts` holds one-time passwords, shown once."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[dict[str, str]] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)
    accounts: list[dict[str, str]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "warnings": self.warnings,
            "accounts": self.accounts,
        }


def create_user_account(
    ctx: Context,
    *,
    login: str,
    role: str,
    name: str | None,
    team: str | None,
    employee_no: str | None,
    password: str | None = None,
) -> tuple[Account, str | None]:
    """An account, with the person and the membership that it names.

    A new employee number makes the person; a team puts the person into it from today (as its
    lead when the role is lead). Raises InvalidInput, Conflict.
    """
    require(ctx.actor, Permission.ACCOUNT_MANAGE)
    problems = []
    if team and not employee_no:
        message = "A team needs an employee number: memberships belong to people."
        problems.append(Problem("employee-no", "missing", message))
    if employee_no and not EMPLOYEE_NO_PATTERN.fullmatch(employee_no):
        message = "Use letters, digits, dots, dashes or underscores."
        problems.append(Problem("employee-no", "bad_employee_no", message))
    if role == Role.AGENT and not employee_no:
        message = "An agent needs an employee number: conversations are matched by it."
        problems.append(Problem("employee-no", "missing", message))
    if problems:
        raise InvalidInput(problems, "The account has problems.")
    person_id = None
    if employee_no:
        row = PersonRow(
            employee_no, name or login, team, role == Role.LEAD, None, None, None, None, None
        )
        person, what = _place_person(ctx, row, keep_name=name is None)
        _note(ctx, what, row)
        person_id = person.id
    return create_account(
        ctx, login=login, role=role, name=name, person_id=person_id, password=password
    )


def import_people(
    ctx: Context, columns: Iterable[str], rows: Iterable[TableRow], *, where: str
) -> PeopleReport:
    """Take the rows of a file: `(place, cells)` each. A broken row never stops the others.

    Raises InvalidInput when a required column is missing.
    """
    require(ctx.actor, Permission.PEOPLE_IMPORT)
    given = set(columns)
    missing = [name for name in REQUIRED if name not in given]
    if missing:
        raise InvalidInput(
            [
                Problem(where, "missing_column", f"The column {name} is missing.")
                for name in missing
            ],
            "The file has no usable header.",
        )
    report = PeopleReport()
    report.warnings = [
        {"where": where, "reason": f"The column {name} is unknown and was left out."}
        for name in sorted(given - set(COLUMNS))
    ]
    for place, cells in rows:
        _take_row(ctx, place, cells, report)
    record(
        ctx,
        "people.imported",
        "file",
        where,
        created=report.created,
        updated=report.updated,
        rejected=len(report.rejected),
    )
    return report


def _take_row(ctx: Context, place: str, cells: Mapping[str, object], report: PeopleReport) -> None:
    row = parse_person_row(cells)
    if isinstance(row, list):
        report.rejected.append({"where": place, "reason": "; ".join(row)})
        return
    try:
        with ctx.session.begin_nested():
            person, what = _place_person(ctx, row)
            if row.login:
                _give_account(ctx, person, row, report)
    except QAError as error:
        reasons = [problem.message for problem in error.problems] or [str(error)]
        report.rejected.append({"where": place, "reason": "; ".join(reasons)})
        return
    _note(ctx, what, row)
    setattr(report, what, getattr(report, what) + 1)


def _note(ctx: Context, what: str, row: PersonRow) -> None:
    """A membership decides who sees whom, so each change of one has its entry."""
    if what == "unchanged":
        return
    dates = {"from": row.from_date, "to": row.to_date, "probation_until": row.probation_until}
    given = {name: str(value) for name, value in dates.items() if value is not None}
    record(
        ctx, f"person.{what}", "person", row.employee_no, team=row.team, lead=row.is_lead, **given
    )


def _place_person(ctx: Context, row: PersonRow, *, keep_name: bool = False) -> tuple[Person, str]:
    """The row's person and membership, made or changed; and which of the two it was."""
    person = ctx.session.scalars(
        select(Person).where(Person.employee_no == row.employee_no)
    ).one_or_none()
    if person is None:
        person = Person(employee_no=row.employee_no, name=row.name)
        ctx.session.add(person)
        what = "created"
    else:
        what = "unchanged"
    wanted: dict[str, Any] = {} if keep_name else {"name": row.name}
    if row.email is not None:
        wanted["email"] = row.email
    if row.probation_until is not None:
        wanted["probation_until"] = row.probation_until
    if _change(person, wanted) and what == "unchanged":
        what = "updated"
    ctx.session.flush()  # gives a new person its id
    if row.team is not None and _place_membership(ctx, person, row) and what == "unchanged":
        what = "updated"
    return person, what


def _place_membership(ctx: Context, person: Person, row: PersonRow) -> bool:
    """Whether the membership was made or changed. Raises InvalidInput when it overlaps another."""
    team = ctx.session.scalars(select(Team).where(Team.code == row.team)).one_or_none()
    if team is None:
        team = Team(code=row.team or "")
        ctx.session.add(team)
        ctx.session.flush()  # gives the new team its id
    start = row.from_date or _present_start(ctx, person, team) or ctx.today
    found = ctx.session.scalars(
        select(Membership).where(
            Membership.person_id == person.id,
            Membership.team_id == team.id,
            Membership.from_date == start,
        )
    ).one_or_none()
    if not row.is_lead:
        _refuse_overlap(ctx, person, start, row.to_date, found)
    if found is not None:
        return _change(found, {"is_lead": row.is_lead, "to_date": row.to_date})
    ctx.session.add(
        Membership(
            person_id=person.id,
            team_id=team.id,
            is_lead=row.is_lead,
            from_date=start,
            to_date=row.to_date,
        )
    )
    ctx.session.flush()
    return True


def _present_start(ctx: Context, person: Person, team: Team) -> date | None:
    """When a membership without dates is already there: the same row again changes nothing."""
    return ctx.session.scalars(
        select(Membership.from_date)
        .where(
            Membership.person_id == person.id,
            Membership.team_id == team.id,
            Membership.to_date.is_(None),
        )
        .order_by(Membership.from_date.desc())
    ).first()


def _refuse_overlap(
    ctx: Context, person: Person, start: date, end: date | None, own: Membership | None
) -> None:
    """An agent is in one team at a time: whose figure a conversation is in must be clear."""
    statement = (
        select(Team.code, Membership.from_date)
        .join(Team, Team.id == Membership.team_id)
        .where(
            Membership.person_id == person.id,
            Membership.is_lead.is_(False),
            or_(Membership.to_date.is_(None), Membership.to_date >= start),
        )
    )
    if end is not None:
        statement = statement.where(Membership.from_date <= end)
    if own is not None:
        statement = statement.where(Membership.id != own.id)
    other = ctx.session.execute(statement).first()
    if other is not None:
        message = (
            f"from: {person.employee_no} is in {other.code} from {other.from_date} at that time;"
            " end that membership first"
        )
        raise InvalidInput([Problem("from", "overlaps", message)])


def _give_account(ctx: Context, person: Person, row: PersonRow, report: PeopleReport) -> None:
    account = ctx.session.scalars(select(Account).where(Account.login == row.login)).one_or_none()
    if account is not None:
        if account.person_id not in (None, person.id):
            message = f"login: {row.login} belongs to somebody else"
            raise InvalidInput([Problem("login", "login_taken", message)])
        if account.person_id is None:
            account.person_id = person.id
            record(ctx, "account.tied", "account", account.id, person=person.employee_no)
        return
    role = Role.LEAD if row.is_lead else Role.AGENT
    _, made = create_account(
        ctx, login=row.login or "", role=role, name=row.name, person_id=person.id
    )
    report.accounts.append({"login": row.login or "", "password": made or ""})


def _change(thing: object, wanted: Mapping[str, Any]) -> bool:
    """Set what differs; whether anything did."""
    differing = {name: value for name, value in wanted.items() if getattr(thing, name) != value}
    for name, value in differing.items():
        setattr(thing, name, value)
    return bool(differing)
