"""What a conversation is: its channels, its speakers, its key (handbook 3 §7, handbook 6)."""

from __future__ import annotations

import re
from enum import StrEnum

from qa_app.domain.errors import InvalidInput, Problem

SOURCE_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]*")
SOURCE_MAX = 40
EXTERNAL_ID_MAX = 200
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Channel(StrEnum):
    """The two channels that count (handbook 1 §2)."""

    CALL = "call"
    CHAT = "chat"


class Direction(StrEnum):
    """Who began it."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Speaker(StrEnum):
    """Who says a turn."""

    AGENT = "agent"
    CUSTOMER = "customer"
    SYSTEM = "system"


def conversation_key(source: str, external_id: str) -> str:
    """The key of a conversation everywhere: `source:external_id`."""
    return f"{source}:{external_id}"


def split_key(key: str) -> tuple[str, str]:
    """Source and external id of a key. A source holds no colon, so the first one parts them."""
    source, _, external_id = key.partition(":")
    return source, external_id


def check_source(source: str) -> str:
    """Return `source` where it is acceptable. Raises InvalidInput."""
    if len(source) <= SOURCE_MAX and SOURCE_PATTERN.fullmatch(source):
        return source
    raise InvalidInput(
        [
            Problem(
                "source",
                "bad_source",
                f"A source is up to {SOURCE_MAX} small letters, digits and hyphens.",
            )
        ]
    )
