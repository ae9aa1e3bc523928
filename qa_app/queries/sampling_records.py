"""The records of draws as they are stored, page by page or whole, and their proof."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from qa_app.domain.calendar import Period
from qa_app.domain.draw_record import Difference, verify_record
from qa_app.domain.errors import NotFound
from qa_app.domain.period import SEED_IS_SHOWN
from qa_app.domain.sampling import tickets
from qa_app.models import (
    Account,
    Conversation,
    Draw,
    PeriodSeed,
    Person,
    Pick,
    Plan,
    PlanVersion,
    Stratum,
)
from qa_app.models import Period as PeriodRow
from qa_app.queries.sampling_frames import KEY
from qa_app.security.context import SYSTEM, Actor, Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.security.scope import visible_people

Record = dict[str, Any]
LONGEST_LAG = timedelta(days=31)


def draw_head(ctx: Context, code: str) -> Row[Any]:
    """A draw without its strata; `seed` is None until the period is published. Raises NotFound."""
    require(ctx.actor, Permission.DRAW_READ)
    row: Row[Any] | None = _head(ctx.session, code)
    if row is None:
        raise NotFound("draw", code)
    return row


def _head(session: Session, code: str) -> Any:
    is_shown = PeriodRow.state.in_(sorted(SEED_IS_SHOWN))
    statement = (
        select(
            Draw.id,
            Draw.code,
            Draw.period,
            Draw.number,
            Draw.drawn_at,
            Draw.seed_id,
            Plan.slug.label("plan"),
            Plan.title_zh,
            Plan.title_en,
            PlanVersion.version,
            PlanVersion.digest,
            PeriodSeed.commitment,
            case((is_shown, PeriodSeed.seed)).label("seed"),
            Account.name.label("drawn_by"),
        )
        .join(PeriodSeed, PeriodSeed.id == Draw.seed_id)
        .join(PlanVersion, PlanVersion.id == Draw.plan_version_id)
        .join(Plan, Plan.id == PlanVersion.plan_id)
        .outerjoin(Account, Account.id == Draw.drawn_by)
        .outerjoin(PeriodRow, PeriodRow.code == Draw.period)
        .where(Draw.code == code)
    )
    return session.execute(statement).one_or_none()


def draw_record(ctx: Context, code: str) -> Record:
    """The JSON of `draw export`, with what is stored and nothing recomputed.

    Who may not know all people gets the strata of those whom they may know. Raises NotFound.
    """
    return _record(ctx.session, draw_head(ctx, code), ctx.actor)


def _record(session: Session, head: Row[Any], actor: Actor) -> Record:
    strata = _strata(session, head.id, actor)
    picks = _by_stratum(_picks_of(session, head.id))
    replaced = _replaced_in(session, head.id)
    return {
        "draw": head.code,
        "period": head.period,
        "plan": head.plan,
        "commitment": head.commitment,
        "seed": head.seed,
        "strata": [
            _stratum_record(row, picks.get(row.id, []), replaced.get(row.id, [])) for row in strata
        ],
    }


def _strata(session: Session, draw_id: int, actor: Actor) -> list[Row[Any]]:
    statement = (
        select(
            Stratum.id,
            Person.employee_no,
            Stratum.channel,
            Stratum.slice,
            Stratum.quota,
            Stratum.frame_digest,
            Stratum.frame,
        )
        .join(Person, Person.id == Stratum.agent_id)
        .where(Stratum.draw_id == draw_id, visible_people(actor))
    )
    rows: list[Row[Any]] = list(session.execute(statement))
    return sorted(rows, key=lambda row: (row.employee_no, row.channel, row.slice or 0))


def _stratum_record(row: Row[Any], picks: list[Row[Any]], replaced: list[Row[Any]]) -> Record:
    frame = row.frame.split("\n") if row.frame else []
    keys = [pick.key for pick in picks]
    joined = iter(keys[min(row.quota, len(frame)) :])
    return {
        "agent": row.employee_no,
        "channel": row.channel,
        "slice": row.slice,
        "quota": row.quota,
        "frame_digest": row.frame_digest,
        "frame": frame,
        "picks": keys,
        "replaced": [
            {"key": one.key, "by": next(joined, None), "reason": one.replaced_reason}
            for one in replaced
        ],
    }


def _picks_of(session: Session, draw_id: int) -> Iterable[Row[Any]]:
    statement = (
        select(Pick.stratum_id, KEY.label("key"), Pick.ticket, Pick.place)
        .join(Stratum, Stratum.id == Pick.stratum_id)
        .join(Conversation, Conversation.id == Pick.conversation_id)
        .where(Stratum.draw_id == draw_id)
        .order_by(Pick.stratum_id, Pick.place)
    )
    return session.execute(statement)


def _replaced_in(session: Session, draw_id: int) -> dict[int, list[Row[Any]]]:
    """Replacements recorded in this draw; the replaced key may be an earlier draw's pick."""
    statement = (
        select(Pick.replaced_in.label("stratum_id"), KEY.label("key"), Pick.replaced_reason)
        .join(Stratum, Stratum.id == Pick.replaced_in)
        .join(Conversation, Conversation.id == Pick.conversation_id)
        .where(Stratum.draw_id == draw_id)
        .order_by(Pick.replaced_at, Pick.id)
    )
    return _by_stratum(session.execute(statement))


def _by_stratum(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    groups: dict[int, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(row.stratum_id, []).append(row)
    return groups


def verify_draw(ctx: Context, code: str) -> Difference | None:
    """Recompute a draw's commitment, tickets, digests and picks from its stored frames.

    Returns the first difference, or None where everything agrees. Raises NotFound.
    """
    head = draw_head(ctx, code)
    record = _record(ctx.session, head, SYSTEM)
    stored = ctx.session.scalar(select(PeriodSeed.seed).where(PeriodSeed.id == head.seed_id))
    try:
        seed = bytes.fromhex(stored or "")
    except ValueError:
        return Difference("seed", "malformed", None, stored)
    if len(seed) != 32:
        return Difference("seed", "malformed", None, stored)
    earlier = _earlier_picks_of(ctx.session, head)
    return verify_record(record, seed=seed, earlier=earlier) or _ticket_difference(
        ctx.session, head.id, seed
    )


def _earlier_picks_of(session: Session, head: Row[Any]) -> list[Record]:
    """Records of the earlier draws of the plan and period, their frames left out."""
    statement = (
        select(
            Draw.number,
            Stratum.id.label("stratum_id"),
            Person.employee_no,
            Stratum.channel,
            Stratum.slice,
            KEY.label("key"),
        )
        .join(Stratum, Stratum.draw_id == Draw.id)
        .join(Person, Person.id == Stratum.agent_id)
        .join(Pick, Pick.stratum_id == Stratum.id)
        .join(Conversation, Conversation.id == Pick.conversation_id)
        .where(Draw.seed_id == head.seed_id, Draw.number < head.number)
    )
    strata = [
        {
            "agent": rows[0].employee_no,
            "channel": rows[0].channel,
            "slice": rows[0].slice,
            "quota": len(rows),
            "frame_digest": "",
            "frame": [],
            "picks": [row.key for row in rows],
            "replaced": [],
        }
        for rows in _by_stratum(session.execute(statement)).values()
    ]
    unnamed = {"draw": "", "period": head.period, "plan": head.plan, "commitment": "", "seed": None}
    return [{**unnamed, "strata": strata}] if strata else []


def _ticket_difference(session: Session, draw_id: int, seed: bytes) -> Difference | None:
    """Whether the tickets and places that stand beside the picks are theirs."""
    rows = list(_picks_of(session, draw_id))
    place_of: dict[int, int] = {}
    for row, right in zip(rows, tickets(seed, [row.key for row in rows]), strict=True):
        place = place_of[row.stratum_id] = place_of.get(row.stratum_id, 0) + 1
        if row.ticket != right.hex():
            return Difference(f"picks[{row.key}].ticket", "ticket_differs", right.hex(), row.ticket)
        if row.place != place:
            return Difference(f"picks[{row.key}].place", "place_differs", place, row.place)
    return None


def changed_since(ctx: Context, code: str) -> list[str]:
    """Keys of a draw's frames whose conversations were changed after it. Raises NotFound."""
    head = draw_head(ctx, code)
    half = Period.parse(head.period)
    changed = select(Conversation.agent_id, Conversation.channel, KEY).where(
        Conversation.local_date.between(half.first_day - LONGEST_LAG, half.last_day),
        Conversation.updated_at > head.drawn_at,
    )
    wanted: dict[tuple[int, str], set[str]] = {}
    for agent_id, channel, key in ctx.session.execute(changed):
        wanted.setdefault((agent_id, channel), set()).add(key)
    if not wanted:
        return []
    frames = (
        select(Stratum.agent_id, Stratum.channel, Stratum.frame)
        .join(Person, Person.id == Stratum.agent_id)
        .where(
            Stratum.draw_id == head.id,
            Stratum.agent_id.in_({agent_id for agent_id, _ in wanted}),
            visible_people(ctx.actor),
        )
    )
    found: set[str] = set()
    for agent_id, channel, frame in ctx.session.execute(frames):
        found |= wanted.get((agent_id, channel), set()) & set(frame.split("\n"))
    return sorted(found)


STRATUM_LINE = (
    Stratum.id,
    Stratum.agent_id,
    Person.employee_no,
    Person.name,
    Stratum.channel,
    Stratum.slice,
    Stratum.quota,
    Stratum.frame_size,
    Stratum.frame_digest,
)


def strata_page(
    ctx: Context, draw_id: int, *, after: int = 0, channel: str = "", limit: int = 50
) -> list[Row[Any]]:
    """Strata of a draw without their frames, from the one after the id `after`."""
    require(ctx.actor, Permission.DRAW_READ)
    statement = _lines(ctx, draw_id, channel).where(Stratum.id > after).order_by(Stratum.id)
    return list(ctx.session.execute(statement.limit(limit)))


def _lines(ctx: Context, draw_id: int, channel: str) -> Any:
    statement = (
        select(*STRATUM_LINE)
        .join(Person, Person.id == Stratum.agent_id)
        .where(Stratum.draw_id == draw_id, visible_people(ctx.actor))
    )
    return statement.where(Stratum.channel == channel) if channel else statement


def stratum_line(ctx: Context, draw_id: int, stratum_id: int) -> Row[Any]:
    """One stratum of a draw, with its frame. Raises NotFound."""
    require(ctx.actor, Permission.DRAW_READ)
    statement = _lines(ctx, draw_id, "").add_columns(Stratum.frame).where(Stratum.id == stratum_id)
    row = ctx.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("stratum", stratum_id)
    return row


def picks_of_strata(ctx: Context, stratum_ids: list[int]) -> dict[int, list[Row[Any]]]:
    """The picks of strata that the actor was shown, in ticket order."""
    require(ctx.actor, Permission.DRAW_READ)
    statement = (
        select(
            Pick.stratum_id,
            Pick.conversation_id,
            KEY.label("key"),
            Pick.ticket,
            Pick.place,
            Pick.replaced_at,
            Pick.replaced_reason,
        )
        .join(Conversation, Conversation.id == Pick.conversation_id)
        .where(Pick.stratum_id.in_(stratum_ids))
        .order_by(Pick.stratum_id, Pick.place)
    )
    return _by_stratum(ctx.session.execute(statement))


def picks_of_draw(ctx: Context, draw_id: int) -> dict[int, list[Row[Any]]]:
    """All picks of a draw by stratum, in ticket order, for files."""
    require(ctx.actor, Permission.DRAW_READ)
    return _by_stratum(_picks_of(ctx.session, draw_id))


def draw_totals(ctx: Context, draw_id: int) -> list[Row[Any]]:
    """Channel by channel: strata, quota, size of the frames, picks that the frames could give."""
    require(ctx.actor, Permission.DRAW_READ)
    short = case((Stratum.quota > Stratum.frame_size, Stratum.quota - Stratum.frame_size), else_=0)
    statement = (
        select(
            Stratum.channel,
            func.count().label("strata"),
            func.sum(Stratum.quota).label("quota"),
            func.sum(Stratum.frame_size).label("frame_size"),
            func.sum(short).label("shortfall"),
        )
        .join(Person, Person.id == Stratum.agent_id)
        .where(Stratum.draw_id == draw_id, visible_people(ctx.actor))
        .group_by(Stratum.channel)
        .order_by(Stratum.channel)
    )
    return list(ctx.session.execute(statement))


def draw_summary(ctx: Context, code: str) -> Record:
    """A draw in numbers: what its frames hold, what was picked, what they are short of."""
    head = draw_head(ctx, code)
    totals = draw_totals(ctx, head.id)
    quota = sum(row.quota for row in totals)
    shortfall = sum(row.shortfall for row in totals)
    return {
        "draw": head.code,
        "period": head.period,
        "plan": head.plan,
        "plan_version": head.version,
        "commitment": head.commitment,
        "strata": sum(row.strata for row in totals),
        "frame_size": sum(row.frame_size for row in totals),
        "quota": quota,
        "picks": quota - shortfall,
        "shortfall": shortfall,
    }
