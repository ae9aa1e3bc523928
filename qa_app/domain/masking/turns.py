"""Personal data of a whole conversation, also numbers that are spread over several turns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from qa_app.domain.masking.found import Allowance, Hidden
from qa_app.domain.masking.numbers import numbers
from qa_app.domain.masking.signs import CHINESE_DIGITS, plain
from qa_app.domain.masking.text import blotted, personal_data

Turns = Sequence[Mapping[str, Any]]
SHORT_REPLY = 20
"""Signs that the other one may say in between without the number being at an end."""

_DIGIT = (
    rf"(?:[0-9\uff10-\uff19{CHINESE_DIGITS}]"
    r"|(?<![A-Za-z])(?i:zero|oh|one|two|three|four|five|six|seven|eight|nine)(?![A-Za-z]))"
)
_FILLERS = r"[\s.,，、。；;!！~…\-嗯呃额啊哦哎唔对好的是]{0,6}"
_ENDS_OPEN = re.compile(rf"{_DIGIT}{_FILLERS}\Z")
_TAIL = 12
_BEGINS_OPEN = re.compile(rf"{_FILLERS}{_DIGIT}")
_ONLY_FILLERS = re.compile(rf"{_FILLERS}\Z")


class TurnHit(NamedTuple):
    """A span of one turn's text that is hidden."""

    turn: int
    hit: Hidden


def mask_turns(turns: Turns) -> list[dict[str, Any]]:
    """The same turns, in their places, with personal data in their texts hidden."""
    hits: dict[int, list[Hidden]] = {}
    for place, hit in personal_data_of_turns(turns):
        hits.setdefault(place, []).append(hit)
    shown = []
    for index, turn in enumerate(turns):
        masked = {**turn, "text": blotted(turn.get("text") or "", hits.get(index, ()))}
        if turn.get("files"):
            masked["files"] = [_masked_file(file) for file in turn["files"]]
        shown.append(masked)
    return shown


def personal_data_of_turns(turns: Turns) -> Iterator[TurnHit]:
    """Every span of personal data, by turn; a number said in pieces is one span in each turn."""
    allowance = Allowance()
    for index, turn in enumerate(turns):
        for hit in personal_data(turn.get("text") or "", allowance):
            yield TurnHit(index, hit)
    yield from _spread(turns, allowance)


def _masked_file(file: Mapping[str, Any]) -> dict[str, Any]:
    name = str(file.get("name") or "")
    return {**file, "name": blotted(name, list(personal_data(name)))}


class _Chain:
    """Turns of one speaker that may be one number read out: each ends where the next goes on."""

    def __init__(self) -> None:
        self.turns: list[int] = []
        self.texts: list[str] = []

    def add(self, turn: int, text: str) -> None:
        self.turns.append(turn)
        self.texts.append(text)

    def found(self, allowance: Allowance) -> Iterator[TurnHit]:
        """Numbers in the joined text that are of more than one turn."""
        if len(self.turns) < 2:
            return
        begins, at = [], 0
        for text in self.texts:
            begins.append(at)
            at += len(text) + 1
        for hit in numbers(plain("\n".join(self.texts)), allowance):
            yield from self._parts(hit, begins)

    def _parts(self, hit: Hidden, begins: list[int]) -> Iterator[TurnHit]:
        first, last = bisect_right(begins, hit.begin) - 1, bisect_right(begins, hit.end - 1) - 1
        if first == last:
            return
        for order in range(first, last + 1):
            at, length = begins[order], len(self.texts[order])
            begin, end = max(0, hit.begin - at), min(hit.end - at, length)
            if begin < end:
                kept = hit.kept if order == last else 0
                yield TurnHit(self.turns[order], Hidden(begin, end, kept, hit.kind))


def _spread(turns: Turns, allowance: Allowance) -> Iterator[TurnHit]:
    """Numbers that go on from one turn of a speaker to the next."""
    chains: dict[str, _Chain] = {}
    for index, turn in enumerate(turns):
        text, speaker = turn.get("text") or "", str(turn.get("speaker") or "")
        ends_open = _ENDS_OPEN.search(text, max(0, len(text) - _TAIL)) is not None
        if chains:
            yield from _go_on(chains, speaker, index, text, ends_open, allowance)
        if ends_open and speaker not in chains:
            chains[speaker] = _Chain()
            chains[speaker].add(index, text)
    for chain in chains.values():
        yield from chain.found(allowance)


def _go_on(
    chains: dict[str, _Chain],
    speaker: str,
    index: int,
    text: str,
    ends_open: bool,
    allowance: Allowance,
) -> Iterator[TurnHit]:
    """Take a turn into what is open; what it ends is looked through and closed."""
    if len(text) > SHORT_REPLY:
        for other in [name for name in chains if name != speaker]:
            yield from chains.pop(other).found(allowance)
    if speaker not in chains or _ONLY_FILLERS.match(text):
        return
    goes_on = _BEGINS_OPEN.match(text) is not None
    if goes_on:
        chains[speaker].add(index, text)
    if not (goes_on and ends_open):
        yield from chains.pop(speaker).found(allowance)
