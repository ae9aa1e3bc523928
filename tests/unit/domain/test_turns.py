"""The optional keys of a turn: kind, files, words; and times moved."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from qa_app.domain.transcripts.shift import shifted
from qa_app.domain.turns import MAX_FILES, MAX_MS, read_turns

SHANGHAI = ZoneInfo("Asia/Shanghai")
TURN: dict[str, Any] = {"speaker": "agent", "text": "您好,hello"}


def test_all_optional_keys_are_kept_and_empty_ones_left_out() -> None:
    rich = {
        **TURN,
        "from_ms": 0,
        "to_ms": 900,
        "kind": "note",
        "files": [{"name": " 照片.png ", "type": "image"}],
        "words": [[0, 0, 400], [3, 400, 900]],
    }
    read = read_turns([rich, {**TURN, "kind": "", "files": [], "words": None}], SHANGHAI)
    assert (read.problems, read.warnings) == ((), ())
    kept = read.to_list()
    assert kept == [{**rich, "files": [{"name": "照片.png", "type": "image"}]}, TURN]
    assert read_turns(kept, SHANGHAI).text == read.text


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("kind", "said", "unknown_value"),
        ("kind", ["note"], "unknown_value"),
        ("kind", 1, "unknown_value"),
        ("files", "a.png", "bad_files"),
        ("files", [{"name": "a.png"}], "bad_files"),
        ("files", [{"name": "a.png", "type": ["image"]}], "bad_files"),
        ("files", [{"name": "a\0", "type": "file"}], "bad_files"),
        ("files", [{"name": "\ud800", "type": "file"}], "bad_files"),
        ("files", [{"name": " ", "type": "file"}], "bad_files"),
        ("files", [{"name": "a", "type": "file"}] * (MAX_FILES + 1), "bad_files"),
        ("files", [None], "bad_files"),
        ("words", {}, "bad_words"),
        ("words", [[0, 1]], "bad_words"),
        ("words", [[0, 2, 1]], "bad_words"),
        ("words", [[0, 0, True]], "bad_words"),
        ("words", [[1, 0, 1], [1, 1, 2]], "bad_words"),
        ("words", [[8, 0, 1]], "bad_words"),
        ("words", [[-1, 0, 1]], "bad_words"),
        ("words", [[0, 0, MAX_MS + 1]], "bad_words"),
        ("words", [(0, 0, 1)], "bad_words"),
    ],
)
def test_a_wrong_one_is_told_by_its_place(key: str, value: Any, code: str) -> None:
    read = read_turns([TURN, {**TURN, key: value}], SHANGHAI)
    assert [(one.where, one.code) for one in read.problems] == [(f"turns[1].{key}", code)]


def test_times_are_moved_but_not_before_the_beginning() -> None:
    turns = [{**TURN, "from_ms": 100, "to_ms": 900, "words": [[0, 100, 200]]}, TURN]
    assert shifted(turns, -500) == [
        {**TURN, "from_ms": 0, "to_ms": 400, "words": [[0, 0, 0]]},
        TURN,
    ]
    assert shifted(turns, 0) == turns
    assert shifted(turns, 50)[0]["words"] == [[0, 150, 250]]
    assert turns[0]["from_ms"] == 100
