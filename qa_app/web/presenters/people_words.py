"""What can be wrong with the row of a people file, in words."""

from __future__ import annotations

import re

from qa_app.web.presenters.phrasebook import N_, Phrasebook

NEXT_COLUMN = re.compile(r"; (?=\w+: )")
ROWS = Phrasebook(
    (
        N_("%(column)s: is missing"),
        N_("%(column)s: is no date like 2026-11-01"),
        N_("%(column)s: is longer than %(count)s characters"),
        N_("%(column)s: holds control characters"),
        N_("to: is before from"),
        N_("team: is missing, but lead, from or to is given"),
        N_("employee_no: use letters, digits, dots, dashes or underscores"),
        N_("login: use lower-case letters, digits, dots, dashes or underscores"),
        N_("email: is no e-mail address"),
        N_("lead: use yes or no"),
        N_("login: %(login)s belongs to somebody else"),
        N_("from: %(number)s is in %(team)s from %(day)s at that time; end that membership first"),
    )
)


def said(reason: str) -> str:
    """The reasons of a refused row, which may be several: each is led by its column."""
    return "; ".join(map(ROWS.say, NEXT_COLUMN.split(reason)))
