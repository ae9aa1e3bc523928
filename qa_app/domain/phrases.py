"""Phrase lists (禁语 and others): what a list is, and where its phrases are in a conversation."""

from __future__ import annotations

from enum import StrEnum


class PhraseKind(StrEnum):
    """What a hit of the list means; `required` is the one whose absence counts."""

    FORBIDDEN = "forbidden"
    REQUIRED = "required"
    SENSITIVE = "sensitive"
    COMPETITOR = "competitor"
