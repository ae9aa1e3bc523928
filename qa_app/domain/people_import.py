"""Rows of a people file: what each column means and everything that is wrong with a row.

Source: handbook 3 §7. One row is one membership: `employee_no`, `name`, `team`, `lead`, `from`,
`to`, `probation_until`, `email`, `login`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from qa_app.domain.people import EMPLOYEE_NO_PATTERN, LOGIN_PATTERN

COLUMNS = (
    "employee_no",
    "name",
    "team",
    "lead",
    "from",
    "to",
    "probation_until",
    "email",
    "login",
)
REQUIRED = ("employee_no", "name")
YES = frozenset({"yes", "y", "true", "1", "是"})
NO = frozenset({"", "no", "n", "false", "0", "否"})
LONGEST = {"name": 120, "team": 64, "email": 254}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One understood row. `from_date` None: from the day of the import."""

    employee_no: str
    name: str
    team: str | None
    is_lead: bool
    from_date: date | None
    to_date: date | None
    probation_until: date | None
    email: str | None
    login: str | None


def parse_person_row(cells: Mapping[str, object]) -> PersonRow | list[str]:
    """The row, or everything wrong with it as sentences that name the column."""
    text = {name: _text(cells.get(name)) for name in COLUMNS}
    problems = _text_problems(text)
    dates = {name: _date(cells.get(name), name, problems) for name in ("from", "to")}
    probation = _date(cells.get("probation_until"), "probation_until", problems)
    if dates["from"] and dates["to"] and dates["to"] < dates["from"]:
        problems.append("to: is before from")
    if not text["team"] and (text["lead"].lower() in YES or dates["from"] or dates["to"]):
        problems.append("team: is missing, but lead, from or to is given")
    if problems:
        return problems
    return PersonRow(
        employee_no=text["employee_no"],
        name=text["name"],
        team=text["team"] or None,
        is_lead=text["lead"].lower() in YES,
        from_date=dates["from"],
        to_date=dates["to"],
        probation_until=probation,
        email=text["email"] or None,
        login=text["login"].lower() or None,
    )


def _text_problems(text: Mapping[str, str]) -> list[str]:
    problems = [f"{name}: is missing" for name in REQUIRED if not text[name]]
    if text["employee_no"] and not EMPLOYEE_NO_PATTERN.fullmatch(text["employee_no"]):
        problems.append("employee_no: use letters, digits, dots, dashes or underscores")
    login = text["login"].lower()
    if login and not LOGIN_PATTERN.fullmatch(login):
        problems.append("login: use lower-case letters, digits, dots, dashes or underscores")
    if text["email"] and ("@" not in text["email"] or any(map(str.isspace, text["email"]))):
        problems.append("email: is no e-mail address")
    for name, longest in LONGEST.items():
        if len(text[name]) > longest:
            problems.append(f"{name}: is longer than {longest} characters")
    for name, value in text.items():
        if any(ord(char) < 32 for char in value):
            problems.append(f"{name}: holds control characters")
    if text["lead"].lower() not in YES | NO:
        problems.append("lead: use yes or no")
    return problems


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _date(value: object, name: str, problems: list[str]) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip().replace("/", "-")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(f"{name}: is no date like 2026-11-01")
        return None
