"""Lines that begin with who speaks: `Agent (Ben): text`, `【客服】text`, `[SPEAKER_00]: text`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from qa_app.domain.transcripts.model import MAX_LABEL, UNNAMED
from qa_app.domain.transcripts.roles import role_of

COLON = re.compile(
    rf"\s*\**([^\s:：\[\]【】<>{{}}\"][^:：\n<>{{}}\"]{{0,{MAX_LABEL}}}?)\s*\**[:：]\**\s*"
)
BRACKETS = re.compile(rf"\s*[\[【(（]([^\]】)）\n]{{1,{MAX_LABEL}}})[\]】)）]\s*[:：]?\s*")
MOST_SPEAKERS = 12
ENOUGH = 4
LABEL_WITHIN = 200


def split_label(line: str) -> tuple[str, str]:
    """The label that leads a line, and the rest; no label where none leads it."""
    head = line[:LABEL_WITHIN]
    bracket = BRACKETS.match(head)
    if bracket and (line[: bracket.end()].rstrip()[-1:] in ":：" or role_of(bracket[1])):
        return _clean(bracket[1]), line[bracket.end() :]
    colon = COLON.match(head)
    if colon and not colon[1].isdecimal():
        return _clean(colon[1]), line[colon.end() :]
    return UNNAMED, line


def _clean(label: str) -> str:
    return " ".join(label.split()).strip("*")


def speakers_among(lines: Iterable[str]) -> frozenset[str]:
    """The leading labels that are speakers rather than words before some colon.

    Those that name a role; all that come back when they lead at least a quarter of the lines.
    """
    counts: Counter[str] = Counter()
    total = 0
    for line in lines:
        if line.strip():
            total += 1
            counts[split_label(line)[0]] += 1
    labelled = total - counts.pop(UNNAMED, 0)
    with_role = {label for label in counts if role_of(label) is not None}
    repeated = {label for label, count in counts.items() if count > 1}
    is_dialogue = labelled * 4 >= total and labelled >= min(ENOUGH, total)
    if is_dialogue and len(repeated) <= MOST_SPEAKERS and labelled >= 2 * len(repeated):
        return frozenset(with_role | repeated)
    return frozenset(with_role)
