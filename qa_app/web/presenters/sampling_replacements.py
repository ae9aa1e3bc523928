"""Replacements of picks in words."""

from __future__ import annotations

from qa_app.domain.sampling import REPLACEMENT_REASONS
from qa_app.web.presenters.figures import replacement_reason


def replacement_reasons() -> list[tuple[str, str]]:
    """The reasons to choose from, in the order of the handbook: code and words."""
    return [(reason, replacement_reason(reason)) for reason in REPLACEMENT_REASONS]
