"""Scans conversations for the phrases of the lists in force, batch by batch in the order of keys.

Each batch is one transaction together with the place in the job: a killed scan goes on behind the
last batch that was kept, and doing a batch twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import delete as delete_rows
from sqlalchemy import insert, tuple_

from qa_app.db.types import AnyRow
from qa_app.domain.phrases_matching import Matcher
from qa_app.models import PhraseHit
from qa_app.queries.phrase_scans import (
    ScanOrder,
    conversations_to_scan,
    how_many_to_scan,
    kept_hits,
)
from qa_app.queries.phrases import matcher_in_force
from qa_app.security.context import Context
from qa_app.services.audit import record
from qa_app.services.site import Site

AT_ONCE = 500


class Watch(Protocol):
    """The job that a scan runs in."""

    def progress(self, done: int, total: int | None = None) -> None:
        """Raises what stops the job."""
        ...

    def keep_place(self, ctx: Context, **place: object) -> None:
        """Note in the batch's transaction where to go on; raises when the job is not ours."""
        ...


@dataclass(slots=True)
class Scanned:
    """How far a scan is."""

    after: int = 0
    conversations: int = 0
    found: int = 0

    def to_dict(self) -> dict[str, int]:
        return {"after": self.after, "conversations": self.conversations, "found": self.found}


def run_scan(site: Site, job_id: int, payload: Mapping[str, Any], watch: Watch) -> dict[str, int]:
    """Bring what is kept of the conversations of an order up to the lists in force."""
    order = _order(payload)
    scanned = Scanned(**payload.get("place", {}))
    with site.reading() as ctx:
        total = how_many_to_scan(ctx.session, order)
    while _scan_batch(site, order, scanned, watch):
        watch.progress(min(scanned.conversations, total), total)
    with site.writing() as ctx:
        watch.keep_place(ctx, place=scanned.to_dict())
        counts = {"conversations": scanned.conversations, "found": scanned.found}
        record(ctx, "phrases.scanned", "job", job_id, **counts)
    return counts


def _order(payload: Mapping[str, Any]) -> ScanOrder:
    if "conversations" in payload:
        return ScanOrder(conversation_ids=[int(one) for one in payload["conversations"]])
    if "changed_since" in payload:
        return ScanOrder(changed_since=datetime.fromisoformat(payload["changed_since"]))
    return ScanOrder(since=date.fromisoformat(payload["since"]))


def _scan_batch(site: Site, order: ScanOrder, scanned: Scanned, watch: Watch) -> bool:
    """Scan the next ones; False behind the last. The search itself holds nobody up."""
    with site.reading() as ctx:
        matcher = matcher_in_force(ctx.session)
        rows = conversations_to_scan(ctx.session, order, after=scanned.after, limit=AT_ONCE)
    if not rows:
        return False
    hits = _hits(matcher, rows)
    with site.writing() as ctx:
        if matcher_in_force(ctx.session) is not matcher:
            return True  # a list was published meanwhile: the same batch again
        place = Scanned(rows[-1].id, scanned.conversations + len(rows), scanned.found + len(hits))
        watch.keep_place(ctx, place=place.to_dict())
        _keep(ctx, [row.id for row in rows], hits)
    scanned.after, scanned.conversations, scanned.found = (
        place.after,
        place.conversations,
        place.found,
    )
    return True


def _hits(matcher: Matcher, rows: Sequence[AnyRow]) -> dict[tuple[int, int], dict[str, int]]:
    versions = {one.id: one.version for one in matcher.lists}
    return {
        (row.id, list_id): {
            "conversation_id": row.id,
            "list_id": list_id,
            "version": versions[list_id],
            "hits": tally.hits,
            "first_turn": tally.first_turn,
        }
        for row in rows
        for list_id, tally in matcher.tally(row.turns or (), row.channel, row.language).items()
    }


def _keep(
    ctx: Context, conversation_ids: list[int], hits: dict[tuple[int, int], dict[str, int]]
) -> None:
    """Make the rows of these conversations say what was found; what stays is not touched."""
    kept = {
        key: dict(row._mapping) for key, row in kept_hits(ctx.session, conversation_ids).items()
    }
    gone = [key for key, row in kept.items() if hits.get(key) != row]
    new = [row for key, row in hits.items() if kept.get(key) != row]
    if gone:
        key = tuple_(PhraseHit.conversation_id, PhraseHit.list_id)
        ctx.session.execute(delete_rows(PhraseHit).where(key.in_(gone)))
    if new:
        ctx.session.execute(insert(PhraseHit), new)
