"""`qa-app user create`, `token create` and `db`: accounts from the command line."""

from __future__ import annotations

import dataclasses

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from qa_app.adapters.passwords import password_matches, token_hash
from qa_app.models import Account, ApiToken, AuditEntry, Membership, Person, Team
from qa_app.services.site import Site
from tests.infrastructure.commands import Command, environment_of, run_command

PASSWORD = "correct horse battery"


def counted(site: Site, model: type) -> int:
    with site.reading() as ctx:
        return int(ctx.session.execute(select(func.count()).select_from(model)).scalar_one())


def account(site: Site, login: str) -> Account:
    with site.reading() as ctx:
        found = ctx.session.scalars(select(Account).where(Account.login == login)).one()
        ctx.session.expunge(found)
        return found


def test_a_password_is_made_and_printed_once(
    site: Site, command: Command, client: FlaskClient
) -> None:
    made = command("user", "create", "Wang", "--role", "specialist", "--json").document()
    assert made.keys() == {"login", "role", "password"}
    assert (made["login"], made["role"]) == ("wang", "specialist")
    found = account(site, "wang")
    assert found.must_change_password
    assert password_matches(found.password_hash, made["password"])
    form = {"login": "wang", "password": made["password"]}
    assert client.post("/sign-in", data=form).status_code == 302
    assert client.get("/").headers["Location"] == "/password"


def test_a_password_from_standard_input_is_kept_and_not_printed(
    site: Site, command: Command
) -> None:
    words = ("user", "create", "wang", "--role", "hr", "--name", "王 Wang", "--password-stdin")
    said = command(*words, stdin=PASSWORD + "\r\nmore\n")
    assert said.code == 0
    assert PASSWORD not in said.out + said.err
    found = account(site, "wang")
    assert (found.name, found.must_change_password) == ("王 Wang", False)
    assert password_matches(found.password_hash, PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "a" * 300, "wang-wang-wang", "password12345"])
def test_a_weak_password_is_refused(site: Site, command: Command, password: str) -> None:
    words = ("user", "create", "wang", "--role", "hr", "--password-stdin", "--json")
    refused = command(*words, stdin=password + "\n").document(code=1)
    assert refused["problems"][0]["where"] == "password"
    assert counted(site, Account) == 0


def test_an_agent_gets_a_person_in_a_team(site: Site, command: Command) -> None:
    words = ("--employee-no", "E1", "--team", "North", "--json")
    command("user", "create", "anna", "--role", "agent", "--name", "Anna", *words).document()
    command("user", "create", "lina", "--role", "lead", "--employee-no", "E2", "--team", "North")
    with site.reading() as ctx:
        rows = ctx.session.execute(
            select(Person.employee_no, Person.name, Team.code, Membership.is_lead, Account.login)
            .join(Membership, Membership.person_id == Person.id)
            .join(Team, Team.id == Membership.team_id)
            .join(Account, Account.person_id == Person.id)
            .order_by(Person.employee_no)
        ).all()
    assert [tuple(row) for row in rows] == [
        ("E1", "Anna", "North", False, "anna"),
        ("E2", "lina", "North", True, "lina"),
    ]


def test_every_problem_is_named_and_nothing_is_half_made(site: Site, command: Command) -> None:
    words = ("user", "create", "Bad Login!", "--role", "king", "--password-stdin", "--json")
    refused = command(*words, stdin="short\n").document(code=1)
    assert [one["where"] for one in refused["problems"]] == ["login", "role", "password"]
    for more in (["--team", "North"], ["--employee-no", "no good"]):
        answer = command("user", "create", "anna", "--role", "agent", *more, "--json")
        assert answer.document(code=1)["problems"]
    assert [counted(site, one) for one in (Account, Person, Team, AuditEntry)] == [0, 0, 0, 0]


def test_a_login_or_a_person_is_taken_once(site: Site, command: Command) -> None:
    command("user", "create", "anna", "--role", "agent", "--employee-no", "E1")
    again = command("user", "create", "anna", "--role", "hr", "--json").document(code=1)
    assert again["error"]["code"] == "login_taken"
    words = ("user", "create", "other", "--role", "agent", "--employee-no", "E1", "--json")
    assert command(*words).document(code=1)["error"]["code"] == "person_taken"
    assert counted(site, Account) == 1


def test_a_token_is_printed_once_and_kept_as_its_hash(site: Site, command: Command) -> None:
    command("user", "create", "wang", "--role", "manager")
    made = command("token", "create", "wang", "--days", "30", "--json").document()
    said = command("token", "create", "wang")
    assert made["login"] == "wang"
    with site.reading() as ctx:
        kept = set(ctx.session.scalars(select(ApiToken.token_hash)))
        entries = ctx.session.execute(select(AuditEntry.action, AuditEntry.data)).all()
    assert kept == {token_hash(made["token"]), token_hash(said.out.strip())}
    assert [row.action for row in entries] == ["account.created", *["token.created"] * 2]
    assert made["token"] not in str(entries)


def test_a_new_site_is_migrated_and_checked(empty_database_url: str, site: Site) -> None:
    settings = dataclasses.replace(site.settings, database_url=empty_database_url)
    environment = environment_of(settings)
    check = run_command(environment, "db", "check", "--json").document(code=1)
    assert check["ok"] is False
    assert check["first_difference"]["reason"] == "schema"
    first = run_command(environment, "db", "upgrade", "--json").document()
    again = run_command(environment, "db", "upgrade", "--json").document()
    assert first["from"] is None
    assert first["to"] == again["from"] == again["to"]
    whole = {"ok": True, "first_difference": None}
    assert run_command(environment, "db", "check", "--json").document() == whole
    assert "already" in run_command(environment, "db", "upgrade").out
