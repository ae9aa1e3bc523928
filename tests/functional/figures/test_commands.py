"""`qa-app period` as somebody types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from qa_app.cli import cli
from qa_app.services.site import Site
from tests.factories.figures import FIRST, SECOND, grade_all
from tests.functional.figures.conftest import Graded
from tests.infrastructure.sites import SECRET

Run = Callable[..., Result]


@pytest.fixture
def run(site: Site, graded: Graded) -> Run:
    environment = {
        "QA_DATA_DIR": str(site.settings.data_dir),
        "QA_DATABASE_URL": site.settings.database_url,
        "QA_SECRET_KEY": SECRET,
    }
    return lambda *words: CliRunner(env=environment).invoke(cli, ["period", *words])


def answer(result: Result, exit_code: int = 0) -> Any:
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_figures_have_the_shape_of_the_handbook(run: Run) -> None:
    document = answer(run("figures", FIRST, "--json"))
    assert list(document) == ["period", "version", "digest", "figures"]
    assert (document["period"], document["version"]) == (FIRST, 1)
    anna = document["figures"][0]
    assert {key: anna[key] for key in ("agent", "channel", "n", "mean")} == {
        "agent": "E-anna",
        "channel": "call",
        "n": 2,
        "mean": "88.88",
    }
    assert [set(one) for one in anna["evaluations"]] == [
        {"evaluation", "conversation", "score"}
    ] * 2
    assert anna["evaluations"][0]["conversation"].startswith("test:")
    provisional = answer(run("figures", SECOND, "--json"))
    assert (provisional["version"], provisional["digest"]) == (None, None)


def test_publish_answers_version_and_digest_and_repeats_itself(
    site: Site, run: Run, graded: Graded
) -> None:
    first = answer(run("publish", FIRST, "--json"))
    assert set(first) == {"period", "version", "digest"}
    assert first["version"] == 1
    assert answer(run("publish", FIRST, "--json")) == first
    grade_all(site, graded.people, "ben", "call", ["100.00"], FIRST)
    second = answer(run("publish", FIRST, "--json"))
    assert second["version"] == 2
    assert second["digest"] != first["digest"]


def test_show_counts_what_is_drawn_and_graded(run: Run) -> None:
    document = answer(run("show", FIRST, "--json"))
    assert (document["drawn"], document["graded"], document["open"]) == (12, 7, 5)
    assert (document["state"], document["version"]) == ("published", 1)
    assert "version: 1" in run("show", FIRST).stdout


@pytest.mark.parametrize("deed", ["show", "publish", "figures"])
def test_what_is_no_period_is_refused_with_its_reason(run: Run, deed: str) -> None:
    document = answer(run(deed, "2026-13-H1", "--json"), exit_code=1)
    assert document["error"]["code"] == "invalid_input"
    assert [problem["code"] for problem in document["problems"]] == ["bad_period"]
    assert (
        answer(run("publish", "2027-01-H1", "--json"), exit_code=1)["error"]["code"] == "not_begun"
    )
