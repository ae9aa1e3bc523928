"""`qa-app conversations import` as a program: its output, its exit code, nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qa_app.cli import cli
from qa_app.services.site import Site
from tests.factories import make_person

ROW = "1,chat,E1,2026-11-18T10:00:00+08:00"
Run = Callable[..., Result]
HEADER = "external_id,channel,agent,started_at"


@pytest.fixture
def site_with_a_person(sqlite_site: Site) -> Site:
    with sqlite_site.writing() as ctx:
        make_person(ctx, "E1")
    return sqlite_site


@pytest.fixture
def run(site_with_a_person: Site, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, in this process, with the site's environment."""
    settings = site_with_a_person.settings
    monkeypatch.setenv("QA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("QA_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("QA_SECRET_KEY", settings.secret_key)

    def invoke(*arguments: str | Path) -> Result:
        words = ["conversations", "import", *map(str, arguments)]
        return CliRunner().invoke(cli, words, catch_exceptions=False)

    return invoke


def test_it_answers_with_one_document_and_0(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    dry = run(path, "--json", "--dry-run", "--source", "north")
    first = run(path, "--json", "--source", "north")
    assert dry.stdout == first.stdout
    assert (dry.exit_code, first.exit_code, first.stderr) == (0, 0, "")
    assert json.loads(first.stdout) == {
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": [],
        "warnings": [],
    }
    again = json.loads(run(path, "--json", "--source", "north").stdout)
    assert (again["created"], again["unchanged"]) == (0, 1)


def test_a_rejected_row_is_named_and_makes_it_1(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(f"{HEADER}\n{ROW}\n2,fax,E1,never\n", encoding="utf-8")
    answer = run(path, "--json")
    document = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert document["created"] == 1
    assert [one["where"] for one in document["rejected"]] == ["calls.csv:3"]


@pytest.mark.parametrize(
    ("content", "options"),
    [("name,age\nx,1\n", []), (None, []), ("", []), (f"{HEADER}\n{ROW}\n", ["--source", "X Y"])],
)
def test_a_refusal_is_a_document_and_1(
    run: Run, tmp_path: Path, content: str | None, options: list[str]
) -> None:
    path = tmp_path / "calls.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    answer = run(path, "--json", *options)
    document = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert document["error"]["code"]
    assert document["problems"]
    assert "Traceback" not in answer.stderr


def test_wrong_usage_is_2(run: Run, tmp_path: Path) -> None:
    assert run(tmp_path, "--format", "pdf").exit_code == 2
