"""Reads of accounts: who a session or a token belongs to, and what they are."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from qa_app.db.types import AnyRow
from qa_app.db.unit_of_work import plain
from qa_app.domain.people import Role
from qa_app.models import Account, ApiToken, LoginAttempt, Membership, UserSession
from qa_app.security.context import Actor, Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require

IDLE_LIMIT = timedelta(hours=12)

ACCOUNT = (
    Account.id,
    Account.login,
    Account.name,
    Account.role,
    Account.person_id,
    Account.locale,
    Account.must_change_password,
)


# Every request of somebody who is signed in asks this: the statement is built once.
SIGNED_IN = (
    select(*ACCOUNT, UserSession.id.label("session_id"), UserSession.last_seen_at)
    .join(UserSession, UserSession.account_id == Account.id)
    .where(
        UserSession.token_hash == bindparam("token_hash"),
        UserSession.revoked_at.is_(None),
        UserSession.expires_at > bindparam("now"),
        UserSession.last_seen_at > bindparam("idle_since"),
        Account.is_active,
    )
)


def account_of_session(session: Session, token_hash: str, now: datetime) -> AnyRow | None:
    """The active account of a session that is neither revoked, expired nor idle for too long."""
    values = {"token_hash": token_hash, "now": now, "idle_since": now - IDLE_LIMIT}
    return plain(session).execute(SIGNED_IN, values).one_or_none()


def account_of_token(session: Session, token_hash: str, now: datetime) -> AnyRow | None:
    """The active account of an API token that is neither revoked nor expired."""
    statement = (
        select(*ACCOUNT)
        .join(ApiToken, ApiToken.account_id == Account.id)
        .where(
            ApiToken.token_hash == token_hash,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            Account.is_active,
        )
    )
    return session.execute(statement).one_or_none()


def led_teams(session: Session, person_id: int | None, today: date) -> frozenset[int]:
    """Ids of the teams that the person leads on the day."""
    if person_id is None:
        return frozenset()
    statement = select(Membership.team_id).where(
        Membership.person_id == person_id,
        Membership.is_lead,
        Membership.from_date <= today,
        or_(Membership.to_date.is_(None), Membership.to_date >= today),
    )
    return frozenset(session.scalars(statement))


def actor_of(session: Session, account: Any, today: date, address: str = "") -> Actor:
    """The actor that an account is today."""
    teams = (
        led_teams(session, account.person_id, today) if account.role is Role.LEAD else frozenset()
    )
    return Actor(
        role=account.role,
        login=account.login,
        account_id=account.id,
        name=account.name,
        person_id=account.person_id,
        led_teams=teams,
        locale=account.locale,
        address=address,
    )


def failed_guesses(session: Session, subject: str, since: datetime) -> int:
    """How many wrong passwords were tried for a subject (`account:…` or `address:…`)."""
    statement = select(func.count()).where(LoginAttempt.subject == subject, LoginAttempt.at > since)
    return session.execute(statement).scalar_one()


def account_list(ctx: Context, *, after: str = "", limit: int = 100) -> list[AnyRow]:
    """Accounts by login, from the one after `after`."""
    require(ctx.actor, Permission.ACCOUNT_MANAGE)
    statement = (
        select(*ACCOUNT, Account.is_active, Account.created_at)
        .where(Account.login > after)
        .order_by(Account.login)
        .limit(limit)
    )
    return list(ctx.session.execute(statement))


def account_by_login(session: Session, login: str) -> Account | None:
    """The account with this login, or None."""
    return session.scalars(select(Account).where(Account.login == login)).one_or_none()
