"""Turns a conversation into what pages show: its turns, and the state of its sound."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from qa_app.web.presenters.transcript import turn_rows as turn_rows

View = dict[str, Any]


def sound_view(
    conversation_id: int,
    state: str | None,
    *,
    problem: str | None = None,
    duration_ms: int | None = None,
) -> View | None:
    """What the player needs: `state` ready, waiting or broken with its reason in words; None: no
    recording belongs to the conversation."""
    if state is None:
        return None
    if state == "broken":
        return {"state": "broken", "reason": broken_sound(problem)}
    if state != "ready":
        return {"state": "waiting"}
    return {
        "state": "ready",
        "sound_url": url_for("recordings.sound", conversation_id=conversation_id),
        "peaks_url": url_for("recordings.peaks", conversation_id=conversation_id),
        "duration_ms": duration_ms or 0,
    }


def broken_sound(problem: str | None) -> str:
    """Why a recording cannot be played."""
    reasons = {
        "empty": _("The file is empty."),
        "not_sound": _("The file holds no sound."),
        "no_sound_inside": _("The file holds no sound."),
        "truncated": _("The file is cut short."),
        "undecodable": _("The sound cannot be decoded."),
        "too_long": _("The recording is too long."),
        "missing": _("The file is missing in the store."),
        "damaged": _("The file is damaged in the store."),
    }
    code = (problem or "").split(":")[0].strip()
    return str(reasons.get(code) or _("The sound cannot be played."))
