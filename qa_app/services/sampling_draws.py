"""Draws: frames of what a plan speaks of, the lowest tickets of each, and who grades them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from qa_app.domain.assignment import AssignmentKind, AssignmentState
from qa_app.domain.calendar import Period
from qa_app.domain.errors import Conflict, InvalidInput, Refused
from qa_app.domain.period import SEED_IS_SHOWN
from qa_app.domain.plan import PlanDefinition, load_plan
from qa_app.domain.rotation import ToAssign, rotate
from qa_app.domain.sampling import PickedKey, frame_digest, frame_of, owed, pick, split_quota
from qa_app.models import Assignment, Draw, Person, Pick, Stratum
from qa_app.queries.sampling import newest_plan
from qa_app.queries.sampling_assignments import given_so_far, has_random_assignment
from qa_app.queries.sampling_frames import EligibleGroup, earlier_picks, eligible_groups
from qa_app.queries.sampling_names import Grader, forms_of, graders_of, name_problems
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record
from qa_app.services.import_lock import keep_imports_out
from qa_app.services.periods import ensure_period
from qa_app.services.sampling_seeds import seed_for_draw

NOTHING_IS_OWED = "nothing_is_owed"
NOTHING_FITS = "nothing_fits"

StratumKey = tuple[int, str, int | None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stratum as it was drawn, before it is stored; its frame is text, one key a line."""

    agent_id: int
    channel: str
    slice: int | None
    quota: int
    frame_size: int
    frame_digest: str
    frame: str
    picks: list[tuple[PickedKey, int]]


def run_draw(ctx: Context, period: str, plan: str, seed: str | None = None) -> Draw:
    """Draw what a plan is owed in a period: the first draw, or a top-up that disturbs nothing.

    Only strata that are owed something and have something to give get a frame; a draw without
    any is not stored. Raises NotFound (plan), InvalidInput (period, seed, names of the plan),
    Refused `period_is_published`, `seed_is_made`, `nothing_fits` (no conversation satisfies the
    plan), `nothing_is_owed`, `no_grader`; Conflict `drawn_elsewhere` where two draw at once.
    """
    require(ctx.actor, Permission.DRAW_RUN)
    half = Period.parse(period)
    version = newest_plan(ctx, plan)
    definition = load_plan(version.definition)
    _check_names(ctx, definition)
    keep_imports_out(ctx.session)
    _check_open(ctx, str(half))
    seed_id, secret = seed_for_draw(ctx, version.plan_id, plan, str(half), seed)
    try:
        with ctx.session.begin_nested():
            draw = _next_draw(ctx, seed_id, version.id, f"{half}.{plan}")
            drawn = _draw_strata(ctx, definition, half, seed_id, secret)
            picks = _store(ctx, draw, drawn)
            given = _assign(ctx, definition, half, plan, picks)
    except IntegrityError:
        raise Conflict(
            "drawn_elsewhere",
            "Somebody else draws %(plan)s in %(period)s at this moment. Nothing is drawn twice.",
            plan=plan,
            period=period,
        ) from None
    record(
        ctx,
        "draw.run",
        "draw",
        draw.code,
        plan_version=version.version,
        strata=len(drawn),
        picks=len(picks),
        assignments=given,
    )
    return draw


def _check_names(ctx: Context, plan: PlanDefinition) -> None:
    """A form or an account may have changed since the plan was published."""
    problems = [
        problem
        for problem in name_problems(ctx.session, plan)
        if problem.code not in ("disabled_account", "no_specialist")
    ]
    if problems:
        raise InvalidInput(
            [problem.as_problem() for problem in problems], "This plan can no longer be drawn."
        )


def _check_open(ctx: Context, period: str) -> None:
    """Hold the period open until this draw is committed."""
    if ensure_period(ctx, period) in SEED_IS_SHOWN:
        raise Refused(
            "period_is_published",
            "%(period)s is published: nothing is drawn in it any more.",
            period=period,
        )


def _next_draw(ctx: Context, seed_id: int, version_id: int, name: str) -> Draw:
    """The row comes first: of two draws at once, one meets the other's number here."""
    newest = ctx.session.scalar(select(func.max(Draw.number)).where(Draw.seed_id == seed_id))
    number = (newest or 0) + 1
    draw = Draw(
        code=f"{name}.{number}",
        seed_id=seed_id,
        plan_version_id=version_id,
        period=name.partition(".")[0],
        number=number,
        drawn_at=ctx.clock.now(),
        drawn_by=ctx.actor.account_id,
    )
    ctx.session.add(draw)
    ctx.session.flush()
    return draw


def _draw_strata(
    ctx: Context, plan: PlanDefinition, half: Period, seed_id: int, secret: bytes
) -> list[Drawn]:
    lag = ctx.settings.lag_days
    earlier = earlier_picks(ctx.session, seed_id, plan, half, lag)
    standing = Counter((one.agent_id, one.channel, one.slice) for one in earlier if one.stands)
    taken: dict[tuple[int, str], set[str]] = {}
    for one in earlier:
        taken.setdefault((one.agent_id, one.channel), set()).add(one.key)
    drawn: list[Drawn] = []
    fits = bool(earlier)
    for group in eligible_groups(ctx.session, plan, half, lag):
        fits = True
        stratum = (group.agent_id, group.channel, group.slice)
        due = owed(_quota(plan, group.channel, group.slice), standing[stratum])
        found = _draw_one(group, due, taken.get(stratum[:2], set()), secret)
        if found is not None:
            drawn.append(found)
    if not drawn:
        raise _nothing(plan, half, fits=fits)
    return drawn


def _quota(plan: PlanDefinition, channel: str, part: int | None) -> int:
    quota = next(rule.quota for name, rule in plan.channels.items() if name == channel)
    return split_quota(quota, plan.slices)[(part or 1) - 1]


def _draw_one(group: EligibleGroup, due: int, taken: set[str], secret: bytes) -> Drawn | None:
    if due == 0:
        return None
    frame = frame_of(group.ids, taken)
    if not frame:
        return None
    return Drawn(
        group.agent_id,
        group.channel,
        group.slice,
        due,
        len(frame),
        frame_digest(frame),
        "\n".join(frame),
        [(one, group.ids[one.key]) for one in pick(secret, frame, due)],
    )


def _nothing(plan: PlanDefinition, half: Period, *, fits: bool) -> Refused:
    if fits:
        return Refused(
            NOTHING_IS_OWED,
            "Nothing is left to draw for %(plan)s in %(period)s: no draw was made.",
            plan=plan.id,
            period=str(half),
        )
    return Refused(
        NOTHING_FITS,
        "No conversation of %(period)s satisfies the plan %(plan)s: no draw was made.",
        plan=plan.id,
        period=str(half),
    )


def _store(ctx: Context, draw: Draw, drawn: list[Drawn]) -> list[dict[str, Any]]:
    """Store strata by employee number, and their picks; the picks with what assigning needs."""
    numbers = _employee_numbers(ctx, {one.agent_id for one in drawn})
    drawn.sort(key=lambda one: (numbers[one.agent_id], one.channel, one.slice or 0))
    stratum_ids = ctx.session.scalars(
        insert(Stratum).returning(Stratum.id, sort_by_parameter_order=True),
        [_stratum(draw, one) for one in drawn],
    ).all()
    rows = [
        {
            "stratum_id": stratum_id,
            "conversation_id": conversation_id,
            "ticket": picked.ticket,
            "place": place,
        }
        for stratum_id, one in zip(stratum_ids, drawn, strict=True)
        for place, (picked, conversation_id) in enumerate(one.picks, start=1)
    ]
    pick_ids = ctx.session.scalars(
        insert(Pick).returning(Pick.id, sort_by_parameter_order=True), rows
    ).all()
    details = (
        {"key": picked.key, "agent": numbers[one.agent_id], "channel": one.channel}
        for one in drawn
        for picked, _ in one.picks
    )
    return [
        {"id": pick_id, "conversation_id": row["conversation_id"], **detail}
        for pick_id, row, detail in zip(pick_ids, rows, details, strict=True)
    ]


def _stratum(draw: Draw, one: Drawn) -> dict[str, Any]:
    return {
        "draw_id": draw.id,
        "agent_id": one.agent_id,
        "channel": one.channel,
        "slice": one.slice,
        "quota": one.quota,
        "frame_size": one.frame_size,
        "frame_digest": one.frame_digest,
        "frame": one.frame,
    }


def _employee_numbers(ctx: Context, agent_ids: Iterable[int]) -> dict[int, str]:
    statement = select(Person.id, Person.employee_no).where(Person.id.in_(set(agent_ids)))
    return {row.id: row.employee_no for row in ctx.session.execute(statement)}


def _assign(
    ctx: Context, plan: PlanDefinition, half: Period, slug: str, picks: list[dict[str, Any]]
) -> int:
    """Give each pick to a grader; one that another plan's draw gave already needs no second."""
    graders = graders_of(ctx.session, plan)
    has_one = has_random_assignment(ctx.session, str(half))
    fresh = [one for one in picks if one["conversation_id"] not in has_one]
    chosen = _graders_for(ctx, graders, half, slug, fresh)
    forms = forms_of(ctx.session, plan)
    due_on = due_date(plan, half, ctx.today)
    rows = [
        {
            "conversation_id": one["conversation_id"],
            "kind": AssignmentKind.RANDOM,
            "state": AssignmentState.OPEN,
            "pick_id": one["id"],
            "scorecard_version_id": forms[one["channel"]],
            "grader_id": chosen[one["key"]],
            "period": str(half),
            "channel": one["channel"],
            "due_on": due_on,
            "created_at": ctx.clock.now(),
        }
        for one in fresh
    ]
    if rows:
        ctx.session.execute(insert(Assignment), rows)
    return len(rows)


def _graders_for(
    ctx: Context, graders: list[Grader], half: Period, slug: str, picks: list[dict[str, Any]]
) -> dict[str, int]:
    """The account of each key's grader. Raises Refused where nobody may grade one."""
    own = {one.employee_no: one.login for one in graders if one.employee_no}
    rotation = rotate(
        [one.login for one in graders],
        [
            ToAssign(
                one["key"],
                one["agent"],
                frozenset({own[one["agent"]]} if one["agent"] in own else ()),
            )
            for one in picks
        ],
        already=given_so_far(ctx.session, str(half)),
        salt=f"{slug} {half}",
    )
    if rotation.unassignable:
        raise Refused(
            "no_grader",
            "Nobody may grade %(count)s of the picks: name QA specialists with active accounts "
            "who are not the agents themselves.",
            count=len(rotation.unassignable),
        )
    ids = {one.login: one.id for one in graders}
    return {key: ids[login] for key, login in rotation.graders.items()}


def due_date(plan: PlanDefinition, half: Period, today: date) -> date:
    """So many days after the draw; without a number with the period, but never in the past."""
    if plan.due_days is not None:
        return today + timedelta(days=plan.due_days)
    return max(half.due_on, today)
