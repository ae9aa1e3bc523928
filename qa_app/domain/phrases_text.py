"""The form in which texts and phrases are compared, and the way back to the places of the text.

NFKC, case folded, traditional characters as simplified ones, invisible signs left out, white space
as one blank, and none beside a Chinese character.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_HAN = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MANY_BLANKS = re.compile(" (?= )")
_BLANKS_BY_HAN = re.compile(f" (?:(?<=[{_HAN}] )|(?=[{_HAN}]))")
_HAN_RANGES = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x20000, 0x2A6E0))
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"'}
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_LATIN_BELOW = 0x0530  # Latin, Greek and Cyrillic letters, digits
_MORE_LATIN = range(0x1E00, 0x2000)


class Normalised(NamedTuple):
    """A text in the form that is compared; character n comes from `begins[n]:ends[n]` of it."""

    text: str
    begins: list[int]
    ends: list[int]


def normalised(text: str) -> str:
    """The text in the form that is compared."""
    if _extending().search(text):
        return normalised_with_places(text).text
    plain = _changing().sub(_replacement, text)
    if " " not in plain:
        return plain
    return _BLANKS_BY_HAN.sub("", _MANY_BLANKS.sub("", plain))


def normalised_with_places(text: str) -> Normalised:
    """The same, and for each of its characters where it comes from."""
    signs: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    for cluster in _clusters().finditer(text):
        whole = cluster[0]
        parts = whole if len(whole) == 1 else unicodedata.normalize("NFKC", whole)
        for sign in "".join(_plain(part) for part in parts):
            signs.append(sign)
            begins.append(cluster.start())
            ends.append(cluster.end())
    found = Normalised("".join(signs), begins, ends)
    return _without(_without(found, _MANY_BLANKS), _BLANKS_BY_HAN)


def is_word_sign(sign: str) -> bool:
    """Whether words are written together of it: Latin and the like, and digits; not Chinese."""
    code = ord(sign)
    return (code < _LATIN_BELOW or code in _MORE_LATIN) and sign.isalnum()


def stands_alone(text: str, begin: int, end: int) -> bool:
    """Whether `text[begin:end]` does not cut a Latin word in two."""
    if begin > 0 and is_word_sign(text[begin]) and is_word_sign(text[begin - 1]):
        return False
    return not (end < len(text) and is_word_sign(text[end - 1]) and is_word_sign(text[end]))


def is_chinese(text: str) -> bool:
    """Whether a text is rather Chinese than written in Latin letters."""
    han = len(re.findall(f"[{_HAN}]", text))
    return han * 2 >= len(re.findall("[A-Za-z]", text))


def _without(found: Normalised, blanks: re.Pattern[str]) -> Normalised:
    gone = {match.start() for match in blanks.finditer(found.text)}
    if not gone:
        return found
    kept = [place for place in range(len(found.text)) if place not in gone]
    return Normalised(
        "".join(found.text[place] for place in kept),
        [found.begins[place] for place in kept],
        [found.ends[place] for place in kept],
    )


def _replacement(match: re.Match[str]) -> str:
    return _plain(match[0])


@lru_cache(maxsize=4096)
def _plain(sign: str) -> str:
    """What one character becomes."""
    category = unicodedata.category(sign)
    if category == "Cf" or any(ord(sign) in some for some in _SELECTORS):
        return ""
    if sign.isspace() or category in ("Zs", "Zl", "Zp", "Cc"):
        return " "
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", sign).casefold())
    return "".join(_QUOTES.get(one) or _simplified().get(one, one) for one in folded)


@lru_cache(maxsize=1)
def _simplified() -> dict[str, str]:
    """Each traditional character with its simplified one, character by character."""
    import opencc

    han = [chr(code) for some in _HAN_RANGES for code in some]
    simple = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    pairs = zip(han, simple, strict=True)
    return {sign: other for sign, other in pairs if sign != other and len(other) == 1}


@lru_cache(maxsize=1)
def _changing() -> re.Pattern[str]:
    """Characters that may become something else; common ones that stay are known not to."""
    han = "".join(chr(code) for code in _HAN_RANGES[1] if chr(code) not in _simplified())
    return re.compile(f"[^a-z0-9 !-/:-@\\[-`{{-~。、{han}]")


@lru_cache(maxsize=1)
def _extending() -> re.Pattern[str]:
    """Characters that may melt into the one before them."""
    return re.compile(f"[{_extenders()}]")


@lru_cache(maxsize=1)
def _clusters() -> re.Pattern[str]:
    return re.compile(f".[{_extenders()}]*", re.DOTALL)


@lru_cache(maxsize=1)
def _extenders() -> str:
    marks = [
        chr(code)
        for code in range(0x300, 0x10000)
        if unicodedata.category(chr(code)).startswith("M")
        and not any(code in some for some in _SELECTORS)
    ]
    return "".join(marks) + "\u1160-\u11ff\uff9e\uff9f"
