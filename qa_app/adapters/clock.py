"""Time and chance: the one place that asks the machine what time it is or for a random value."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time. Everything that needs it is given one."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands still until it is moved: for made-up history and for tests."""

    at: datetime

    def __post_init__(self) -> None:
        self.set(self.at)

    def now(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self.at = at.astimezone(UTC)

    def advance(self, **by: float) -> datetime:
        """Move on by `timedelta(**by)` and say what time it is then."""
        self.at += timedelta(**by)
        return self.at


def random_hex(size: int = 32) -> str:
    """`size` unguessable bytes as hexadecimal text: seeds and nonces."""
    return secrets.token_hex(size)


def random_token(size: int = 32) -> str:
    """An unguessable token that fits into a URL or a header."""
    return secrets.token_urlsafe(size)
