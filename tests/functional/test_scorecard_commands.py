"""`qa-app scorecard`, `plan` and `draw` as somebody types them."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from qa_app.cli import cli
from qa_app.models import Conversation, Pick
from qa_app.services.site import Site
from tests.factories.sampling import form_text, make_department, plan_text
from tests.infrastructure.sites import SECRET

SEED = "5a" * 32
Run = Callable[..., Result]


@pytest.fixture
def run(site: Site, tmp_path: Path) -> Run:
    """`run("draw", "list")` on this test's site, in a folder of its own."""
    environment = {
        "QA_DATA_DIR": str(site.settings.data_dir),
        "QA_DATABASE_URL": site.settings.database_url,
        "QA_SECRET_KEY": SECRET,
    }

    def call(*words: str, stdin: str | None = None) -> Result:
        return CliRunner(env=environment).invoke(cli, list(words), input=stdin)

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], str]:
    def to_file(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return to_file


def document(result: Result, exit_code: int = 0) -> Any:
    """The one JSON document on standard output."""
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_check_answers_with_every_problem(run: Run, write: Callable[[str, str], str]) -> None:
    good = write("good.yaml", form_text("form"))
    bad = write("bad.yaml", form_text("form").replace("yes_no", "yesno"))
    answer = document(run("scorecard", "check", good, "--json"))
    assert answer["ok"] is True
    assert {one["level"] for one in answer["problems"]} <= {"warning"}
    answer = document(run("scorecard", "check", bad, "--json"), 1)
    assert answer["ok"] is False
    assert set(answer["problems"][0]) == {"level", "code", "path", "line", "message"}
    by_stdin = run("scorecard", "check", "-", "--json", stdin=form_text("form"))
    assert document(by_stdin)["ok"] is True
    folder = document(run("scorecard", "check", str(Path(bad).parent), "--json"), 1)
    assert {one["file"] for one in folder["problems"] if one["level"] == "error"} == {"bad.yaml"}
    assert document(run("scorecard", "check", "chat-text", "--json"))["ok"] is True
    assert document(run("scorecard", "check", "no-such-file", "--json"), 1)["ok"] is False


def test_score_prints_the_result(run: Run, write: Callable[[str, str], str]) -> None:
    form = write("form.yaml", form_text("form"))
    sheet = write("sheet.json", '{"greeting": {"answer": "yes"}, "tone": {"answer": 3}}')
    result = document(run("scorecard", "score", form, "--sheet", sheet, "--json"))
    assert (result["score"], result["complete"]) == ("83.33", True)
    assert result["questions"]["tone"]["lost"] == "16.67"
    for wrong in ("[]", "{", '"text"'):
        refused = run("scorecard", "score", form, "--sheet", "-", "--json", stdin=wrong)
        assert document(refused, 1)["error"]["code"] == "invalid_input"
    missing = run("scorecard", "score", form, "--sheet", "nowhere.json", "--json")
    assert document(missing, 1)["problems"][0]["where"] == "nowhere.json"


def test_compare_says_what_can_move_a_score(run: Run, write: Callable[[str, str], str]) -> None:
    old = write("old.yaml", form_text("form"))
    titled = write("titled.yaml", form_text("form").replace("en: Tone", "en: Manner"))
    weighed = write("weighed.yaml", form_text("form").replace("points: 5", "points: 6"))
    answer = document(run("scorecard", "compare", old, titled, "--json"))
    assert answer["comparable"] is True
    assert [one["scoring"] for one in answer["changes"]] == [False]
    answer = document(run("scorecard", "compare", old, weighed, "--json"))
    assert answer["comparable"] is False
    assert set(answer["changes"][0]) == {"path", "kind", "old", "new", "scoring"}


def test_publish_and_export_give_the_same_form(run: Run, write: Callable[[str, str], str]) -> None:
    form = write("form.yaml", form_text("form"))
    first = document(run("scorecard", "publish", form, "--json"))
    assert first == {"id": "form", "version": 1, "digest": first["digest"]}
    assert document(run("scorecard", "publish", form, "--json")) == first
    exported = run("scorecard", "export", "form")
    assert exported.exit_code == 0
    again = run("scorecard", "publish", "-", "--json", stdin=exported.stdout)
    assert document(again) == first
    assert run("scorecard", "export", "form", "--version", "2").exit_code == 1
    assert document(run("scorecard", "publish", "chat-text", "--json"))["id"] == "chat-text"
    refused = run("scorecard", "publish", write("bad.yaml", "id: x"), "--json")
    assert document(refused, 1)["problems"]


def test_a_plan_is_checked_published_and_drawn(
    site: Site, run: Run, write: Callable[[str, str], str]
) -> None:
    with site.writing() as ctx:
        make_department(ctx)
    plan = write("plan.yaml", plan_text())
    answer = document(run("plan", "check", plan, "--json"), 1)
    assert [one["code"] for one in answer["problems"]] == ["unknown_scorecard"]
    document(run("scorecard", "publish", write("form.yaml", form_text("form")), "--json"))
    assert document(run("plan", "check", plan, "--json")) == {"ok": True, "problems": []}
    published = document(run("plan", "publish", plan, "--json"))
    assert (published["id"], published["version"]) == ("main", 1)
    assert document(run("plan", "publish", plan, "--json")) == published

    drawn = document(run("draw", "run", "2026-11-H2", "--plan", "main", "--seed", SEED, "--json"))
    assert (drawn["draw"], drawn["picks"], drawn["shortfall"]) == ("2026-11-H2.main.1", 6, 0)
    assert drawn["commitment"] == hashlib.sha256(bytes.fromhex(SEED)).hexdigest()
    again = document(run("draw", "run", "2026-11-H2", "--plan", "main", "--json"))
    assert (again["draw"], again["picks"]) == (None, 0)
    refused = run("draw", "run", "2026-11-H2", "--plan", "main", "--seed", SEED, "--json")
    assert document(refused, 1)["error"]["code"] == "seed_is_made"
    empty = run("draw", "run", "2026-10-H1", "--plan", "main", "--json")
    assert document(empty, 1)["error"]["code"] == "nothing_fits"


def test_a_record_can_be_recomputed_from_its_export(
    site: Site, run: Run, write: Callable[[str, str], str]
) -> None:
    with site.writing() as ctx:
        make_department(ctx)
    run("scorecard", "publish", write("form.yaml", form_text("form")))
    run("plan", "publish", write("plan.yaml", plan_text()))
    assert run("draw", "run", "2026-11-H2", "--plan", "main", "--seed", SEED).exit_code == 0
    code = "2026-11-H2.main.1"
    assert document(run("draw", "list", "--json")) == {
        "draws": [{"draw": code, "period": "2026-11-H2", "plan": "main"}]
    }
    record = document(run("draw", "export", code, "--json"))
    assert set(record) == {"draw", "period", "plan", "commitment", "seed", "strata"}
    for stratum in record["strata"]:
        ordered = sorted(
            stratum["frame"],
            key=lambda key: hmac.new(bytes.fromhex(SEED), key.encode(), "sha256").hexdigest(),
        )
        assert stratum["picks"] == ordered[: stratum["quota"]]
    proof = document(run("draw", "verify", code, "--json"))
    assert proof == {"ok": True, "first_difference": None, "changed": []}
    with site.writing() as ctx:
        ctx.session.execute(update(Pick).values(ticket="0" * 64))
        ctx.session.execute(
            update(Conversation)
            .where(Conversation.external_id == "E1-0")
            .values(updated_at=Conversation.updated_at)
        )
    proof = document(run("draw", "verify", code, "--json"), 1)
    assert proof["ok"] is False
    assert proof["first_difference"]["code"] == "ticket_differs"
    assert document(run("draw", "export", "nothing", "--json"), 1)["error"]["code"] == "not_found"


def test_a_plan_can_be_checked_without_a_site(
    tmp_path: Path, write: Callable[[str, str], str]
) -> None:
    environment = {"QA_DATA_DIR": str(tmp_path / "empty"), "QA_SECRET_KEY": SECRET}
    environment["QA_DATABASE_URL"] = ""
    runner = CliRunner(env=environment)
    result = runner.invoke(cli, ["plan", "check", write("plan.yaml", plan_text()), "--json"])
    assert document(result) == {"ok": True, "problems": []}
    result = runner.invoke(cli, ["plan", "check", write("plan.yaml", "id: UPPER"), "--json"])
    assert document(result, 1)["ok"] is False
