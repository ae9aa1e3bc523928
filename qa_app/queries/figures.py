"""Reads of figures: what counts in a period now, and the documents that are published.

Source: handbook 1 §3. A score counts when its conversation was picked by a random draw and not
replaced, and it is the first grading's score in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, func, or_, select

from qa_app.db.types import AnySelect
from qa_app.domain.calendar import Period as Half
from qa_app.domain.calendar import conversation_dates
from qa_app.domain.errors import NotFound
from qa_app.domain.evaluation import SUBMITTED_STATES, EvaluationKind
from qa_app.domain.figures import CountedScore, Figure, build_figures, figures
from qa_app.domain.period import PeriodState
from qa_app.models import (
    Assignment,
    Conversation,
    Draw,
    Evaluation,
    EvaluationRevision,
    Membership,
    Period,
    Person,
    Pick,
    Publication,
    Stratum,
    Team,
)
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.security.scope import (
    RELEASED,
    SEES_ALL,
    knows_period,
    reads_everybody,
    visible_figures,
)

KEY = Conversation.source + ":" + Conversation.external_id


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One counted evaluation with its ids and the people and team that it is about."""

    evaluation_id: int
    revision_id: int
    agent_id: int
    employee_no: str
    team: str | None
    channel: str
    conversation: str
    score: Decimal | None

    def as_score(self) -> CountedScore:
        return CountedScore(
            agent=self.employee_no,
            channel=self.channel,
            evaluation=str(self.evaluation_id),
            conversation=self.conversation,
            score=self.score,
            team=self.team,
        )


def check_readable(ctx: Context, code: str) -> Half:
    """The half, where the actor may read figures of it at all.

    Raises InvalidInput for what is no period; NotFound where only closed ones may be read.
    """
    require(ctx.actor, Permission.FIGURE_READ)
    half = Half.parse(code)
    state = ctx.session.scalar(select(Period.state).where(Period.code == code))
    if not knows_period(ctx.actor, state or PeriodState.OPEN):
        raise NotFound("period", code)
    return half


def in_scope(ctx: Context, code: str) -> ColumnElement[bool]:
    """Condition over Person: whose figures of the period the actor may read."""
    return visible_figures(ctx.actor, *conversation_dates(Half.parse(code), ctx.settings.lag_days))


def counts_now(ctx: Context, code: str) -> tuple[ColumnElement[bool], ...]:
    """Conditions over Evaluation joined with its Assignment and Pick: it counts in the period.

    Who does not see everybody's does not see what is not released yet either.
    """
    states = SUBMITTED_STATES if ctx.actor.role in SEES_ALL else RELEASED
    return (
        Evaluation.period == code,
        Evaluation.kind == EvaluationKind.RANDOM,
        Evaluation.state.in_(sorted(states)),
        Pick.replaced_at.is_(None),
    )


def team_then() -> Any:
    """The team that a conversation's agent was in when it was held: its id, or null.

    Agents are in one team at a time; who also leads one belongs to the team as a member first.
    """
    return (
        select(Membership.team_id)
        .where(
            Membership.person_id == Conversation.agent_id,
            Membership.from_date <= Conversation.local_date,
            or_(Membership.to_date.is_(None), Membership.to_date >= Conversation.local_date),
        )
        .order_by(Membership.is_lead, Membership.from_date.desc(), Membership.id)
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )


def _counted(ctx: Context, code: str) -> AnySelect:
    return (
        select(
            Evaluation.id.label("evaluation_id"),
            EvaluationRevision.id.label("revision_id"),
            Evaluation.agent_id,
            Person.employee_no,
            Team.code.label("team"),
            Evaluation.channel,
            KEY.label("conversation"),
            EvaluationRevision.score,
        )
        .join(Assignment, Assignment.id == Evaluation.assignment_id)
        .join(Pick, Pick.id == Assignment.pick_id)
        .join(Conversation, Conversation.id == Evaluation.conversation_id)
        .join(Person, Person.id == Evaluation.agent_id)
        .join(
            EvaluationRevision,
            and_(
                EvaluationRevision.evaluation_id == Evaluation.id,
                EvaluationRevision.number == Evaluation.revision,
            ),
        )
        .outerjoin(Team, Team.id == team_then())
        .where(*counts_now(ctx, code))
    )


def counted_rows(ctx: Context, code: str, agent_id: int | None = None) -> list[CountedRow]:
    """What counts in the period now, of the people whom the actor may know; of one agent only."""
    check_readable(ctx, code)
    statement = _counted(ctx, code).where(in_scope(ctx, code))
    if agent_id is not None:
        statement = statement.where(Evaluation.agent_id == agent_id)
    statement = statement.order_by(Person.employee_no, Evaluation.channel, Evaluation.id)
    return [CountedRow(*row) for row in ctx.session.execute(statement)]


def as_scores(rows: Iterable[CountedRow]) -> list[CountedScore]:
    """The rows as the domain counts them."""
    return [row.as_score() for row in rows]


def figures_with_rows(rows: Iterable[CountedRow]) -> Iterator[tuple[Figure, list[CountedRow]]]:
    """Each figure with the rows beneath it, in the document's order."""
    by_evaluation = {str(row.evaluation_id): row for row in rows}
    for figure in figures(as_scores(by_evaluation.values())):
        yield figure, [by_evaluation[one.evaluation] for one in figure.scores]


def newest_publication(ctx: Context, code: str) -> Publication | None:
    """The period's newest version, or None while nothing is published."""
    return ctx.session.scalars(
        select(Publication)
        .where(Publication.period == code)
        .order_by(Publication.version.desc())
        .limit(1)
    ).one_or_none()


def publication_of(ctx: Context, code: str, version: int) -> Publication | None:
    """One version of a period."""
    return ctx.session.scalars(
        select(Publication).where(Publication.period == code, Publication.version == version)
    ).one_or_none()


def period_figures(ctx: Context, code: str) -> dict[str, Any]:
    """The document of `qa-app period figures --json`: the newest version, else the provisional one.

    Who may not read everybody's gets the figures of whom they may; the digest stays that of the
    whole. Raises InvalidInput, NotFound.
    """
    check_readable(ctx, code)
    newest = newest_publication(ctx, code)
    if newest is None:
        return provisional_figures(ctx, code)
    listed = orjson.loads(newest.document)["figures"]
    if not reads_everybody(ctx.actor):
        seen = set(ctx.session.scalars(select(Person.employee_no).where(in_scope(ctx, code))))
        listed = [figure for figure in listed if figure["agent"] in seen]
    return {
        "period": code,
        "version": newest.version,
        "digest": newest.digest,
        "figures": listed,
    }


def provisional_figures(ctx: Context, code: str) -> dict[str, Any]:
    """The document as it would be published now, without version and digest."""
    return build_figures(code, as_scores(counted_rows(ctx, code)))


def populations(
    ctx: Context, code: str, agent_ids: Iterable[int] | None = None
) -> dict[tuple[int, str], int]:
    """Distinct keys in the period's frames, per agent id and channel (N of the interval)."""
    statement = (
        select(
            Stratum.agent_id,
            Stratum.channel,
            func.count(Stratum.draw_id.distinct()).label("draws"),
            func.sum(Stratum.frame_size).label("size"),
        )
        .join(Draw, Draw.id == Stratum.draw_id)
        .where(Draw.period == code)
        .group_by(Stratum.agent_id, Stratum.channel)
    )
    if agent_ids is not None:
        statement = statement.where(Stratum.agent_id.in_(sorted(agent_ids)))
    rows = ctx.session.execute(statement).all()
    counted = {(row.agent_id, row.channel): int(row.size) for row in rows}
    # The frames of one draw share no key; those of several do, so they are read.
    several = {(row.agent_id, row.channel) for row in rows if row.draws > 1}
    return counted | _distinct_keys(ctx, code, several)


def _distinct_keys(
    ctx: Context, code: str, wanted: set[tuple[int, str]]
) -> dict[tuple[int, str], int]:
    if not wanted:
        return {}
    statement = (
        select(Stratum.agent_id, Stratum.channel, Stratum.frame)
        .join(Draw, Draw.id == Stratum.draw_id)
        .where(Draw.period == code, Stratum.agent_id.in_(sorted({one[0] for one in wanted})))
    )
    keys: dict[tuple[int, str], set[str]] = {one: set() for one in wanted}
    for row in ctx.session.execute(statement):
        if (row.agent_id, row.channel) in keys:
            keys[row.agent_id, row.channel].update(line for line in row.frame.split("\n") if line)
    return {one: len(found) for one, found in keys.items()}
