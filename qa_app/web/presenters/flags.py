"""Flags in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _

from qa_app.domain.flag_reasons import REASONS


def reason_text(reason: str) -> str:
    """Why a flag was raised, in the reader's language."""
    names: dict[str, str] = {
        "attitude": _("Attitude towards the customer"),
        "wrong_information": _("Wrong information"),
        "process_not_followed": _("Procedure not followed"),
        "complaint_risk": _("A complaint is likely"),
        "privacy": _("Privacy or security"),
        "outstanding": _("Outstanding service"),
        "other": _("Something else"),
        "fatal_error": _("Fatal error"),
    }
    return names[reason]


def reason_options() -> list[tuple[str, str]]:
    """What may be chosen when a flag is raised by hand."""
    return [(reason, reason_text(reason)) for reason in REASONS]


def decision_options() -> list[tuple[str, str, str]]:
    """What a lead may decide: value, words, tone."""
    return [
        ("confirm", _("Confirm the problem"), "bad"),
        ("coach", _("Coach the agent"), "warn"),
        ("dismiss", _("Dismiss: no problem"), ""),
    ]


def lateness(flag: Any, today: date) -> str:
    """`overdue`, `due_soon` or `open` of an open flag; else its state."""
    if flag.state != "open":
        return str(flag.state)
    if flag.due_on < today:
        return "overdue"
    return "due_soon" if (flag.due_on - today).days <= 1 else "open"
