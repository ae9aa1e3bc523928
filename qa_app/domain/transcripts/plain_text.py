"""Dialogue as text: lines that begin with who speaks, now and then a time, remarks in brackets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from qa_app.domain.transcripts.labelled import BRACKETS, LABEL_WITHIN, speakers_among, split_label
from qa_app.domain.transcripts.model import Found, Notes, RawTurn, label_of, mapping
from qa_app.domain.transcripts.roles import role_of
from qa_app.domain.turns import MAX_MS, MAX_TURNS

FORMAT, ENVELOPE = "text", "text-in-json"
REMARK = "system"
TIME = re.compile(
    r"\s*[\[(（]?([0-9]{1,3}):([0-5][0-9])(?::([0-5][0-9])(?:[.,]([0-9]{1,3}))?)?[\])）]?\s*",
    re.ASCII,
)
FEWEST = 2


def is_dialogue(text: str) -> bool:
    """Whether lines of at least one speaker who comes back, or names a role, are in it."""
    lines = _bare(text[:200_000].split("\n"))
    speakers = speakers_among(lines)
    said = [label for line in lines if (label := split_label(line)[0]) in speakers]
    if len(said) < FEWEST or len(set(said)) == len(said) > FEWEST:
        return False
    return any(role_of(label) for label in said) or len(set(said)) >= FEWEST


def fits(document: object) -> bool:
    """An object that holds such text as its `Content`, beside the id of its conversation."""
    holder = mapping(document)
    return isinstance(holder.get("Content"), str) and any(
        name in holder for name in ("ConversationId", "conversationId", "conversation_id")
    )


def read_object(document: Mapping[str, Any], notes: Notes) -> Found:
    text = str(document["Content"]).replace("\r\n", "\n").replace("\r", "\n")
    return read(text, notes, "Content line")._replace(form=ENVELOPE)


def read(text: str, notes: Notes, place: str = "line") -> Found:
    """The turns; a line without a speaker goes on with the one before. `text`: plain newlines."""
    lines = text.split("\n")
    speakers = speakers_among(_bare(lines))
    turns: list[RawTurn] = []
    time: int | None = None
    for number, whole in enumerate(lines, 1):
        where = f"{place} {number}"
        given, line = _timed(whole)
        time = given if given is not None else time
        label, rest = split_label(line)
        if not line.strip():
            continue
        if label in speakers and label:
            turns.append(RawTurn(where, rest, label_of(label), time))
            time = None
        elif _is_remark(line):
            turns.append(RawTurn(where, line.strip(), REMARK, time))
        elif turns and turns[-1].label != REMARK:
            turns[-1].text = f"{turns[-1].text.rstrip()}\n{line.strip()}".lstrip("\n")
        else:
            message = "Lines that nobody speaks were left out: %(count)s."
            notes.warn(where, "no_speaker_line", message)
        if len(turns) > MAX_TURNS:
            break
    _set_ends(turns)
    return Found(turns)


def _bare(lines: list[str]) -> list[str]:
    bare = [_timed(line)[1] for line in lines]
    return [line for line in bare if line.strip() and not _is_remark(line)]


def _timed(line: str) -> tuple[int | None, str]:
    """The time that leads a line, and the rest."""
    match = TIME.match(line[:LABEL_WITHIN])
    if match is None or line[match.end() :][:1] == ":":
        return None, line
    first, second, third, part = match.groups()
    if third is None:
        ms = (int(first) * 60 + int(second)) * 1000
    else:
        ms = ((int(first) * 60 + int(second)) * 60 + int(third)) * 1000
    ms += int((part or "0").ljust(3, "0"))
    return (ms if ms <= MAX_MS else None), line[match.end() :]


def _is_remark(line: str) -> bool:
    """Whether the whole line stands in brackets: `[Call ends]`."""
    bracket = BRACKETS.match(line[:LABEL_WITHIN])
    return bracket is not None and bracket.end() == len(line) and not line.rstrip().endswith(":")


def _set_ends(turns: list[RawTurn]) -> None:
    """Where turns have times, each goes on until the next begins."""
    for turn, after in pairwise(turns):
        if turn.from_ms is not None and after.from_ms is not None:
            turn.to_ms = max(turn.from_ms, after.from_ms)
