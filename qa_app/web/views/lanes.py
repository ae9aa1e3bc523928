"""What the player asks of a recording that changes: whether it is ready, which lane is whose."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.queries.conversations import turns_of
from qa_app.queries.lanes import lanes_of_conversation
from qa_app.queries.recordings import sound_of
from qa_app.queries.sound_masks import MASKED, sound_for
from qa_app.security.permissions import Permission
from qa_app.services.lanes import set_agent_lane
from qa_app.web.access import requires
from qa_app.web.context import current_context, writing
from qa_app.web.presenters.sound import broken_masking, sound_view
from qa_app.web.redirects import safe_target

bp = Blueprint("lanes", __name__, url_prefix="/conversations")


@bp.get("/<int:conversation_id>/player")
@requires(Permission.RECORDING_LISTEN)
def show(conversation_id: int) -> ResponseReturnValue:
    """The state of the recording, its length, lanes and figures, for a player that waits."""
    return jsonify(_state(conversation_id))


@bp.post("/<int:conversation_id>/lanes")
@requires(Permission.RECORDING_MASK)
def name(conversation_id: int) -> ResponseReturnValue:
    """Say which lane is the agent's: `lane` 0 or 1, else the other one than now."""
    given = request.form.get("lane", "")
    lane = int(given) if given in ("0", "1") else 1 - _lane(conversation_id)
    with writing() as ctx:
        set_agent_lane(ctx, conversation_id, lane)
    if request.headers.get("X-Requested-With") == "fetch":
        return jsonify(_state(conversation_id))
    flash(_("Agent and customer are swapped."), "success")
    return redirect(safe_target(request.form.get("next", "")), 303)


def _lane(conversation_id: int) -> int:
    return lanes_of_conversation(current_context(), conversation_id).agent_lane or 0


def _state(conversation_id: int) -> dict[str, object]:
    row = lanes_of_conversation(current_context(), conversation_id)
    recording = sound_of(current_context(), conversation_id)
    heard = sound_for(current_context(), conversation_id, recording)
    sound = sound_view(
        conversation_id,
        heard.state.value,
        problem=heard.problem,
        duration_ms=row.duration_ms,
        agent_lane=row.agent_lane,
        facts=row.facts,
        size=heard.playback_size,
        turns=turns_of(current_context(), conversation_id),
    )
    assert sound is not None
    if heard.version == MASKED and "reason" in sound:
        sound["reason"] = broken_masking(heard.problem)
    told = ("state", "reason", "duration_ms", "size", "agent_lane", "cut_short")
    return {
        **{key: sound[key] for key in told if key in sound},
        "figures": render_template("macros/_figures.html", sound=sound),
    }
