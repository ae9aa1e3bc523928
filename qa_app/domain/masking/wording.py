"""Personal data with letters in it: e-mails, licence plates, passports, accounts of messengers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_app.domain.masking.found import Hidden, Kind

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]+@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}"
)
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE_GAP = r"[ \-·•.]{0,3}"
_PLATE = re.compile(
    rf"[{PROVINCES}]{_PLATE_GAP}(?P<city>[A-HJ-NP-Za-hj-np-z])"
    rf"(?P<rest>{_PLATE_GAP}[A-HJ-NP-Za-hj-np-z0-9](?:{_PLATE_GAP}[A-HJ-NP-Za-hj-np-z0-9]){{3}}"
    rf"{_PLATE_GAP}(?:[学警港澳挂]|[A-HJ-NP-Za-hj-np-z0-9]"
    rf"(?:{_PLATE_GAP}[A-HJ-NP-Za-hj-np-z0-9])?))(?![A-Za-z0-9])"
)
_PLATE_RAW = re.compile(rf"[{PROVINCES}][ \u3000\-·•.．－]{{0,3}}[A-HJ-NP-Za-hj-np-zＡ-Ｚａ-ｚ]")
_PLATE_SAID = re.compile(r"(?:车牌|牌照|号牌|plate)[^。！？!?]{0,8}$", re.IGNORECASE)
_PLATE_SURE_DIGITS = 3
_PLATE_ABROAD = re.compile(
    r"(?:licen[cs]e|number|registration)[ \-]plate(?: number)?(?: is|:)? {0,2}"
    r"(?P<plate>(?=[A-Z \-]{0,7}[0-9])[A-Z0-9]{1,4}[ \-]?[A-Z0-9]{2,4})(?![A-Za-z0-9])"
    r"|plate(?: number)?(?: is|:) {0,2}"
    r"(?P<other>(?=[A-Z \-]{0,7}[0-9])[A-Z0-9]{1,4}[ \-]?[A-Z0-9]{2,4})(?![A-Za-z0-9])"
)
_PASSPORT = re.compile(
    r"(?<![A-Za-z0-9])(?:[GgEe][0-9]{8}|[Ee][A-HJ-NP-Za-hj-np-z][0-9]{7}|[DSPdsp][Ee]?[0-9]{7,8})"
    r"(?![A-Za-z0-9])"
)
_SEVEN_DIGITS = re.compile(r"[0-9\uff10-\uff19]{7}")
_PASSPORT_SAID = re.compile(
    r"(?:护照|通行证|passport)[^A-Za-z0-9。！？!?]{0,8}"
    r"(?:(?:no|number|num|id|is)\b[ .:#]{0,3}){0,3}"
    r"(?P<number>[A-Za-z]{0,2} ?[0-9]{6,10})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_ORDER_SAID = re.compile(
    r"(?:单号?|编号|型号|order|sku|model|code)[^。！？!?]{0,6}$", re.IGNORECASE
)
_WECHAT = re.compile(
    r"(?:微信|威信|we ?chat|weixin|\b[wv]x|V信)(?P<said>号|账号|id| id)?"
    r"(?P<link>[ :：,，是为叫]|也是|is\b|就是|我的){0,4}"
    r"(?P<name>[A-Za-z][A-Za-z0-9_\-]{5,19}|[0-9]{5,11})(?![A-Za-z0-9_\-])",
    re.IGNORECASE,
)
_SHORT_NAME = re.compile(r"[VvWw][Xx]")
_QQ = re.compile(
    r"(?:(?<![A-Za-z])QQ|扣扣|企鹅号)(?:号码?|群|账号| number| id)?"
    r"(?:[ :：,，是为]|is\b|就是|我的){0,4}"
    r"(?P<name>[1-9](?:[ \-]?[0-9]){4,10})(?![0-9A-Za-z版年月日块元])",
    re.IGNORECASE,
)


def emails(plain: str) -> Iterator[Hidden]:
    """Addresses of mail; the last part of the domain stays."""
    for match in _EMAIL.finditer(plain):
        end = plain.rindex(".", match.start(), match.end())
        yield Hidden(match.start(), end, 0, Kind.EMAIL)


def plates(plain: str) -> Iterator[Hidden]:
    """Chinese plates by their province (GA 36: five signs, six on green ones); others if named."""
    for match in _PLATE.finditer(plain):
        if _is_plate(plain, match):
            yield Hidden(*match.span(), 0, Kind.PLATE)
    for match in _PLATE_ABROAD.finditer(plain):
        name = "plate" if match["plate"] else "other"
        yield Hidden(*match.span(name), 0, Kind.PLATE)


def _is_plate(plain: str, match: re.Match[str]) -> bool:
    signs = [sign for sign in match["rest"] if sign.isalnum()]
    letters = match["city"] + "".join(sign for sign in signs if sign.isascii() and sign.isalpha())
    digits = sum(sign.isdigit() for sign in signs)
    is_green = signs[0].upper() in "DFABCEGHJK" or signs[-1].upper() in "DFABCEGHJK"
    if len(signs) == 6 and not is_green:
        return False
    if _PLATE_SAID.search(plain[max(0, match.start() - 14) : match.start()]):
        return bool(digits >= 1)
    one_case = letters.isupper() or letters.islower()
    return bool(one_case and digits >= _PLATE_SURE_DIGITS)


def passports(plain: str) -> Iterator[Hidden]:
    """Chinese passports by their form, others and travel permits where they are called so."""
    for match in _PASSPORT.finditer(plain):
        if not _ORDER_SAID.search(plain[max(0, match.start() - 10) : match.start()]):
            yield Hidden(*match.span(), 0, Kind.PASSPORT)
    for match in _PASSPORT_SAID.finditer(plain):
        yield Hidden(*match.span("number"), 0, Kind.PASSPORT)


def accounts(plain: str) -> Iterator[Hidden]:
    """Names at WeChat and QQ, where they are called so."""
    for match in _WECHAT.finditer(plain):
        name = match["name"]
        is_name = bool(match["said"]) or (not name.isalpha() and not name.isdigit())
        if is_name:
            yield Hidden(*match.span("name"), 0, Kind.ACCOUNT)
    for match in _QQ.finditer(plain):
        yield Hidden(*match.span("name"), 0, Kind.ACCOUNT)


def may_hold_email(text: str) -> bool:
    return "@" in text or "\uff20" in text


def may_hold_plate(text: str) -> bool:
    return "late" in text or _PLATE_RAW.search(text) is not None


def may_hold_passport(text: str) -> bool:
    return (
        _SEVEN_DIGITS.search(text) is not None
        or "护照" in text
        or "通行证" in text
        or "assport" in text
        or "PASSPORT" in text
    )


def may_hold_account(text: str) -> bool:
    return (
        "信" in text
        or "QQ" in text
        or "qq" in text
        or "Ｑ" in text
        or "扣扣" in text
        or "企鹅" in text
        or "echat" in text
        or "eChat" in text
        or "e chat" in text
        or "e Chat" in text
        or "ECHAT" in text
        or "xin" in text
        or _SHORT_NAME.search(text) is not None
    )
