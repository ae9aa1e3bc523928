"""The documents are true: generated pages are current, links lead somewhere, words agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa_app.cli import COMMANDS
from tools.reference import pages

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "CHANGELOG.md"]
DOCUMENTS += sorted((ROOT / "docs").rglob("*.md"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_generated_pages_say_what_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == pages()[path], "run python tools/reference.py"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(path: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(path.read_text(encoding="utf-8"))]
    local = [target for target in targets if target and "://" not in target]
    assert [target for target in local if not (path.parent / target).exists()] == []


def test_every_group_of_commands_is_in_the_reference() -> None:
    reference = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`{name} " not in reference] == []


def test_every_setting_is_in_the_readme() -> None:
    settings = set(re.findall(r'"(QA_[A-Z_]+)"', (ROOT / "qa_app/config.py").read_text()))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted(settings - {"QA_ARGON2"}) if f"`{name}`" not in readme] == []
