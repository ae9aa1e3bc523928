"""An import that is killed, and then run again, ends as one that was not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import Conversation, ImportBatch, ImportProblem, Transcript
from qa_app.models.imports import ImportState
from qa_app.models.job import JobState
from qa_app.queries.imports import import_problems, import_row
from qa_app.queries.jobs import job_row
from qa_app.security.context import SYSTEM, Context
from qa_app.services.import_uploads import REJECT, run_import, start_import
from qa_app.services.imports import import_conversations
from qa_app.services.site import Site
from tests.factories import make_person
from tests.factories.archives import zipped

ROOT = Path(__file__).parents[3]
ROWS = 4500


@pytest.fixture
def path(site: Site, tmp_path: Path) -> Path:
    """4,500 rows, so three batches; every thousandth is broken."""
    with site.writing() as ctx:
        make_person(ctx, "E1")
    path = tmp_path / "chats.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(ROWS):
            row = {
                "external_id": f"C{number}",
                "channel": "fax" if number % 1000 == 999 else "chat",
                "agent": "E1",
                "started_at": "2026-11-18T10:00:00+08:00",
                "turns": [{"speaker": "agent", "text": f"Hello no. {number}"}],
            }
            file.write(json.dumps(row) + "\n")
    return path


def stored(site: Site) -> list[Any]:
    with site.reading() as ctx:
        statement = (
            select(Conversation.external_id, Conversation.row_digest, Transcript.turns)
            .join(Transcript, Transcript.conversation_id == Conversation.id)
            .order_by(Conversation.external_id)
        )
        return [tuple(row) for row in ctx.session.execute(statement)]


def kill_after(site: Site, path: Path, batches: int) -> None:
    environ = os.environ | {
        "QA_DATA_DIR": str(site.settings.data_dir),
        "QA_DATABASE_URL": site.settings.database_url,
        "QA_SECRET_KEY": site.settings.secret_key,
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.fakes.import_process", str(path), str(batches)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for number in range(1, batches + 1):
            assert process.stdout.readline().split() == ["batch", str(number)]
        process.kill()


def test_a_killed_import_run_again_ends_as_one_that_was_not(site: Site, path: Path) -> None:
    kill_after(site, path, 2)
    assert 0 < len(stored(site)) < ROWS - 4, "whole batches stay"
    with import_conversations(site, path) as report:
        assert report.counts.created + report.counts.unchanged == ROWS - 4
        assert report.counts.created > 0
        assert report.counts.unchanged > 0
        assert report.counts.rejected == 4
    after = stored(site)
    assert len(after) == ROWS - 4
    with import_conversations(site, path) as again:
        assert again.counts.unchanged == ROWS - 4
    assert stored(site) == after


class StopsAfter:
    """A job that is stopped after some batches."""

    def __init__(self, batches: int) -> None:
        self._left = batches

    def progress(self, *_where: int | None) -> None:
        self._left -= 1
        if self._left == 0:
            raise InterruptedError

    def hold(self, ctx: Context) -> None:
        pass


def test_an_uploaded_import_goes_on_where_it_was_stopped(site: Site, path: Path) -> None:
    batch_id = start_import(site, SYSTEM, BytesIO(path.read_bytes()), filename="C:\\x\\chats.jsonl")
    with pytest.raises(InterruptedError):
        run_import(site, batch_id, StopsAfter(2))
    with site.reading() as ctx:
        row = import_row(ctx, batch_id)
        assert (row.state, row.counts["batches"]) == (ImportState.RUNNING, 2)
    assert run_pending_jobs(site) == 1
    with site.reading() as ctx:
        row = import_row(ctx, batch_id)
        places = [problem.place for problem in import_problems(ctx, batch_id, REJECT)]
        assert job_row(ctx, row.job_id).state is JobState.DONE
    assert (row.state, row.filename) == (ImportState.DONE, "chats.jsonl")
    assert (row.counts["created"], row.counts["unchanged"]) == (ROWS - 4, 0)
    assert places == [f"chats.jsonl:{line}" for line in (1000, 2000, 3000, 4000)]
    assert not site.store.exists(row.upload_key), "the upload is forgotten"


def test_an_upload_that_cannot_be_read_fails_with_its_reason(site: Site) -> None:
    batch_id = start_import(site, SYSTEM, BytesIO(b"name,age\nx,1\n"), filename="odd.csv")
    run_pending_jobs(site)
    with site.reading() as ctx:
        row = import_row(ctx, batch_id)
        assert row.state is ImportState.FAILED
        assert row.error.startswith("odd.csv:1: external_id")
        assert job_row(ctx, row.job_id).attempts == 1


def test_a_dry_upload_changes_only_its_own_report(site: Site, path: Path) -> None:
    upload = BytesIO(path.read_bytes())
    batch_id = start_import(site, SYSTEM, upload, filename="a.jsonl", dry_run=True, source="north")
    run_pending_jobs(site)
    with site.reading() as ctx:
        assert import_row(ctx, batch_id).counts["created"] == ROWS - 4
        assert ctx.session.scalars(select(Conversation.id)).all() == []
        assert len(ctx.session.scalars(select(ImportProblem.id)).all()) == 4
        assert ctx.session.scalars(select(ImportBatch.source)).one() == "north"


def test_two_imports_at_once_take_each_row_once(site: Site, path: Path) -> None:
    together = threading.Barrier(2)

    def take(_number: int) -> tuple[int, int, int]:
        together.wait()
        with import_conversations(site, path) as report:
            return report.counts.created, report.counts.unchanged, report.counts.rejected

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(take, range(2))
    assert first[0] + second[0] == ROWS - 4
    assert first[0] + first[1] == second[0] + second[1] == ROWS - 4
    assert len(stored(site)) == ROWS - 4


def folders_left(site: Site) -> list[str]:
    folder = site.settings.data_dir / "unpacked"
    return [one.name for one in folder.iterdir() if one.is_dir()]


def test_a_killed_import_of_an_archive_leaves_a_folder_that_the_next_one_removes(
    site: Site, path: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "chats.zip"
    archive.write_bytes(zipped({"chats.jsonl": path.read_bytes()}))
    kill_after(site, archive, 2)
    assert len(folders_left(site)) == 1
    assert 0 < len(stored(site)) < ROWS - 4
    with import_conversations(site, archive) as report:
        assert report.counts.created + report.counts.unchanged == ROWS - 4
        assert report.counts.unchanged > 0
    assert folders_left(site) == []
    assert len(stored(site)) == ROWS - 4


@pytest.mark.parametrize("steps", [1, 4])
def test_an_uploaded_archive_goes_on_where_it_was_stopped(
    site: Site, path: Path, steps: int
) -> None:
    """Stopped while it is unpacked, and between its batches."""
    upload = BytesIO(zipped({"chats.jsonl": path.read_bytes(), "other.txt": bytes(2 << 20)}))
    batch_id = start_import(site, SYSTEM, upload, filename="chats.zip")
    with pytest.raises(InterruptedError):
        run_import(site, batch_id, StopsAfter(steps))
    assert folders_left(site) == []
    with site.reading() as ctx:
        assert (import_row(ctx, batch_id).counts["batches"] > 0) is (steps == 4)
    assert run_pending_jobs(site) == 1
    with site.reading() as ctx:
        row = import_row(ctx, batch_id)
        places = [problem.place for problem in import_problems(ctx, batch_id, REJECT)]
        progress = job_row(ctx, row.job_id)
    assert (row.state, row.format) == (ImportState.DONE, "zip")
    assert (row.counts["created"], row.counts["unchanged"]) == (ROWS - 4, 0)
    assert places == [f"chats.jsonl:{line}" for line in (1000, 2000, 3000, 4000)]
    assert progress.progress_done == progress.progress_total
    assert not site.store.exists(row.upload_key)
