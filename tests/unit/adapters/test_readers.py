"""Readers meet what people and attackers hand in: a named place and a reason, never a crash."""

from __future__ import annotations

import contextlib
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_app.adapters.readers import csv, jsonl, xlsx_workbook
from qa_app.adapters.readers.conversations import Batch, ImportOrder, kind_of, read_batches
from qa_app.adapters.readers.parallel import batches_of
from qa_app.adapters.readers.rows import FileRefused, Position, SourceRow
from qa_app.adapters.readers.tables import open_table
from qa_app.adapters.readers.xlsx import xlsx_tables

HEADER = "external_id,channel,agent,started_at,topic"
ROW = "1,chat,E1,2026-11-18T10:00:00+08:00,delivery"
SHEET = "xl/worksheets/sheet1.xml"
WriteFile = Callable[[str, bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    def write_file(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write_file


def order_of(path: Path) -> ImportOrder:
    kind = kind_of(path, path.name, None)
    folder = path if kind == "folder" else path.parent
    return ImportOrder(path, path.name, kind, None, "Asia/Shanghai", None, folder)


def read_all(path: Path) -> Batch:
    """Everything in one batch."""
    whole = Batch("")
    for batch in read_batches(order_of(path), lambda party: party.employee_no or "E1"):
        whole.rows += batch.rows
        whole.rejected += batch.rejected
        whole.warnings += batch.warnings
        whole.consumed += batch.consumed
    return whole


def table(path: Path) -> list[SourceRow]:
    with open_table(path) as found:
        return list(found.rows())


def refused(path: Path) -> str:
    with pytest.raises(FileRefused) as refusal:
        read_all(path)
    return f"{refusal.value.where}: {refusal.value.reason}"


def workbook(path: Path, *rows: list[Any]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sheet")
        for number, row in enumerate(rows or (HEADER.split(","), ROW.split(","))):
            sheet.write_row(number, 0, row)
    return path


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The same archive with one part changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_a_line_is_where_its_record_starts(write: WriteFile) -> None:
    path = write("a.csv", f'{HEADER}\n{ROW}\n2,chat,E1,x,"two\nlines"\n\n3,a,b,c,d,e\n'.encode())
    assert [row.where for row in table(path)] == ["a.csv:2", "a.csv:3", "a.csv:6"]
    assert table(path)[2].values is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_csv_is_read_in_its_encodings(
    write: WriteFile, encoding: str, delimiter: str, ending: str
) -> None:
    lines = (HEADER, ROW.replace("delivery", "退款很慢，请处理"), "")
    text = ending.join(lines).replace(",", delimiter)
    (row,) = table(write("a.csv", text.encode(encoding)))
    assert row.values is not None
    assert row.values["topic"] == "退款很慢，请处理"


def test_one_broken_byte_costs_one_row_and_not_the_encoding(write: WriteFile) -> None:
    good = ROW.replace("delivery", "退款很慢").encode()
    bad = good.replace(b"1,chat", b"2,chat") + b"\xff"
    batch = read_all(write("a.csv", b"\n".join([HEADER.encode(), good, bad])))
    assert [row.topic for row in batch.rows] == ["退款很慢"]
    assert [note.where for note in batch.rejected] == ["a.csv:3"]


def test_an_open_quotation_mark_does_not_swallow_the_file(
    write: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    import csv as standard

    before = standard.field_size_limit(1000)
    monkeypatch.setattr(csv, "CELL_LIMIT", 1000)
    try:
        lines = [HEADER, '1,chat,E1,"open', *(ROW for _ in range(60))]
        rows = table(write("a.csv", "\n".join(lines).encode()))
    finally:
        standard.field_size_limit(before)
    assert rows[0].values is None
    assert len(rows) > 30


def test_a_line_that_is_too_long_is_skipped(
    write: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv, "LINE_LIMIT", 500)
    monkeypatch.setattr(jsonl, "LINE_LIMIT", 500)
    long = "x" * 10_000
    rows = table(write("a.csv", f"{HEADER}\n{ROW}\n{long}\n{ROW}\n".encode()))
    assert [row.values is None for row in rows] == [False, True, False]
    path = write("a.jsonl", f'{{"a": 1}}\n{{"a": "{long}"}}\n{{"a": 2}}'.encode())
    found = list(jsonl.jsonl_rows(path, "a", Position()))
    assert [row.values is None for row in found] == [False, True, False]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.csv", b"\n\n\n", "empty"),
        ("wide.csv", b",".join(b"c%d" % n for n in range(10_000)), "more than 1000 columns"),
        ("utf16.csv", HEADER.encode("utf-16"), "UTF-16"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "XLS"),
        ("sound.csv", b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(2000), "no table"),
        ("cut.xlsx", b"PK\x03\x04 and no more", "damaged"),
        ("mac.csv", b"a,b\rc,d\re,f", "carriage return"),
        ("half.csv", b"external_id,channel,channel\n1,call,call", "twice"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(
    write: WriteFile, name: str, data: bytes, said: str
) -> None:
    reason = refused(write(name, data))
    assert said in reason
    assert reason.startswith(name)


def test_a_directory_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    assert "no data file" in refused(tmp_path / "folder.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    assert "no ordinary file" in refused(tmp_path / "pipe.csv")
    batch = read_all(tmp_path)
    assert [note.where for note in batch.rejected] == ["pipe.csv"]


def test_control_characters_and_formulas_are_only_text(write: WriteFile) -> None:
    path = write("a.csv", f"{HEADER}\n{ROW}\x00\n{ROW.replace('delivery', '=1+1')}\n".encode())
    batch = read_all(path)
    assert [row.topic for row in batch.rows] == ["=1+1"]
    assert [note.where for note in batch.rejected] == ["a.csv:2"]


def test_a_sheet_is_read_to_its_end_whatever_it_says_of_itself(tmp_path: Path) -> None:
    rows = [HEADER.split(","), *(ROW.split(",") for _ in range(50))]
    path = workbook(tmp_path / "a.xlsx", *rows)
    changed(path, SHEET, lambda data: data.replace(b'ref="A1:E51"', b'ref="A1:B2"'))
    assert len(table(path)) == 50
    changed(path, SHEET, lambda data: data.replace(b'ref="A1:B2"', b'ref="A1:E900000"'))
    for found in xlsx_tables(path, "a.xlsx", Position()):
        assert len(list(found.rows())) == 50
        assert "900000" in found.remarks[0].reason


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<row r="3"', b'<row r="99999999999"'),
        (b'<row r="3"', b'<row r="1"'),
        (b'r="A3"', b'r="ZZZ3"'),
        (b'<c r="E3" t="s"><v>', b'<c r="E3" t="s"><v>99999'),
        (b'<c r="E3" t="s"><v>', b'<c r="E3" t="n"><v>abc'),
        (b'<c r="E3" t="s"', b'<c r="E3" t="e"'),
    ],
)
def test_an_odd_row_does_not_stop_the_others(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = workbook(tmp_path / "a.xlsx", HEADER.split(","), *[ROW.split(",")] * 3)
    changed(path, SHEET, lambda data: data.replace(old, new))
    rows = table(path)
    assert [row.values is None for row in rows][0::2] == [False, False]
    assert rows[1].values is None


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (SHEET, lambda data: data[: len(data) // 2]),
        (SHEET, lambda data: b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + data.partition(b"?>")[2]),
        (SHEET, lambda _data: b"no xml"),
        ("xl/workbook.xml", lambda data: data.replace(b"<sheets>", b"<sheets")),
        (
            "xl/workbook.xml",
            lambda data: data.replace(b"sheetId", b"nothing").replace(b"r:id", b"x"),
        ),
        ("xl/styles.xml", lambda _data: b""),
        ("xl/sharedStrings.xml", lambda _data: b"<sst><si>"),
        (SHEET, lambda data: data.replace(b'r="A1"', b'r="1A"')),
        (SHEET, lambda data: data.replace(b' t="s"', b' s="x" t="s"', 1)),
    ],
)
def test_a_damaged_workbook_is_refused(
    tmp_path: Path, part: str, change: Callable[[bytes], bytes]
) -> None:
    path = changed(workbook(tmp_path / "a.xlsx"), part, change)
    assert refused(path).startswith("a.xlsx")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx")
    changed(path, SHEET, lambda data: data + b" " * (xlsx_workbook.RATIO_FROM + 1))
    assert "packed more than" in refused(path)
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        for number in range(xlsx_workbook.MAX_PARTS + 1):
            archive.writestr(f"{number}", "")
    assert "more than is allowed" in refused(tmp_path / "b.xlsx")
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w") as archive:
        archive.writestr("calls.csv", ROW)
    assert "no XLSX" in refused(tmp_path / "c.xlsx")


def test_deep_and_broken_json_costs_one_row(write: WriteFile) -> None:
    lines = [
        b"[" * 100_000,
        b'{"a":' * 5_000,
        b'{"external_id": "\\ud800"}',
        b"\xff\xfe",
        b"1",
        b"{}",
    ]
    batch = read_all(write("a.jsonl", b'{"x": 1}\n' + b"\n".join(lines)))
    assert len(batch.rejected) == 7


def test_a_second_process_reads_the_same(write: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(
        "a.csv", "\n".join([HEADER + ",mood", *(f"{n}{ROW[1:]},x" for n in range(50))]).encode()
    )
    here = list(read_batches(order_of(path), lambda _party: "E1"))
    monkeypatch.setattr("qa_app.adapters.readers.parallel.WORTH_A_PROCESS", 0)
    assert list(batches_of(order_of(path), ())) == here
    with pytest.raises(FileRefused, match="cannot be read"):
        list(batches_of(order_of(write("odd.csv", b"name\nx\n")), ()))


NAMES = st.sampled_from(["a.csv", "a.jsonl", "a.xlsx", "a.json"])


@given(NAMES, st.binary(max_size=400))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_bytes_whatever_crash_a_reader(write: WriteFile, name: str, data: bytes) -> None:
    starts = (b"", HEADER.encode() + b"\n", b"PK\x03\x04", b"{", b'{"uuid":1,"parties":[')
    for start in starts:
        path = write(name, start + data)
        with contextlib.suppress(FileRefused):
            read_all(path)


def test_no_flipped_byte_of_a_workbook_crashes_its_reader(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "a.xlsx").read_bytes()
    chance = random.Random(7)
    for _ in range(300):
        data = bytearray(whole)
        for _flip in range(chance.choice((1, 3, 20))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = tmp_path / "b.xlsx"
        path.write_bytes(data)
        with contextlib.suppress(FileRefused):
            read_all(path)
