"""Archives on their way in: unpacked into a private folder that does not outlive the import."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from qa_app.adapters.readers.conversations import ImportOrder
from qa_app.adapters.readers.zip_archive import Progress, unpack
from qa_app.services.site import Site

if sys.platform != "win32":
    import fcntl

FOLDER = "unpacked"


def nobody_watches(_done: int, _total: int) -> None:
    """The progress of an import that nobody follows."""


@contextlib.contextmanager
def unpacked(
    site: Site, order: ImportOrder, progress: Progress = nobody_watches
) -> Iterator[ImportOrder]:
    """The order itself; for an archive the order of the folder that it holds.

    Raises InvalidInput for an archive that is not unpacked, and what `progress` raises.
    """
    if order.kind != "zip":
        yield order
        return
    max_bytes = site.settings.unpacked_limit_mb << 20
    with _private_folder(site.settings.data_dir / FOLDER) as folder:
        root = unpack(order.path, order.name, folder, max_bytes, progress)
        yield dataclasses.replace(order, path=root, kind="folder", folder=root)


@contextlib.contextmanager
def _private_folder(base: Path) -> Iterator[Path]:
    """An empty folder that is ours while we hold its lock; those that nobody holds are removed."""
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform == "win32":  # the folder of a killed import stays there
        with tempfile.TemporaryDirectory(dir=base) as name:
            yield Path(name)
        return
    with (base / "lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        _remove_left_ones(base)
        folder = Path(tempfile.mkdtemp(dir=base))
        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _remove_left_ones(base: Path) -> None:
    """A lock goes with the process that holds it, however it ends."""
    for left in [one for one in base.iterdir() if one.is_dir()]:
        try:
            handle = os.open(left, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(handle)
