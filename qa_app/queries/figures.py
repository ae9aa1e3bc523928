"""Reads of figures: what counts in a period, published versions, and what they came from.

Source: handbook 1 §3. A score counts when its conversation was picked by a random draw and not
replaced, and it is the first grading's score in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import and_, func, or_, select

from qa_app.db.types import AnySelect
from qa_app.domain.averages import Interval, interval
from qa_app.domain.evaluation import SUBMITTED_STATES, EvaluationKind
from qa_app.domain.figures import CountedScore, Figure, build_figures, figures
from qa_app.models import (
    Assignment,
    Conversation,
    Draw,
    Evaluation,
    EvaluationRevision,
    Membership,
    Person,
    Pick,
    Publication,
    Stratum,
    Team,
)
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.security.scope import visible_people


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One counted evaluation with its ids and the people and team that it is about."""

    evaluation_id: int
    revision_id: int
    agent_id: int
    employee_no: str
    agent_name: str
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


@dataclass(frozen=True, slots=True)
class FigureOf:
    """A figure that can say its interval."""

    figure: Figure

    @property
    def n(self) -> int:
        return self.figure.n

    @property
    def mean(self) -> Decimal | None:
        return self.figure.mean

    def interval(self, population: int) -> Interval | None:
        scores = [one.score for one in self.figure.scores if one.score is not None]
        return interval(scores, population)


def _counted(code: str) -> AnySelect:
    team_then = and_(
        Membership.person_id == Evaluation.agent_id,
        Membership.is_lead.is_(False),
        Membership.from_date <= Conversation.local_date,
        or_(Membership.to_date.is_(None), Membership.to_date >= Conversation.local_date),
    )
    return (
        select(
            Evaluation.id.label("evaluation_id"),
            EvaluationRevision.id.label("revision_id"),
            Evaluation.agent_id,
            Person.employee_no,
            Person.name.label("agent_name"),
            Team.code.label("team"),
            Evaluation.channel,
            (Conversation.source + ":" + Conversation.external_id).label("conversation"),
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
        .outerjoin(Membership, team_then)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(
            Evaluation.period == code,
            Evaluation.kind == EvaluationKind.RANDOM,
            Evaluation.state.in_(SUBMITTED_STATES),
            Pick.replaced_at.is_(None),
        )
    )


def counted_rows(ctx: Context, code: str, agent_id: int | None = None) -> list[CountedRow]:
    """What counts in the period now, of visible people; of one agent when asked for."""
    require(ctx.actor, Permission.FIGURE_READ)
    statement = _counted(code).where(visible_people(ctx.actor))
    if agent_id is not None:
        statement = statement.where(Evaluation.agent_id == agent_id)
    statement = statement.order_by(Person.employee_no, Evaluation.channel, Evaluation.id)
    return [CountedRow(*row) for row in ctx.session.execute(statement)]


def as_scores(rows: Iterable[CountedRow]) -> list[CountedScore]:
    """The rows as the domain counts them."""
    return [row.as_score() for row in rows]


def figures_with_rows(rows: Iterable[CountedRow]) -> Iterator[tuple[FigureOf, list[CountedRow]]]:
    """Each figure with the rows beneath it, in the document's order."""
    by_evaluation = {str(row.evaluation_id): row for row in rows}
    for figure in figures(as_scores(by_evaluation.values())):
        yield FigureOf(figure), [by_evaluation[one.evaluation] for one in figure.scores]


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

    Only for who may see everybody's figures; pages of others cut theirs out of the rows.
    """
    require(ctx.actor, Permission.PERIOD_PUBLISH)
    newest = newest_publication(ctx, code)
    if newest is None:
        return provisional_figures(ctx, code)
    document: dict[str, Any] = orjson.loads(newest.document)
    return {
        "period": code,
        "version": newest.version,
        "digest": newest.digest,
        "figures": document["figures"],
    }


def provisional_figures(ctx: Context, code: str) -> dict[str, Any]:
    """The document as it would be published now, without version and digest."""
    return build_figures(code, as_scores(counted_rows(ctx, code)))


def populations(ctx: Context, code: str, agent_id: int | None = None) -> dict[tuple[int, str], int]:
    """Distinct keys in the period's frames, per agent id and channel (N of the interval)."""
    statement = (
        select(
            Stratum.agent_id,
            Stratum.channel,
            Stratum.slice,
            func.count().label("draws"),
            func.max(Stratum.frame_size).label("size"),
        )
        .join(Draw, Draw.id == Stratum.draw_id)
        .where(Draw.period == code)
        .group_by(Stratum.agent_id, Stratum.channel, Stratum.slice)
    )
    if agent_id is not None:
        statement = statement.where(Stratum.agent_id == agent_id)
    counted: dict[tuple[int, str], int] = {}
    for row in ctx.session.execute(statement):
        size = row.size if row.draws == 1 else _distinct_keys(ctx, code, row)
        counted[row.agent_id, row.channel] = counted.get((row.agent_id, row.channel), 0) + size
    return counted


def _distinct_keys(ctx: Context, code: str, stratum: Any) -> int:
    """A stratum that was drawn several times: its frames overlap, so they are read."""
    statement = (
        select(Stratum.frame)
        .join(Draw, Draw.id == Stratum.draw_id)
        .where(
            Draw.period == code,
            Stratum.agent_id == stratum.agent_id,
            Stratum.channel == stratum.channel,
            Stratum.slice.is_not_distinct_from(stratum.slice),
        )
    )
    keys: set[str] = set()
    for frame in ctx.session.scalars(statement):
        keys.update(line for line in frame.split("\n") if line)
    return len(keys)
