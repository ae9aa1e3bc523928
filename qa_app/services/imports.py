"""Imports of conversations: from a path, or from an upload as a background job.

Every batch of rows is one transaction: a killed import leaves whole batches, and the same import
again ends as one that was not killed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qa_app.adapters.readers.conversations import (
    Batch,
    ImportOrder,
    Note,
    PreparedRow,
    kind_of,
)
from qa_app.adapters.readers.parallel import batches_of
from qa_app.adapters.readers.rows import FileRefused
from qa_app.adapters.recordings_store import StoredObject
from qa_app.domain.conversation import check_source
from qa_app.domain.vcon import KnownPerson
from qa_app.queries.imports import known_people, people_by_number
from qa_app.security.context import SYSTEM, Actor, Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record
from qa_app.services.import_archives import unpacked
from qa_app.services.import_batches import (
    SeenKeys,
    Sorted,
    acceptable_rows,
    rows_to_write,
    sort_rows,
)
from qa_app.services.import_lock import keep_others_out
from qa_app.services.import_report import Counts, ImportReport
from qa_app.services.import_sounds import keep_sounds, register_sounds, with_content
from qa_app.services.import_writers import writer_for
from qa_app.services.phrases import scan_what_changes
from qa_app.services.site import Site
from qa_app.services.sound_masks import refresh_masks_of_imported


@dataclass(frozen=True, slots=True)
class BatchNotes:
    """What one batch came to."""

    counts: Counts
    rejected: list[Note]
    warnings: list[Note]

    def take(self, found: Sorted) -> None:
        """Count what became of the rows."""
        self.rejected[:] = in_order([*self.rejected, *found.rejected])
        self.counts.created += len(found.new)
        self.counts.updated += len(found.changed)
        self.counts.unchanged += found.unchanged
        self.counts.rejected = len(self.rejected)


def in_order(notes: list[Note]) -> list[Note]:
    """Notes of one batch by the files and sheets as they came, each by its rows."""
    places = [note.where.rpartition(":") for note in notes]
    files = {name: number for number, name in enumerate(dict.fromkeys(p[0] for p in places))}
    keyed = [
        (files[name], int(line) if line.isdecimal() else 0, number)
        for number, (name, _colon, line) in enumerate(places)
    ]
    return [notes[number] for _file, _line, number in sorted(keyed)]


class Ledger(Protocol):
    """Who keeps the account of an import that runs."""

    @property
    def counts(self) -> Counts:
        """What is done already: as many batches are only looked at again."""
        ...

    def keep(self, ctx: Context | None, notes: BatchNotes) -> None:
        """Note a batch, in its transaction; without one for a dry run from the command line."""
        ...

    def progress(self, done: int, total: int) -> None:
        """Tell how far it is; raises what stops the import."""
        ...


class ReportLedger:
    """Keeps the account in a report, for the command line and the API."""

    def __init__(self, report: ImportReport) -> None:
        self._report = report

    @property
    def counts(self) -> Counts:
        return self._report.counts

    def keep(self, ctx: Context | None, notes: BatchNotes) -> None:  # noqa: ARG002
        self._report.counts.add(notes.counts)
        self._report.rejected.add([(one.where, one.reason) for one in notes.rejected])
        self._report.warnings.add([(one.where, one.reason) for one in notes.warnings])

    def progress(self, done: int, total: int) -> None:
        pass


def order_for(
    site: Site,
    path: Path,
    *,
    name: str | None = None,
    source: str | None = None,
    wanted: str | None = None,
    takes_files: bool = True,
) -> ImportOrder:
    """What to read, after a look at it. Raises InvalidInput, FileRefused, OSError."""
    if source is not None:
        check_source(source)
    name = name or path.name or str(path)
    kind = kind_of(path, name, wanted)
    folder = None
    if takes_files:
        folder = path if kind == "folder" else path.resolve().parent
    return ImportOrder(path, name, kind, source, site.settings.timezone, wanted, folder)


def import_conversations(
    site: Site,
    path: Path,
    *,
    source: str | None = None,
    wanted: str | None = None,
    dry_run: bool = False,
    actor: Actor = SYSTEM,
) -> ImportReport:
    """Import a file, folder or archive of one; the caller closes the report.

    A dry run gives the same answer and changes nothing. Raises InvalidInput (FileRefused) for
    what cannot be read at all, OSError where there is nothing.
    """
    require(actor, Permission.CONVERSATION_IMPORT)
    order = order_for(site, path, source=source, wanted=wanted)
    with contextlib.ExitStack() as until_it_is_told:
        report = until_it_is_told.enter_context(ImportReport())
        with unpacked(site, order) as opened:
            Importer(site, opened, ReportLedger(report), actor=actor, dry_run=dry_run).run()
        if not dry_run:
            with site.writing(actor) as ctx:
                note_done(ctx, order.name, report.counts)
        until_it_is_told.pop_all()
    return report


def note_done(ctx: Context, name: str, counts: Counts) -> None:
    """The import's entry in the audit trail."""
    record(ctx, "conversations.imported", "file", name[:200], **counts.to_dict())


class Importer:
    """One import under way."""

    def __init__(
        self, site: Site, order: ImportOrder, ledger: Ledger, *, actor: Actor, dry_run: bool
    ) -> None:
        self._site = site
        self._order = order
        self._ledger = ledger
        self._actor = actor
        self._dry_run = dry_run
        self._seen = SeenKeys()
        with site.reading(actor) as ctx:
            self._people = people_by_number(ctx.session)

    def run(self) -> None:
        """Take every batch; a file that proves unreadable on the way is a rejected one."""
        finished = self._ledger.counts.batches
        with contextlib.closing(self._batches()) as batches:
            for number, batch in enumerate(batches):
                rows, refused = acceptable_rows(batch, self._people, self._seen)
                if number >= finished:
                    self._take(batch, rows, refused)
                self._ledger.progress(batch.done, batch.total)

    def _batches(self) -> Generator[Batch]:
        people: list[KnownPerson] = []
        if self._order.kind in ("vcon", "folder"):
            with self._site.reading(self._actor) as ctx:
                people = known_people(ctx.session)
        any_yet = False
        try:
            for batch in batches_of(self._order, people):
                any_yet = True
                yield batch
        except FileRefused as refusal:
            if not any_yet:
                raise
            yield Batch("", rejected=[Note(refusal.where, refusal.reason)])

    def _take(self, batch: Batch, rows: list[PreparedRow], refused: list[Note]) -> None:
        rows, sums, lost = with_content(rows)
        notes = BatchNotes(
            Counts(consumed=batch.consumed, batches=1, warnings=len(batch.warnings)),
            [*batch.rejected, *refused, *lost],
            batch.warnings,
        )
        if self._dry_run:
            with self._site.reading(self._actor) as ctx:
                notes.take(self._sort(ctx, batch.source, rows))
            self._ledger.keep(None, notes)
            return
        stored = self._store_sounds(batch.source, rows, sums) if sums else {}
        with self._site.writing(self._actor) as ctx:
            keep_others_out(ctx.session)
            writer = writer_for(ctx.session)
            found = self._sort(ctx, batch.source, rows)
            paths = {sums[path]: path for path in found.sounds()}
            new, changed = rows_to_write(
                found, sums, register_sounds(self._site, ctx, paths, stored)
            )
            now = ctx.clock.now()
            writer.insert(batch.source, new, now)
            writer.update(batch.source, changed, now)
            if new or changed:
                scan_what_changes(ctx)
                heard = [one.row.external_id for one in (*new, *changed) if one.recording_id]
                refresh_masks_of_imported(ctx, batch.source, heard)
            notes.take(found)
            self._ledger.keep(ctx, notes)

    def _sort(self, ctx: Context, source: str, rows: list[PreparedRow]) -> Sorted:
        return sort_rows(ctx.session, source, rows, self._people)

    def _store_sounds(
        self, source: str, rows: list[PreparedRow], sums: dict[str, str]
    ) -> dict[str, StoredObject]:
        """Sound is safely there before rows point at it; slow, so outside of their lock."""
        with self._site.reading(self._actor) as ctx:
            paths = self._sort(ctx, source, rows).sounds()
        return keep_sounds(self._site, paths, sums)
