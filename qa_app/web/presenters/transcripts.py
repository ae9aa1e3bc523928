"""An uploaded transcript in words: its format, its first turns, its speakers, its warnings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from qa_app.domain.errors import Problem
from qa_app.domain.masking import mask
from qa_app.domain.transcripts import Transcript, Why
from qa_app.domain.transcripts.shift import shifted
from qa_app.web.presenters.reasons import reason_text

FIRST_TURNS = 12
FORMATS = {
    "turns": "JSON",
    "webvtt": "WebVTT",
    "srt": "SubRip (SRT)",
    "whisper": "Whisper",
    "whisperx": "WhisperX",
    "whisper.cpp": "whisper.cpp",
    "amazon-transcribe": "Amazon Transcribe",
    "contact-lens": "Amazon Transcribe Call Analytics / Contact Lens",
    "amazon-pca": "Amazon Post Call Analytics",
    "bedrock-data-automation": "Amazon Bedrock Data Automation",
    "deepgram": "Deepgram",
    "assemblyai": "AssemblyAI",
    "azure-speech": "Azure Speech",
    "azure-conversation": "Azure Conversation Analysis",
    "aliyun": "Aliyun SCA",
    "vcon": "vCon",
    "wtf": "World Transcription Format",
}


def format_name(form: str) -> str:
    """A format's name: its maker's, or words."""
    if form in ("text", "text-in-json"):
        return str(_("Dialogue in text"))
    return FORMATS.get(form, form)


def why_text(why: Why) -> str:
    words: dict[Why, str] = {
        Why.STATED: _("The file says so"),
        Why.CHOSEN: _("Chosen"),
        Why.NAMED: _("Guess: named beside another speaker"),
        Why.GREETING: _("Guess: greets like a service"),
        Why.OTHER: _("Guess: the other one"),
        Why.CHANNEL: _("Guess: by the lane of the sound"),
        Why.FIRST: _("Guess: by who speaks first"),
        Why.UNKNOWN: _("The file names nobody"),
    }
    return words[why]


def preview_view(found: Transcript, offset_ms: int) -> dict[str, Any]:
    """What the preview shows. Personal data of customers is hidden here too."""
    first = shifted(found.turns[:FIRST_TURNS], offset_ms)
    ends = [turn.get("to_ms", turn.get("from_ms", 0)) for turn in shifted(found.turns, offset_ms)]
    return {
        "format": format_name(found.format),
        "count": len(found.turns),
        "has_times": found.has_times,
        "last_ms": max(ends, default=0),
        "turns": [
            {**turn, "text": mask(turn["text"]), "time": _time(turn.get("from_ms"))}
            for turn in first
        ],
        "more": max(0, len(found.turns) - FIRST_TURNS),
        "speakers": [
            {
                "label": one.label or _("without a name"),
                "role": one.role.value,
                "why": why_text(one.why),
                "is_guess": one.is_guess,
                "turns": one.turns,
                "sample": mask(one.sample),
            }
            for one in found.speakers
        ],
        "is_guessed": bool(found.guesses),
        "warnings": problem_lines(found.warnings),
    }


def _time(ms: int | None) -> str:
    """Minutes and seconds with a tenth: half a second has to be seen."""
    if ms is None:
        return ""
    tenths = ms // 100
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """Problems as sentences, each behind its place."""
    return [
        f"{one.where}: {reason_text(one.message)}" if one.where else reason_text(one.message)
        for one in problems
    ]
