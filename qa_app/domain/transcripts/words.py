"""Words into text: joined as their language is written, each found again in a given text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from qa_app.domain.transcripts.model import RawTurn, RawWord

# Chinese and Japanese signs, and full-width ones: no spaces stand beside them.
UNSPACED = re.compile(
    "[\u2e80-\u2fdf\u3000-\u30ff\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    "\U00020000-\U0003ffff]"
)
SENTENCE_ENDS = frozenset(".?!。?!…")
NEW_TURN_AFTER_MS = 1_000
LONG_TURN = 400
LOOK_AHEAD = 60


def is_punctuation(text: str) -> bool:
    return bool(text) and all(unicodedata.category(sign)[0] == "P" for sign in text)


def joined(parts: Iterable[str]) -> tuple[str, list[int]]:
    """The parts as one text, and where each begins in it.

    Spaces part words, but not Chinese ones, and none stands before punctuation.
    """
    text, places = "", []
    pieces: list[str] = []
    size, last = 0, ""
    for part in map(str.strip, parts):
        if part and last and not (_closes(part) or UNSPACED.match(part[0]) or UNSPACED.match(last)):
            pieces.append(" ")
            size += 1
        places.append(size)
        pieces.append(part)
        size += len(part)
        last = part[-1:] or last
    text = "".join(pieces)
    return text, places


def _closes(part: str) -> bool:
    return all(unicodedata.category(sign) in ("Po", "Pe", "Pf") for sign in part)


def word_places(text: str, words: Sequence[RawWord]) -> list[list[int]]:
    """`[place, from_ms, to_ms]` of the words that are found in the text, in its order."""
    found: list[list[int]] = []
    begin = 0
    for word in words:
        sought = word.text.strip()
        if not sought or is_punctuation(sought):
            continue
        place = text.find(sought, begin, begin + LOOK_AHEAD + len(sought))
        if place < 0:
            continue
        begin = place + len(sought)
        if word.from_ms is not None:
            end = word.from_ms if word.to_ms is None else max(word.from_ms, word.to_ms)
            found.append([place, word.from_ms, end])
    return found


def turn_of_words(where: str, words: Sequence[RawWord], label: str) -> RawTurn:
    """One turn out of its words."""
    text, _places = joined(word.text for word in words)
    starts = [word.from_ms for word in words if word.from_ms is not None]
    ends = [word.to_ms for word in words if word.to_ms is not None]
    return RawTurn(
        where,
        text,
        label,
        min(starts, default=None),
        max(ends, default=None),
        words=list(words),
    )


def turns_of_words(where: str, words: Sequence[RawWord], label: str = "") -> list[RawTurn]:
    """Turns out of a stream of words: another speaker, or a second of silence, begins a new one.

    A word without a speaker belongs to the one before it. `label` is that of words that have none.
    """
    turns: list[RawTurn] = []
    held: list[RawWord] = []
    speaker, size, first = label, 0, 0

    def cut(number: int) -> None:
        nonlocal held, size, first
        if held:
            turns.append(turn_of_words(f"{where}[{first}]", held, speaker))
        held, size, first = [], 0, number

    for number, word in enumerate(words):
        said_by = word.speaker or speaker
        if held and (said_by != speaker or _pauses(held[-1], word, size)):
            cut(number)
        speaker = said_by
        held.append(word)
        size += len(word.text)
    cut(len(words))
    return turns


def _pauses(before: RawWord, word: RawWord, size: int) -> bool:
    if size > LONG_TURN and before.text.strip()[-1:] in SENTENCE_ENDS:
        return True
    if before.to_ms is None or word.from_ms is None:
        return False
    return word.from_ms - before.to_ms > NEW_TURN_AFTER_MS
