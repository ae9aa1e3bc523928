"""Byte ranges as players ask for them, and as others do."""

from __future__ import annotations

import pytest

from qa_app.web.ranges import Span, Unsatisfiable, wanted_span


@pytest.mark.parametrize(
    ("header", "span"),
    [
        (None, None),
        ("bytes=0-", (0, 1000)),
        ("bytes=0-0", (0, 1)),
        ("bytes=999-", (999, 1000)),
        ("bytes=10-19", (10, 20)),
        ("bytes=990-5000", (990, 1000)),
        ("bytes=-1", (999, 1000)),
        ("bytes=-5000", (0, 1000)),
        ("Bytes = 5-6 ", (5, 7)),
    ],
)
def test_one_range_gives_exactly_its_bytes(
    header: str | None, span: tuple[int, int] | None
) -> None:
    assert wanted_span(header, 1000) == (None if span is None else Span(*span))


@pytest.mark.parametrize(
    "header",
    [
        "bytes=1000-",
        "bytes=-0",
        "bytes=-",
        "bytes=20-10",
        "bytes=0-1,5-6",
        "bytes=" + ",".join(["0-"] * 1300),
        "bytes=a-b",
        "bytes=٣-٤",
        "items=0-1",
        "bytes",
        "",
        "bytes=0-99999999999999999999",
    ],
)
def test_several_ranges_impossible_ones_and_nonsense_are_refused(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        wanted_span(header, 1000)


def test_an_empty_file_has_no_range() -> None:
    with pytest.raises(Unsatisfiable):
        wanted_span("bytes=0-", 0)
    with pytest.raises(Unsatisfiable):
        wanted_span("bytes=-5", 0)
