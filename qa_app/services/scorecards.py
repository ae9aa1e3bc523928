"""Writes of scorecards: publishing a version, which never changes afterwards."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

import scorecards
from qa_app.domain.errors import Conflict, InvalidInput, Problem
from qa_app.models import Scorecard, ScorecardVersion
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record


def publish_scorecard(ctx: Context, source: str | bytes | Path) -> ScorecardVersion:
    """Publish a form from a file (Path) or its text; the same content again is the same version.

    Raises InvalidInput with every error of the definition, Conflict where somebody publishes
    another version of it at this moment.
    """
    require(ctx.actor, Permission.SCORECARD_PUBLISH)
    form = load_form(source)
    try:
        card = ctx.session.scalar(select(Scorecard).where(Scorecard.slug == form.id))
        if card is None:
            card = Scorecard(slug=form.id, channel=form.channel, title_zh="", title_en="")
            ctx.session.add(card)
            ctx.session.flush()
        known = ctx.session.scalar(
            select(ScorecardVersion).where(
                ScorecardVersion.scorecard_id == card.id, ScorecardVersion.digest == form.digest
            )
        )
        return known if known is not None else _new_version(ctx, card, form, _text_of(source))
    except IntegrityError:
        raise Conflict(
            "published_elsewhere",
            "Somebody else publishes %(name)s at this moment. Try again.",
            name=form.id,
        ) from None


def load_form(source: str | bytes | Path) -> scorecards.Scorecard:
    """The form of a definition. Raises InvalidInput with every error in it."""
    try:
        return scorecards.load(source)
    except scorecards.ScorecardError as error:
        raise InvalidInput(
            [as_problem(one) for one in error.problems if one.level == "error"],
            "This is not a valid scorecard.",
        ) from None


def as_problem(finding: scorecards.Problem) -> Problem:
    """A finding of the library as the problem of an input: `where` is line and path."""
    where = finding.path if finding.line is None else f"{finding.line}: {finding.path}".rstrip(": ")
    return Problem(where, finding.code, finding.message)


def _text_of(source: str | bytes | Path) -> str:
    raw = source.read_bytes() if isinstance(source, Path) else source
    return raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw


def _new_version(
    ctx: Context, card: Scorecard, form: scorecards.Scorecard, text: str
) -> ScorecardVersion:
    definition = form.to_dict()
    card.channel = form.channel
    card.title_zh, card.title_en = definition["title"]["zh"], definition["title"]["en"]
    newest = ctx.session.scalar(
        select(func.max(ScorecardVersion.version)).where(ScorecardVersion.scorecard_id == card.id)
    )
    version = ScorecardVersion(
        scorecard_id=card.id,
        version=(newest or 0) + 1,
        digest=form.digest,
        definition=scorecards.canonical_json(definition),
        source=text,
        published_at=ctx.clock.now(),
        published_by=ctx.actor.account_id,
    )
    ctx.session.add(version)
    ctx.session.flush()
    record(
        ctx,
        "scorecard.published",
        "scorecard",
        form.id,
        version=version.version,
        digest=version.digest,
    )
    return version
