"""Personal data of one text: every recogniser after a cheap look whether it has work at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from qa_app.domain.masking.addresses import addresses, may_hold_address
from qa_app.domain.masking.found import Allowance, Hidden
from qa_app.domain.masking.numbers import KEPT_OF_NUMBER, numbers
from qa_app.domain.masking.runs import may_hold_run
from qa_app.domain.masking.signs import CHINESE_DIGITS, has_digit_words, plain
from qa_app.domain.masking.wording import (
    accounts,
    emails,
    may_hold_account,
    may_hold_email,
    may_hold_passport,
    may_hold_plate,
    passports,
    plates,
)

MASK = "•"
Recogniser = tuple[Callable[[str], bool], Callable[[str], Iterator[Hidden]]]
"""A cheap look whether it has any work, and what it finds in a plain text."""
WITHOUT_NUMBER: tuple[Recogniser, ...] = (
    (may_hold_email, emails),
    (may_hold_account, accounts),
)
WITH_NUMBER: tuple[Recogniser, ...] = (
    *WITHOUT_NUMBER,
    (may_hold_plate, plates),
    (may_hold_passport, passports),
    (may_hold_address, addresses),
)
_ANY_NUMBER = re.compile(rf"[0-9\uff10-\uff19{CHINESE_DIGITS}十百千]")


def mask(text: str) -> str:
    """The text, as long as before, with letters and digits of personal data replaced by MASK."""
    return blotted(text, personal_data(text))


def blotted(text: str, spans: Iterable[Hidden]) -> str:
    """The text with these spans hidden, but for their last `kept` letters and digits."""
    signs: list[str] = []
    for begin, end, kept, _kind in spans:
        signs = signs or list(text)
        places = [place for place in range(begin, end) if text[place].isalnum()]
        for place in places[: len(places) - kept]:
            signs[place] = MASK
    return "".join(signs) if signs else text


def personal_data(text: str, allowance: Allowance | None = None) -> Iterator[Hidden]:
    """Every span of personal data in the text; spans may overlap. `allowance`: see `numbers`."""
    has_number = _ANY_NUMBER.search(text) is not None
    read = ""
    if has_digit_words(text) or (has_number and may_hold_run(text)):
        read = plain(text)
        yield from numbers(read, allowance)
    for may_hold, find in WITH_NUMBER if has_number else WITHOUT_NUMBER:
        if may_hold(text):
            read = read or plain(text)
            yield from find(read)


def mask_reference(reference: str | None) -> str | None:
    """A customer's reference with all but its last two signs hidden; a short one wholly."""
    if not reference:
        return reference
    kept = KEPT_OF_NUMBER if len(reference) >= 6 else 0
    hidden = len(reference) - kept
    return MASK * hidden + reference[hidden:]
