"""Deeds of sampling: publish a plan, open seeds, run a draw."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from qa_app.domain.definition_source import DefinitionProblem
from qa_app.domain.errors import Conflict, InvalidInput
from qa_app.domain.plan import PlanDefinition, check_plan, load_plan
from qa_app.models import Plan, PlanVersion
from qa_app.queries.sampling_names import name_problems
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record
from qa_app.services.sampling_draws import NOTHING_IS_OWED, run_draw
from qa_app.services.sampling_seeds import open_seeds

__all__ = ["NOTHING_IS_OWED", "open_seeds", "plan_problems", "publish_plan", "run_draw"]


def plan_problems(ctx: Context, source: Path | str) -> list[DefinitionProblem]:
    """Everything wrong with a plan, and every name in it that this site does not know."""
    require(ctx.actor, Permission.PLAN_READ)
    problems = check_plan(source)
    if problems:
        return problems
    return name_problems(ctx.session, load_plan(source), source)


def publish_plan(ctx: Context, source: Path | str) -> PlanVersion:
    """Publish a plan from a file or a text; the same content again is the same version.

    Raises InvalidInput with everything that is wrong with it or unknown here, Conflict where
    somebody publishes another version of it at this moment.
    """
    require(ctx.actor, Permission.PLAN_PUBLISH)
    definition = load_plan(source)
    problems = name_problems(ctx.session, definition, source)
    if problems:
        raise InvalidInput(
            [problem.as_problem() for problem in problems],
            "This plan names what this site does not have.",
        )
    try:
        plan = _plan_called(ctx, definition)
        known = ctx.session.scalar(
            select(PlanVersion).where(
                PlanVersion.plan_id == plan.id, PlanVersion.digest == definition.digest
            )
        )
        return known if known is not None else _new_version(ctx, plan, definition)
    except IntegrityError:
        raise Conflict(
            "published_elsewhere",
            "Somebody else publishes %(name)s at this moment. Try again.",
            name=definition.id,
        ) from None


def _plan_called(ctx: Context, definition: PlanDefinition) -> Plan:
    plan = ctx.session.scalar(select(Plan).where(Plan.slug == definition.id))
    if plan is None:
        plan = Plan(slug=definition.id, title_zh="", title_en="")
        ctx.session.add(plan)
    return plan


def _new_version(ctx: Context, plan: Plan, definition: PlanDefinition) -> PlanVersion:
    plan.title_zh, plan.title_en = definition.title["zh"], definition.title["en"]
    ctx.session.flush()
    newest = ctx.session.scalar(
        select(func.max(PlanVersion.version)).where(PlanVersion.plan_id == plan.id)
    )
    version = PlanVersion(
        plan_id=plan.id,
        version=(newest or 0) + 1,
        digest=definition.digest,
        definition=definition.to_dict(),
        published_at=ctx.clock.now(),
        published_by=ctx.actor.account_id,
    )
    ctx.session.add(version)
    ctx.session.flush()
    record(
        ctx,
        "plan.published",
        "plan",
        definition.id,
        version=version.version,
        digest=version.digest,
    )
    return version
