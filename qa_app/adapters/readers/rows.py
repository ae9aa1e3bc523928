"""What every reader gives: rows with their places, and a refusal of a file as a whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from qa_app.domain.errors import InvalidInput, Problem


class SourceRow(NamedTuple):
    """One row: where it stands, and its values; `values` None: broken, for this reason."""

    where: str
    values: Mapping[str, Any] | None
    reason: str = ""


class Remark(NamedTuple):
    """Something to say about a place of which no row is lost."""

    where: str
    reason: str


class FileRefused(InvalidInput):
    """A file that cannot be read as what it should be."""

    def __init__(self, where: str, reason: str, code: str = "unreadable_file") -> None:
        super().__init__([Problem(where, code, reason)], "The file cannot be read.")
        self.where = where
        self.reason = reason


@dataclass(slots=True)
class Position:
    """How far a reader is, in bytes of its file (in files for a folder)."""

    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header. `where` is the header's place, `columns` its trimmed small names.

    `remarks` are complete when all rows were read.
    """

    where: str
    columns: Sequence[str]
    read: Callable[[Collection[str] | None], Iterator[SourceRow]]
    remarks: list[Remark] = field(default_factory=list)

    def rows(self, only: Collection[str] | None = None) -> Iterator[SourceRow]:
        """Every row that is not empty, with the cells of these columns (None: of all)."""
        return self.read(only)

    def __iter__(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """`(where, cells)`; a row that cannot be read has no cells."""
        for row in self.rows():
            yield row.where, row.values or {}


def clean_columns(cells: Sequence[object], where: str) -> list[str]:
    """The names of a header. Raises FileRefused when there are far too many."""
    columns = ["" if cell is None else str(cell).strip().lower() for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) > MAX_COLUMNS:
        raise FileRefused(where, f"The table has more than {MAX_COLUMNS} columns.")
    return columns


MAX_COLUMNS = 1000
