"""Looks through the turns of conversations that have their sound, for what is to be hidden in it.

New sounds and transcripts are looked through as they come. This is for those that were there
before there were masks, or before the rules changed: newest first, as those are listened to, each
batch in one transaction together with the place in the job. Doing a batch twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from sqlalchemy import insert, update

from qa_app.db.types import AnyRow
from qa_app.domain.sound_masks import RULES, spans_of_personal_data
from qa_app.models import SiteSetting
from qa_app.queries.sound_mask_scans import (
    LOOK_THROUGH,
    MARKER,
    NEWEST,
    how_many_to_look_through,
    is_looked_through,
    is_looking_through,
    sounds_to_look_through,
)
from qa_app.security.context import Context
from qa_app.services.audit import record
from qa_app.services.jobs import enqueue
from qa_app.services.site import Site
from qa_app.services.sound_masks import note_looked_through, refresh_masks

AT_ONCE = 100


class Watch(Protocol):
    """The job that it runs in."""

    def progress(self, done: int, total: int | None = None) -> None:
        """Raises what stops the job."""
        ...

    def keep_place(self, ctx: Context, **place: object) -> None:
        """Note in the batch's transaction where to go on; raises when the job is not ours."""
        ...


@dataclass(frozen=True, slots=True)
class Looked:
    """How far it is; `masked`: conversations that have something to hide, or had."""

    before: int = NEWEST
    conversations: int = 0
    masked: int = 0


def ask_to_look_through(ctx: Context) -> int | None:
    """Ask for the job, once for each version of the rules; its id. None: there is no need.

    One that failed or was cancelled is asked for again: until then nobody hears those sounds.
    """
    if is_looked_through(ctx.session) or is_looking_through(ctx.session):
        return None
    if not sounds_to_look_through(ctx.session):
        _keep_marker(ctx)
        return None
    return enqueue(ctx, LOOK_THROUGH, {"rules": RULES}, dedup_key=f"rules:{RULES}")


def look_through(
    site: Site, job_id: int, payload: Mapping[str, Any], watch: Watch
) -> dict[str, int]:
    """Bring the masks of every ready sound up to the rules that hold now."""
    looked = Looked(**payload.get("place", {}))
    with site.reading() as ctx:
        total = looked.conversations + how_many_to_look_through(ctx.session)
    while True:
        with site.reading() as ctx:
            rows = sounds_to_look_through(ctx.session, before=looked.before, limit=AT_ONCE)
        if not rows:
            break
        looked = _look_at(site, rows, looked, watch)
        watch.progress(min(looked.conversations, total), total)
    counts = {"conversations": looked.conversations, "masked": looked.masked}
    with site.writing() as ctx:
        watch.keep_place(ctx, place=asdict(looked))
        _keep_marker(ctx)
        record(ctx, "sound.looked_through", "job", job_id, rules=RULES, **counts)
    return counts


def _look_at(site: Site, rows: Sequence[AnyRow], before: Looked, watch: Watch) -> Looked:
    """One batch. The search holds nobody up; what has work is read again under its lock."""
    with_work = [row.id for row in rows if row.is_masked or spans_of_personal_data(row.turns or ())]
    looked = Looked(rows[-1].id, before.conversations + len(rows), before.masked + len(with_work))
    with site.writing() as ctx:
        watch.keep_place(ctx, place=asdict(looked))
        for conversation_id in with_work:
            refresh_masks(ctx, conversation_id)
        note_looked_through(ctx, {row.id for row in rows} - set(with_work))
    return looked


def _keep_marker(ctx: Context) -> None:
    values = {"value": RULES, "updated_at": ctx.clock.now(), "updated_by": None}
    written = ctx.session.execute(
        update(SiteSetting).where(SiteSetting.name == MARKER).values(values)
    )
    if not written.rowcount:  # type: ignore[attr-defined]
        ctx.session.execute(insert(SiteSetting).values(name=MARKER, **values))
