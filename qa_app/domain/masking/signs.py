"""Signs as recognisers read them: full-width ones plain, spoken digits as digits, none moved."""

from __future__ import annotations

import re

FILL = "\x00"
"""Stands for the rest of a digit that was a word: `five` is read as `5` and three of these."""

CHINESE_DIGITS = "零〇幺一壹二两贰三叁四肆五伍六陆七柒八捌九玖"
_VALUES = "0011122233445566778899"
_PAUSES = frozenset("，；：")  # between numbers that are listed; a plain comma may stand within one
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in _PAUSES} | {
    0x3000: 0x20
}
_SPOKEN = {ord(sign): ord(value) for sign, value in zip(CHINESE_DIGITS, _VALUES, strict=True)}
_PLAIN = _WIDE | _SPOKEN | {ord("叉"): ord("X")}

_WORDS = {
    "zero": "0",
    "oh": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_WORD = re.compile(rf"(?<![a-z])(?:{'|'.join(_WORDS)})(?![a-z])", re.IGNORECASE)
_FEWEST_WORDS = 3


def plain(text: str) -> str:
    """The text as recognisers read it, as long as before."""
    return digit_words(text.translate(_PLAIN))


def digit_words(text: str) -> str:
    """English words for digits made digits, where there are enough different ones to matter."""
    if not has_digit_words(text):
        return text
    return _WORD.sub(lambda found: _WORDS[found[0].lower()].ljust(len(found[0]), FILL), text)


def has_digit_words(text: str) -> bool:
    """Whether a number may be spoken in the text in English, digit by digit."""
    if not text.isascii():
        return False
    low = text.lower()
    different = (
        ("zero" in low)
        + ("oh" in low)
        + ("one" in low)
        + ("two" in low)
        + ("three" in low)
        + ("four" in low)
        + ("five" in low)
        + ("six" in low)
        + ("seven" in low)
        + ("eight" in low)
        + ("nine" in low)
    )
    return different >= _FEWEST_WORDS
