"""What the player knows of a recording: its state, and on which lane the agent is."""

from __future__ import annotations

from sqlalchemy import select

from qa_app.db.types import AnyRow
from qa_app.domain.errors import NotFound
from qa_app.models import Conversation, Recording
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import Relation, require
from qa_app.security.scope import held_in_led_team, visible_conversations


def lanes_of_conversation(ctx: Context, conversation_id: int) -> AnyRow:
    """`state, problem, duration_ms, facts, playback_size, agent_lane` of a visible recording.

    Raises NotFound, NotAllowed.
    """
    require(ctx.actor, Permission.RECORDING_LISTEN)
    row = ctx.session.execute(
        select(
            Conversation.id,
            Conversation.agent_id,
            Conversation.agent_lane,
            held_in_led_team(ctx.actor).label("in_led_team"),
            Recording.state,
            Recording.problem,
            Recording.duration_ms,
            Recording.facts,
            Recording.playback_size,
        )
        .join(Recording, Recording.id == Conversation.recording_id)
        .where(Conversation.id == conversation_id, visible_conversations(ctx.actor))
    ).one_or_none()
    if row is None:
        raise NotFound("recording", conversation_id)
    relation = Relation(agent_id=row.agent_id, in_led_team=bool(row.in_led_team))
    require(ctx.actor, Permission.RECORDING_LISTEN, relation)
    return row
