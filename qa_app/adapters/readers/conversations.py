"""Whatever is handed in as batches of conversations that only wait to be written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from qa_app.adapters.readers.csv import csv_table
from qa_app.adapters.readers.folder import ImportFolder, NoSuchFile
from qa_app.adapters.readers.jsonl import jsonl_rows
from qa_app.adapters.readers.rows import FileRefused, Position, SourceRow, Table
from qa_app.adapters.readers.sniff import sniff
from qa_app.adapters.readers.vcon import vcon_rows
from qa_app.adapters.readers.xlsx import xlsx_tables
from qa_app.domain.errors import Problem
from qa_app.domain.interchange import COLUMNS, NewConversation, Reading, check_header, read_row
from qa_app.domain.transcripts import recognise
from qa_app.domain.transcripts.build import as_turns
from qa_app.domain.transcripts.roles import guess_text
from qa_app.domain.turns import Turns
from qa_app.domain.vcon import SOURCE as VCON_SOURCE
from qa_app.domain.vcon import AgentFinder, read_vcon

BATCH_ROWS = 2_000
BATCH_CHARACTERS = 6_000_000
SOUND_COUNTS_AS = 50
MAX_KINDS_OF_REMARK = 10_000
DEFAULT_SOURCE = "import"


class PreparedRow(NamedTuple):
    """A conversation in plain values: times are UTC text, `recording` is a file's path."""

    where: str
    external_id: str
    agent: str
    digest: str
    channel: str
    started_at: str
    local_date: str
    duration_s: int | None
    direction: str | None
    queue: str | None
    product: str | None
    topic: str | None
    customer_ref: str | None
    language: str | None
    satisfaction: int | None
    disposition: str | None
    tags: str
    turn_count: int
    turns: str
    recording: str | None


class Note(NamedTuple):
    """Where, and what about it."""

    where: str
    reason: str


@dataclass(slots=True)
class Batch:
    """Some rows of one source. `consumed` counts all rows that it was made from."""

    source: str
    rows: list[PreparedRow] = field(default_factory=list)
    rejected: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    consumed: int = 0
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What to read: `source` None is the format's own; `folder` None: no files are taken along."""

    path: Path
    name: str
    kind: str
    source: str | None
    timezone: str
    wanted: str | None = None
    folder: Path | None = None

    def source_of(self, kind: str) -> str:
        """The source of a file's rows; that of vCons is their own unless one is given."""
        return self.source or (VCON_SOURCE if kind == "vcon" else DEFAULT_SOURCE)


def kind_of(path: Path, name: str, wanted: str | None) -> str:
    """The format to read the path in. Raises FileRefused when it is not the wanted one."""
    kind = sniff(path, name)
    if wanted in (None, kind) or kind in ("folder", "zip"):
        return kind
    if wanted == "csv" and kind == "jsonl":
        return "csv"  # it only begins like one
    raise FileRefused(name, f"This is {kind}, not {wanted}.", "other_format")


def read_batches(order: ImportOrder, find_agent: AgentFinder) -> Iterator[Batch]:
    """Everything in the file or folder. Raises FileRefused for a file that cannot be read."""
    preparer = _Preparer(order, find_agent)
    if order.kind != "folder":
        yield from preparer.file(order.path, order.name, order.kind)
        yield from preparer.rest()
        return
    found = False
    for path, name, kind in ImportFolder(order.path).data_files(order.wanted):
        found = True
        if isinstance(kind, FileRefused):
            preparer.refuse(kind)
            continue
        try:
            yield from preparer.file(path, name, kind)
        except FileRefused as refusal:
            preparer.refuse(refusal)
    if not found:
        raise FileRefused(order.name, "The folder holds no data file.", "empty_folder")
    yield from preparer.rest()


class _Preparer:
    """Rows on their way into batches."""

    def __init__(self, order: ImportOrder, find_agent: AgentFinder) -> None:
        self._order = order
        self._find_agent = find_agent
        self._zone = ZoneInfo(order.timezone)
        self._folder = None if order.folder is None else ImportFolder(order.folder)
        self._position = Position()
        self._batch, self._weight = Batch(order.source_of(order.kind)), 0
        self._said: set[tuple[str, str]] = set()

    def file(self, path: Path, name: str, kind: str) -> Iterator[Batch]:
        """The full batches that the file gives; what is left over stays for the next."""
        source, zone = self._order.source_of(kind), self._zone
        if source != self._batch.source:
            yield from self.rest()
            self._batch.source = source
        if kind == "vcon":
            rows = vcon_rows(path, name, self._position)
            yield from self._take(rows, name, lambda values: self._vcon(values, source))
            return

        def native(values: Any) -> Reading:
            return read_row(values, source=source, zone=zone)

        if kind == "jsonl":
            yield from self._take(jsonl_rows(path, name, self._position), name, native)
        elif kind == "csv":
            table = csv_table(path, name, self._position)
            self._check(table, name)
            yield from self._take_table(table, name, native)
        else:
            yield from self._sheets(path, name, native)

    def rest(self) -> Iterator[Batch]:
        batch = self._batch
        if batch.rows or batch.rejected or batch.warnings:
            yield self._cut()

    def refuse(self, refusal: FileRefused) -> None:
        """A file of a folder that cannot be read does not stop the others."""
        self._batch.rejected.append(Note(refusal.where, refusal.reason))

    def _sheets(self, path: Path, name: str, read: Callable[[Any], Reading]) -> Iterator[Batch]:
        """All sheets with the required columns; a refusal when none has them."""
        refusals, taken = [], 0
        for table in xlsx_tables(path, name, self._position):
            try:
                self._check(table, name)
            except FileRefused as error:
                refusals.append(error)
                continue
            taken += 1
            yield from self._take_table(table, name, read)
        if not taken:
            raise (
                refusals[0]
                if refusals
                else FileRefused(name, "The workbook is empty.", "empty_file")
            )
        for refusal in refusals:
            self._warn(name, refusal.where, f"This sheet was left out: {refusal.reason}")

    def _check(self, table: Table, name: str) -> None:
        _columns, problems, warnings = check_header(table.columns)
        if problems:
            reason = "; ".join(f"{one.where}: {one.message}" for one in problems)
            raise FileRefused(table.where, reason, "bad_header")
        for warning in warnings:
            self._warn(name, table.where, warning.message)

    def _take_table(
        self, table: Table, name: str, read: Callable[[Any], Reading]
    ) -> Iterator[Batch]:
        yield from self._take(table.rows(COLUMNS), name, read)
        for where, reason in table.remarks:
            self._warn(name, where, reason)

    def _take(
        self, rows: Iterable[SourceRow], name: str, read: Callable[[Any], Reading]
    ) -> Iterator[Batch]:
        for where, values, reason in rows:
            self._batch.consumed += 1
            self._weight += 1
            if values is None:
                self._batch.rejected.append(Note(where, reason))
            else:
                self._row(where, name, read(values))
            if self._weight >= BATCH_ROWS:
                yield self._cut()

    def _row(self, where: str, name: str, reading: Reading) -> None:
        for warning in reading.warnings:
            self._warn(name, where, f"{warning.where}: {warning.message}")
        conversation = reading.conversation
        if conversation is None:
            self._batch.rejected.append(Note(where, reading.reason))
            return
        recording = None
        if conversation.recording is not None or conversation.transcript is not None:
            try:
                conversation, recording = self._with_files(where, name, conversation)
            except NoSuchFile as error:
                self._batch.rejected.append(Note(where, str(error)))
                return
        self._batch.rows.append(_plain(where, conversation, recording))
        self._weight += len(conversation.turns_json) * BATCH_ROWS // BATCH_CHARACTERS

    def _with_files(
        self, where: str, name: str, conversation: NewConversation
    ) -> tuple[NewConversation, str | None]:
        if self._folder is None:
            raise NoSuchFile("A single file brings no recording and no transcript file along.")
        if conversation.transcript is not None:
            conversation = self._with_transcript(self._folder, where, name, conversation)
        if conversation.recording is None:
            return conversation, None
        try:
            path = self._folder.sound(conversation.recording)
        except NoSuchFile as error:
            raise NoSuchFile(f"recording: {error}") from None
        self._weight += SOUND_COUNTS_AS
        return conversation, str(path)

    def _with_transcript(
        self, folder: ImportFolder, where: str, name: str, conversation: NewConversation
    ) -> NewConversation:
        """The conversation with the turns of its transcript file, in whatever format that is."""
        try:
            data = folder.transcript(conversation.transcript or "")
        except NoSuchFile as error:
            raise NoSuchFile(f"transcript: {error}") from None
        found = recognise(data, zone=self._zone, direction=conversation.direction)
        if found.problems:
            places = [(f"{one.where}: " if one.where else "") for one in found.problems]
            reasons = "; ".join(
                f"{place}{one.message}" for place, one in zip(places, found.problems, strict=True)
            )
            raise NoSuchFile(f"transcript: {reasons}")
        for warning in found.warnings:
            self._warn(name, where, f"transcript: {warning.message}")
        if found.guesses:
            self._warn(name, where, f"transcript: {guess_text(found)}")
        return conversation.with_turns(as_turns(found))

    def _vcon(self, values: Any, source: str) -> Reading:
        """A vCon, with its recording only where the sound file lies beside it."""
        reading = read_vcon(values, self._find_agent, zone=self._zone)
        conversation = reading.conversation
        if conversation is None:
            return reading
        conversation = conversation._replace(source=source)
        if conversation.recording is not None:
            try:
                if self._folder is None:
                    raise NoSuchFile("A single file brings no recording along.")
                self._folder.sound(conversation.recording)
            except NoSuchFile as error:
                return reading._replace(
                    conversation=_without_recording(conversation),
                    warnings=(
                        *reading.warnings,
                        Problem("recording", "no_sound", f"{error} It is taken without sound."),
                    ),
                )
        return reading._replace(conversation=conversation)

    def _warn(self, name: str, where: str, reason: str) -> None:
        """Say it at the first place of a file only: a column is unknown in each of its rows."""
        if (name, reason) not in self._said and len(self._said) < MAX_KINDS_OF_REMARK:
            self._said.add((name, reason))
            self._batch.warnings.append(Note(where, reason))

    def _cut(self) -> Batch:
        batch, self._batch, self._weight = self._batch, Batch(self._batch.source), 0
        batch.done, batch.total = self._position.done, self._position.total
        return batch


def _without_recording(conversation: NewConversation) -> NewConversation:
    said = Turns(conversation.turns_json, conversation.turn_count)
    return conversation._replace(recording=None).with_turns(said)


def _plain(where: str, one: NewConversation, recording: str | None) -> PreparedRow:
    return PreparedRow(
        where,
        one.external_id,
        one.agent,
        one.row_digest,
        one.channel.value,
        one.started_at.replace(tzinfo=None).isoformat(" ", "microseconds"),
        one.local_date.isoformat(),
        one.duration_s,
        None if one.direction is None else one.direction.value,
        one.queue,
        one.product,
        one.topic,
        one.customer_ref,
        one.language,
        one.satisfaction,
        one.disposition,
        ";".join(one.tags),
        one.turn_count,
        one.turns_json,
        recording,
    )
