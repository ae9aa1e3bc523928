"""One batch of an import: its rows sorted by what there is already, then written."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from qa_app.adapters.readers.conversations import Batch, Note, PreparedRow
from qa_app.queries.imports import (
    KnownConversation,
    conversations_there,
    with_submitted_evaluation,
)
from qa_app.queries.sampling_frames import stands_in_frame
from qa_app.services.import_writers import RowToWrite

EVALUATED = "The conversation has a submitted evaluation and is not changed any more."
IN_FRAME = "The conversation stands in the frame of a draw: its %s is not changed any more."
TWICE = "external_id: This one stands there twice; the first is taken."
MASK = (1 << 64) - 1


class SeenKeys:
    """Keys that came already, as 64-bit hashes in 8 to 16 bytes each.

    Two different ones of a million collide once in 30 million imports; then the second is rejected.
    """

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * 4096))
        self._count = 0

    def add(self, key: str) -> bool:
        """Whether it is new."""
        if self._count * 2 > len(self._slots):
            self._grow()
        if not self._put((hash(key) & MASK) or 1):
            return False
        self._count += 1
        return True

    def _put(self, value: int) -> bool:
        slots = self._slots
        last = len(slots) - 1
        at = value & last
        while found := slots[at]:
            if found == value:
                return False
            at = (at + 1) & last
        slots[at] = value
        return True

    def _grow(self) -> None:
        old = self._slots
        self._slots = array("Q", bytes(16 * len(old)))
        for value in old:
            if value:
                self._put(value)


@dataclass(slots=True)
class Sorted:
    """A batch's rows by what is to be done with them; an update knows the id and the sound."""

    new: list[tuple[PreparedRow, int]] = field(default_factory=list)
    changed: list[tuple[PreparedRow, int, KnownConversation]] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[Note] = field(default_factory=list)

    def sounds(self) -> set[str]:
        """Paths of the sound files that are needed."""
        rows = [row for row, _ in self.new] + [row for row, _, _ in self.changed]
        return {row.recording for row in rows if row.recording is not None}


def acceptable_rows(
    batch: Batch, people: Mapping[str, int], seen: SeenKeys
) -> tuple[list[PreparedRow], list[Note]]:
    """Rows of known agents that came for the first time; the others with their reasons."""
    kept: list[PreparedRow] = []
    rejected: list[Note] = []
    for row in batch.rows:
        if row.agent not in people:
            reason = f"agent: There is nobody with the employee number {row.agent!r}."
            rejected.append(Note(row.where, reason))
        elif not seen.add(f"{batch.source}:{row.external_id}"):
            rejected.append(Note(row.where, TWICE))
        else:
            kept.append(row)
    return kept, rejected


def sort_rows(
    session: Session, source: str, rows: Sequence[PreparedRow], people: Mapping[str, int]
) -> Sorted:
    """Compare with what is there; refuse changes of what was evaluated or drawn from."""
    sorted_rows = Sorted()
    there = conversations_there(session, source, [row.external_id for row in rows])
    if not there:
        sorted_rows.new = [(row, people[row.agent]) for row in rows]
        return sorted_rows
    changed: list[tuple[PreparedRow, int, KnownConversation]] = []
    for row in rows:
        known = there.get(row.external_id)
        if known is None:
            sorted_rows.new.append((row, people[row.agent]))
        elif known.digest == row.digest:
            sorted_rows.unchanged += 1
        else:
            changed.append((row, people[row.agent], known))
    if changed:
        _refuse_fixed(session, changed, sorted_rows)
    return sorted_rows


def _refuse_fixed(
    session: Session,
    changed: Sequence[tuple[PreparedRow, int, KnownConversation]],
    sorted_rows: Sorted,
) -> None:
    ids = [known.id for _row, _agent, known in changed]
    evaluated = with_submitted_evaluation(session, ids)
    drawn_from = stands_in_frame(session, ids)
    for row, agent_id, known in changed:
        moved = _moved(row, agent_id, known) if known.id in drawn_from else ""
        if known.id in evaluated:
            sorted_rows.rejected.append(Note(row.where, EVALUATED))
        elif moved:
            sorted_rows.rejected.append(Note(row.where, IN_FRAME % moved))
        else:
            sorted_rows.changed.append((row, agent_id, known))


def _moved(row: PreparedRow, agent_id: int, known: KnownConversation) -> str:
    """What the row would change of that which a frame goes by."""
    started_at = datetime.fromisoformat(row.started_at).replace(tzinfo=UTC)
    parts = (
        ("agent", agent_id != known.agent_id),
        ("channel", row.channel != known.channel),
        ("start", started_at != known.started_at),
    )
    return ", ".join(name for name, is_moved in parts if is_moved)


def rows_to_write(
    sorted_rows: Sorted, sums: Mapping[str, str], recordings: Mapping[str, int]
) -> tuple[list[RowToWrite], list[RowToWrite]]:
    """New and changed rows with their recordings. A row that names none keeps the one there is."""

    def recording_of(row: PreparedRow) -> int | None:
        return None if row.recording is None else recordings[sums[row.recording]]

    new = [RowToWrite(row, agent_id, recording_of(row)) for row, agent_id in sorted_rows.new]
    changed = [
        RowToWrite(row, agent_id, recording_of(row) or known.recording_id, known.id)
        for row, agent_id, known in sorted_rows.changed
    ]
    return new, changed
