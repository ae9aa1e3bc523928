"""Personal data of a whole conversation, also numbers that are spread over several turns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from qa_app.domain.masking.found import Hidden
from qa_app.domain.masking.numbers import numbers
from qa_app.domain.masking.runs import FEWEST
from qa_app.domain.masking.signs import CHINESE_DIGITS, plain
from qa_app.domain.masking.text import blotted, personal_data

Turns = Sequence[Mapping[str, Any]]
SHORT_REPLY = 20
"""Signs that the other one may say in between without the number being at an end."""

_ANY_DIGIT = re.compile(
    rf"[0-9\uff10-\uff19{CHINESE_DIGITS}]|\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b",
    re.IGNORECASE,
)
_FILLERS = r"[\s.,，、。；;!！~…\-嗯呃额啊哦哎唔对好的是]{0,6}"
_ENDS_OPEN = re.compile(rf"[0-9]\x00{{0,4}}{_FILLERS}\Z")
_TAIL = 12
_BEGINS_OPEN = re.compile(rf"{_FILLERS}[0-9]")
_ONLY_FILLERS = re.compile(rf"{_FILLERS}\Z")


class TurnHit(NamedTuple):
    """A span of one turn's text that is hidden."""

    turn: int
    hit: Hidden


def mask_turns(turns: Turns) -> list[dict[str, Any]]:
    """The same turns, in their places, with personal data in their texts hidden."""
    hits: dict[int, list[Hidden]] = {}
    for turn, hit in personal_data_of_turns(turns):
        hits.setdefault(turn, []).append(hit)
    shown = []
    for index, turn in enumerate(turns):
        masked = {**turn, "text": blotted(turn.get("text") or "", hits.get(index, ()))}
        if turn.get("files"):
            masked["files"] = [_masked_file(file) for file in turn["files"]]
        shown.append(masked)
    return shown


def personal_data_of_turns(turns: Turns) -> Iterator[TurnHit]:
    """Every span of personal data, by turn; a number said in pieces is one span in each turn."""
    for index, turn in enumerate(turns):
        for hit in personal_data(turn.get("text") or ""):
            yield TurnHit(index, hit)
    yield from _spread(turns)


def _masked_file(file: Mapping[str, Any]) -> dict[str, Any]:
    name = str(file.get("name") or "")
    return {**file, "name": blotted(name, list(personal_data(name)))}


class _Chain:
    """Turns of one speaker that may be one number read out: each ends where the next goes on."""

    def __init__(self) -> None:
        self.turns: list[int] = []
        self.texts: list[str] = []

    def found(self) -> Iterator[TurnHit]:
        """Numbers in the joined text that are of more than one turn."""
        if len(self.turns) < 2:
            return
        begins, at = [], 0
        for text in self.texts:
            begins.append(at)
            at += len(text) + 1
        for hit in numbers("\n".join(self.texts)):
            yield from self._parts(hit, begins)

    def _parts(self, hit: Hidden, begins: list[int]) -> Iterator[TurnHit]:
        parts = []
        for turn, begin, text in zip(self.turns, begins, self.texts, strict=True):
            first, last = max(hit.begin, begin), min(hit.end, begin + len(text))
            if first < last:
                kept = hit.kept if last == hit.end else 0
                parts.append(TurnHit(turn, Hidden(first - begin, last - begin, kept, hit.kind)))
        if len(parts) > 1:
            yield from parts


def _spread(turns: Turns) -> Iterator[TurnHit]:
    chains: dict[str, _Chain] = {}
    for index, turn in enumerate(turns):
        text, speaker = turn.get("text") or "", str(turn.get("speaker") or "")
        if len(text) > SHORT_REPLY:
            for other in [name for name in chains if name != speaker]:
                yield from chains.pop(other).found()
        has_digit = _ANY_DIGIT.search(text) is not None
        chain = chains.get(speaker)
        if not has_digit:
            if chain and not _ONLY_FILLERS.match(text):
                yield from chains.pop(speaker).found()
            continue
        read = plain(text)
        if chain and not _BEGINS_OPEN.match(read):
            yield from chains.pop(speaker).found()
            chain = None
        if chain:
            chain.turns.append(index)
            chain.texts.append(read)
        if not _ENDS_OPEN.search(read, max(0, len(read) - _TAIL)):
            if chain:
                yield from chains.pop(speaker).found()
        elif not chain:
            chain = chains[speaker] = _Chain()
            chain.turns.append(index)
            chain.texts.append(read)
    for chain in chains.values():
        yield from chain.found()
