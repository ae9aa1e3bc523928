"""The whole path on one database, from the sets to published figures: every answer is kept.

It is walked once in a run for each database; tests read what the commands answered, and the site
as it is afterwards.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa_app.config import Settings
from qa_app.jobs.runner import Runner
from qa_app.queries.jobs import jobs_to_run
from qa_app.services.site import Site
from tests.infrastructure.sites import SECRET
from tests.real.command import Answer, Command
from tests.real.convert_people import write_people
from tests.real.grading import grade_everything
from tests.real.handed_in import write_crosswoz, write_getgoing, write_star
from tests.real.shared_data import data_set

FIRST, SECOND, VCON_HALF = "2020-05-H1", "2020-05-H2", "2024-03-H2"
HALVES = (FIRST, SECOND, VCON_HALF)
PLAN_ID = "real"
CALL_QUOTA, CHAT_QUOTA, SHORTEST_CHAT_S = 3, 2, 10
GRADERS = ("qing", "wei")
PASSWORD = "correct horse battery"
LIBRARY = Path(__file__).resolve().parents[2] / "scorecards" / "library"
PLAN = f"""
id: {PLAN_ID}
title: {{zh: 真实数据, en: Real data}}
channels:
  call: {{scorecard: call-recording, quota: {CALL_QUOTA}}}
  chat: {{scorecard: chat-text, quota: {CHAT_QUOTA}, min_duration_s: {SHORTEST_CHAT_S}}}
graders: [{", ".join(GRADERS)}]
second_grading: 0
due_days: 5
"""


def seed_of(period: str) -> str:
    """The fixed seed of a half, 64 hex digits."""
    return hashlib.sha256(f"seed of {period}".encode()).hexdigest()


def environment_of(folder: Path, database_url: str | None = None) -> dict[str, str]:
    """Settings of the site; without a database address it is the embedded default."""
    environment = {
        "QA_DATA_DIR": str(folder / "data"),
        "QA_SECRET_KEY": SECRET,
        "QA_ARGON2": "fast-for-tests",
        "QA_LOCALE": "en",
    }
    return environment | ({"QA_DATABASE_URL": database_url} if database_url else {})


@dataclass
class Department:
    """A site under `folder` and what its commands answered, by the name of the step."""

    folder: Path
    environment: Mapping[str, str]
    answers: dict[str, Answer] = field(default_factory=dict)
    graded: dict[str, str | None] = field(default_factory=dict)

    @property
    def qa_app(self) -> Command:
        return Command(self.environment, self.folder)

    @property
    def is_embedded(self) -> bool:
        """Whether it is the embedded default, on SQLite."""
        return "QA_DATABASE_URL" not in self.environment

    def open(self) -> closing[Site]:
        """The site in this process."""
        return closing(Site.open(Settings.from_env(self.environment)))

    def step(self, name: str, *arguments: str | Path, stdin: str = "") -> Answer:
        """Run a command and keep its answer."""
        self.answers[name] = self.qa_app(*arguments, stdin=stdin)
        return self.answers[name]

    def document(self, name: str) -> Any:
        """What a step printed; it succeeded."""
        answer = self.answers[name]
        assert answer.code == 0, (name, answer)
        return answer.document

    def save(self) -> None:
        kept = {
            "environment": dict(self.environment),
            "answers": {name: answer.to_dict() for name, answer in self.answers.items()},
            "graded": self.graded,
        }
        (self.folder / "walked.json").write_text(json.dumps(kept), encoding="utf-8")

    def copied(self, folder: Path) -> Department:
        """The same on the embedded default elsewhere; the recordings stay where they are."""
        (folder / "data").mkdir(parents=True)
        with (
            closing(sqlite3.connect(self.folder / "data" / "qa.db")) as origin,
            closing(sqlite3.connect(folder / "data" / "qa.db")) as copy,
        ):
            origin.backup(copy)
        shutil.copyfile(self.folder / "star.jsonl", folder / "star.jsonl")
        recordings = str(self.folder / "data" / "recordings")
        environment = environment_of(folder) | {"QA_RECORDINGS": recordings}
        return Department(folder, environment, dict(self.answers))

    @classmethod
    def walked(cls, folder: Path) -> Department:
        kept = json.loads((folder / "walked.json").read_text(encoding="utf-8"))
        answers = {name: Answer(**answer) for name, answer in kept["answers"].items()}
        return cls(folder, kept["environment"], answers, kept["graded"])


def fill(made: Department) -> None:
    """Schema, people, accounts, forms, and every set taken in twice."""
    made.step("upgrade", "db", "upgrade")
    people = write_people(made.folder / "people.csv")
    made.step("people", "people", "import", people)
    made.step("people again", "people", "import", people)
    for login in GRADERS:
        create = ("user", "create", login, "--role", "specialist", "--password-stdin")
        made.step(f"user {login}", *create, stdin=PASSWORD)
    for form in ("call-recording", "chat-text"):
        made.step(form, "scorecard", "publish", LIBRARY / f"{form}.yaml")
    for source, path in _handed_in(made.folder).items():
        command: list[str | Path] = ["conversations", "import", path]
        if source != "vcon":
            command += ["--source", source]
        if source == "getgoing":
            made.step("dry run", *command, "--dry-run")
        made.step(source, *command)
        made.step(f"{source} again", *command)


def _handed_in(folder: Path) -> dict[str, Path]:
    return {
        "star": write_star(folder),
        "crosswoz": write_crosswoz(folder),
        "getgoing": write_getgoing(folder),
        "vcon": data_set("calls-vcon-synthetic"),
    }


def prepare_sounds(made: Department, *, at_most: int | None = None) -> None:
    """Run the jobs that the imports asked for, two at a time: all, or some of them."""
    with made.open() as site, ThreadPoolExecutor(2) as threads:
        with site.reading() as ctx:
            jobs = jobs_to_run(ctx.session, ctx.clock.now())
        runner = Runner(site)
        assert all(threads.map(runner.run, jobs[:at_most]))


def draw(made: Department) -> None:
    """A plan, and a draw for each half with a fixed seed."""
    plan = made.folder / "plan.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    made.step("plan check", "plan", "check", plan)
    made.step("plan", "plan", "publish", plan)
    for period in HALVES:
        command = ("draw", "run", period, "--plan", PLAN_ID)
        code = made.step(f"draw {period}", *command, "--seed", seed_of(period)).document["draw"]
        made.step(f"export {period}", "draw", "export", code)
    made.step("verify before", "draw", "verify", made.answers[f"draw {SECOND}"].document["draw"])
    made.step("draw again", "draw", "run", FIRST, "--plan", PLAN_ID)
    made.step("draws", "draw", "list")


def grade_and_publish(made: Department) -> None:
    """Grade what was drawn, publish each half, and ask for everything that proves it."""
    with made.open() as site:
        made.graded = grade_everything(site)
    made.step("provisional", "period", "figures", FIRST)
    for period in HALVES:
        code = made.answers[f"draw {period}"].document["draw"]
        made.step(f"publish {period}", "period", "publish", period)
        made.step(f"figures {period}", "period", "figures", period)
        made.step(f"verify shown {period}", "draw", "verify", code)
    made.step("shown", "draw", "export", made.answers[f"draw {FIRST}"].document["draw"])
    made.step("publish again", "period", "publish", FIRST)
    made.step("too late", "draw", "run", FIRST, "--plan", PLAN_ID)
    star = made.folder / "star.jsonl"
    made.step("after grading", "conversations", "import", star, "--source", "star")
    made.step("changed after grading", *_with_changed_rows(made, star))
    made.step("audit", "audit", "verify")
    made.step("check", "db", "check")


def _with_changed_rows(made: Department, star: Path) -> tuple[str | Path, ...]:
    """An import in which two chats got another queue: one that is graded, one that is not."""
    rows = [json.loads(line) for line in star.read_text(encoding="utf-8").splitlines()]
    graded = next(row for row in rows if f"star:{row['external_id']}" in made.graded)
    other = next(row for row in rows if f"star:{row['external_id']}" not in made.graded)
    path = made.folder / "changed.jsonl"
    changed = [json.dumps(row | {"queue": "other"}) for row in (graded, other)]
    path.write_text("\n".join(changed), encoding="utf-8")
    return "conversations", "import", path, "--source", "star"
