"""`qa-app` as somebody types it, in this process: its answer, its words, its exit code."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner

from qa_app.app import create_app
from qa_app.cli import cli
from qa_app.cli.site import Parts
from qa_app.config import Settings
from qa_app.services.site import Site
from tests.infrastructure.sites import SECRET


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    def document(self, code: int = 0) -> Any:
        """The one JSON document on standard output, where the exit code is this one."""
        assert self.code == code, (self.code, self.out, self.err)
        return json.loads(self.out)


Command = Callable[..., Answer]


def environment_of(settings: Settings) -> dict[str, str]:
    """What a shell would export for a site."""
    return {
        "QA_DATA_DIR": str(settings.data_dir),
        "QA_DATABASE_URL": settings.database_url,
        "QA_RECORDINGS": settings.recordings,
        "QA_SECRET_KEY": SECRET,
        "QA_ARGON2": "fast-for-tests",
    }


def run_command(
    environment: Mapping[str, str | None], *words: object, stdin: str | bytes | None = None
) -> Answer:
    """Run `qa-app WORDS`; what is no refusal comes out as the error that it is."""

    def worker() -> object:
        import qa_app.jobs.worker

        return qa_app.jobs.worker

    result = CliRunner(env=environment).invoke(
        cli, [str(word) for word in words], input=stdin, obj=Parts(create_app, worker)
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def command(site: Site) -> Command:
    """`command("user", "create", …)` on the test's `site`."""
    environment = environment_of(site.settings)

    def run(*words: object, stdin: str | bytes | None = None) -> Answer:
        return run_command(environment, *words, stdin=stdin)

    return run
