"""What an import has to say: counts in memory, everything about single rows in a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import orjson

IN_MEMORY = 1 << 20


@dataclass(slots=True)
class Counts:
    """Rows by what became of them; `consumed` are all that were looked at, in `batches`."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    warnings: int = 0
    consumed: int = 0
    batches: int = 0

    def to_dict(self) -> dict[str, int]:
        return asdict(self)

    def add(self, other: Counts) -> None:
        for name, count in other.to_dict().items():
            setattr(self, name, getattr(self, name) + count)


class Notes:
    """`(where, reason)` pairs, kept in a file once there are many."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - see close

    def add(self, notes: list[tuple[str, str]]) -> None:
        self._file.seek(0, 2)
        self._file.write(b"".join(orjson.dumps(note) + b"\n" for note in notes))

    def __iter__(self) -> Iterator[dict[str, str]]:
        self._file.seek(0)
        for line in self._file:
            where, reason = orjson.loads(line)
            yield {"where": where, "reason": reason}

    def close(self) -> None:
        self._file.close()


class ImportReport:
    """The answer of an import. Close it when it has been told."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.rejected = Notes()
        self.warnings = Notes()

    def to_dict(self) -> dict[str, Any]:
        """The whole answer in memory: for those that are known to be small."""
        return {
            "created": self.counts.created,
            "updated": self.counts.updated,
            "unchanged": self.counts.unchanged,
            "rejected": list(self.rejected),
            "warnings": list(self.warnings),
        }

    def json_chunks(self) -> Iterator[bytes]:
        """The answer as one JSON document, piece by piece."""
        for name in ("created", "updated", "unchanged"):
            start = "{" if name == "created" else ","
            yield f'{start}\n  "{name}": {getattr(self.counts, name)}'.encode()
        for name, notes in (("rejected", self.rejected), ("warnings", self.warnings)):
            yield f',\n  "{name}": ['.encode()
            separator = b"\n    "
            for note in notes:
                yield separator + orjson.dumps(note)
                separator = b",\n    "
            yield b"]" if separator == b"\n    " else b"\n  ]"
        yield b"\n}\n"

    def __enter__(self) -> ImportReport:
        return self

    def __exit__(self, *_error: object) -> None:
        self.rejected.close()
        self.warnings.close()
