"""An import folder: the data files in it, and the sound and transcript files that they name."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from qa_app.adapters.readers.rows import FileRefused
from qa_app.adapters.readers.sniff import sniff
from qa_app.domain.transcripts.model import MAX_BYTES

DATA_SUFFIXES = frozenset({".csv", ".jsonl", ".ndjson", ".json", ".vcon", ".xlsx"})
MAX_FILES = 200_000
TRANSCRIPT_MAX = MAX_BYTES


class NoSuchFile(ValueError):
    """A row names a file that cannot be taken along; the message says why."""


class ImportFolder:
    """A folder that nothing leads out of."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def data_files(self, wanted: str | None) -> Iterator[tuple[Path, str, str | FileRefused]]:
        """Path, name and format (or refusal) of each data file, by name.

        A JSON file that is no vCon is left alone: it is a transcript that a row names.
        """
        with os.scandir(self._root) as entries:
            names = sorted(
                entry.name
                for entry, _ in zip(entries, range(MAX_FILES), strict=False)
                if Path(entry.name).suffix.lower() in DATA_SUFFIXES and not entry.is_dir()
            )
        for name in names:
            path = self._root / name
            try:
                kind = sniff(self.file(name), name)
            except NoSuchFile as error:
                yield path, name, FileRefused(name, str(error))
                continue
            except FileRefused as refusal:
                yield path, name, refusal
                continue
            if (wanted is None or kind == wanted) and not _is_transcript(name, kind):
                yield path, name, kind

    def file(self, inside: str) -> Path:
        """The ordinary file that lies there. Raises NoSuchFile."""
        try:
            path = (self._root / inside).resolve(strict=True)
            mode = path.stat().st_mode
        except FileNotFoundError:
            raise NoSuchFile(f"There is no file {inside!r} in the import folder.") from None
        except (OSError, ValueError, RuntimeError):
            raise NoSuchFile(f"The file {inside[:100]!r} cannot be opened.") from None
        if not path.is_relative_to(self._root):
            raise NoSuchFile(f"The file {inside!r} lies outside the import folder.")
        if not stat.S_ISREG(mode):
            raise NoSuchFile(f"{inside!r} is no file.")
        if not os.access(path, os.R_OK):
            raise NoSuchFile(f"The file {inside!r} may not be read.")
        return path

    def sound(self, inside: str) -> Path:
        """A sound file that is not empty. Raises NoSuchFile."""
        path = self.file(inside)
        if path.stat().st_size == 0:
            raise NoSuchFile(f"The file {inside!r} is empty.")
        return path

    def transcript(self, inside: str) -> bytes:
        """The content of a transcript file. Raises NoSuchFile."""
        path = self.file(inside)
        if path.stat().st_size > TRANSCRIPT_MAX:
            raise NoSuchFile(f"The file {inside!r} is larger than {TRANSCRIPT_MAX >> 20} MB.")
        try:
            return path.read_bytes()
        except OSError:
            raise NoSuchFile(f"The file {inside!r} cannot be opened.") from None


def _is_transcript(name: str, kind: str) -> bool:
    return kind == "jsonl" and Path(name).suffix.lower() == ".json"
