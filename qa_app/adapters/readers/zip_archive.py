"""A ZIP archive of an import folder: looked at as a whole, then unpacked into an empty folder."""

from __future__ import annotations

import errno
import re
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from qa_app.adapters.readers.folder import DATA_SUFFIXES
from qa_app.adapters.readers.rows import FileRefused
from qa_app.adapters.readers.zip_directory import DAMAGED, DirectoryTooLarge, open_zip
from qa_app.domain.errors import InvalidInput, Problem
from qa_app.domain.interchange import PATH_MAX, safe_path

MAX_ENTRIES = 20_000
MAX_RATIO = 200
RATIO_FROM = 4 << 20
"""Silence packs to almost nothing: the ratio of what is small anyway does not matter."""
MAX_NAME_BYTES = 255
MAX_PROBLEMS = 20
CHUNK = 1 << 20
KEEP_FREE = 256 << 20
ENCRYPTED = 0x1 | 0x40 | 0x2000
NAME_IS_UTF8 = 0x800
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?", re.IGNORECASE)
LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\._[^/]*$)")

Progress = Callable[[int, int], None]


class Entry(NamedTuple):
    """A file of an archive, and the path that it gets in the folder."""

    info: zipfile.ZipInfo
    path: str


def unpack(path: Path, name: str, folder: Path, max_bytes: int, progress: Progress) -> Path:
    """Unpack the archive into the empty folder; the import folder in it.

    That is where the data files lie: an archive often holds all in one folder. Nothing is
    unpacked unless everything may be. Raises InvalidInput (FileRefused), and what `progress`
    raises, which is told the bytes so far and those of all.
    """
    try:
        with open_zip(path) as archive:
            entries = _checked_entries(archive.infolist(), name, max_bytes)
            _check_room(entries, name, folder)
            _unpack_all(archive, entries, folder, progress)
    except DirectoryTooLarge:
        raise _too_many(name) from None
    except FileRefused:
        raise
    except DAMAGED as error:
        said = " ".join(str(error).split())[:120] or type(error).__name__
        raise FileRefused(name, f"The archive is damaged: {said}.") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place that no file has
            raise
        raise FileRefused(name, "The archive is damaged: it points outside.") from error
    return _where_the_data_is(folder)


def _checked_entries(infos: Sequence[zipfile.ZipInfo], name: str, max_bytes: int) -> list[Entry]:
    """The files to unpack. Raises InvalidInput with what is wrong with any of them."""
    if len(infos) > MAX_ENTRIES:
        raise _too_many(name)
    if sum(info.file_size for info in infos) > max_bytes:
        reason = f"The archive unpacks to more than {max_bytes >> 20} MB."
        raise FileRefused(name, reason, "too_large")
    entries: list[Entry] = []
    problems: list[Problem] = []
    for info in infos:
        shown = _name_of(info)
        if shown == "./":
            continue
        reason = _unfit(info, shown)
        if reason:
            problems.append(Problem(name, "bad_entry", f"The entry {_quoted(shown)} {reason}."))
        elif not info.is_dir() and not LITTER.search(shown):
            entries.append(Entry(info, safe_path(shown) or ""))
    problems += _doubled(entries, name)
    if problems:
        raise InvalidInput(problems[:MAX_PROBLEMS], "The file cannot be read.")
    return entries


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: Windows writes Chinese ones in GB18030 and does not say so."""
    name = info.orig_filename.replace("\\", "/")
    if info.flag_bits & NAME_IS_UTF8:
        return name
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return name


def _unfit(info: zipfile.ZipInfo, name: str) -> str:
    """Why the entry is not unpacked; empty for one that is."""
    parts = name.removesuffix("/").split("/")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & ENCRYPTED:
        return "is encrypted"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is no ordinary file"
    if safe_path(name) is None or name.startswith("/"):
        return "leads out of the archive"
    if (
        not name.isprintable()
        or len(name) > PATH_MAX
        or any(len(part.encode("utf-8", "replace")) > MAX_NAME_BYTES for part in parts)
        or any(DEVICE.fullmatch(part.strip()) for part in parts)
    ):
        return "has a name that no file may have"
    if info.compress_type not in METHODS:
        return "is packed in a way that is not read here"
    if info.file_size > max(RATIO_FROM, info.compress_size * MAX_RATIO):
        return f"is packed more than {MAX_RATIO} to 1"
    return ""


def _doubled(entries: Sequence[Entry], name: str) -> Iterator[Problem]:
    """Entries whose path another one has, as a file or as a folder."""
    files: set[str] = set()
    folders = {
        "/".join(parts[:depth])
        for parts in (entry.path.split("/") for entry in entries)
        for depth in range(1, len(parts))
    }
    for entry in entries:
        if entry.path in files or entry.path in folders:
            message = f"The entry {_quoted(entry.path)} stands there twice."
            yield Problem(name, "doubled_entry", message)
        files.add(entry.path)


def _check_room(entries: Sequence[Entry], name: str, folder: Path) -> None:
    needed = sum(entry.info.file_size for entry in entries) + KEEP_FREE
    if shutil.disk_usage(folder).free < needed:
        raise FileRefused(name, "There is no room to unpack the archive.", "no_room")


def _unpack_all(
    archive: zipfile.ZipFile, entries: Sequence[Entry], folder: Path, progress: Progress
) -> None:
    total = sum(entry.info.file_size for entry in entries)
    done = 0
    for info, inside in entries:
        target = folder / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as source, target.open("xb") as file:
            while chunk := source.read(CHUNK):
                file.write(chunk)
                done += len(chunk)
                progress(done, total)


def _where_the_data_is(folder: Path) -> Path:
    while True:
        inside = list(folder.iterdir())
        has_data = any(one.suffix.lower() in DATA_SUFFIXES and one.is_file() for one in inside)
        folders = [one for one in inside if one.is_dir()]
        if has_data or len(folders) != 1:
            return folder
        folder = folders[0]


def _quoted(name: str) -> str:
    return repr(name[:100].encode("utf-8", "replace").decode())


def _too_many(name: str) -> FileRefused:
    return FileRefused(name, f"The archive has more than {MAX_ENTRIES} entries.", "too_many")
