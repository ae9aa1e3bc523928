"""Reads of replaced picks: what a replacement needs to know, and who replaced what in a draw."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from qa_app.db.types import AnyRow
from qa_app.domain.errors import NotFound
from qa_app.models import (
    Account,
    Assignment,
    Conversation,
    Draw,
    Evaluation,
    PeriodSeed,
    Person,
    Pick,
    PlanVersion,
    Stratum,
)
from qa_app.queries.sampling_frames import KEY
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.security.scope import visible_people


def picked_assignment(ctx: Context, assignment_id: int) -> AnyRow:
    """An assignment with its pick, stratum and evaluation (`pick_id` None: no draw gave it).

    Raises NotFound, NotAllowed.
    """
    require(ctx.actor, Permission.PICK_REPLACE)
    statement = (
        select(
            Assignment.id.label("assignment_id"),
            Assignment.state,
            Assignment.period,
            Assignment.channel,
            Assignment.due_on,
            Assignment.grader_id,
            Assignment.scorecard_version_id,
            Assignment.pick_id,
            Conversation.agent_id,
            KEY.label("key"),
            Person.employee_no,
            Pick.replaced_at,
            Stratum.slice,
            Draw.seed_id,
            Evaluation.id.label("evaluation_id"),
            Evaluation.state.label("evaluation_state"),
        )
        .join(Conversation, Conversation.id == Assignment.conversation_id)
        .join(Person, Person.id == Conversation.agent_id)
        .outerjoin(Pick, Pick.id == Assignment.pick_id)
        .outerjoin(Stratum, Stratum.id == Pick.stratum_id)
        .outerjoin(Draw, Draw.id == Stratum.draw_id)
        .outerjoin(Evaluation, Evaluation.assignment_id == Assignment.id)
        .where(Assignment.id == assignment_id)
    )
    row = ctx.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("assignment", assignment_id)
    return row


def newest_stratum(ctx: Context, row: AnyRow) -> AnyRow:
    """The stratum of a `picked_assignment` in its newest draw: frame, draw, plan, how many picks
    it has, and when the last replacement was recorded under it."""
    picks = select(func.count()).where(Pick.stratum_id == Stratum.id).scalar_subquery()
    recorded = aliased(Pick)
    latest = select(func.max(recorded.replaced_at)).where(recorded.replaced_in == Stratum.id)
    statement = (
        select(
            Stratum.id,
            Stratum.frame,
            Draw.code,
            PeriodSeed.seed,
            PlanVersion.definition,
            picks.label("picks"),
            latest.scalar_subquery().label("last_replaced_at"),
        )
        .join(Draw, Draw.id == Stratum.draw_id)
        .join(PeriodSeed, PeriodSeed.id == Draw.seed_id)
        .join(PlanVersion, PlanVersion.id == Draw.plan_version_id)
        .where(
            Draw.seed_id == row.seed_id,
            Stratum.agent_id == row.agent_id,
            Stratum.channel == row.channel,
            Stratum.slice.is_not_distinct_from(row.slice),
        )
        .order_by(Draw.number.desc())
        .limit(1)
    )
    return ctx.session.execute(statement).one()


def conversation_by_key(ctx: Context, key: str) -> int:
    """The id of the conversation with a frame's key."""
    source, _, external_id = key.partition(":")
    statement = select(Conversation.id).where(
        Conversation.source == source, Conversation.external_id == external_id
    )
    return ctx.session.execute(statement).scalar_one()


@dataclass
class GraderReplacements:
    """What one grader replaced in a draw: how many for each reason, and which."""

    name: str
    login: str
    reasons: dict[str, int] = field(default_factory=dict)
    entries: list[AnyRow] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.entries)


def replacements_of_draw(ctx: Context, draw_id: int) -> list[GraderReplacements]:
    """Replacements recorded under a draw, by the grader who made them, the most first.

    Entries: `key, employee_no, agent_name, reason, note, at: datetime`. Who may not know all
    people gets those of whom they may know.
    """
    require(ctx.actor, Permission.DRAW_READ)
    statement = (
        select(
            Account.login,
            Account.name,
            KEY.label("key"),
            Person.employee_no,
            Person.name.label("agent_name"),
            Pick.conversation_id,
            Pick.replaced_reason.label("reason"),
            Pick.replaced_note.label("note"),
            Pick.replaced_at.label("at"),
        )
        .join(Stratum, Stratum.id == Pick.replaced_in)
        .join(Person, Person.id == Stratum.agent_id)
        .join(Conversation, Conversation.id == Pick.conversation_id)
        .outerjoin(Account, Account.id == Pick.replaced_by)
        .where(Stratum.draw_id == draw_id, visible_people(ctx.actor))
        .order_by(Pick.replaced_at, Pick.id)
    )
    found: dict[str, GraderReplacements] = {}
    for row in ctx.session.execute(statement):
        login = row.login or ""
        one = found.setdefault(login, GraderReplacements(row.name or "", login))
        one.reasons[row.reason] = one.reasons.get(row.reason, 0) + 1
        one.entries.append(row)
    return sorted(found.values(), key=lambda one: (-one.count, one.login))
