"""Reads of sampling: plans, seeds, progress of a half, how a conversation was drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from qa_app.domain.calendar import Period, conversation_dates, period_of, slices
from qa_app.domain.errors import NotFound
from qa_app.domain.period import SEED_IS_SHOWN
from qa_app.models import (
    Account,
    Assignment,
    Conversation,
    Draw,
    Evaluation,
    PeriodSeed,
    Pick,
    Plan,
    PlanVersion,
    Stratum,
)
from qa_app.models import Period as PeriodRow
from qa_app.queries.sampling_frames import stands_in_frame
from qa_app.queries.sampling_records import (
    changed_since,
    draw_record,
    draw_summary,
    verify_draw,
)
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.security.scope import visible_evaluations

__all__ = [
    "changed_since",
    "draw_list",
    "draw_record",
    "draw_summary",
    "how_it_was_drawn",
    "missing_seeds",
    "newest_plan",
    "open_periods",
    "plan_list",
    "plan_version",
    "plan_versions",
    "seed_is_shown",
    "seed_of",
    "stands_in_frame",
    "verify_draw",
]

PLAN = (
    Plan.id.label("plan_id"),
    Plan.slug,
    Plan.title_zh,
    Plan.title_en,
    PlanVersion.id,
    PlanVersion.version,
    PlanVersion.digest,
    PlanVersion.definition,
    PlanVersion.published_at,
)


class SeedOfPlan(NamedTuple):
    """A plan's seed in a period, in hex. It is secret until the period is published."""

    id: int
    seed: str
    commitment: str
    created_at: datetime


def plan_list(ctx: Context) -> list[Row[Any]]:
    """The newest version of every plan, by id."""
    require(ctx.actor, Permission.PLAN_READ)
    return newest_plans(ctx.session)


def newest_plans(session: Session) -> list[Row[Any]]:
    """The newest version of every plan, for those who have checked who asks."""
    newest = (
        select(PlanVersion.plan_id, func.max(PlanVersion.version).label("version"))
        .group_by(PlanVersion.plan_id)
        .subquery()
    )
    statement = (
        select(*PLAN)
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .join(
            newest,
            (newest.c.plan_id == PlanVersion.plan_id) & (newest.c.version == PlanVersion.version),
        )
        .order_by(Plan.slug)
    )
    return list(session.execute(statement))


def newest_plan(ctx: Context, slug: str) -> Row[Any]:
    """The newest version of a plan. Raises NotFound."""
    return plan_version(ctx, slug)


def plan_version(ctx: Context, slug: str, version: int | None = None) -> Row[Any]:
    """One version of a plan, the newest where none is named. Raises NotFound."""
    require(ctx.actor, Permission.PLAN_READ)
    statement = (
        select(*PLAN, Account.name.label("publisher"))
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .outerjoin(Account, Account.id == PlanVersion.published_by)
        .where(Plan.slug == slug)
        .order_by(PlanVersion.version.desc())
        .limit(1)
    )
    if version is not None:
        statement = statement.where(PlanVersion.version == version)
    row = ctx.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("plan", slug if version is None else f"{slug} {version}")
    return row


def plan_versions(ctx: Context, plan_id: int) -> list[Row[Any]]:
    """All versions of a plan, newest first."""
    require(ctx.actor, Permission.PLAN_READ)
    statement = (
        select(
            PlanVersion.version,
            PlanVersion.digest,
            PlanVersion.published_at,
            Account.name.label("publisher"),
        )
        .outerjoin(Account, Account.id == PlanVersion.published_by)
        .where(PlanVersion.plan_id == plan_id)
        .order_by(PlanVersion.version.desc())
    )
    return list(ctx.session.execute(statement))


def seed_of(session: Session, plan_id: int, period: str) -> SeedOfPlan | None:
    """The seed of a plan and period, where it is made."""
    statement = select(
        PeriodSeed.id, PeriodSeed.seed, PeriodSeed.commitment, PeriodSeed.created_at
    ).where(PeriodSeed.plan_id == plan_id, PeriodSeed.period == period)
    row = session.execute(statement).one_or_none()
    return None if row is None else SeedOfPlan(*row)


def open_periods(ctx: Context) -> list[str]:
    """The halves that have begun and run today: that of the day, and that of its conversations."""
    zone, lag = ctx.settings.zone, ctx.settings.lag_days
    both = {Period.of(ctx.today), period_of(ctx.clock.now(), zone, lag)}
    return [str(period) for period in sorted(both)]


def missing_seeds(ctx: Context) -> list[tuple[int, str, str]]:
    """Plan id, slug and period of every seed that is due: made by nobody yet, not published."""
    periods = open_periods(ctx)
    statement = select(PeriodSeed.plan_id, PeriodSeed.period).where(PeriodSeed.period.in_(periods))
    made = {(row.plan_id, row.period) for row in ctx.session.execute(statement)}
    due = [
        (plan.plan_id, plan.slug, period)
        for plan in newest_plans(ctx.session)
        for period in periods
        if (plan.plan_id, period) not in made
    ]
    return [one for one in due if not seed_is_shown(ctx.session, one[2])]


def seed_is_shown(session: Session, period: str) -> bool:
    """Whether the period is published: its seeds are public and nothing is drawn in it any more."""
    state = session.scalar(select(PeriodRow.state).where(PeriodRow.code == period))
    return state in SEED_IS_SHOWN


def draw_list(
    ctx: Context, *, plan: str = "", period: str = "", before: int | None = None, limit: int = 0
) -> list[Row[Any]]:
    """Draws, newest first, older than the one with the id `before`; all of them without `limit`."""
    require(ctx.actor, Permission.DRAW_READ)
    statement = (
        select(
            Draw.id,
            Draw.code,
            Draw.period,
            Draw.number,
            Draw.drawn_at,
            Plan.slug.label("plan"),
            PlanVersion.version,
            Account.name.label("drawn_by"),
        )
        .join(PlanVersion, PlanVersion.id == Draw.plan_version_id)
        .join(Plan, Plan.id == PlanVersion.plan_id)
        .outerjoin(Account, Account.id == Draw.drawn_by)
        .order_by(Draw.id.desc())
    )
    if plan:
        statement = statement.where(Plan.slug == plan)
    if period:
        statement = statement.where(Draw.period == period)
    if before is not None:
        statement = statement.where(Draw.id < before)
    if limit:
        statement = statement.limit(limit)
    return list(ctx.session.execute(statement))


@dataclass(frozen=True, slots=True)
class HowDrawn:
    """How a conversation came to be graded, for its agent: "no. 3 of 5 from your 412 calls".

    `first_day` and `last_day` are local dates of the conversations in the frame; `seed` is None
    until the period is published.
    """

    draw: str
    plan: str
    title: dict[str, str]
    plan_version: int
    period: str
    channel: str
    slice: int | None
    first_day: date
    last_day: date
    key: str
    ticket: str
    place: int
    quota: int
    frame_size: int
    commitment: str
    seed: str | None
    replaced: bool


def how_it_was_drawn(ctx: Context, evaluation_id: int) -> HowDrawn | None:
    """How the conversation of an evaluation was drawn; None where no random draw picked it.

    For whoever may see the evaluation. Raises NotFound.
    """
    require(ctx.actor, Permission.EVALUATION_READ)
    seen = (
        select(Evaluation.assignment_id)
        .join(Conversation, Conversation.id == Evaluation.conversation_id)
        .where(Evaluation.id == evaluation_id, visible_evaluations(ctx.actor))
    )
    found = ctx.session.execute(seen).one_or_none()
    if found is None:
        raise NotFound("evaluation", evaluation_id)
    if found.assignment_id is None:
        return None
    row = ctx.session.execute(_drawn_by(found.assignment_id)).one_or_none()
    return None if row is None else _how(ctx, row)


def _drawn_by(assignment_id: int) -> Any:
    return (
        select(
            Draw.code,
            Draw.period,
            Plan.slug,
            Plan.title_zh,
            Plan.title_en,
            PlanVersion.version,
            PlanVersion.definition,
            Stratum.channel,
            Stratum.slice,
            Stratum.quota,
            Stratum.frame_size,
            Pick.ticket,
            Pick.place,
            Pick.replaced_at,
            PeriodSeed.commitment,
            PeriodSeed.seed,
            Conversation.source,
            Conversation.external_id,
        )
        .select_from(Assignment)
        .join(Pick, Pick.id == Assignment.pick_id)
        .join(Stratum, Stratum.id == Pick.stratum_id)
        .join(Draw, Draw.id == Stratum.draw_id)
        .join(PeriodSeed, PeriodSeed.id == Draw.seed_id)
        .join(PlanVersion, PlanVersion.id == Draw.plan_version_id)
        .join(Plan, Plan.id == PlanVersion.plan_id)
        .join(Conversation, Conversation.id == Pick.conversation_id)
        .where(Assignment.id == assignment_id)
    )


def _how(ctx: Context, row: Row[Any]) -> HowDrawn:
    half, lag = Period.parse(row.period), ctx.settings.lag_days
    first, last = conversation_dates(half, lag)
    if row.slice is not None:
        shift = half.first_day - first
        begins, ends = slices(half, row.definition["slices"])[row.slice - 1]
        first, last = begins - shift, ends - shift
    return HowDrawn(
        draw=row.code,
        plan=row.slug,
        title={"zh": row.title_zh, "en": row.title_en},
        plan_version=row.version,
        period=row.period,
        channel=row.channel,
        slice=row.slice,
        first_day=first,
        last_day=last,
        key=f"{row.source}:{row.external_id}",
        ticket=row.ticket,
        place=row.place,
        quota=row.quota,
        frame_size=row.frame_size,
        commitment=row.commitment,
        seed=row.seed if seed_is_shown(ctx.session, row.period) else None,
        replaced=row.replaced_at is not None,
    )
