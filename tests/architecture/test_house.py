"""Habits of the house that a newcomer would otherwise have to be told."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 40


def sources() -> list[Path]:
    rooms = ("qa_app", "scorecards", "tools")
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls_of(method: str, path: Path) -> int:
    tree = ast.parse(path.read_text("utf-8"))
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return sum(isinstance(each, ast.Attribute) and each.attr == method for each in called)


def test_every_module_says_what_belongs_in_it() -> None:
    trees = {name_of(path): ast.parse(path.read_text("utf-8")) for path in sources()}
    assert [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []


def test_files_stay_short() -> None:
    lines = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in sources()}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}


def test_functions_stay_short() -> None:
    lines = {
        f"{name_of(path)}: {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in sources()
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef)
    }
    assert {name: count for name, count in lines.items() if count > LONGEST_FUNCTION} == {}


def test_a_transaction_is_committed_in_one_place() -> None:
    committing = [name_of(path) for path in sources() if calls_of("commit", path)]
    assert committing == ["qa_app/db/unit_of_work.py"]


def test_time_comes_from_the_clock() -> None:
    reading = [
        name_of(path)
        for path in (ROOT / "qa_app").rglob("*.py")
        if "datetime.now(" in path.read_text("utf-8") or "utcnow(" in path.read_text("utf-8")
    ]
    assert reading == ["qa_app/adapters/clock.py"]


def test_pages_carry_no_inline_script_or_style() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        assert "<style" not in text, path
        assert ' style="' not in text, path
        assert "<script>" not in text, path
        assert ' onclick="' not in text, path
