"""How the audit trail is chained: each entry's hash covers the entry and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is hashed; `at` is UTC with microseconds."""

    seq: int
    at: datetime
    actor: str
    role: str
    action: str
    subject_kind: str
    subject_id: str
    data: Mapping[str, Any]
    address: str

    def chained(self, previous: str) -> str:
        """Lower-case hex SHA-256 of the previous hash and the entry's canonical JSON."""
        body = [
            self.seq,
            self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            self.actor,
            self.role,
            self.action,
            self.subject_kind,
            self.subject_id,
            self.data,
            self.address,
        ]
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(previous.encode() + b"\n" + text.encode()).hexdigest()
