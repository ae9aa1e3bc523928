"""`qa-app user create` and `qa-app token create`."""

from __future__ import annotations

import sys

import click

from qa_app.cli.site import answer, json_option, open_site


@click.group()
def user() -> None:
    """Accounts."""


@user.command("create")
@click.argument("login")
@click.option("--role", required=True, help="specialist, lead, agent, manager, hr or admin.")
@click.option("--name", help="The name that people see; the login when left out.")
@click.option("--team", help="Team that the person is in (or leads, with --role lead) from today.")
@click.option("--employee-no", help="Employee number; makes the person when there is none yet.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@json_option
def create_user(
    login: str,
    role: str,
    name: str | None,
    team: str | None,
    employee_no: str | None,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Make an account; without --password-stdin a password is made and printed once."""
    from qa_app.services.people import create_user_account

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with open_site() as site, site.writing() as ctx:
        account, made = create_user_account(
            ctx,
            login=login,
            role=role,
            name=name,
            team=team,
            employee_no=employee_no,
            password=password,
        )
        document = {"login": account.login, "role": account.role.value, "password": made}
    if as_json:
        answer(document)
        return
    click.echo(f"Account {document['login']} ({document['role']}) is made.")
    if made:
        click.echo(f"One-time password, not shown again: {made}")


@click.group()
def token() -> None:
    """Tokens for the API."""


@token.command("create")
@click.argument("login")
@click.option("--days", type=int, default=365, show_default=True, help="How long it is good for.")
@json_option
def create_api_token(login: str, days: int, as_json: bool) -> None:
    """Make an API token of an account and print it once."""
    from qa_app.services.accounts import create_token

    with open_site() as site, site.writing() as ctx:
        made = create_token(ctx, login, days=days)
    if as_json:
        answer({"login": login, "token": made})
    else:
        click.echo(made)
