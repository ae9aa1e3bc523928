"""Accounts, their sessions and API tokens, and the counter behind login throttling."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import EnumText, Key, UtcTime
from qa_app.domain.people import Role


class Account(Base):
    """Somebody who may sign in; `person_id` ties it to the agent or lead it belongs to."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("role <> 'system'", name="no_system_login"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(256))
    role: Mapped[Role] = mapped_column(EnumText(Role))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    locale: Mapped[str | None] = mapped_column(String(8))
    is_active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    password_changed_at: Mapped[datetime] = mapped_column(UtcTime)


class UserSession(Base):
    """One signed-in browser. Only its token's SHA-256 is kept; revoking it signs out at once."""

    __tablename__ = "user_session"
    __table_args__ = (Index("ix_user_session_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64), default="")


class LoginAttempt(Base):
    """A failed guess, counted per account name and per address."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_subject_at", "subject", "at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    subject: Mapped[str] = mapped_column(String(160))
    at: Mapped[datetime] = mapped_column(UtcTime)


class ApiToken(Base):
    """A token for the API, shown once; only its SHA-256 is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)
