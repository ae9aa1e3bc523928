"""One way to write a definition: canonical JSON and its digest (handbook 2 §5)."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

from scorecards.numbers import plain


def canonical_json(value: Any) -> str:
    """Write JSON values with sorted keys, no spaces, no escapes, numbers in shortest decimal."""
    if isinstance(value, dict):
        members = (f"{_text(key)}:{canonical_json(value[key])}" for key in sorted(value))
        return "{" + ",".join(members) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(canonical_json, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (bool, type(None))):
        return json.dumps(value)
    return plain(value if isinstance(value, Decimal) else Decimal(repr(value)))


def digest_of(value: Any) -> str:
    """Return the lower-case hex SHA-256 of the canonical JSON of a value."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
