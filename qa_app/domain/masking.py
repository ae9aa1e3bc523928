"""Hides personal data in text, character by character, so that every position stays where it was.

Recognised: phone numbers, resident identity numbers, bank cards, e-mail addresses; in half-width,
full-width and Chinese digits, with spaces or hyphens between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

MASK = "•"
KEPT_OF_NUMBER = 2

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_CHINESE = {ord(sign): ord(digit) for sign, digit in zip("零〇幺一二两三四五六七八九",
                                                         "0011223456789", strict=True)}  # fmt: skip
_PLAIN = _WIDE | _CHINESE

_GAP = r"[ \t\u00a0.\-\u2010-\u2015/()]{0,2}"
_ANY_NUMBER = re.compile(rf"(?:\d{_GAP}){{7}}")
_NO_DIGIT_BEFORE, _NO_DIGIT_AFTER = r"(?<!\d)", r"(?!\d)"


def _spaced(*parts: str) -> str:
    return _GAP.join(parts)


def _digits(least: int, most: int | None = None) -> str:
    return rf"\d(?:{_GAP}\d){{{least - 1},{(most or least) - 1}}}"


_MOBILE = _spaced("1", "[3-9]", _digits(9))
_AREA = rf"0{_GAP}(?:{_spaced('1', '0')}|{_spaced('2', '[0-9]')}|{_spaced('[3-9]', _digits(2))})"
_PHONE = re.compile(
    _NO_DIGIT_BEFORE
    + "(?:"
    + "|".join(
        (
            rf"(?:\+?{_GAP}86{_GAP})?{_MOBILE}",
            rf"(?:\+{_GAP}86{_GAP})?{_AREA}{_GAP}[2-9]{_GAP}{_digits(6, 7)}",
            rf"(?:\+|00){_GAP}[1-9](?:{_GAP}\d){{6,14}}",
            r"\(?\d{3}\)?[ .\-]{1,2}\d{3}[ .\-]\d{4}",
        )
    )
    + ")"
    + _NO_DIGIT_AFTER
)
# Looked ahead at, so that a number may begin within one that turned out to be none.
_IDENTITY = re.compile(
    rf"{_NO_DIGIT_BEFORE}(?=({_spaced('[1-9]', _digits(16), '[0-9Xx]')})(?![0-9A-Za-z]))"
)
_CARDS = re.compile(_digits(13, 10_000))
CARD_LENGTHS = range(19, 12, -1)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]+@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}",
)


class Hidden(NamedTuple):
    """A span of the text to hide; the last `kept` of its letters and digits stay."""

    begin: int
    end: int
    kept: int


def mask(text: str) -> str:
    """The text, as long as before, with letters and digits of personal data replaced by MASK."""
    spans = list(personal_data(text))
    if not spans:
        return text
    signs = list(text)
    for begin, end, kept in spans:
        places = [place for place in range(begin, end) if text[place].isalnum()]
        for place in places[: len(places) - kept]:
            signs[place] = MASK
    return "".join(signs)


def personal_data(text: str) -> Iterable[Hidden]:
    """Every span of personal data in the text; spans may overlap."""
    plain = text.translate(_PLAIN)
    if "@" in plain:
        for match in _EMAIL.finditer(plain):
            name_ends = plain.rindex(".", match.start(), match.end())
            yield Hidden(match.start(), name_ends, 0)
    if not _ANY_NUMBER.search(plain):
        return
    for match in _IDENTITY.finditer(plain):
        if is_resident_identity(_bare(match[1])):
            yield Hidden(*match.span(1), 0)
    for match in _CARDS.finditer(plain):
        yield from _cards(plain, *match.span())
    for match in _PHONE.finditer(plain):
        yield Hidden(*match.span(), KEPT_OF_NUMBER)


def mask_reference(reference: str | None) -> str | None:
    """A customer's reference with all but its last two signs hidden; a short one wholly."""
    if not reference:
        return reference
    kept = KEPT_OF_NUMBER if len(reference) >= 6 else 0
    hidden = len(reference) - kept
    return MASK * hidden + reference[hidden:]


def mask_turns(turns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same turns, in their places, with personal data in their texts hidden."""
    return [{**turn, "text": mask(turn.get("text") or "")} for turn in turns]


def is_resident_identity(number: str) -> bool:
    """Whether 18 signs are an identity number: a possible date and the right check sign.

    Source: GB 11643-1999 (ISO 7064, MOD 11-2).
    """
    if not re.fullmatch(r"\d{17}[\dXx]", number):
        return False
    month, day = int(number[10:12]), int(number[12:14])
    if number[6:8] not in ("18", "19", "20") or not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    total = sum(int(sign) * (1 << (17 - place)) for place, sign in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def _cards(plain: str, begin: int, end: int) -> Iterable[Hidden]:
    """Card numbers among digits and gaps: whole groups of 13 to 19 digits that pass Luhn's check.

    The sums of both ways of doubling are kept for each prefix, so that a check costs nothing.
    """
    places = [place for place in range(begin, end) if plain[place].isdecimal()]
    sums: tuple[list[int], list[int]] = ([0], [0])
    for order, place in enumerate(places):
        digit = int(plain[place])
        for parity in (0, 1):
            counted = digit if order % 2 == parity else (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)[digit]
            sums[parity].append(sums[parity][-1] + counted)
    for first, place in enumerate(places):
        if plain[place] not in "23456" or (first and places[first - 1] == place - 1):
            continue
        for length in CARD_LENGTHS:
            last = first + length - 1
            if last >= len(places) or plain[places[last] + 1 : places[last] + 2].isdecimal():
                continue
            total = sums[last % 2][last + 1] - sums[last % 2][first]
            if total and total % 10 == 0:
                yield Hidden(place, places[last] + 1, KEPT_OF_NUMBER)
                break


def _bare(found: str) -> str:
    return "".join(sign for sign in found if sign.isalnum())
