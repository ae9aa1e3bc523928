"""Reads of the audit trail: pages of it, and whether its chain is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from qa_app.db.types import AnyRow
from qa_app.domain.audit import GENESIS, Entry
from qa_app.models import AuditEntry, AuditHead
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require

AT_ONCE = 2000
COLUMNS = (
    AuditEntry.seq,
    AuditEntry.at,
    AuditEntry.actor,
    AuditEntry.role,
    AuditEntry.action,
    AuditEntry.subject_kind,
    AuditEntry.subject_id,
    AuditEntry.data,
    AuditEntry.address,
    AuditEntry.hash,
)


def audit_page(
    ctx: Context, *, before: int | None = None, actor: str = "", action: str = "", limit: int = 50
) -> list[AnyRow]:
    """Newest entries first, older than `before` (a seq)."""
    require(ctx.actor, Permission.AUDIT_READ)
    statement = select(*COLUMNS).order_by(AuditEntry.seq.desc()).limit(limit)
    if before is not None:
        statement = statement.where(AuditEntry.seq < before)
    if actor:
        statement = statement.where(AuditEntry.actor == actor)
    if action:
        statement = statement.where(AuditEntry.action == action)
    return list(ctx.session.execute(statement))


def first_broken_entry(ctx: Context) -> dict[str, Any] | None:
    """Recompute the chain from its start; None when whole, else the first entry that is not.

    A cut tail shows as a head that names a later entry than the last one.
    """
    require(ctx.actor, Permission.AUDIT_READ)
    expected, previous = 1, GENESIS
    for row in _entries(ctx):
        if row is None:
            return {"seq": expected, "reason": "unreadable", "expected": None, "found": None}
        values = row._asdict()
        found = values.pop("hash")
        if row.seq != expected:
            return {"seq": expected, "reason": "missing", "expected": expected, "found": row.seq}
        previous_now = Entry(**values).chained(previous)
        if previous_now != found:
            return {"seq": row.seq, "reason": "changed", "expected": previous_now, "found": found}
        previous, expected = previous_now, expected + 1
    head = ctx.session.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
    if head is None or (head.seq, head.hash) != (expected - 1, previous):
        found_head = None if head is None else head.seq
        return {"seq": expected, "reason": "head", "expected": expected - 1, "found": found_head}
    return None


def _entries(ctx: Context) -> Iterator[AnyRow | None]:
    """The entries in their order, many at a time; None for one that holds no time or no JSON."""
    after, at_once = 0, AT_ONCE
    while True:
        statement = select(*COLUMNS).where(AuditEntry.seq > after).order_by(AuditEntry.seq)
        try:
            rows = ctx.session.execute(statement.limit(at_once)).all()
        except ValueError:  # one of these: which, the next ones tell one by one
            if at_once == 1:
                yield None
                return
            at_once = 1
            continue
        yield from rows
        if len(rows) < at_once:
            return
        after = rows[-1].seq
