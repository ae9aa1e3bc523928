"""Which figures of a period are read: a published version, or what counts now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, exists, func, select

from qa_app.db.types import AnySelect
from qa_app.domain.errors import NotFound
from qa_app.models import (
    Assignment,
    Evaluation,
    EvaluationRevision,
    Pick,
    Publication,
    PublishedFigure,
    PublishedScore,
)
from qa_app.queries.figures import check_readable, counts_now
from qa_app.security.context import Context

CLOCKS_APART = timedelta(hours=1)
"""So far the clocks of a site's machines may differ."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Which figures of a period a page shows: a published version, or (None) what counts now."""

    code: str
    version: int | None = None
    publication_id: int | None = None
    newest: int | None = None

    @property
    def is_published(self) -> bool:
        return self.publication_id is not None


def edition(ctx: Context, code: str, version: int | None = None) -> Edition:
    """The newest version of a period, or the one asked for; without any: what counts now.

    Raises InvalidInput for what is no period; NotFound for a version that there is not.
    """
    check_readable(ctx, code)
    rows = ctx.session.execute(
        select(Publication.version, Publication.id)
        .where(Publication.period == code)
        .order_by(Publication.version.desc())
    ).all()
    found = {row.version: row.id for row in rows}
    newest = rows[0].version if rows else None
    chosen = newest if version is None else version
    if chosen is None:
        return Edition(code)
    if chosen not in found:
        raise NotFound("version", f"{code} {chosen}")
    return Edition(code, chosen, found[chosen], newest)


def counting(ctx: Context, code: str) -> AnySelect:
    return (
        select()
        .select_from(Evaluation)
        .join(Assignment, Assignment.id == Evaluation.assignment_id)
        .join(Pick, Pick.id == Assignment.pick_id)
        .where(*counts_now(ctx, code))
    )


def changed_since(ctx: Context, shown: Edition) -> int:
    """How many counted scores in force the version does not hold, counted up to 1,000."""
    if shown.publication_id is None:
        return 0
    published = ctx.session.execute(
        select(Publication.published_at).where(Publication.id == shown.publication_id)
    ).scalar_one()
    held = (
        select(PublishedScore.id)
        .join(PublishedFigure, PublishedFigure.id == PublishedScore.figure_id)
        .where(
            PublishedFigure.publication_id == shown.publication_id,
            PublishedScore.evaluation_id == Evaluation.id,
            PublishedScore.revision_id == EvaluationRevision.id,
        )
    )
    inner = (
        counting(ctx, shown.code)
        .add_columns(Evaluation.id)
        .join(
            EvaluationRevision,
            and_(
                EvaluationRevision.evaluation_id == Evaluation.id,
                EvaluationRevision.number == Evaluation.revision,
            ),
        )
        .where(Evaluation.updated_at >= published - CLOCKS_APART, ~exists(held))
        .limit(1000)
        .subquery()
    )
    return ctx.session.execute(select(func.count()).select_from(inner)).scalar_one()
