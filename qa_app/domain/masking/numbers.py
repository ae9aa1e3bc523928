"""Phones, identity numbers and bank cards among digits in a row.

A number is only ever a whole count of groups: `4111 1111 1111 1111 99` holds a card, eleven of
the fourteen digits of an order are no phone. How the groups are cut tells dates, prices and
addresses of machines from numbers that people dictate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qa_app.domain.masking.checks import CARD_LENGTHS, is_bank_card, is_resident_identity
from qa_app.domain.masking.found import Allowance, Hidden, Kind
from qa_app.domain.masking.runs import Run, runs

KEPT_OF_NUMBER = 2

_MOBILE = r"1[3-9][0-9]{9}"
_AREA = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
_LOCAL = r"[2-9][0-9]{6,7}"
# Length, form, digits at the front that are not torn into groups.
_PHONES = tuple(
    (length, re.compile(form), front)
    for length, form, front in (
        (11, _MOBILE, 3),
        (12, rf"0{_MOBILE}", 4),
        (13, rf"86{_MOBILE}", 2),
        (15, rf"0086{_MOBILE}", 4),
        (10, rf"0(?:10|2[0-9]){_LOCAL}", 3),
        (11, rf"{_AREA}{_LOCAL}", 3),
        (12, rf"0[3-9][0-9]{{2}}{_LOCAL}", 4),
        (13, rf"86(?:10|2[0-9]|[3-9][0-9]{{2}}){_LOCAL}", 2),
        (10, r"[48]00[0-9]{7}", 3),
    )
)
_BY_FIRST = {
    sign: tuple(one for one in _PHONES if one[1].pattern.startswith(begins))
    for sign, begins in (
        ("0", ("0",)),
        ("1", ("1",)),
        ("4", ("[48]",)),
        ("8", ("[48]", "86")),
    )
}
_ABROAD = range(15, 7, -1)
_FEWEST_BEHIND_00 = 12
_LOCAL_LENGTHS = (8, 7)
_PHONE_SAID = re.compile(
    r"(?:电话|手机|座机|号码|联系|热线|致电|拨打|拨|tel|phone|mobile|cell|call|my number)"
    r"[^0-9。！？!?]{0,8}$",
    re.IGNORECASE,
)
_OTHER_SAID = re.compile(
    r"(?:单号?|编号|流水|票号?|发票|条码|序列|商品|货号|账单|合同|保单|物流|快递|包裹"
    r"|order|invoice|tracking|ticket|serial|parcel|\bref(?:erence)?|sku|case|policy)"
    r"[^0-9。！？!?]{0,10}$",
    re.IGNORECASE,
)
_NAMED = "[^0-9。！？!?]{0,12}$"
# Said to be one, it is one: a slip of a digit does not make it less somebody's.
_SAID_TO_BE = (
    (
        re.compile(rf"(?:身份证|证件号|identity|\bid (?:card|number)){_NAMED}", re.IGNORECASE),
        range(18, 14, -1),
        Kind.IDENTITY,
        0,
    ),
    (
        re.compile(
            rf"(?:卡号|银行卡|信用卡|储蓄卡|借记卡|card number|(?:bank|credit|debit) card){_NAMED}",
            re.IGNORECASE,
        ),
        CARD_LENGTHS,
        Kind.CARD,
        KEPT_OF_NUMBER,
    ),
)
_FEWEST_NAMED, _NAME_WITHIN = 13, 32
_X_BEHIND = re.compile(r"[ \-\x00]{0,4}([Xx])(?![0-9A-Za-z])")
_LETTER = re.compile(r"[A-Za-z]")


def numbers(plain: str, allowance: Allowance | None = None) -> Iterator[Hidden]:
    """Every phone, identity number and bank card of a plain text; spans may overlap.

    Each place at which one may begin costs the same. Runs for which nothing is left of the
    allowance are hidden whole: rather too much than a number of somebody's.
    """
    left = allowance or Allowance()
    for run in runs(plain):
        if not left.takes(run.starts.count(1)):
            yield Hidden(run.places[0], run.places[-1] + 1, 0, Kind.DIGITS)
            continue
        for first in range(len(run.digits)):
            if run.starts[first] and not run.is_fraction(first):
                yield from _beginning_at(run, first)


def _beginning_at(run: Run, first: int) -> Iterable[Hidden]:
    yield from _identities(run, first)
    yield from _cards(run, first)
    yield from _named(run, first)
    yield from _phones(run, first)


def _identities(run: Run, first: int) -> Iterator[Hidden]:
    digits, left = run.digits, len(run.digits) - first
    if digits[first] == "0" or left < 17:
        return
    if left == 17 and (sign := _X_BEHIND.match(run.behind(first + 16))):
        if is_resident_identity(digits[first:] + "X"):
            end = run.places[-1] + 1 + sign.end(1)
            yield Hidden(run.places[first], end, 0, Kind.IDENTITY)
    elif (
        left >= 18
        and run.ends(first + 17)
        and is_resident_identity(digits[first : first + 18])
        and not _LETTER.match(run.behind(first + 17))
    ):
        yield Hidden(run.places[first], run.places[first + 17] + 1, 0, Kind.IDENTITY)


def _cards(run: Run, first: int) -> Iterator[Hidden]:
    digits = run.digits
    if digits[first] not in "234569":
        return
    for length in CARD_LENGTHS:
        last = first + length - 1
        if last >= len(digits) or not run.ends(last):
            continue
        if is_bank_card(digits[first : last + 1]) and _cut_like_card(run, first, length):
            yield _hidden(run, first, length)._replace(kind=Kind.CARD)
            return


def _named(run: Run, first: int) -> Iterator[Hidden]:
    """What is called an identity number or a card, whether or not its check digit is right."""
    if len(run.digits) - first < _FEWEST_NAMED:
        return
    place = run.places[first]
    before = run.plain[max(0, place - _NAME_WITHIN) : place]
    if _OTHER_SAID.search(before):
        return
    for said, lengths, kind, kept in _SAID_TO_BE:
        if said.search(before):
            for length in lengths:
                if first + length <= len(run.digits) and run.ends(first + length - 1):
                    yield _hidden(run, first, length)._replace(kind=kind, kept=kept)
                    break


def _cut_like_card(run: Run, first: int, length: int) -> bool:
    """Not a list of small numbers (sizes, prices), and not called an order or the like."""
    groups = run.groups(first, length)
    if max(groups) > 1 and sum(size < 3 for size in groups) * 2 > len(groups):
        return False
    return not _OTHER_SAID.search(run.before(first)) or "卡" in run.before(first)[-6:]


def _is_spoken(run: Run, first: int) -> bool:
    return "\x00" in run.written(first, 2)


def _phones(run: Run, first: int) -> Iterator[Hidden]:
    digits = run.digits
    for length, form, front in _BY_FIRST.get(digits[first], ()):
        last = first + length - 1
        if (
            last < len(digits)
            and run.ends(last)
            and form.fullmatch(digits, first, last + 1)
            and _cut_like_phone(run, first, length, front)
            and (form.pattern.startswith(("1", "86", "0086")) or not _called_other(run, first))
        ):
            yield _hidden(run, first, length)
            return
    yield from _from_abroad(run, first)
    yield from _local(run, first)


def _cut_like_phone(run: Run, first: int, length: int, front: int) -> bool:
    groups = run.groups(first, length)
    if groups[0] < front and max(groups) > 2:
        return False
    written = run.written(first, length)
    dots = written.count(".")
    if not dots:
        return True
    # 138.00 1500.00 are prices, 139.168.10.200 is a machine
    return dots == len(groups) - 1 and max(groups) > 3


def _called_other(run: Run, first: int) -> bool:
    before = run.before(first)
    return bool(_OTHER_SAID.search(before)) and not _PHONE_SAID.search(before)


def _from_abroad(run: Run, first: int) -> Iterator[Hidden]:
    """`+` and 8 to 15 digits; `00` and at least 10; 10 digits cut as in North America."""
    digits, before = run.digits, run.before(first)
    left = len(digits) - first
    if before.rstrip(" (\x00").endswith("+") and digits[first] != "0":
        for length in _ABROAD:
            if length <= left and run.ends(first + length - 1):
                yield _hidden(run, first, length)
                return
    elif digits.startswith("00", first) and not _called_other(run, first):
        for length in range(17, _FEWEST_BEHIND_00 - 1, -1):
            is_number = length <= left and digits[first + 2] != "0" and run.ends(first + length - 1)
            if is_number and run.groups(first, length)[0] >= 2:
                yield _hidden(run, first, length)
                return
    elif digits[first] in "23456789" and left >= 10 and run.ends(first + 9):
        groups = run.groups(first, 10)
        is_spoken = max(groups) == 1 and _is_spoken(run, first) and left == 10
        if groups == [3, 3, 4] or is_spoken or (groups == [3, 7] and _said_phone(run, first)):
            yield _hidden(run, first, 10)


def _local(run: Run, first: int) -> Iterator[Hidden]:
    """A number without its area code: only where it is called a phone."""
    if run.digits[first] not in "23456789" or not _said_phone(run, first):
        return
    for length in _LOCAL_LENGTHS:
        if first + length <= len(run.digits) and run.ends(first + length - 1):
            yield _hidden(run, first, length)
            return


def _said_phone(run: Run, first: int) -> bool:
    before = run.before(first)
    return bool(_PHONE_SAID.search(before)) and not _OTHER_SAID.search(before)


def _hidden(run: Run, first: int, length: int) -> Hidden:
    begin, end = run.places[first], run.places[first + length - 1] + 1
    while end < len(run.plain) and run.plain[end] == "\x00":
        end += 1
    return Hidden(begin, end, KEPT_OF_NUMBER, Kind.PHONE)
