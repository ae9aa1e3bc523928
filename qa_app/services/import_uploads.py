"""Imports of uploaded files: kept in the store, taken by a job that goes on where it stopped."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, BinaryIO, Protocol

from sqlalchemy import insert, select, update

from qa_app.adapters.readers.conversations import Note
from qa_app.adapters.readers.zip_archive import MAX_ENTRIES
from qa_app.adapters.recordings_store import RecordingMissing, StoreUnavailable
from qa_app.domain.conversation import check_source
from qa_app.domain.errors import InvalidInput, NotFound, Problem, QAError
from qa_app.models import ImportBatch, ImportProblem
from qa_app.models.imports import ImportState
from qa_app.queries.imports import importer, upload_is_wanted
from qa_app.security.context import Actor, Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record
from qa_app.services.import_archives import unpacked
from qa_app.services.import_report import Counts
from qa_app.services.imports import BatchNotes, Importer, note_done, order_for
from qa_app.services.jobs import enqueue
from qa_app.services.site import Site

KIND = "import_conversations"
REJECT, WARNING = "reject", "warning"
THE_WAY, UNPACKED = 1000, 300
MOST_FILES = MAX_ENTRIES


class Watch(Protocol):
    """The job that an import runs in."""

    def progress(self, done: int, total: int | None = None) -> None:
        """Raises what stops the job."""
        ...

    def hold(self, ctx: Context) -> None:
        """Raises when the job is no longer ours to write for."""
        ...


def start_import(
    site: Site,
    actor: Actor,
    file: BinaryIO,
    *,
    filename: str,
    source: str = "",
    dry_run: bool = False,
) -> int:
    """Keep an uploaded file and ask for its import; the id of the import.

    Raises InvalidInput for a bad source or an empty file.
    """
    require(actor, Permission.CONVERSATION_IMPORT)
    if source:
        check_source(source)
    upload = site.store.put(file)
    if upload.size == 0:
        raise InvalidInput([Problem("file", "empty_file", "The file is empty.")])
    with site.writing(actor) as ctx:
        values = {
            "filename": clean_name(filename),
            "source": source,
            "is_dry_run": dry_run,
            "state": ImportState.WAITING,
            "account_id": actor.account_id,
            "upload_key": upload.key,
            "counts": Counts().to_dict(),
            "created_at": ctx.clock.now(),
        }
        statement = insert(ImportBatch).values(values).returning(ImportBatch.id)
        batch_id = int(ctx.session.execute(statement).scalar_one())
        job_id = enqueue(ctx, KIND, {"batch_id": batch_id}, dedup_key=f"import:{batch_id}")
        _set(ctx, batch_id, job_id=job_id)
        record(ctx, "import.started", "import", batch_id, file=values["filename"], dry_run=dry_run)
    return batch_id


def clean_name(filename: str) -> str:
    """The last part of an uploaded file's name, short and printable."""
    name = PureWindowsPath(PurePosixPath(filename or "").name).name
    shown = "".join(letter for letter in name if letter.isprintable())
    return shown[-120:] or "upload"


def run_import(site: Site, batch_id: int, watch: Watch) -> dict[str, Any]:
    """Do an import that was asked for, from the batch after the last one that is done.

    Raises InvalidInput when the file cannot be read, NotFound, and whatever stops the job.
    """
    with site.writing() as ctx:
        watch.hold(ctx)
        batch = ctx.session.execute(
            select(
                ImportBatch.filename,
                ImportBatch.source,
                ImportBatch.is_dry_run,
                ImportBatch.upload_key,
                ImportBatch.counts,
                ImportBatch.account_id,
            ).where(ImportBatch.id == batch_id)
        ).one_or_none()
        if batch is None:
            raise NotFound("import", batch_id)
        actor = importer(ctx.session, batch.account_id, ctx.today)
        _set(ctx, batch_id, state=ImportState.RUNNING, error=None, finished_at=None)
    ledger = BatchLedger(site, batch_id, Counts(**batch.counts), watch)
    try:
        with site.store.local(batch.upload_key) as path:
            _import(site, path, batch, actor, ledger)
    except StoreUnavailable:
        raise  # it comes back, and the job with it
    except QAError as error:
        _fail(site, batch_id, error)
        raise
    with site.writing(actor) as ctx:
        watch.hold(ctx)
        _set(ctx, batch_id, state=ImportState.DONE, finished_at=ctx.clock.now())
        if not batch.is_dry_run:
            note_done(ctx, batch.filename, ledger.counts)
    _forget_upload(site, batch.upload_key)
    return ledger.counts.to_dict()


def _import(site: Site, path: Path, batch: Any, actor: Actor, ledger: BatchLedger) -> None:
    order = order_for(
        site, path, name=batch.filename, source=batch.source or None, takes_files=False
    )
    if order.kind == "zip":  # each file in it has the source of its format
        ledger.note_format(order.kind, batch.source)
    else:
        ledger.note_format(order.kind, order.source_of(order.kind))
    with unpacked(site, order, ledger.unpacking) as opened:
        Importer(site, opened, ledger, actor=actor, dry_run=batch.is_dry_run).run()


class BatchLedger:
    """Keeps the account of an import in its row, together with what each batch changes."""

    def __init__(self, site: Site, batch_id: int, counts: Counts, watch: Watch) -> None:
        self.counts = counts
        self._site = site
        self._batch_id = batch_id
        self._watch = watch
        self._starts_at = 0

    def note_format(self, kind: str, source: str) -> None:
        with self._site.writing() as ctx:
            _set(ctx, self._batch_id, format=kind, source=source)

    def keep(self, ctx: Context | None, notes: BatchNotes) -> None:
        if ctx is None:
            with self._site.writing() as own:
                self.keep(own, notes)
            return
        self._watch.hold(ctx)
        self.counts.add(notes.counts)
        _set(ctx, self._batch_id, counts=self.counts.to_dict())
        rows = [
            {"batch_id": self._batch_id, "level": level, "place": one.where, "reason": one.reason}
            for level, some in ((REJECT, notes.rejected), (WARNING, notes.warnings))
            for one in _storable(some)
        ]
        if rows:
            ctx.session.execute(insert(ImportProblem), rows)

    def unpacking(self, done: int, total: int) -> None:
        """Tell how far an archive is unpacked: that is the first part of the way."""
        self._starts_at = UNPACKED
        self._watch.progress(UNPACKED * done // max(1, total), THE_WAY)

    def progress(self, done: int, total: int) -> None:
        rest = THE_WAY - self._starts_at
        self._watch.progress(self._starts_at + rest * done // max(1, total), THE_WAY)


def _storable(notes: list[Note]) -> list[Note]:
    """What a database can keep: reasons quote the file, and a file holds anything."""
    return [
        Note(*(text.replace("\0", "\ufffd").encode("utf-8", "replace").decode() for text in one))
        for one in notes
    ]


def _set(ctx: Context, batch_id: int, **values: Any) -> None:
    ctx.session.execute(update(ImportBatch).where(ImportBatch.id == batch_id).values(**values))


def _fail(site: Site, batch_id: int, error: QAError) -> None:
    reasons = [f"{problem.where}: {problem.message}" for problem in error.problems]
    with site.writing() as ctx:
        _set(
            ctx,
            batch_id,
            state=ImportState.FAILED,
            error=_storable([Note("", "; ".join(reasons) or str(error))])[0].reason,
            finished_at=ctx.clock.now(),
        )


def _forget_upload(site: Site, upload_key: str) -> None:
    """Remove the file once no import waits for it; that of a failed import stays for a retry."""
    with site.reading() as ctx:
        if upload_is_wanted(ctx.session, upload_key):
            return
    try:
        site.store.delete(upload_key)
    except RecordingMissing:
        return
