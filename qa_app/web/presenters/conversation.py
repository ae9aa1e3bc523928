"""Turns a conversation into what pages show: its turns with times, and the state of its sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from qa_app.web.filters import duration

View = dict[str, Any]
SLOW_ANSWER_S = 60


def turn_rows(turns: Sequence[Mapping[str, Any]], zone: tzinfo) -> list[View]:
    """`{index, number, speaker, text, time, hover, from_ms, to_ms, gap}` of each turn.

    `time` is the place in the sound, or the time of day in the site's zone; `gap` says how long
    the customer waited for the agent, where that was a minute or more.
    """
    rows, before = [], None
    for index, turn in enumerate(turns):
        at = _instant(turn.get("at"), zone)
        begin = turn.get("from_ms")
        speaker = turn.get("speaker", "system")
        gap = ""
        if at is not None and before is not None and speaker == "agent" and before[1] == "customer":
            seconds = int((at - before[0]).total_seconds())
            gap = duration(seconds) if seconds >= SLOW_ANSWER_S else ""
        if at is not None:
            before = (at, speaker)
        rows.append(
            {
                "index": index,
                "number": index + 1,
                "speaker": speaker if speaker in ("agent", "customer") else "system",
                "text": turn.get("text", ""),
                "time": duration(begin / 1000) if begin is not None else _time_of_day(at),
                "hover": "" if at is None else f"{at:%Y-%m-%d %H:%M:%S %z}",
                "from_ms": begin,
                "to_ms": turn.get("to_ms"),
                "gap": gap,
            }
        )
    return rows


def _instant(text: object, zone: tzinfo) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)


def _time_of_day(at: datetime | None) -> str:
    return "" if at is None else f"{at:%H:%M:%S}"


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
