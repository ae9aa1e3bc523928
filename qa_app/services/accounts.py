"""Writes of accounts: create, change password, disable, tokens."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from qa_app.adapters.passwords import (
    hash_password,
    new_password,
    new_token,
    password_matches,
    token_hash,
)
from qa_app.domain.errors import Conflict, InvalidInput, NotFound, Problem
from qa_app.domain.people import LOGIN_PATTERN, LOGIN_ROLES, Role, password_problems
from qa_app.models import Account, ApiToken, Person, UserSession
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record


def create_account(
    ctx: Context,
    *,
    login: str,
    role: str,
    name: str | None = None,
    person_id: int | None = None,
    password: str | None = None,
) -> tuple[Account, str | None]:
    """Create an account; the second value is the one-time password when one was made.

    Raises InvalidInput with every problem, Conflict `login_taken` or `person_taken`.
    """
    require(ctx.actor, Permission.ACCOUNT_MANAGE)
    login = login.strip().lower()
    problems = _account_problems(login, role, password)
    if problems:
        raise InvalidInput(problems, "The account has problems.")
    made = new_password() if password is None else None
    now = ctx.clock.now()
    account = Account(
        login=login,
        name=(name or login).strip()[:120],
        role=Role(role),
        person_id=person_id,
        password_hash=hash_password(password or made or "", fast=ctx.settings.argon2_fast),
        must_change_password=made is not None,
        created_at=now,
        password_changed_at=now,
    )
    _add(ctx, account)
    record(ctx, "account.created", "account", account.id, login=login, role=role)
    return account, made


def _account_problems(login: str, role: str, password: str | None) -> list[Problem]:
    problems = []
    if not LOGIN_PATTERN.fullmatch(login):
        message = "Use 1 to 63 lower-case letters, digits, dots, dashes or underscores."
        problems.append(Problem("login", "bad_login", message))
    if role not in [known.value for known in LOGIN_ROLES]:
        message = "Use one of: " + ", ".join(known.value for known in LOGIN_ROLES) + "."
        problems.append(Problem("role", "unknown_role", message))
    if password is not None:
        problems += password_problems(password, login=login)
    return problems


def _add(ctx: Context, account: Account) -> None:
    try:
        with ctx.session.begin_nested():
            ctx.session.add(account)
            ctx.session.flush()  # lets the unique constraints speak
    except IntegrityError as error:
        if "person" in str(error.orig):
            message = "This person has an account already."
            raise Conflict("person_taken", message) from error
        raise Conflict(
            "login_taken", "There is an account %(login)s already.", login=account.login
        ) from error


def person_for(ctx: Context, employee_no: str) -> Person:
    """The person with this employee number. Raises NotFound."""
    person = ctx.session.scalars(
        select(Person).where(Person.employee_no == employee_no)
    ).one_or_none()
    if person is None:
        raise NotFound("person", employee_no)
    return person


def change_own_password(ctx: Context, *, current: str, new: str, session_id: int) -> None:
    """Set a new password; every other session of the account ends. Raises InvalidInput."""
    account = ctx.session.get_one(Account, ctx.actor.account_id)
    problems = password_problems(new, login=account.login)
    if not password_matches(account.password_hash, current):
        problems.insert(0, Problem("current", "wrong_password", "This is not your password."))
    if problems:
        raise InvalidInput(problems, "The password has problems.")
    now = ctx.clock.now()
    account.password_hash = hash_password(new, fast=ctx.settings.argon2_fast)
    account.must_change_password = False
    account.password_changed_at = now
    _revoke_sessions(ctx, account.id, except_id=session_id)
    record(ctx, "account.password_changed", "account", account.id)


def disable_account(ctx: Context, account_id: int) -> None:
    """Take away sign-in at once. Raises NotFound, Conflict `own_account`."""
    require(ctx.actor, Permission.ACCOUNT_MANAGE)
    account = ctx.session.get(Account, account_id)
    if account is None:
        raise NotFound("account", account_id)
    if account.id == ctx.actor.account_id:
        raise Conflict("own_account", "You cannot disable your own account.")
    account.is_active = False
    _revoke_sessions(ctx, account.id)
    record(ctx, "account.disabled", "account", account.id)


def enable_account(ctx: Context, account_id: int) -> None:
    """Let a disabled account sign in again. Raises NotFound."""
    require(ctx.actor, Permission.ACCOUNT_MANAGE)
    account = ctx.session.get(Account, account_id)
    if account is None:
        raise NotFound("account", account_id)
    account.is_active = True
    record(ctx, "account.enabled", "account", account.id)


def set_locale(ctx: Context, locale: str) -> None:
    """Remember the actor's language."""
    ctx.session.execute(
        update(Account).where(Account.id == ctx.actor.account_id).values(locale=locale)
    )
    record(ctx, "account.locale_set", "account", ctx.actor.account_id, locale=locale)


def create_token(ctx: Context, login: str, *, days: int) -> str:
    """An API token of an account, shown once. Raises NotFound, InvalidInput."""
    require(ctx.actor, Permission.ACCOUNT_MANAGE)
    if not 1 <= days <= 3660:
        raise InvalidInput([Problem("days", "out_of_range", "Use 1 to 3660 days.")])
    account = ctx.session.scalars(select(Account).where(Account.login == login)).one_or_none()
    if account is None:
        raise NotFound("account", login)
    token, now = new_token(), ctx.clock.now()
    ctx.session.add(
        ApiToken(
            token_hash=token_hash(token),
            account_id=account.id,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    record(ctx, "token.created", "account", account.id, days=days)
    return token


def _revoke_sessions(ctx: Context, account_id: int, except_id: int | None = None) -> None:
    statement = update(UserSession).where(
        UserSession.account_id == account_id, UserSession.revoked_at.is_(None)
    )
    if except_id is not None:
        statement = statement.where(UserSession.id != except_id)
    ctx.session.execute(statement.values(revoked_at=ctx.clock.now()))
