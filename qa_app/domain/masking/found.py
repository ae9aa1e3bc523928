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


class Hidden(NamedTuple):
    """A span of the text to hide; the last `kept` of its letters and digits stay."""

    begin: int
    end: int
    kept: int
    kind: Kind
