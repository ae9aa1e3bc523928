"""Names the agent's lane of a call by itself, where its transcript tells it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from qa_app.db.types import AnyRow, AnySelect
from qa_app.domain.sound_figures import Span, guess_agent_lane
from qa_app.models import Conversation, Recording, Transcript
from qa_app.models.recording import RecordingState
from qa_app.security.context import Context
from qa_app.services.audit import record
from qa_app.services.jobs import enqueue

NAME_LANES = "name_lanes"


def name_lanes(ctx: Context, recording_id: int, speech: Sequence[Sequence[Span]]) -> None:
    """Set the agent's lane of every conversation with this sound that has none, where its turns'
    times tell it. `speech`: the spans of each lane. What somebody has named stays.
    """
    if len(speech) != 2:
        return
    for row in ctx.session.execute(_unnamed(recording_id)).all():
        lane = guess_agent_lane(row.turns, speech)
        if lane is not None:
            _name(ctx, row.id, lane)


def ask_to_name_lanes(ctx: Context, conversation_id: int) -> int | None:
    """For a conversation that has got timed turns: name its lane in a job, whose id is given.

    None when there is nothing to name: no sound of two lanes that is ready, or named already.
    """
    row: AnyRow | None = ctx.session.execute(
        select(Recording.id, Recording.channels)
        .join(Conversation, Conversation.recording_id == Recording.id)
        .where(
            Conversation.id == conversation_id,
            Conversation.agent_lane.is_(None),
            Recording.state == RecordingState.READY,
            Recording.channels >= 2,
        )
    ).one_or_none()
    if row is None:
        return None
    return enqueue(ctx, NAME_LANES, {"recording_id": row.id}, dedup_key=str(row.id))


def _unnamed(recording_id: int) -> AnySelect:
    return (
        select(Conversation.id, Transcript.turns)
        .join(Transcript, Transcript.conversation_id == Conversation.id)
        .where(Conversation.recording_id == recording_id, Conversation.agent_lane.is_(None))
        .order_by(Conversation.id)
    )


def _name(ctx: Context, conversation_id: int, lane: int) -> None:
    named = ctx.session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.agent_lane.is_(None))
        .values(agent_lane=lane)
        .returning(Conversation.id)
    ).one_or_none()
    if named is not None:
        facts = {"agent_lane": lane, "by": "transcript"}
        record(ctx, "conversation.lanes_named", "conversation", conversation_id, **facts)
