"""Turns a recording into what the player shows: its state in words, its lanes, its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_login import current_user

from qa_app.domain.sound_figures import SoundFigures, call_figures
from qa_app.web.filters import duration

View = dict[str, Any]


def sound_view(
    conversation_id: int,
    state: str | None,
    *,
    problem: str | None = None,
    duration_ms: int | None = None,
    agent_lane: int | None = None,
    facts: Mapping[str, Any] | None = None,
    size: int | None = None,
    turns: Sequence[Mapping[str, Any]] = (),
) -> View | None:
    """What the player needs: `state` ready, waiting or broken with its reason in words; None: no
    recording belongs to the conversation. `size`: bytes of the version for the browser; `turns`:
    their times tell of the parties where the lanes do not."""
    if state is None:
        return None
    if state == "broken":
        return {"state": "broken", "reason": broken_sound(problem)}
    return {
        "state": "ready" if state == "ready" else "waiting",
        "sound_url": url_for("recordings.sound", conversation_id=conversation_id),
        "peaks_url": url_for("recordings.peaks", conversation_id=conversation_id),
        "lanes_url": url_for("lanes.name", conversation_id=conversation_id),
        "state_url": url_for("lanes.show", conversation_id=conversation_id),
        "duration_ms": duration_ms or 0,
        "size": size or 0,
        "agent_lane": agent_lane or 0,
        "person": current_user.actor.account_id if current_user.is_authenticated else 0,
        "figures": [
            *silent_lanes(facts, agent_lane),
            *figure_views(call_figures(facts, agent_lane, turns)),
        ],
        "cut_short": cut_short(facts),
    }


def cut_short(facts: Mapping[str, Any] | None) -> str:
    """How much of a truncated file is there; empty for a whole one."""
    cut = (facts or {}).get("cut_short")
    if not cut:
        return ""
    have, stated = _clock(cut["have_ms"]), _clock(cut["stated_ms"])
    return str(
        _("The file is cut short: %(have)s of %(stated)s are there.", have=have, stated=stated)
    )


def silent_lanes(facts: Mapping[str, Any] | None, agent_lane: int | None) -> list[View]:
    """Says which voice was not recorded at all."""
    silent = [bool(lane["silent"]) for lane in (facts or {}).get("lanes", ())]
    if not any(silent):
        return []
    if all(silent):
        whose, hint = _("the whole recording"), _("Nothing at all can be heard in it.")
    else:
        is_agent = silent.index(True) == (agent_lane or 0)
        whose = _("Agent") if is_agent else _("Customer")
        hint = _("Nothing at all was recorded on this lane.")
        if agent_lane is None:
            hint = f"{hint} {_('Whose lane it is was only assumed: swap them if it is wrong.')}"
    return [{"name": _("Silent"), "value": whose, "hint": hint}]


def figure_views(found: SoundFigures | None) -> list[View]:
    """`{name, value, hint, act}` of what is known; `act` names what a press on it does."""
    if found is None:
        return []
    shown = (_talk(found), _longest_silence(found), _talk_over(found), _answers(found))
    return [figure for figure in shown if figure is not None]


def _talk(found: SoundFigures) -> View | None:
    if found.agent_share is None:
        return None
    agent = round(found.agent_share * 100)
    return {
        "name": _("Talk") if found.source == "sound" else _("Talk, from the transcript"),
        "value": _(
            "agent %(agent)s, customer %(other)s", agent=f"{agent} %", other=f"{100 - agent} %"
        ),
        "hint": _("Of all that was spoken; where both speak it counts for both."),
    }


def _longest_silence(found: SoundFigures) -> View | None:
    if not found.longest_silence_ms:
        return None
    return {
        "name": _("Longest silence"),
        "value": _clock(found.longest_silence_ms),
        "hint": _("The longest time in which nobody speaks. Press to go there."),
        "act": "silence",
    }


def _talk_over(found: SoundFigures) -> View | None:
    if found.talk_over_ms is None:
        return None
    return {
        "name": _("Talk-over"),
        "value": _seconds(found.talk_over_ms),
        "hint": _("Both speak for half a second or more. Press to go to the next one."),
        "act": "talk-over" if found.talk_over_ms else "",
    }


def _answers(found: SoundFigures) -> View | None:
    if found.response is None:
        return None
    hint = _("From the customer's last word to the agent's first: mean and longest.")
    return {
        "name": _("Answers after"),
        "value": _(
            "%(mean)s, at most %(longest)s",
            mean=_seconds(found.response.mean_ms),
            longest=_seconds(found.response.longest_ms),
        ),
        "hint": hint
        if found.source == "sound"
        else f"{hint} {_('By the times of the transcript.')}",
    }


def broken_masking(problem: str | None) -> str:
    """Why there is nothing to hear for who may not hear the hidden spans."""
    said = _("The version without the hidden spans could not be made.")
    if problem == "failed":
        return f"{said} {_('The job can be tried again.')}"
    return f"{said} {broken_sound(problem)}"


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
        "failed": _("It could not be prepared; the job can be tried again."),
    }
    code = (problem or "").split(":")[0].strip()
    return str(reasons.get(code) or _("The sound cannot be played."))


def _seconds(ms: int) -> str:
    return str(_("%(seconds)s s", seconds=f"{ms / 1000:.1f}"))


def _clock(ms: int) -> str:
    return duration(ms / 1000)
