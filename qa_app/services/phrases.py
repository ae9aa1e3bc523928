"""Writes of phrase lists: publishing a version, which never changes, retiring, asking for scans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from qa_app.domain.errors import Conflict, NotFound, WrongState
from qa_app.domain.phrases import PhraseListDefinition
from qa_app.domain.phrases_reading import load_phrase_list
from qa_app.models import Job, PhraseList, PhraseListVersion
from qa_app.models.job import JobState
from qa_app.queries.phrases import SCAN, some_list_is_in_force
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record
from qa_app.services.jobs import enqueue

SHIPPED = Path(__file__).resolve().parent.parent / "policies" / "phrases"
YEAR = timedelta(days=365)
SOON = timedelta(seconds=30)


def publish_phrase_list(
    ctx: Context, source: Path | str | Mapping[str, Any], *, scan: bool = True
) -> PhraseListVersion:
    """Publish a list from a file, a text or its mapping, and ask for a scan of the past year.

    What a version says already is that version, in force again. Raises InvalidInput with all that
    is wrong, Conflict where somebody publishes the same list at this moment.
    """
    require(ctx.actor, Permission.PHRASE_PUBLISH)
    definition = load_phrase_list(source)
    try:
        return _publish(ctx, definition, scan=scan)
    except IntegrityError:
        raise Conflict(
            "published_elsewhere",
            "Somebody else publishes %(name)s at this moment. Try again.",
            name=definition.id,
        ) from None


def retire_phrase_list(ctx: Context, slug: str) -> None:
    """Take a list out of force; publishing it again brings it back. NotFound, WrongState."""
    require(ctx.actor, Permission.PHRASE_PUBLISH)
    one = ctx.session.scalar(select(PhraseList).where(PhraseList.slug == slug).with_for_update())
    if one is None:
        raise NotFound("phrase list", slug)
    if one.retired_at is not None:
        raise WrongState("phrase list", "retired", "retire")
    ctx.session.execute(
        update(PhraseList).where(PhraseList.id == one.id).values(retired_at=ctx.clock.now())
    )
    record(ctx, "phrases.retired", "phrase_list", slug, version=one.version)


def install_shipped_lists(ctx: Context) -> list[str]:
    """Publish the shipped lists that this site never had; their ids."""
    require(ctx.actor, Permission.PHRASE_PUBLISH)
    known = set(ctx.session.scalars(select(PhraseList.slug)))
    missing = [path for path in sorted(SHIPPED.glob("*.yaml")) if path.stem not in known]
    for path in missing:
        publish_phrase_list(ctx, path, scan=False)
    if missing:  # last: whoever publishes one list holds that list, then waits for the job
        scan_past_year(ctx)
    return [path.stem for path in missing]


def scan_past_year(ctx: Context) -> int:
    """Ask for a scan of the last 365 days; one that waits already is the answer. The job's id."""
    require(ctx.actor, Permission.PHRASE_PUBLISH)
    since = (ctx.today - YEAR).isoformat()
    return enqueue(ctx, SCAN, {"since": since}, dedup_key="year")


def scan_these(ctx: Context, conversation_ids: Sequence[int]) -> None:
    """Ask for a scan of conversations whose words have changed; for the services that do that."""
    if conversation_ids and some_list_is_in_force(ctx.session):
        enqueue(ctx, SCAN, {"conversations": list(conversation_ids)})


def scan_what_changes(ctx: Context) -> None:
    """Ask for a scan of what this transaction imports; the batches of half a minute share one."""
    if not some_list_is_in_force(ctx.session):
        return
    now = ctx.clock.now()
    payload = {"changed_since": now.isoformat()}
    while True:
        job_id = enqueue(ctx, SCAN, payload, dedup_key="changes", run_after=now + SOON)
        # Held until the commit: a worker must not begin before these rows can be seen.
        waiting = select(Job.id).where(Job.id == job_id, Job.state == JobState.QUEUED)
        if ctx.session.execute(waiting.with_for_update()).one_or_none() is not None:
            return


def _publish(ctx: Context, definition: PhraseListDefinition, *, scan: bool) -> PhraseListVersion:
    one = ctx.session.scalar(
        select(PhraseList).where(PhraseList.slug == definition.id).with_for_update()
    )
    if one is None:
        one = PhraseList(slug=definition.id, kind=definition.kind, version=0)
        ctx.session.add(one)
        ctx.session.flush()
    known = ctx.session.scalar(
        select(PhraseListVersion).where(
            PhraseListVersion.list_id == one.id, PhraseListVersion.digest == definition.digest
        )
    )
    if known is not None and known.version == one.version and one.retired_at is None:
        return known
    version = known or _new_version(ctx, one, definition)
    one.kind, one.version, one.retired_at = definition.kind, version.version, None
    record(
        ctx,
        "phrases.published",
        "phrase_list",
        definition.id,
        version=version.version,
        digest=version.digest,
        phrases=len(definition.phrases),
    )
    if scan:
        scan_past_year(ctx)
    return version


def _new_version(
    ctx: Context, one: PhraseList, definition: PhraseListDefinition
) -> PhraseListVersion:
    newest = ctx.session.scalar(
        select(func.max(PhraseListVersion.version)).where(PhraseListVersion.list_id == one.id)
    )
    version = PhraseListVersion(
        list_id=one.id,
        version=(newest or 0) + 1,
        digest=definition.digest,
        definition=definition.to_dict(),
        published_at=ctx.clock.now(),
        published_by=ctx.actor.account_id,
    )
    ctx.session.add(version)
    ctx.session.flush()
    return version
