"""What a recogniser hands back: a span of the text, and which kind of personal data it is."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Kinds of personal data."""

    PHONE = "phone"
    IDENTITY = "identity"
    CARD = "card"
    EMAIL = "email"
    PLATE = "plate"
    ADDRESS = "address"
    PASSPORT = "passport"
    ACCOUNT = "account"
    DIGITS = "digits"
    """More digits than are told apart: hidden as they are."""


class Hidden(NamedTuple):
    """A span of the text to hide; the last `kept` of its letters and digits stay."""

    begin: int
    end: int
    kept: int
    kind: Kind


MOST_STARTS = 20_000
"""Places at which a number may begin that are looked at in one conversation. Nobody reads out so
many: far more of them are a list, or were written to keep a site busy."""


class Allowance:
    """How much of the work of telling numbers apart is left for a text or a conversation."""

    def __init__(self, most: int = MOST_STARTS) -> None:
        self.left = most

    def takes(self, starts: int) -> bool:
        """Take so much of it; False, and nothing taken, where so much is not left."""
        if starts > self.left:
            return False
        self.left -= starts
        return True
