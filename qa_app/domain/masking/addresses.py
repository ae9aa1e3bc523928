"""Postal addresses: Chinese ones from the province to the room, English ones with a street."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_app.domain.masking.found import Hidden, Kind

_NUMBER = r"[0-9十百千甲乙丙丁A-Za-z](?:[0-9十百千之\-]{0,7}[0-9十百千A-Za-z])?"
_UNIT = rf"{_NUMBER} ?(?:号楼|号院|号|弄|栋|幢|座|单元|楼|层|室|户|房|组|队)"
_BLOCK = rf"{_NUMBER} ?(?:号楼|号院|号|栋|幢|座|单元|期|组|队)"
_ESTATE = r"(?:小区|花园|花苑|公寓|大厦|广场|新村|社区|家园|苑|村)"
_MORE = rf"(?:[ ,，]?(?:{_UNIT}|[\u4e00-\u9fff]{{1,8}}?(?={_UNIT}))){{0,8}}"
_ROAD = re.compile(
    rf"(?:(?<![知难味频通渠报管线网走半跑上条这那])(?:大街|大道|胡同|[路街道巷弄])"
    rf"(?:[东南西北中][路段]?|[0-9]{{1,2}}段)? ?(?:[\u4e00-\u9fff]{{0,6}}?{_ESTATE} ?)?{_UNIT}"
    rf"|{_ESTATE} ?{_BLOCK})"
    rf"{_MORE}(?:[ \-]?[0-9]{{2,5}}(?![0-9]))?"
)
_ROOMS = re.compile(
    rf"(?<![0-9A-Za-z])(?:{_NUMBER} ?(?:号楼|栋|幢|座|弄)) ?"
    rf"(?:{_NUMBER} ?(?:单元|号楼|号|楼|层) ?){{0,3}}"
    rf"(?:{_NUMBER} ?(?:室|房|户)|[0-9]{{3,4}}(?![0-9A-Za-z元块]))"
)
_MAYBE_CHINESE = re.compile(
    r"[0-9０-９零〇一二两三四五六七八九十百千A-Za-z] ?(?:[号弄栋幢座楼层室户房组队期]|单元)"
)
_NAME_WITHIN = 24
_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]*\Z")
_STOP = re.compile(r".*(?:地址|[在到是去来从给往于住寄送叫的了就为址])", re.DOTALL)

_DIRECTION = r"(?:(?:[NSEWnsew]\.?|[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est)\s)?"
_HOUSE = r"(?<![0-9A-Za-z.,$£€¥:/\-])[0-9]{1,6}[A-Za-z]?"
_NOT_A_NAME = (
    r"(?!(?:the|a|an|of|in|on|at|to|for|and|or|is|was|are|down|up|per|more|other|different|same|this"
    r"|that|these|those|your|my|our|his|her|their|minutes?|hours?|days?|weeks?|months?|years?"
    r"|miles?|km|feet|meters?|dollars?|percent|people|times|ways|lanes?|from|off|by)\b)"
)
_NAMED = re.compile(
    rf"{_HOUSE}\s{_DIRECTION}(?:(?:[A-Z][A-Za-z'’.\-]{{0,20}}|[0-9]{{1,3}}(?:st|nd|rd|th))\s){{1,4}}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Way|Square"
    r"|Sq|Terrace|Circle|Cir|Parkway|Pkwy|Highway|Hwy|Close|Crescent|Trail|Loop)\b\.?"
)
_SPOKEN = re.compile(
    rf"{_HOUSE}\s{_DIRECTION}(?:{_NOT_A_NAME}[A-Za-z0-9'’.\-]{{1,20}}\s){{1,3}}"
    r"(?:street|avenue|boulevard|road|lane|drive)\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"(?:,?\s(?:apt|apartment|suite|ste|unit|flat|floor|room|#)\.?\s?#?[0-9A-Za-z\-]{1,6}\b)?"
    r"(?:,?\s(?:[A-Z][A-Za-z.'\-]{1,20}\s?){1,3},\s?[A-Z]{2}(?:\s[0-9]{5}(?:-[0-9]{4})?)?\b"
    r"|(?:,?\s[A-Z][A-Za-z'\-]{1,20}){0,2},?\s[A-Z]{1,2}[0-9][A-Z0-9]?\s?[0-9][A-Z]{2}\b"
    r"|,?\s[0-9]{5}(?:-[0-9]{4})?\b)?"
)
_APARTMENT = re.compile(
    r"(?:,?\s(?i:apt|apartment|suite|ste|unit|flat)\.?\s?#?[0-9A-Za-z\-]{1,6}\b)?"
)
_MAYBE_ENGLISH = re.compile(r"[0-9][A-Za-z]?\s[A-Za-z0-9]")


def may_hold_address(text: str) -> bool:
    """A cheap look at a text that was not made plain yet."""
    return (
        _MAYBE_CHINESE.search(text) is not None
        if not text.isascii()
        else _MAYBE_ENGLISH.search(text) is not None
    )


def addresses(plain: str) -> Iterator[Hidden]:
    """Every address of a plain text that goes down to a number."""
    for form in (_ROAD, _ROOMS):
        for match in form.finditer(plain):
            begin = _beginning(plain, match.start())
            yield Hidden(begin, match.end(), 0, Kind.ADDRESS)
    for form in (_NAMED, _SPOKEN):
        for match in form.finditer(plain):
            end = _APARTMENT.match(plain, match.end())
            stop = end.end() if end else match.end()
            more = _BEHIND.match(plain, stop)
            yield Hidden(match.start(), more.end() if more else stop, 0, Kind.ADDRESS)


def _beginning(plain: str, place: int) -> int:
    """Where the name before a road or house begins: behind the nearest word that leads to it."""
    first = max(0, place - _NAME_WITHIN)
    name = _NAME.search(plain[first:place])
    start = name.start() if name else place - first
    stop = _STOP.match(plain[first + start : place])
    return first + start + (stop.end() if stop else 0)
