"""Reads of scorecards: forms in force, their versions, and loaded forms kept by digest."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

import scorecards
from qa_app.domain.errors import NotFound
from qa_app.domain.people import Role
from qa_app.models import Account, Plan, PlanVersion, Scorecard, ScorecardVersion
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import can, require

FORMS_KEPT = 256

VERSION = (
    Scorecard.id.label("scorecard_id"),
    Scorecard.slug,
    Scorecard.channel,
    Scorecard.title_zh,
    Scorecard.title_en,
    ScorecardVersion.id,
    ScorecardVersion.version,
    ScorecardVersion.digest,
    ScorecardVersion.published_at,
    Account.name.label("publisher"),
)


class FormInForce(NamedTuple):
    """What a plan must know of a form; marks as they stand in the definition, `100`."""

    id: int
    version: int
    channel: str
    full_marks: str
    cap: str


class LoadedForms:
    """Parsed forms of this process by digest, so that no page parses one twice."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._forms: OrderedDict[str, scorecards.Scorecard] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, digest: str) -> scorecards.Scorecard | None:
        with self._lock:
            form = self._forms.get(digest)
            if form is not None:
                self._forms.move_to_end(digest)
            return form

    def keep(self, digest: str, form: scorecards.Scorecard) -> None:
        with self._lock:
            self._forms[digest] = form
            while len(self._forms) > self._limit:
                self._forms.popitem(last=False)


LOADED = LoadedForms(FORMS_KEPT)


def load_version(ctx: Context, version_id: int) -> scorecards.Scorecard:
    """The form of a version, parsed once in a process. Raises NotFound."""
    require(ctx.actor, Permission.SCORECARD_READ)
    digest = ctx.session.scalar(
        select(ScorecardVersion.digest).where(ScorecardVersion.id == version_id)
    )
    if digest is None:
        raise NotFound("scorecard version", version_id)
    form = LOADED.get(digest)
    if form is None:
        text = ctx.session.scalar(
            select(ScorecardVersion.definition).where(ScorecardVersion.id == version_id)
        )
        form = scorecards.load(json.loads(text or "", parse_float=Decimal))
        LOADED.keep(digest, form)
    return form


def newest_version(ctx: Context, slug: str) -> Row[Any]:
    """The version of a form that is in force. Raises NotFound."""
    return scorecard_version(ctx, slug)


def scorecard_version(ctx: Context, slug: str, version: int | None = None) -> Row[Any]:
    """A version of a form, the one in force where none is named.

    Agents read forms in force only. Raises NotFound.
    """
    require(ctx.actor, Permission.SCORECARD_READ)
    statement = _versions().where(Scorecard.slug == slug).limit(1)
    if version is not None:
        statement = statement.where(ScorecardVersion.version == version)
    if ctx.actor.role is Role.AGENT:
        statement = statement.where(_is_newest())
    row = ctx.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("scorecard", slug if version is None else f"{slug} {version}")
    return row


def version_list(ctx: Context, slug: str) -> list[Row[Any]]:
    """All versions of a form, newest first; for agents the one in force."""
    require(ctx.actor, Permission.SCORECARD_READ)
    statement = _versions().where(Scorecard.slug == slug)
    if ctx.actor.role is Role.AGENT:
        statement = statement.where(_is_newest())
    return list(ctx.session.execute(statement))


def scorecard_list(ctx: Context) -> list[Row[Any]]:
    """The version in force of every form, by id."""
    require(ctx.actor, Permission.SCORECARD_READ)
    statement = _versions().where(_is_newest()).order_by(None).order_by(Scorecard.slug)
    return list(ctx.session.execute(statement))


def source_of(ctx: Context, slug: str, version: int | None = None) -> str:
    """The text that a version was published from. Raises NotFound."""
    row = scorecard_version(ctx, slug, version)
    text = select(ScorecardVersion.source).where(ScorecardVersion.id == row.id)
    return ctx.session.execute(text).scalar_one()


def plans_that_use(ctx: Context, slug: str) -> list[Row[Any]]:
    """Plans (slug and titles) whose newest version names a form; none for who reads no plans."""
    require(ctx.actor, Permission.SCORECARD_READ)
    if not can(ctx.actor, Permission.PLAN_READ):
        return []
    newest = (
        select(func.max(PlanVersion.version))
        .where(PlanVersion.plan_id == Plan.id)
        .correlate(Plan)
        .scalar_subquery()
    )
    statement = (
        select(Plan.slug, Plan.title_zh, Plan.title_en, PlanVersion.definition)
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .where(PlanVersion.version == newest)
        .order_by(Plan.slug)
    )
    return [
        row
        for row in ctx.session.execute(statement)
        if any(rule["scorecard"] == slug for rule in row.definition["channels"].values())
    ]


def newest_form(session: Session, slug: str) -> FormInForce | None:
    """What is in force of a form, for those who have checked who asks."""
    statement = (
        select(
            ScorecardVersion.id,
            ScorecardVersion.version,
            Scorecard.channel,
            ScorecardVersion.definition,
        )
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
        .where(Scorecard.slug == slug)
        .order_by(ScorecardVersion.version.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    definition = json.loads(row.definition, parse_int=str, parse_float=str)
    full_marks, cap = str(definition["full_marks"]), str(definition["cap"])
    return FormInForce(row.id, row.version, row.channel, full_marks, cap)


def _versions() -> Any:
    return (
        select(*VERSION)
        .join(ScorecardVersion, ScorecardVersion.scorecard_id == Scorecard.id)
        .outerjoin(Account, Account.id == ScorecardVersion.published_by)
        .order_by(ScorecardVersion.version.desc())
    )


def _is_newest() -> Any:
    newest = (
        select(func.max(ScorecardVersion.version))
        .where(ScorecardVersion.scorecard_id == Scorecard.id)
        .correlate(Scorecard)
        .scalar_subquery()
    )
    return ScorecardVersion.version == newest
