"""Every command of `qa-app`: help, one JSON document, refusals with reasons, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from qa_app.cli import COMMANDS, cli
from qa_app.services.site import Site
from tests.infrastructure.commands import Answer, environment_of, run_command
from tests.infrastructure.ports import free_port

# They run until they are stopped: there is no answer to print.
WITHOUT_JSON = {"serve", "jobs work"}
# A call of each that asks the site's database.
CALLS = (
    "audit verify",
    "conversations import FILE",
    "draw list",
    "draw run 2026-11-H1 --plan main",
    "draw export 2026-11-H1.main.1",
    "draw verify 2026-11-H1.main.1",
    "people import FILE",
    "period show 2026-11-H1",
    "period publish 2026-11-H1",
    "period figures 2026-11-H1",
    "plan publish FILE",
    "scorecard publish FILE",
    "scorecard export form",
    "token create nobody",
    "user create someone --role hr",
)
FILES = (
    "people import",
    "conversations import",
    "plan check",
    "plan publish",
    "scorecard check",
    "scorecard publish",
)
SETTINGS = (
    ("QA_TIMEZONE", "Mars/Olympus", "QA_TIMEZONE"),
    ("QA_TIMEZONE", "../../etc/passwd", "QA_TIMEZONE"),
    ("QA_LOCALE", "tlh", "QA_LOCALE"),
    ("QA_SECRET_KEY", "short", "QA_SECRET_KEY"),
    ("QA_SECRET_KEY", "a" * 64, "QA_SECRET_KEY"),
    ("QA_BASE_URL", "ftp://x", "QA_BASE_URL"),
    ("QA_PROXIES", "-1", "QA_PROXIES"),
    ("QA_PROXIES", "many", "QA_PROXIES"),
    ("QA_LAG_DAYS", "99", "QA_LAG_DAYS"),
    ("QA_UPLOAD_LIMIT_MB", "0", "QA_UPLOAD_LIMIT_MB"),
    ("QA_DATABASE_URL", "nonsense", "QA_DATABASE_URL"),
    ("QA_DATABASE_URL", "mysql://localhost/qa", "QA_DATABASE_URL"),
    ("QA_DATABASE_URL", "postgresql://localhost:port/qa", "QA_DATABASE_URL"),
)


def leaves(
    group: click.Group = cli, words: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


@pytest.fixture
def environment(sqlite_site: Site) -> dict[str, str]:
    return environment_of(sqlite_site.settings)


@pytest.fixture
def junk(tmp_path: Path) -> Path:
    path = tmp_path / "junk"
    path.write_bytes(bytes(range(256)) * 40)
    return path


def words_of(call: str, file: object) -> list[object]:
    return [file if word == "FILE" else word for word in call.split()]


def refused(answer: Answer) -> dict[str, Any]:
    """The document of a refusal: JSON with its reason on one side, words on the other."""
    document: dict[str, Any] = answer.document(code=1)
    assert set(document) == {"error", "problems"}
    assert set(document["error"]) == {"code", "message"}
    assert document["error"]["message"]
    assert all(set(problem) == {"where", "code", "message"} for problem in document["problems"])
    assert answer.err.startswith("qa-app: ")
    assert "Traceback" not in answer.out + answer.err
    return document


def test_every_group_has_its_commands() -> None:
    assert {words.split()[0] for words, _ in leaves()} == set(COMMANDS)


@pytest.mark.parametrize("words", ["", *COMMANDS, *dict(leaves())])
def test_help_is_given_without_a_site(words: str, tmp_path: Path) -> None:
    answer = run_command({"QA_DATA_DIR": str(tmp_path / "none")}, *words.split(), "--help")
    assert answer.code == 0
    assert answer.out.startswith("Usage:")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("words", "command"), list(leaves()), ids=str)
def test_whatever_gives_an_answer_gives_it_as_json_too(words: str, command: click.Command) -> None:
    options = {option for one in command.params for option in one.opts}
    assert ("--json" in options) is (words not in WITHOUT_JSON)
    assert command.help


@pytest.mark.parametrize("words", dict(leaves()))
def test_an_unknown_option_is_wrong_usage(words: str, environment: dict[str, str]) -> None:
    answer = run_command(environment, *words.split(), "--no-such-option")
    assert answer.code == 2
    assert "--no-such-option" in answer.err
    assert answer.out == ""


def test_an_unknown_command_is_wrong_usage(environment: dict[str, str]) -> None:
    for words in (["nothing"], ["user", "nothing"], ["user", "create"], ["draw", "run"]):
        answer = run_command(environment, *words)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err


@pytest.mark.parametrize("call", CALLS)
def test_a_site_that_is_not_migrated_says_what_to_do(tmp_path: Path, junk: Path, call: str) -> None:
    environment = {"QA_DATA_DIR": str(tmp_path / "new"), "QA_DATABASE_URL": ""}
    document = refused(run_command(environment, *words_of(call, junk), "--json"))
    assert document["error"]["code"] == "not_migrated"
    assert "qa-app db upgrade" in document["error"]["message"]


@pytest.mark.parametrize("call", [*CALLS, "db upgrade", "db check"])
def test_a_database_that_is_down_is_said(
    environment: dict[str, str], junk: Path, call: str
) -> None:
    environment["QA_DATABASE_URL"] = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/qa"
    document = refused(run_command(environment, *words_of(call, junk), "--json"))
    assert [one["code"] for one in document["problems"]] == ["unavailable"]


@pytest.mark.parametrize("call", ["audit verify", "db upgrade", "db check", "draw list"])
def test_a_file_that_is_no_database_is_said(
    environment: dict[str, str], junk: Path, call: str
) -> None:
    environment["QA_DATABASE_URL"] = f"sqlite:///{junk}"
    refused(run_command(environment, *call.split(), "--json"))


@pytest.mark.parametrize(("name", "value", "where"), SETTINGS)
def test_settings_that_are_not_understood_are_named(
    environment: dict[str, str], name: str, value: str, where: str
) -> None:
    environment[name] = value
    for call in ("audit verify", "db upgrade"):
        document = refused(run_command(environment, *call.split(), "--json"))
        assert [problem["where"] for problem in document["problems"]] == [where]


def test_all_settings_that_are_wrong_are_named_at_once(environment: dict[str, str]) -> None:
    environment |= {"QA_LOCALE": "x", "QA_TIMEZONE": "x", "QA_PROXIES": "x"}
    document = refused(run_command(environment, "audit", "verify", "--json"))
    named = {problem["where"] for problem in document["problems"]}
    assert named == {"QA_LOCALE", "QA_TIMEZONE", "QA_PROXIES"}


def test_a_data_folder_that_cannot_be_one_is_said(junk: Path) -> None:
    environment = {"QA_DATA_DIR": str(junk), "QA_DATABASE_URL": "", "QA_SECRET_KEY": ""}
    refused(run_command(environment, "db", "upgrade", "--json"))


@pytest.mark.parametrize("call", FILES)
def test_a_file_that_cannot_be_used_is_refused_with_its_reason(
    environment: dict[str, str], tmp_path: Path, junk: Path, call: str
) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    workbook = tmp_path / "broken.xlsx"
    workbook.write_bytes(b"PK\x03\x04" + b"\0" * 100)
    bad = (
        tmp_path / "missing.csv",
        tmp_path,
        junk,
        empty,
        workbook,
        junk / "below.csv",
        tmp_path / ("x" * 300),
        "/dev/null",
    )
    for path in bad:
        answer = run_command(environment, *call.split(), path, "--json")
        document = json.loads(answer.out)
        assert answer.code == 1, (path, answer)
        if "error" in document:
            refused(answer)
        else:
            assert document.get("ok") is False or document.get("rejected"), path
        in_words = run_command(environment, *call.split(), path)
        assert in_words.code == 1
        assert in_words.err + in_words.out
        assert "Traceback" not in in_words.err


@pytest.mark.parametrize(
    "call",
    [
        "draw export 2026-11-H1.main.9",
        "draw verify nothing",
        "draw run 2026-11-H1 --plan nothing",
        "draw run 2026-13-H1 --plan main",
        "period show 2026-11",
        "period figures 2026-02-H3",
        "period publish 2030-01-H1",
        "period publish 2026-10-H1",
        "scorecard export nothing",
        "token create nobody",
        "token create nobody --days 0",
        "user create 中文 --role hr",
        "user create x --role king",
    ],
)
def test_what_is_not_there_or_not_possible_is_refused(
    environment: dict[str, str], call: str
) -> None:
    refused(run_command(environment, *call.split(), "--json"))
    in_words = run_command(environment, *call.split())
    assert (in_words.code, in_words.out) == (1, "")
    assert in_words.err.startswith("qa-app: ")


@pytest.mark.parametrize("call", ["serve", "jobs work"])
def test_what_runs_until_stopped_does_not_start_on_a_site_without_a_database(
    tmp_path: Path, call: str
) -> None:
    environment = {"QA_DATA_DIR": str(tmp_path / "new"), "QA_DATABASE_URL": ""}
    answer = run_command(environment, *call.split())
    assert answer.code == 1
    assert "qa-app db upgrade" in answer.err
