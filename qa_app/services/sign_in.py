"""Signing in and out: throttled guesses, server-side sessions that can be revoked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, exists, insert, select, update

from qa_app.adapters.passwords import new_token, password_matches, token_hash
from qa_app.db.database import Database
from qa_app.db.unit_of_work import unit_of_work
from qa_app.domain.errors import Refused
from qa_app.models import Account, LoginAttempt, UserSession
from qa_app.queries.accounts import account_by_login, actor_of, failed_guesses
from qa_app.security.context import Context
from qa_app.services.audit import record

WINDOW = timedelta(minutes=15)
PER_PAIR, PER_ADDRESS, PER_ACCOUNT = 5, 30, 60
SESSION_LIFE = timedelta(days=7)
# Checked when the login is unknown, so that known and unknown logins take the same time.
NOBODY_STRONG = (
    "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5bm9ib2R5bm8$q0tEoSbBIIWqVbqBRB0m0W0Vq0VSu2c1kmaZAxZ0c3w"
)
NOBODY_FAST = (
    "$argon2id$v=19$m=1024,t=1,p=1$bm9ib2R5bm9ib2R5bm8$q0tEoSbBIIWqVbqBRB0m0W0Vq0VSu2c1kmaZAxZ0c3w"
)

MakeContext = Callable[..., Context]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a guess comes from."""

    address: str
    user_agent: str = ""


def sign_in(
    database: Database, context: MakeContext, login: str, password: str, visitor: Visitor
) -> str:
    """Return the token of a new session. Raises Refused: `wrong_login` or `too_many_guesses`.

    The guess is counted before the password is looked at, in a transaction of its own, so that
    guesses in parallel are counted too; the hash is computed outside any transaction.
    """
    login = login.strip().lower()[:64]
    with unit_of_work(database) as session:
        ctx = context(session)
        throttled = _too_many(ctx, login, visitor.address)
        if throttled:
            record(ctx, "session.throttled", "login", login, address=visitor.address)
        else:
            _count(ctx, login, visitor.address)
        account = account_by_login(session, login)
        known = None if account is None or not account.is_active else account.password_hash
    if throttled:
        message = "Too many wrong passwords. Wait 15 minutes, or ask an administrator."
        raise Refused("too_many_guesses", message)
    nobody = NOBODY_FAST if context(None).settings.argon2_fast else NOBODY_STRONG
    matches = password_matches(known or nobody, password[:1024])
    with unit_of_work(database) as session:
        ctx = context(session)
        if account is None or known is None or not matches:
            record(ctx, "session.refused", "login", login, address=visitor.address)
        else:
            return _open_session(ctx, account, visitor)
    raise Refused("wrong_login", "The login or the password is wrong.")


def _too_many(ctx: Context, login: str, address: str) -> bool:
    since = ctx.clock.now() - WINDOW
    if failed_guesses(ctx.session, f"pair:{login}|{address}", since) >= PER_PAIR:
        return True
    if failed_guesses(ctx.session, f"address:{address}", since) >= PER_ADDRESS:
        return True
    if failed_guesses(ctx.session, f"account:{login}", since) < PER_ACCOUNT:
        return False
    return not _knows_address(ctx, login, address)


def _knows_address(ctx: Context, login: str, address: str) -> bool:
    """Whether the account has signed in from there before: strangers cannot lock it out."""
    known = exists(
        select(UserSession.id)
        .join(Account, Account.id == UserSession.account_id)
        .where(Account.login == login, UserSession.address == address)
    )
    return bool(ctx.session.scalar(select(known)))


def _count(ctx: Context, login: str, address: str) -> None:
    now = ctx.clock.now()
    subjects = (f"pair:{login}|{address}", f"address:{address}", f"account:{login}")
    ctx.session.execute(
        insert(LoginAttempt), [{"subject": subject, "at": now} for subject in subjects]
    )
    ctx.session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - 4 * WINDOW))


def _open_session(ctx: Context, account: Account, visitor: Visitor) -> str:
    now, token = ctx.clock.now(), new_token()
    subjects = (f"pair:{account.login}|{visitor.address}", f"account:{account.login}")
    ctx.session.execute(delete(LoginAttempt).where(LoginAttempt.subject.in_(subjects)))
    ctx.session.add(
        UserSession(
            token_hash=token_hash(token),
            account_id=account.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LIFE,
            user_agent=visitor.user_agent[:200],
            address=visitor.address,
        )
    )
    row = ctx.session.execute(
        select(
            Account.id,
            Account.login,
            Account.name,
            Account.role,
            Account.person_id,
            Account.locale,
        ).where(Account.id == account.id)
    ).one()
    actor = actor_of(ctx.session, row, ctx.today, visitor.address)
    signed_in = Context(ctx.session, actor, ctx.clock, ctx.settings)
    record(signed_in, "session.opened", "account", account.id)
    return token


def sign_out(ctx: Context, session_id: int) -> None:
    """Revoke one of the actor's own sessions."""
    ctx.session.execute(
        update(UserSession)
        .where(
            UserSession.id == session_id,
            UserSession.account_id == ctx.actor.account_id,
            UserSession.revoked_at.is_(None),
        )
        .values(revoked_at=ctx.clock.now())
    )
    record(ctx, "session.closed", "account", ctx.actor.account_id)


def touch_session(ctx: Context, session_id: int) -> None:
    """Note that the session was used; called at most every few minutes."""
    ctx.session.execute(
        update(UserSession).where(UserSession.id == session_id).values(last_seen_at=ctx.clock.now())
    )
