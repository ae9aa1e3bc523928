"""What is chosen about an uploaded transcript: whose each label is, how far times are moved."""

from __future__ import annotations

import re
from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from qa_app.domain.conversation import Speaker
from qa_app.domain.errors import InvalidInput, Problem
from qa_app.domain.transcripts import SpeakerFound

SECONDS = re.compile(r"[+-]?[0-9]{1,5}([.,][0-9]{1,3})?", re.ASCII)


def read_roles(form: MultiDict[str, str], speakers: Iterable[SpeakerFound]) -> dict[str, Speaker]:
    """The roles chosen in the table of speakers, by label. The fields are role-0, role-1 ..."""
    chosen = {}
    for number, one in enumerate(speakers):
        value = form.get(f"role-{number}", "")
        if value in {role.value for role in Speaker}:
            chosen[one.label] = Speaker(value)
    return chosen


def read_offset(text: str) -> int:
    """Seconds as they are typed, with sign, comma or point: milliseconds. Raises InvalidInput."""
    plain = text.strip().replace("−", "-").replace(" ", "")
    if not plain:
        return 0
    if SECONDS.fullmatch(plain) is None:
        message = "Write seconds such as 1.5 or -0.8."
        raise InvalidInput([Problem("offset", "bad_number", message)])
    return round(float(plain.replace(",", ".")) * 1000)
