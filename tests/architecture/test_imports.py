"""The arrows between the rooms hold: the contracts stand in pyproject.toml."""

from __future__ import annotations

from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parents[2]


def test_every_import_follows_the_arrows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename="pyproject.toml", cache_dir=None, no_logo=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_room_is_called_after_nothing() -> None:
    nameless = {"utils", "util", "helpers", "helper", "common", "misc"}
    sources = [path for room in ("qa_app", "scorecards") for path in (ROOT / room).rglob("*.py")]
    assert [path for path in sources if path.stem in nameless] == []
