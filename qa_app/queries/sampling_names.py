"""Whether what a plan names exists on this site: forms, teams, people, graders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa_app.domain.definition_source import (
    Branch,
    DefinitionProblem,
    Node,
    Sequence,
    read_definition,
)
from qa_app.domain.people import Role
from qa_app.domain.plan import PlanDefinition
from qa_app.models import Account, Person, Team
from qa_app.queries.scorecards import newest_form

FULL_MARKS = "100"
Lines = Callable[[str], int | None]


class Grader(NamedTuple):
    """A specialist who may be given assignments, and the person behind the account."""

    id: int
    login: str
    employee_no: str | None


def name_problems(
    session: Session, plan: PlanDefinition, source: Path | str | None = None
) -> list[DefinitionProblem]:
    """All names of a plan that this site does not have, by line where `source` is given."""
    line = _lines_of(source)
    problems = [
        *_form_problems(session, plan, line),
        *_unknown(
            session, Team.code, plan.agents.teams, "agents.teams", "There is no team %s.", line
        ),
        *_unknown(
            session,
            Person.employee_no,
            plan.agents.employee_nos,
            "agents.employee_no",
            "There is no employee number %s.",
            line,
        ),
        *_grader_problems(session, plan, line),
    ]
    return sorted(problems, key=lambda problem: problem.line or 0)


def forms_of(session: Session, plan: PlanDefinition) -> Mapping[str, int]:
    """The version in force of each channel's form. Only for a plan without `name_problems`."""
    found: dict[str, int] = {}
    for channel, rule in plan.channels.items():
        form = newest_form(session, rule.scorecard)
        assert form is not None
        found[channel.value] = form.id
    return found


def graders_of(session: Session, plan: PlanDefinition) -> list[Grader]:
    """The specialists who grade for a plan, by login: those it names, else all; none disabled."""
    statement = (
        select(Account.id, Account.login, Person.employee_no)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(Account.role == Role.SPECIALIST, Account.is_active)
    )
    if plan.graders:
        statement = statement.where(Account.login.in_(plan.graders))
    return sorted((Grader(*row) for row in session.execute(statement)), key=lambda one: one.login)


def _form_problems(
    session: Session, plan: PlanDefinition, line: Lines
) -> Iterator[DefinitionProblem]:
    for channel, rule in plan.channels.items():
        path = f"channels.{channel}.scorecard"
        form = newest_form(session, rule.scorecard)
        if form is None:
            message = f"There is no published scorecard {rule.scorecard}."
            yield DefinitionProblem("unknown_scorecard", path, line(path), message)
            continue
        if form.channel not in (channel, "any"):
            message = f"The scorecard {rule.scorecard} is for another channel ({form.channel})."
            yield DefinitionProblem("other_channel", path, line(path), message)
        if (form.full_marks, form.cap) != (FULL_MARKS, FULL_MARKS):
            message = (
                f"The scorecard {rule.scorecard} has full marks {form.full_marks} and a cap of "
                f"{form.cap}: a form that feeds the half-month figure has 100 and 100."
            )
            yield DefinitionProblem("not_100", path, line(path), message)


def _unknown(
    session: Session, column: Any, names: Iterable[str], path: str, message: str, line: Lines
) -> Iterator[DefinitionProblem]:
    wanted = list(names)
    known = set(session.scalars(select(column).where(column.in_(wanted)))) if wanted else set()
    for number, name in enumerate(wanted):
        if name not in known:
            here = f"{path}[{number}]"
            yield DefinitionProblem("unknown_name", here, line(here), message % name)


def _grader_problems(
    session: Session, plan: PlanDefinition, line: Lines
) -> Iterator[DefinitionProblem]:
    if not plan.graders:
        return
    statement = select(Account.login, Account.role, Account.is_active)
    rows = session.execute(statement.where(Account.login.in_(plan.graders)))
    known = {row.login: row for row in rows}
    for number, login in enumerate(plan.graders):
        path = f"graders[{number}]"
        account = known.get(login)
        if account is None:
            message = f"There is no account {login}."
            yield DefinitionProblem("unknown_name", path, line(path), message)
        elif account.role is not Role.SPECIALIST:
            message = f"{login} is no QA specialist."
            yield DefinitionProblem("no_specialist", path, line(path), message)
        elif not account.is_active:
            message = f"The account {login} is disabled."
            yield DefinitionProblem("disabled_account", path, line(path), message)


def _lines_of(source: Path | str | None) -> Lines:
    """Where in the source a path like `agents.teams[0]` stands."""
    root = None if source is None else read_definition(source)

    def line(path: str) -> int | None:
        node = root
        for step in path.replace("[", ".[").split("."):
            node = None if node is None else _child(node, step)
        return None if node is None else node.line

    return line


def _child(node: Node, step: str) -> Node | None:
    if isinstance(node, Branch):
        return next((value for key, value in node.entries if key.text == step), None)
    if isinstance(node, Sequence):
        return node.items[int(step[1:-1])]
    return None
