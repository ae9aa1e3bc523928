"""Personal data of one text: every recogniser after a cheap look whether it has work at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qa_app.domain.masking.addresses import addresses, may_hold_address
from qa_app.domain.masking.found import Hidden
from qa_app.domain.masking.numbers import KEPT_OF_NUMBER, numbers
from qa_app.domain.masking.runs import may_hold_run
from qa_app.domain.masking.signs import CHINESE_DIGITS, has_digit_words, plain
from qa_app.domain.masking.wording import WORDED

MASK = "•"
_WORTH_A_LOOK = re.compile(
    rf"[0-9@\uff10-\uff19\uff20{CHINESE_DIGITS}十百千]|微信|威信|V信|[Ww][Ee] ?[Cc][Hh][Aa][Tt]|eixin|[wWvV][xX]"
)


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


def personal_data(text: str) -> Iterator[Hidden]:
    """Every span of personal data in the text; spans may overlap."""
    if _WORTH_A_LOOK.search(text) is None and not has_digit_words(text):
        return
    read = ""
    for may_hold, find in WORDED:
        if may_hold(text):
            read = read or plain(text)
            yield from find(read)
    if may_hold_address(text):
        read = read or plain(text)
        yield from addresses(read)
    if may_hold_run(text) or has_digit_words(text):
        yield from numbers(read or plain(text))


def mask_reference(reference: str | None) -> str | None:
    """A customer's reference with all but its last two signs hidden; a short one wholly."""
    if not reference:
        return reference
    kept = KEPT_OF_NUMBER if len(reference) >= 6 else 0
    hidden = len(reference) - kept
    return MASK * hidden + reference[hidden:]
