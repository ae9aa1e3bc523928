"""WebVTT and SubRip: blocks of lines with a time span and text.

Sources: WebVTT (W3C): voice spans, cue settings, NOTE, STYLE and REGION blocks, hours optional.
SubRip has no standard: numbers, comma or point before milliseconds, tags and coordinates are left.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from qa_app.domain.transcripts.labelled import speakers_among, split_label
from qa_app.domain.transcripts.model import UNNAMED, Found, Notes, RawTurn, label_of
from qa_app.domain.transcripts.words import joined
from qa_app.domain.turns import MAX_MS, MAX_TEXT, MAX_TURNS

VTT, SRT = "webvtt", "srt"
ARROW = "-->"
MAX_CUE = 2 * MAX_TEXT
TIME = re.compile(r"(?:([0-9]{1,4}):)?([0-5]?[0-9]):([0-5]?[0-9])(?:[.,]([0-9]{1,6}))?", re.ASCII)
VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:\s+([^>]*))?>(.*?)(?=</v>|<v[\s.>]|\Z)", re.DOTALL)
TAG = re.compile(r"</?[a-zA-Z0-9:.][^<>]{0,200}>|\{\\[^}]{0,40}\}")
META = ("NOTE", "STYLE", "REGION")


class Cue(NamedTuple):
    """Text with the number of its time line."""

    line: int
    from_ms: int | None
    to_ms: int | None
    text: str


def is_vtt(text: str) -> bool:
    return re.match(r"WEBVTT(?=\s|\Z)", text) is not None


def is_srt(text: str) -> bool:
    """Whether one of the first lines is a time span."""
    return any(
        ARROW in line and TIME.match(line.strip()) is not None for line in text.split("\n", 12)[:12]
    )


def read(text: str, notes: Notes) -> Found:
    """The turns of all cues. `text` has plain newlines."""
    cues = list(_cues(text, notes))
    lines = [_plain(cue.text) for cue in cues if not VOICE.search(cue.text)]
    speakers = speakers_among(lines)
    turns: list[RawTurn] = []
    for cue in cues:
        turns += _turns(cue, speakers, turns[-1].label if turns else UNNAMED)
    return Found(turns)


def _cues(text: str, notes: Notes) -> Iterator[Cue]:
    count = 0
    for number, block in _blocks(text):
        if block[0].startswith(META) or (number == 1 and block[0].startswith("WEBVTT")):
            continue
        at = next((place for place, line in enumerate(block[:2]) if ARROW in line), None)
        if at is None:
            message = "Blocks without a time were left out: %(count)s."
            notes.warn(f"line {number}", "no_time", message)
            continue
        span = _span(block[at], number + at, notes)
        count += 1
        if notes.are_too_many or count > MAX_TURNS + 1:
            return
        said = "\n".join(block[at + 1 :])
        if len(said) > MAX_CUE:
            message = f"The text has more than {MAX_CUE} characters."
            notes.refuse(f"line {number + at}", "too_long", message)
            said = ""
        yield Cue(number + at, *span, said)


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines between empty ones, each with the number of its first line."""
    held: list[str] = []
    first = 1
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            if not held:
                first = number
            held.append(line)
        elif held:
            yield first, held
            held = []


def _span(line: str, number: int, notes: Notes) -> tuple[int | None, int | None]:
    start, _arrow, rest = line.partition(ARROW)
    times = [_time(start.strip()), _time((rest.split() or [""])[0])]
    if times[0] is None or (times[1] is None and rest.split()):
        message = "A time span looks like 00:00:01.000 --> 00:00:04.000."
        notes.refuse(f"line {number}", "bad_time", message)
    return times[0], times[1]


def _time(text: str) -> int | None:
    match = TIME.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds, part = match.groups()
    fraction = int((part or "0")[:3].ljust(3, "0"))
    total = ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + fraction
    return total if total <= MAX_MS else None


def _turns(cue: Cue, speakers: frozenset[str], last: str) -> Iterator[RawTurn]:
    """What is said in a cue: a voice's each, else by leading labels, else by the last speaker."""
    voices = list(VOICE.finditer(cue.text))
    if voices:
        before = _plain(cue.text[: voices[0].start()])
        if before:
            yield _turn(cue, last, before)
        for voice in voices:
            name = label_of(html.unescape(voice[1] or "")) or last
            yield _turn(cue, name, _plain(voice[2]))
        return
    held: list[str] = []
    speaker = last if speakers else UNNAMED
    for line in _plain(cue.text).split("\n"):
        label, rest = split_label(line)
        if label in speakers and label != UNNAMED:
            if held:
                yield _turn(cue, speaker, "\n".join(held))
            speaker, held = label, [rest]
        else:
            held.append(line)
    yield _turn(cue, speaker, "\n".join(held))


def _turn(cue: Cue, label: str, text: str) -> RawTurn:
    said, _places = joined(text.split("\n"))
    return RawTurn(f"line {cue.line}", said, label, cue.from_ms, cue.to_ms)


def _plain(text: str) -> str:
    return html.unescape(TAG.sub("", text)).strip()
