"""Seeds of draws: made when a period opens for a plan, told once the period is published."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from qa_app.adapters.clock import random_hex
from qa_app.domain.errors import Refused
from qa_app.domain.sampling import SEED_BYTES, commitment, parse_seed
from qa_app.models import PeriodSeed
from qa_app.queries.sampling import missing_seeds, seed_of
from qa_app.security.context import Context
from qa_app.services.audit import record


def open_seeds(ctx: Context) -> int:
    """Make the seeds that are due today, for every plan; how many were made.

    For the daily timetable, and for whoever comes first in a new half. It needs no permission:
    nobody can choose anything by calling it.
    """
    return sum(
        _make(ctx, plan_id, slug, period, random_hex(SEED_BYTES))
        for plan_id, slug, period in missing_seeds(ctx)
    )


def seed_for_draw(
    ctx: Context, plan_id: int, slug: str, period: str, given: str | None
) -> tuple[int, bytes]:
    """Id and seed of a plan and period; where nobody made it yet it is made, from `given` if any.

    Raises InvalidInput for what is no seed, Refused `seed_is_made` where it cannot be set any more.
    """
    chosen = None if given is None else parse_seed(given).hex()
    is_new = False
    if seed_of(ctx.session, plan_id, period) is None:
        is_new = _make(ctx, plan_id, slug, period, chosen or random_hex(SEED_BYTES))
    if chosen is not None and not is_new:
        raise Refused(
            "seed_is_made",
            "The seed of %(plan)s in %(period)s is made already: it cannot be set any more.",
            plan=slug,
            period=period,
        )
    row = seed_of(ctx.session, plan_id, period)
    assert row is not None
    hold_seed(ctx, row.id)
    return row.id, bytes.fromhex(row.seed)


def hold_seed(ctx: Context, seed_id: int) -> None:
    """Until the transaction ends no other draw or replacement of the plan and period happens.

    A frame leaves out what was picked before: nothing may join the picks while one is put together.
    """
    ctx.session.execute(select(PeriodSeed.id).where(PeriodSeed.id == seed_id).with_for_update())


def _make(ctx: Context, plan_id: int, slug: str, period: str, seed: str) -> bool:
    """Store a seed unless somebody was quicker."""
    shown = commitment(bytes.fromhex(seed))
    values = {
        "plan_id": plan_id,
        "period": period,
        "seed": seed,
        "commitment": shown,
        "created_at": ctx.clock.now(),
    }
    try:
        with ctx.session.begin_nested():
            ctx.session.execute(insert(PeriodSeed).values(**values))
    except IntegrityError:
        return False
    record(ctx, "seed.made", "plan", slug, period=period, commitment=shown)
    return True
