"""What a draw was made from stays as it was: agent, channel and start of a conversation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select, text

from qa_app.models import Conversation, Person, Stratum
from qa_app.security.context import SYSTEM, Context
from qa_app.services.import_batches import IN_FRAME
from qa_app.services.import_report import ImportReport
from qa_app.services.imports import (
    BatchNotes,
    Importer,
    ReportLedger,
    import_conversations,
    order_for,
)
from qa_app.services.sampling import run_draw
from qa_app.services.site import Site
from tests.factories.sampling import PERIOD, make_department, plan_text, publish_plan_text

KEY = "import:C1"
Answer = dict[str, Any]


def row(number: int = 1, **changes: Any) -> Answer:
    plain = {
        "external_id": f"C{number}",
        "channel": "chat",
        "agent": "E1",
        "started_at": "2026-11-18T10:00:00+08:00",
        "topic": "delivery",
    }
    return {**plain, **changes}


@pytest.fixture
def site_to_draw_from(site: Site, tmp_path: Path) -> Site:
    """A plan, agents E1 and E2, and an imported chat of E1 in the half-month."""
    with site.writing() as ctx:
        make_department(ctx, agents=2, conversations=0)
        publish_plan_text(ctx, plan_text())
    assert take(site, tmp_path, row())["created"] == 1
    return site


def write(folder: Path, *rows: Answer) -> Path:
    path = folder / "chats.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in rows), encoding="utf-8")
    return path


def take(site: Site, folder: Path, *rows: Answer) -> Answer:
    with import_conversations(site, write(folder, *rows)) as report:
        return report.to_dict()


def draw(site: Site) -> None:
    with site.writing() as ctx:
        run_draw(ctx, PERIOD, "main")


def frames(site: Site) -> dict[str, str]:
    """Employee number -> frame."""
    with site.reading() as ctx:
        statement = select(Person.employee_no, Stratum.frame).join(
            Person, Person.id == Stratum.agent_id
        )
        return {row.employee_no: row.frame for row in ctx.session.execute(statement)}


def agent_of(site: Site) -> str:
    with site.reading() as ctx:
        return ctx.session.scalars(
            select(Person.employee_no).join(Conversation, Conversation.agent_id == Person.id)
        ).one()


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"agent": "E2"}, "agent"),
        ({"channel": "call"}, "channel"),
        ({"started_at": "2026-11-18T10:00:01+08:00"}, "start"),
        ({"agent": "E2", "channel": "call", "topic": "refund"}, "agent, channel"),
    ],
)
def test_what_a_frame_goes_by_is_not_changed(
    site_to_draw_from: Site, tmp_path: Path, changes: Answer, part: str
) -> None:
    site = site_to_draw_from
    draw(site)
    answer = take(site, tmp_path, row(**changes), row(2, agent="E2"))
    assert (answer["created"], answer["updated"]) == (1, 0)
    assert answer["rejected"] == [{"where": "chats.jsonl:1", "reason": IN_FRAME % part}]
    assert take(site, tmp_path, row())["unchanged"] == 1


def test_the_rest_of_a_drawn_conversation_may_change(
    site_to_draw_from: Site, tmp_path: Path
) -> None:
    site = site_to_draw_from
    draw(site)
    same_moment = row(topic="refund", started_at="2026-11-18T02:00:00Z")
    answer = take(site, tmp_path, same_moment)
    assert (answer["updated"], answer["rejected"]) == (1, [])
    with site.reading() as ctx:
        assert ctx.session.scalars(select(Conversation.topic)).one() == "refund"


def test_before_any_draw_everything_may_change(site_to_draw_from: Site, tmp_path: Path) -> None:
    site = site_to_draw_from
    assert take(site, tmp_path, row(agent="E2"))["updated"] == 1
    draw(site)
    assert frames(site) == {"E2": KEY}


@contextmanager
def meanwhile(act: Any) -> Iterator[Thread]:
    """Something that another thread does; it is over when the block is left."""
    thread = Thread(target=act)
    thread.start()
    yield thread
    thread.join(30)
    assert not thread.is_alive()


def wait_until_somebody_waits(site: Site, thread: Thread) -> None:
    """Until PostgreSQL has a transaction wait for the lock; on SQLite the whole file is locked."""
    if site.settings.database_url.startswith("sqlite"):
        assert thread.is_alive()
        return
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    for _attempt in range(5000):
        with site.reading() as ctx:
            if ctx.session.scalar(waiting):
                return
        assert thread.is_alive(), "it did not wait"
    raise AssertionError("nobody waits")


def test_an_import_waits_for_a_draw_and_then_knows_its_frames(
    site_to_draw_from: Site, tmp_path: Path
) -> None:
    site = site_to_draw_from
    answers: list[Answer] = []

    def move() -> None:
        answers.append(take(site, tmp_path, row(agent="E2")))

    with site.writing() as ctx:
        run_draw(ctx, PERIOD, "main")
        thread = Thread(target=move)
        thread.start()
        wait_until_somebody_waits(site, thread)
    thread.join(30)
    assert [one["reason"] for one in answers[0]["rejected"]] == [IN_FRAME % "agent"]
    assert frames(site) == {"E1": KEY}
    assert agent_of(site) == "E1"


class StopsBeforeItCommits(ReportLedger):
    """Says when its batch is written, and waits to be let on."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__(report)
        self.has_written, self.may_go_on = Event(), Event()

    def keep(self, ctx: Context | None, notes: BatchNotes) -> None:
        super().keep(ctx, notes)
        self.has_written.set()
        assert self.may_go_on.wait(30)


def test_a_draw_waits_for_an_import_and_then_sees_what_it_changed(
    site_to_draw_from: Site, tmp_path: Path
) -> None:
    site = site_to_draw_from
    path = write(tmp_path, row(agent="E2"))
    with ImportReport() as report:
        ledger = StopsBeforeItCommits(report)
        importer = Importer(site, order_for(site, path), ledger, actor=SYSTEM, dry_run=False)
        with meanwhile(importer.run):
            assert ledger.has_written.wait(30)
            with meanwhile(lambda: draw(site)) as drawing:
                wait_until_somebody_waits(site, drawing)
                ledger.may_go_on.set()
        assert report.counts.updated == 1
    assert agent_of(site) == "E2"
    assert frames(site) == {"E2": KEY}
