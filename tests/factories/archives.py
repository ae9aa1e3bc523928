"""ZIP archives of import folders, and such as nobody should unpack."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable, Mapping

HEADER = "external_id,channel,agent,started_at,recording,transcript"
START = ",call,E1,2026-11-18T10:00:00+08:00,"


def zipped(entries: Mapping[str, bytes | str]) -> bytes:
    """An ordinary archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def zipped_in_china(name: str, data: bytes) -> bytes:
    """An archive of one file as Windows makes it: the name in GB18030, and not said so."""
    raw = name.encode("gb18030")
    stand_in = "X" * len(raw)
    return zipped({stand_in: data}).replace(stand_in.encode(), raw)


def _with(change: Callable[[zipfile.ZipInfo], None], name: str = "calls.csv") -> bytes:
    info = zipfile.ZipInfo(name)
    change(info)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(info, b"x")
    return buffer.getvalue()


def _of_mode(mode: int) -> Callable[[zipfile.ZipInfo], None]:
    def change(info: zipfile.ZipInfo) -> None:
        info.external_attr = (mode | 0o644) << 16

    return change


def _doubled() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("sound/1.wav", "sound\\1.wav"):
            archive.writestr(name, b"x")
    return buffer.getvalue()


def _encrypted() -> bytes:
    data = bytearray(zipped({"secret.csv": "x"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _many(count: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(count):
            archive.writestr(str(number), b"")
    return buffer.getvalue()


def _packed_otherwise() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("calls.csv", b"x")
    return buffer.getvalue()


def _damaged() -> bytes:
    """What was packed is not what the directory says."""
    data = bytearray(zipped({"calls.csv": HEADER * 20}))
    data[40] ^= 0xFF
    return bytes(data)


def hostile_archives() -> dict[str, tuple[bytes, str]]:
    """By kind: an archive, and a part of the reason why it is refused."""
    return {
        "bomb": (zipped({"bomb.csv": bytes(6 << 20)}), "'bomb.csv' is packed more than 200 to 1"),
        "traversal": (zipped({"a/../../b.csv": "x"}), "'a/../../b.csv' leads out"),
        "backslashes": (zipped({"..\\b.csv": "x"}), "'../b.csv' leads out"),
        "absolute": (zipped({"/etc/passwd": "x"}), "'/etc/passwd' leads out"),
        "drive": (zipped({"C:/b.csv": "x"}), "'C:/b.csv' leads out"),
        "control": (zipped({"a\x1bb.csv": "x"}), "a name that no file may have"),
        "device": (zipped({"sound/nul.wav": "x"}), "a name that no file may have"),
        "long": (zipped({"n" * 300: "x"}), "a name that no file may have"),
        "symlink": (_with(_of_mode(stat.S_IFLNK)), "'calls.csv' is no ordinary file"),
        "pipe": (_with(_of_mode(stat.S_IFIFO)), "'calls.csv' is no ordinary file"),
        "doubled": (_doubled(), "'sound/1.wav' stands there twice"),
        "file and folder": (zipped({"a": "x", "a/b": "x"}), "'a' stands there twice"),
        "encrypted": (_encrypted(), "'secret.csv' is encrypted"),
        "method": (_packed_otherwise(), "a way that is not read"),
        "20,001": (_many(20_001), "more than 20000 entries"),
        "damaged": (_damaged(), "archive is damaged"),
        "broken": (b"PK\x03\x04 and no more", "archive is damaged"),
        "cut": (zipped({"calls.csv": HEADER})[:-5], "archive is damaged"),
        "empty": (zipped({}), "no data file"),
        "nested": (zipped({"inner.zip": zipped({"calls.csv": HEADER})}), "no data file"),
    }
