"""The strings that a workbook's cells share, kept in a file instead of in memory."""

from __future__ import annotations

import mmap
import tempfile
from array import array
from typing import Any

from qa_app.adapters.readers.xlsx_xml import BadPart, shared_strings

MAX_STRINGS = 12_000_000


class StoredStrings:
    """Texts by number; `load` once."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the workbook
        self._offsets = array("Q", [0])
        self._map: mmap.mmap | None = None

    def load(self, part: Any) -> None:
        """Take the strings of the part. Raises BadPart when there are too many."""
        written = 0
        for text in shared_strings(part):
            data = text.encode("utf-8", "surrogatepass")
            self._file.write(data)
            written += len(data)
            self._offsets.append(written)
            if len(self._offsets) > MAX_STRINGS:
                raise BadPart("it holds too many strings")
        self._file.flush()
        if written:
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> str:
        """The text of that number. Raises IndexError."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        start, end = self._offsets[number], self._offsets[number + 1]
        if self._map is None or start == end:
            return ""
        return self._map[start:end].decode("utf-8", "surrogatepass")

    def close(self) -> None:
        if self._map is not None:
            self._map.close()
        self._file.close()
