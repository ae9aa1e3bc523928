"""The site that is measured: people, forms, a plan, and a file of chats to import."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import orjson
from sqlalchemy import text

from qa_app.adapters.passwords import hash_password
from qa_app.config import Settings
from qa_app.db.migrate import upgrade
from qa_app.domain.people import Role
from qa_app.models import Account, Membership, Person, Team
from qa_app.services.sampling import publish_plan
from qa_app.services.scorecards import publish_scorecard
from qa_app.services.site import Site
from scorecards import shipped_text
from tests.infrastructure.ports import free_port

PASSWORD = "a long benchmark password"
PERIOD = "2026-10-H1"
FIRST = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
AGENTS, GRADERS, TURNS = 100, 8, 20
SAID = (
    "您好，请问有什么可以帮您？",
    "My parcel has not arrived and the tracking has not moved for three days.",
    "我马上帮您查询，请稍等。",
    "Thank you, I will wait for your message then.",
)


def environment(folder: Path, database_url: str) -> dict[str, str]:
    """What a subprocess needs to open the same site."""
    return {
        **os.environ,
        "QA_DATA_DIR": str(folder),
        "QA_DATABASE_URL": database_url,
        "QA_ARGON2": "fast-for-tests",
    }


def open_site(folder: Path, database_url: str) -> Site:
    """A migrated site with a department of AGENTS and GRADERS."""
    site = Site.open(Settings.from_env(environment(folder, database_url)))
    upgrade(site.database)
    now = site.clock.now()
    hashed = hash_password(PASSWORD, fast=True)
    with site.writing() as ctx:
        teams = [Team(code=f"T{number}") for number in range(5)]
        people = [
            Person(employee_no=f"A{number:03d}", name=f"Agent {number}") for number in range(AGENTS)
        ]
        ctx.session.add_all([*teams, *people])
        ctx.session.flush()
        ctx.session.add_all(
            Membership(
                person_id=person.id,
                team_id=teams[number % 5].id,
                from_date=FIRST.date() - timedelta(days=400),
            )
            for number, person in enumerate(people)
        )
        ctx.session.add_all(
            Account(
                login=f"grader{number}",
                name=f"Grader {number}",
                role=Role.SPECIALIST,
                password_hash=hashed,
                created_at=now,
                password_changed_at=now,
            )
            for number in range(GRADERS)
        )
        ctx.session.flush()
        publish_scorecard(ctx, shipped_text("chat-text"))
        graders = ", ".join(f"grader{number}" for number in range(GRADERS))
        publish_plan(
            ctx,
            "id: bench\ntitle: {zh: 基准, en: Bench}\n"
            "channels: {chat: {scorecard: chat-text, quota: 150}}\n"
            f"agents: all\ngraders: [{graders}]\ndue_days: 5\n",
        )
    return site


def write_chats(path: Path, count: int) -> None:
    """`count` chats of TURNS turns as JSON Lines, all within PERIOD."""
    rng = Random(7)
    with path.open("wb") as file:
        for number in range(count):
            started = FIRST + timedelta(seconds=rng.randrange(14 * 86400))
            row = {
                "external_id": f"chat-{number:07d}",
                "channel": "chat",
                "agent": f"A{rng.randrange(AGENTS):03d}",
                "started_at": started.isoformat(),
                "duration_s": TURNS * 20,
                "queue": f"queue {number % 7}",
                "topic": f"topic {number % 31}",
                "language": "zh",
                "satisfaction": number % 5 + 1,
                "turns": [
                    {
                        "speaker": "customer" if turn % 2 else "agent",
                        "text": f"{SAID[(number + turn) % 4]} {number}",
                        "from_ms": turn * 20000,
                        "to_ms": turn * 20000 + 9000,
                    }
                    for turn in range(TURNS)
                ],
            }
            file.write(orjson.dumps(row) + b"\n")


def analyse(site: Site) -> None:
    """What PostgreSQL does by itself after a while."""
    if not site.database.is_sqlite:
        with site.database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def run_command(env: dict[str, str], *words: str) -> tuple[float, float, str]:
    """Seconds, largest memory in MB and output of a `qa-app` command."""
    program = Path(sys.executable).with_name("qa-app")
    begun = time.perf_counter()
    peak = 0.0
    with (
        tempfile.TemporaryFile() as output,
        subprocess.Popen([program, *words], env=env, stdout=output) as process,
    ):
        while process.poll() is None:  # what wait4 tells holds this process's memory before exec
            peak = max(peak, memory_mb(process.pid, "VmHWM"))
            time.sleep(0.01)
        seconds = time.perf_counter() - begun
        output.seek(0)
        said = output.read().decode()
    if process.returncode != 0:
        raise RuntimeError(f"qa-app {' '.join(words)}: {said[-2000:]}")
    return seconds, peak, said


@contextmanager
def served(env: dict[str, str], processes: int = 0) -> Iterator[tuple[int, float, int]]:
    """The site on the embedded server, or on gunicorn's processes: port, seconds until it answers,
    process id."""
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen(
        _server(port, processes), env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _answers(port):
            time.sleep(0.02)
        yield port, time.perf_counter() - begun, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _server(port: int, processes: int) -> list[str]:
    if not processes:
        program = Path(sys.executable).with_name("qa-app")
        return [str(program), "serve", "--port", str(port)]
    return [
        *(sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", str(processes), "--threads", "4"),
        *("--keep-alive", "75", "wsgi:app"),
    ]


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False


def cpu_seconds(pid: int) -> float:
    """The CPU that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int, name: str = "VmRSS") -> float:
    """What the process holds now (VmHWM: the most it held); 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)
