"""Reads of phrase lists: what is in force, versions, what of them is in a conversation."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_app.db.types import AnyRow, AnySelect
from qa_app.domain.errors import NotFound
from qa_app.domain.phrases import PhraseChanges, PhraseListDefinition, changes_between
from qa_app.domain.phrases_matching import ListInForce, Matcher, PhraseFindings
from qa_app.models import Account, Conversation, Job, PhraseHit, PhraseList, PhraseListVersion
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import can, require

SCAN = "scan_phrases"
LATELY = timedelta(days=30)
K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """The values that this process made last, by key; each is made once at a time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        with self._lock:
            if key not in self._values:
                self._values[key] = make()
                while len(self._values) > self._limit:
                    self._values.popitem(last=False)
            self._values.move_to_end(key)
            return self._values[key]


DEFINITIONS: Kept[str, PhraseListDefinition] = Kept(128)
MATCHERS: Kept[tuple[tuple[int, int, str], ...], Matcher] = Kept(4)

IN_FORCE = (
    select(
        PhraseList.id,
        PhraseList.version,
        PhraseListVersion.id.label("version_id"),
        PhraseListVersion.digest,
    )
    .join(
        PhraseListVersion,
        (PhraseListVersion.list_id == PhraseList.id)
        & (PhraseListVersion.version == PhraseList.version),
    )
    .where(PhraseList.retired_at.is_(None))
    .order_by(PhraseList.id)
)
VERSION = (
    PhraseList.id.label("list_id"),
    PhraseList.slug,
    PhraseList.kind,
    PhraseList.version.label("in_force"),
    PhraseList.retired_at,
    PhraseListVersion.id,
    PhraseListVersion.version,
    PhraseListVersion.digest,
    PhraseListVersion.published_at,
    Account.name.label("publisher"),
)


@dataclass(frozen=True, slots=True)
class ListedPhrases:
    """A list as its page shows it."""

    row: AnyRow
    definition: PhraseListDefinition
    conversations_lately: int = 0


@dataclass(frozen=True, slots=True)
class VersionOfPhrases:
    """A version with what it changed against the one before it; None for the first."""

    row: AnyRow
    changes: PhraseChanges | None


def hits_in(
    ctx: Context, turns: Sequence[Mapping[str, Any]], channel: str, language: str | None
) -> PhraseFindings:
    """What the lists in force find in turns as the actor sees them; nothing for who reads none."""
    if not can(ctx.actor, Permission.PHRASE_READ):
        return PhraseFindings()
    return matcher_in_force(ctx.session).find(turns, channel, language)


def matcher_in_force(session: Session) -> Matcher:
    """The lists in force ready to search, built once in a process for each set of versions."""
    rows = session.execute(IN_FORCE).all()
    key = tuple((row.id, row.version, row.digest) for row in rows)
    return MATCHERS.get(
        key,
        lambda: Matcher(
            ListInForce(row.id, row.version, _definition(session, row.version_id, row.digest))
            for row in rows
        ),
    )


def some_list_is_in_force(session: Session) -> bool:
    statement = select(PhraseList.id).where(PhraseList.retired_at.is_(None), PhraseList.version > 0)
    return session.execute(statement.limit(1)).one_or_none() is not None


def phrase_lists(ctx: Context) -> list[ListedPhrases]:
    """The lists in force, then the retired ones, each with its newest version."""
    require(ctx.actor, Permission.PHRASE_READ)
    statement = _versions().where(PhraseListVersion.version == PhraseList.version)
    rows = ctx.session.execute(
        statement.order_by(PhraseList.retired_at.is_not(None), PhraseList.kind, PhraseList.slug)
    ).all()
    lately = _conversations_lately(ctx)
    return [
        ListedPhrases(row, _definition(ctx.session, row.id, row.digest), lately.get(row.list_id, 0))
        for row in rows
    ]


def phrase_list(ctx: Context, slug: str, version: int | None = None) -> ListedPhrases:
    """A version of a list, the one in force where none is named. Raises NotFound."""
    require(ctx.actor, Permission.PHRASE_READ)
    wanted = PhraseList.version if version is None else version
    row = ctx.session.execute(
        _versions().where(PhraseList.slug == slug, PhraseListVersion.version == wanted)
    ).one_or_none()
    if row is None:
        raise NotFound("phrase list", slug if version is None else f"{slug} {version}")
    lately = _conversations_lately(ctx).get(row.list_id, 0)
    return ListedPhrases(row, _definition(ctx.session, row.id, row.digest), lately)


def phrase_versions(ctx: Context, slug: str, limit: int = 50) -> list[VersionOfPhrases]:
    """The newest versions of a list, newest first, with what each of them changed."""
    require(ctx.actor, Permission.PHRASE_READ)
    rows = ctx.session.execute(
        _versions()
        .where(PhraseList.slug == slug)
        .order_by(PhraseListVersion.version.desc())
        .limit(limit + 1)
    ).all()
    read = [_definition(ctx.session, row.id, row.digest) for row in rows]
    changes = [changes_between(older, newer) for newer, older in pairwise(read)]
    return [
        VersionOfPhrases(row, one) for row, one in zip(rows[:limit], [*changes, None], strict=False)
    ]


def phrase_list_choices(ctx: Context) -> list[ListedPhrases]:
    """The lists in force, for a filter; none for whoever reads no lists."""
    if not can(ctx.actor, Permission.PHRASE_READ):
        return []
    rows = ctx.session.execute(
        _versions()
        .where(PhraseListVersion.version == PhraseList.version, PhraseList.retired_at.is_(None))
        .order_by(PhraseList.kind, PhraseList.slug)
    )
    return [ListedPhrases(row, _definition(ctx.session, row.id, row.digest)) for row in rows]


def newest_scan(ctx: Context) -> AnyRow | None:
    """The scan of the past year that was asked for last, as its job stands; None: never."""
    require(ctx.actor, Permission.PHRASE_READ)
    return ctx.session.execute(
        select(
            Job.id,
            Job.state,
            Job.progress_done,
            Job.progress_total,
            Job.error,
            Job.result,
            Job.created_at,
            Job.finished_at,
        )
        .where(Job.kind == SCAN, Job.dedup_key == "year")
        .order_by(Job.id.desc())
        .limit(1)
    ).one_or_none()


def _conversations_lately(ctx: Context) -> dict[int, int]:
    """In how many conversations of the last 30 days each list was found."""
    rows = ctx.session.execute(
        select(PhraseHit.list_id, func.count())
        .join(Conversation, Conversation.id == PhraseHit.conversation_id)
        .where(Conversation.local_date > ctx.today - LATELY)
        .group_by(PhraseHit.list_id)
    )
    return {row[0]: row[1] for row in rows}


def _versions() -> AnySelect:
    return (
        select(*VERSION)
        .join(PhraseListVersion, PhraseListVersion.list_id == PhraseList.id)
        .outerjoin(Account, Account.id == PhraseListVersion.published_by)
    )


def _definition(session: Session, version_id: int, digest: str) -> PhraseListDefinition:
    def read() -> PhraseListDefinition:
        statement = select(PhraseListVersion.definition).where(PhraseListVersion.id == version_id)
        return PhraseListDefinition.from_dict(session.execute(statement).scalar_one())

    return DEFINITIONS.get(digest, read)
