"""The demo department: three teams, their people, and an account for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from qa_app.domain.people import Role
from qa_app.security.context import Context
from qa_app.services.accounts import create_account
from qa_app.services.people import create_user_account, import_people

TEAMS = ("A 班", "B 班", "C 班")
LEADS = ("周敏", "何俊杰", "罗静")
SPECIALISTS = ("王雪梅", "刘洋", "Grace Lin")
AGENTS = (
    "陈思远",
    "林小雨",
    "黄志强",
    "吴佳怡",
    "郑凯",
    "孙丽娜",
    "Amy Zhou",
    "马晓东",
    "朱婷婷",
    "胡伟",
    "郭雅琴",
    "Kevin He",
    "高翔",
    "谢雨桐",
    "宋佳",
    "唐明轩",
    "许诺",
    "韩冰",
    "Linda Feng",
    "邓超群",
    "曹颖",
    "彭博文",
    "曾可欣",
    "萧然",
)
MOVER, NEWCOMERS = 7, (22, 23)

Row = tuple[str, dict[str, object]]


def agent_numbers() -> list[str]:
    """Employee numbers of the agents, in order."""
    return [f"A{number:03d}" for number in range(1, len(AGENTS) + 1)]


def make_department(ctx: Context, password: str, *, since: date, moved_on: date) -> list[list[str]]:
    """People, memberships and accounts; login, role and name of each account.

    One agent changes team on `moved_on`; two are on probation.
    """
    columns = ("employee_no", "name", "team", "lead", "from", "to", "probation_until")
    report = import_people(ctx, columns, _rows(since, moved_on), where="demo")
    assert not report.rejected, report.rejected
    logins = []
    for login, role, name, number in _accounts():
        if number is None:
            create_account(ctx, login=login, role=role, name=name, password=password)
        else:
            create_user_account(
                ctx,
                login=login,
                role=role,
                name=name,
                team=None,
                employee_no=number,
                password=password,
            )
        logins.append([login, role.value, name])
    return logins


def _accounts() -> Iterator[tuple[str, Role, str, str | None]]:
    for number, name in enumerate(SPECIALISTS, 1):
        yield f"specialist{number}", Role.SPECIALIST, name, None
    for number, name in enumerate(LEADS, 1):
        yield f"lead{number}", Role.LEAD, name, f"L{number:03d}"
    yield "manager", Role.MANAGER, "方建国", None
    yield "hr", Role.HR, "田欣", None
    yield "admin", Role.ADMIN, "Admin", None
    for number, (employee_no, name) in enumerate(zip(agent_numbers(), AGENTS, strict=True), 1):
        yield f"agent{number:02d}", Role.AGENT, name, employee_no


def _rows(since: date, moved_on: date) -> Iterator[Row]:
    for place, (name, team) in enumerate(zip(LEADS, TEAMS, strict=True), 1):
        yield _row(f"L{place:03d}", name, team, since, lead="yes")
    for index, (number, name) in enumerate(zip(agent_numbers(), AGENTS, strict=True)):
        team = TEAMS[index // (len(AGENTS) // len(TEAMS))]
        if index == MOVER:
            yield _row(number, name, team, since, to=moved_on - timedelta(days=1))
            yield _row(number, name, TEAMS[1], moved_on)
        elif index in NEWCOMERS:
            yield _row(number, name, team, since, probation=moved_on + timedelta(days=75))
        else:
            yield _row(number, name, team, since)


def _row(
    number: str,
    name: str,
    team: str,
    start: date,
    *,
    lead: str = "",
    to: date | None = None,
    probation: date | None = None,
) -> Row:
    cells: dict[str, object] = {
        "employee_no": number,
        "name": name,
        "team": team,
        "lead": lead,
        "from": start,
        "to": to,
        "probation_until": probation,
    }
    return f"demo:{number}", cells
