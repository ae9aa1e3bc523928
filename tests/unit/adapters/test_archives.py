"""Archives: what may be unpacked is, everything else is refused before a byte is written."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zipfile
from pathlib import Path

import pytest

from qa_app.adapters.readers import zip_archive
from qa_app.adapters.readers.sniff import sniff
from qa_app.adapters.readers.zip_archive import unpack
from qa_app.adapters.readers.zip_directory import MAX_DIRECTORY
from qa_app.domain.errors import InvalidInput
from tests.factories.archives import HEADER, hostile_archives, zipped, zipped_in_china

LIMIT = 64 << 20
AFTER_UNPACKING = ("empty", "nested", "damaged")


def unpacked(tmp_path: Path, data: bytes, max_bytes: int = LIMIT) -> Path:
    archive = tmp_path / "a.zip"
    archive.write_bytes(data)
    folder = tmp_path / "folder"
    folder.mkdir(exist_ok=True)
    return unpack(archive, "a.zip", folder, max_bytes, lambda _done, _total: None)


def refused(tmp_path: Path, data: bytes, max_bytes: int = LIMIT) -> str:
    with pytest.raises(InvalidInput) as error:
        unpacked(tmp_path, data, max_bytes)
    assert {problem.where for problem in error.value.problems} == {"a.zip"}
    return " ".join(problem.message for problem in error.value.problems)


HOSTILE = hostile_archives()


@pytest.mark.parametrize("kind", [kind for kind in HOSTILE if kind not in ("empty", "nested")])
def test_a_hostile_archive_is_refused_and_nothing_is_written(tmp_path: Path, kind: str) -> None:
    data, reason = HOSTILE[kind]
    assert reason in refused(tmp_path, data)
    if kind not in AFTER_UNPACKING:
        assert list((tmp_path / "folder").iterdir()) == []


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, zipped({"../a": "x", "/b": "x", "c.csv": "x"}))
    assert "'../a'" in said
    assert "'/b'" in said
    assert "'c.csv'" not in said


def test_the_sizes_of_all_entries_are_added_up_before_any_is_read(tmp_path: Path) -> None:
    data = zipped({f"{number}.csv": bytes(1 << 20) for number in range(3)})
    assert "unpacks to more than 2 MB" in refused(tmp_path, data, 2 << 20)
    unpacked(tmp_path, data, 3 << 20)


def test_silence_may_be_packed_as_small_as_it_gets(tmp_path: Path) -> None:
    root = unpacked(tmp_path, zipped({"calls.csv": HEADER, "silence.wav": bytes(3 << 20)}))
    assert (root / "silence.wav").stat().st_size == 3 << 20


def test_an_entry_that_is_longer_than_it_says_is_damaged(tmp_path: Path) -> None:
    data = bytearray(zipped({"calls.csv": bytes(1 << 20)}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 10)
    assert "damaged" in refused(tmp_path, bytes(data))


def test_a_directory_that_says_it_is_huge_is_not_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(MAX_DIRECTORY // 60_000 + 2):
            info = zipfile.ZipInfo(f"{number}.csv")
            info.comment = b"x" * 60_000
            archive.writestr(info, b"")
    assert "more than 20000 entries" in refused(tmp_path, buffer.getvalue())


def test_a_full_disk_is_no_surprise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_archive, "KEEP_FREE", 1 << 60)
    assert "no room" in refused(tmp_path, zipped({"calls.csv": HEADER}))


def test_the_one_folder_of_an_archive_is_the_import_folder(tmp_path: Path) -> None:
    data = zipped(
        {
            "november/": "",
            "november/calls.csv": HEADER,
            "november/sound/1.wav": "x",
            "november/._calls.csv": "litter",
            "__MACOSX/november/._calls.csv": "litter",
        }
    )
    root = unpacked(tmp_path, data)
    assert root.name == "november"
    assert sorted(one.name for one in root.iterdir()) == ["calls.csv", "sound"]


def test_names_of_chinese_windows_are_read_as_meant(tmp_path: Path) -> None:
    data = zipped_in_china("通话.csv", HEADER.encode())
    assert (unpacked(tmp_path, data) / "通话.csv").exists()


def test_progress_ends_with_all_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.csv": bytes(3_000_000), "b.csv": "xx"}))
    (tmp_path / "folder").mkdir()
    told: list[tuple[int, int]] = []
    unpack(
        tmp_path / "a.zip",
        "a.zip",
        tmp_path / "folder",
        LIMIT,
        lambda done, total: told.append((done, total)),
    )
    assert told[-1] == (3_000_002, 3_000_002)
    assert len(told) == 4


def test_an_archive_is_known_by_its_content(tmp_path: Path) -> None:
    for name, data, kind in (
        ("a.csv", zipped({"calls.csv": HEADER}), "zip"),
        ("b.zip", zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""}), "xlsx"),
        ("c.xlsx", zipped({}), "zip"),
        ("d.zip", zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""})[:-9], "xlsx"),
    ):
        (tmp_path / name).write_bytes(data)
        assert sniff(tmp_path / name, name) == kind


def test_no_flipped_byte_of_an_archive_gets_out_of_its_folder(tmp_path: Path) -> None:
    whole = zipped({"calls.csv": HEADER, "sound/1.wav": "x" * 500, "t/1.json": "[]"})
    chance = random.Random(11)
    for number in range(200):
        data = bytearray(whole)
        for _flip in range(chance.choice((1, 3, 20))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        own = tmp_path / str(number)
        own.mkdir()
        with contextlib.suppress(InvalidInput):
            unpacked(own, bytes(data))
        assert {one.name for one in own.iterdir()} == {"a.zip", "folder"}
