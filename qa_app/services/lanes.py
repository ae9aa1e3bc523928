"""Which lane of a recording is whose."""

from __future__ import annotations

from sqlalchemy import update

from qa_app.domain.errors import InvalidInput, Problem, Refused
from qa_app.models import Conversation
from qa_app.queries.lanes import lanes_of_conversation
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import Relation, require
from qa_app.services.audit import record


def set_agent_lane(ctx: Context, conversation_id: int, lane: int) -> None:
    """Say on which lane of the sound the agent is. The same again changes nothing.

    Raises NotFound, NotAllowed, InvalidInput; Refused `one_lane` where there are not two.
    """
    require(ctx.actor, Permission.RECORDING_MASK)
    row = lanes_of_conversation(ctx, conversation_id)
    relation = Relation(agent_id=row.agent_id, in_led_team=bool(row.in_led_team))
    require(ctx.actor, Permission.RECORDING_MASK, relation)
    if lane not in (0, 1):
        raise InvalidInput([Problem("lane", "bad_lane", "Name lane 0 or 1.")])
    if len((row.facts or {}).get("lanes", ())) != 2:
        raise Refused("one_lane", "This recording has one lane only.")
    if row.agent_lane == lane:
        return
    is_other = Conversation.agent_lane.is_distinct_from(lane)
    named = ctx.session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, is_other)
        .values(agent_lane=lane)
    )
    if not named.rowcount:  # type: ignore[attr-defined]
        return  # somebody said the same at this moment
    record(ctx, "conversation.lanes_named", "conversation", conversation_id, agent_lane=lane)
