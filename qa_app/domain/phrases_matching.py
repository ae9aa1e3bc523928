"""Finds the phrases of lists in what was said, with their exact places in the original text.

Within a list the longest match wins; matches of different lists may overlap. The automaton
(Aho-Corasick) walks over UTF-8 bytes: it looks for a node's next step one by one, and thousands of
Chinese characters may begin a phrase, but only six bytes.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

import ahocorasick

from qa_app.domain.phrases import (
    ANY,
    LAST,
    PhraseKind,
    PhraseListDefinition,
    Suggestion,
    Within,
)
from qa_app.domain.phrases_text import (
    is_chinese,
    is_word_sign,
    normalised,
    normalised_with_places,
    stands_alone,
)

SPEAKERS = ("agent", "customer")
BETWEEN_TURNS = "\n"  # a blank in every text by then: no phrase reaches over it


@dataclass(frozen=True, slots=True)
class ListInForce:
    """A list with its id and version in the database."""

    id: int
    version: int
    definition: PhraseListDefinition


class Match(NamedTuple):
    """Phrase number `phrase` of list number `place` stands at `begin:end` of the text."""

    place: int
    phrase: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class FoundPhrase:
    """A phrase in a turn; `begin:end` are places in the text of the turn as it was given."""

    list_id: int
    list_slug: str
    list_title: Mapping[str, str]
    kind: PhraseKind
    phrase: str
    note: str
    turn: int
    begin: int
    end: int
    speaker: str
    suggestion: Suggestion | None


@dataclass(frozen=True, slots=True)
class MissingPhrase:
    """A required phrase that was not said where it should have been."""

    list_id: int
    list_slug: str
    list_title: Mapping[str, str]
    phrase: str
    note: str
    speaker: str
    within: Within | None
    suggestion: Suggestion | None


@dataclass(frozen=True, slots=True)
class PhraseFindings:
    """What the lists have to say about a conversation."""

    hits: tuple[FoundPhrase, ...] = ()
    missing: tuple[MissingPhrase, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.hits and not self.missing


class Tally(NamedTuple):
    """What a scan keeps of a list: how much of it, and the first turn of it."""

    hits: int
    first_turn: int


class Matcher:
    """The lists in force, ready to search. Safe to share between threads."""

    def __init__(self, lists: Iterable[ListInForce]) -> None:
        self.lists = tuple(lists)
        wordings: dict[str, list[tuple[int, int]]] = {}
        for place, one in enumerate(self.lists):
            for number, phrase in enumerate(one.definition.phrases):
                for wording in {normalised(text).strip() for text in phrase.wordings} - {""}:
                    wordings.setdefault(wording, []).append((place, number))
        self._automaton: Any = ahocorasick.Automaton()
        for wording, owners in wordings.items():
            cuts = is_word_sign(wording[0]) or is_word_sign(wording[-1])
            size = len(_bytes(wording))
            self._automaton.add_word(_bytes(wording), (size, len(wording), cuts, owners))
        self._has_words = bool(wordings)
        if self._has_words:
            self._automaton.make_automaton()

    def matches(self, text: str) -> list[Match]:
        """Every phrase of every list in a text, whoever said it; by place, then by list."""
        return self._matches(text, range(len(self.lists)))

    def find(
        self, turns: Sequence[Mapping[str, Any]], channel: str, language: str | None
    ) -> PhraseFindings:
        """Hits in the turns of a conversation, and required phrases that are not in them."""
        said = said_turns(turns)
        wanted = self._wanted(said, channel, language)
        if not wanted or not said:
            return PhraseFindings()
        windows = [self._window(place, said) for place in wanted]
        found: list[tuple[int, Match]] = []
        for index, turn in said.items():
            here = [place for place, window in zip(wanted, windows, strict=True) if index in window]
            if here:
                found += [(index, match) for match in self._matches(turn["text"], here)]
        fulfilled = {(match.place, match.phrase) for _turn, match in found}
        return PhraseFindings(
            tuple(self._hit(index, said[index]["speaker"], match) for index, match in found),
            tuple(self._missing(zip(wanted, windows, strict=True), fulfilled)),
        )

    def tally(
        self, turns: Sequence[Mapping[str, Any]], channel: str, language: str | None
    ) -> dict[int, Tally]:
        """By id of a list: how often it is hit; of a required one, how many phrases are missing."""
        said = said_turns(turns)
        wanted = self._wanted(said, channel, language)
        if not wanted or not said:
            return {}
        windows = {place: self._window(place, said) for place in wanted}
        fulfilled: set[tuple[int, int]] = set()
        found: dict[int, Tally] = {}
        for index, place, numbers in self._numbers_by_turn(said, windows):
            one = self.lists[place]
            if one.definition.kind is PhraseKind.REQUIRED:
                fulfilled.update((place, number) for number in numbers)
                continue
            known = found.get(one.id, Tally(0, index))
            found[one.id] = Tally(known.hits + len(numbers), known.first_turn)
        for lost in self._missing(windows.items(), fulfilled):
            found[lost.list_id] = Tally(found.get(lost.list_id, Tally(0, 0)).hits + 1, 0)
        return found

    def _numbers_by_turn(
        self, said: Mapping[int, Mapping[str, Any]], windows: Mapping[int, frozenset[int]]
    ) -> Iterator[tuple[int, int, list[int]]]:
        """Turn, list and its phrases there, in order; all turns are searched in one go."""
        if not self._has_words:
            return
        indexes = list(said)
        plain = [_bytes(normalised(turn["text"])) for turn in said.values()]
        text = BETWEEN_TURNS.join(plain)
        ends = list(accumulate(len(one) + 1 for one in plain))
        by_turn: dict[tuple[int, int], list[tuple[int, int, int, int]]] = {}
        for last, (size, length, cuts, owners) in self._automaton.iter(text):
            begin = last + 1 - size
            if cuts and not _stands_alone_in_bytes(text, begin, last + 1):
                continue
            turn = bisect_right(ends, last)
            for place, number in owners:
                if indexes[turn] in windows.get(place, ()):
                    by_turn.setdefault((turn, place), []).append((begin, last + 1, number, length))
        for (turn, place), some in sorted(by_turn.items()):
            yield indexes[turn], place, [one[2] for one in longest(some)]

    def _wanted(
        self, said: Mapping[int, Mapping[str, Any]], channel: str, language: str | None
    ) -> list[int]:
        """Numbers of the lists that are for such a conversation."""
        spoken = (language or "").lower().replace("_", "-").split("-")[0]
        found = []
        for place, one in enumerate(self.lists):
            definition = one.definition
            if definition.channel not in (ANY, channel):
                continue
            if definition.language != ANY:
                if not spoken:
                    some = "".join(turn["text"] for turn in said.values())
                    spoken = "zh" if is_chinese(some) else "en"
                if definition.language != ("zh" if spoken in ("yue", "cmn") else spoken):
                    continue
            found.append(place)
        return found

    def _window(self, place: int, said: Mapping[int, Mapping[str, Any]]) -> frozenset[int]:
        """The turns in which a list is looked for."""
        definition = self.lists[place].definition
        turns = [
            index for index, turn in said.items() if definition.speaker in (ANY, turn["speaker"])
        ]
        if definition.within is not None:
            count = definition.within.turns
            turns = turns[-count:] if definition.within.end == LAST else turns[:count]
        return frozenset(turns)

    def _missing(
        self,
        looked: Iterable[tuple[int, frozenset[int]]],
        fulfilled: set[tuple[int, int]],
    ) -> Iterator[MissingPhrase]:
        """Where nobody spoke who should have, nothing is missing: there is nothing to judge."""
        for place, window in looked:
            one = self.lists[place]
            if one.definition.kind is not PhraseKind.REQUIRED or not window:
                continue
            for number, phrase in enumerate(one.definition.phrases):
                if (place, number) not in fulfilled:
                    yield MissingPhrase(
                        one.id,
                        one.definition.id,
                        one.definition.title,
                        phrase.text,
                        phrase.note,
                        one.definition.speaker,
                        one.definition.within,
                        one.definition.suggest,
                    )

    def _hit(self, turn: int, speaker: str, match: Match) -> FoundPhrase:
        one = self.lists[match.place]
        phrase = one.definition.phrases[match.phrase]
        is_required = one.definition.kind is PhraseKind.REQUIRED
        return FoundPhrase(
            one.id,
            one.definition.id,
            one.definition.title,
            one.definition.kind,
            phrase.text,
            phrase.note,
            turn,
            match.begin,
            match.end,
            speaker,
            None if is_required else one.definition.suggest,
        )

    def _matches(self, text: str, places: Iterable[int]) -> list[Match]:
        if not self._has_words:
            return []
        plain = normalised(text)
        raw = list(self._automaton.iter(_bytes(plain)))
        if not raw:
            return []
        wanted = set(places)
        ends = list(accumulate(len(_bytes(sign)) for sign in plain))
        by_list: dict[int, list[tuple[int, int, int, int]]] = {}
        for last_byte, (size, length, cuts, owners) in raw:
            end = bisect_right(ends, last_byte) + 1
            begin = bisect_right(ends, last_byte - size) + 1 if last_byte >= size else 0
            if not cuts or stands_alone(plain, begin, end):
                for place, number in owners:
                    if place in wanted:
                        by_list.setdefault(place, []).append((begin, end, number, length))
        if not by_list:
            return []
        where = normalised_with_places(text)
        return sorted(
            (
                Match(place, number, where.begins[begin], where.ends[end - 1])
                for place, some in by_list.items()
                for begin, end, number, _length in longest(some)
            ),
            key=lambda match: (match.begin, match.end, match.place),
        )


def said_turns(turns: Sequence[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    """The turns that agent or customer said, by index; private notes are not."""
    return {
        index: turn
        for index, turn in enumerate(turns)
        if turn.get("speaker") in SPEAKERS and turn.get("kind") != "note" and turn.get("text")
    }


def longest(found: Iterable[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Of `(begin, end, phrase, length)` the longest that don't overlap; of equals the first."""
    kept: list[tuple[int, int, int, int]] = []
    for one in sorted(found, key=lambda one: (-one[3], one)):
        after = bisect_right(kept, one)
        before_is_free = after == 0 or kept[after - 1][1] <= one[0]
        after_is_free = after == len(kept) or kept[after][0] >= one[1]
        if before_is_free and after_is_free:
            insort(kept, one)
    return kept


def _stands_alone_in_bytes(text: str, begin: int, end: int) -> bool:
    """`stands_alone` in a text as `_bytes` has it; only the signs next to the border count."""
    before = _signs(text[max(0, begin - 4) : begin])
    after = _signs(text[end : end + 4])
    return stands_alone(
        before[-1:] + _signs(text[begin:end]) + after[:1],
        len(before[-1:]),
        len(before[-1:]) + len(_signs(text[begin:end])),
    )


def _signs(part: str) -> str:
    """The whole characters of a part of a text as `_bytes` has it."""
    return part.encode("latin-1").decode("utf-8", "ignore")


def _bytes(text: str) -> str:
    """UTF-8 as one character a byte: what the automaton walks over."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")
