"""Writes of the audit trail. Entries are chained last thing in the transaction that causes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from qa_app.db.unit_of_work import before_commit, plain
from qa_app.domain.audit import Entry
from qa_app.models import AuditEntry, AuditHead
from qa_app.security.context import Context

PENDING = "qa_audit_pending"
# Built once: on PostgreSQL other writers wait while these run.
HEAD = select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
INSERT_ENTRIES = insert(AuditEntry)
MOVE_HEAD = update(AuditHead).where(AuditHead.id == 1)


def record(
    ctx: Context, action: str, subject_kind: str, subject_id: object, /, **data: object
) -> None:
    """Note that the actor did `action` (`thing.done`) to the subject. `data` holds no secrets."""
    ctx.session.info.setdefault(PENDING, []).append(
        {
            "at": ctx.clock.now(),
            "actor": ctx.actor.login,
            "role": ctx.actor.role.value,
            "action": action,
            "subject_kind": subject_kind,
            "subject_id": str(subject_id),
            "data": data,
            "address": ctx.actor.address,
        }
    )
    before_commit(ctx.session, "audit", _chain)


def _chain(session: Session) -> None:
    """Give the pending entries their numbers and hashes, under the lock of the chain's head."""
    connection = plain(session)
    head = connection.execute(HEAD).one()
    seq, previous = head.seq, head.hash
    rows: list[dict[str, Any]] = []
    for values in session.info.pop(PENDING, []):
        seq += 1
        previous = Entry(seq=seq, **values).chained(previous)
        rows.append({"seq": seq, "hash": previous, **values})
    connection.execute(INSERT_ENTRIES, rows if len(rows) > 1 else rows[0])
    connection.execute(MOVE_HEAD, {"seq": seq, "hash": previous})
