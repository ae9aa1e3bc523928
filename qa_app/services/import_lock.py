"""The lock of imports: one batch of one at a time, and none while a draw looks at conversations.

SQLite needs none: a transaction that writes is the only one there.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

IMPORT_LOCK = 0x5141_494D


def keep_others_out(session: Session) -> None:
    """No other import writes, and nothing is drawn, until this transaction ends."""
    _lock(session, "pg_advisory_xact_lock")


def keep_imports_out(session: Session) -> None:
    """Conversations stay as they are until this transaction ends, and those of an import that is
    under way are waited for: what is read from now on is what it left."""
    _lock(session, "pg_advisory_xact_lock_shared")


def _lock(session: Session, function: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT {function}({IMPORT_LOCK})"))
