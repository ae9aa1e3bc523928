"""Where the conversations of others lie: `../shared/data` beside the project, or nowhere."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SETS = ("chats-star", "chats-crosswoz-zh", "calls-getgoing", "calls-vcon-synthetic")


def data_set(name: str) -> Path:
    """The folder of a set; the test is skipped by name where it is absent."""
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not here (../shared/data)")
    return folder


def number_from(text: str) -> int:
    """A large number that follows from a text alone: what stands in for chance in the rules."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
