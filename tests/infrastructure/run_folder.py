"""One folder for the whole run, shared by every xdist worker and removed at the end."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

RUN_FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker is not None:
        config.stash[RUN_FOLDER] = Path(worker["run_folder"])
        return
    folder = Path(tempfile.mkdtemp(prefix="qa-tests-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user when the tests run as root
    config.stash[RUN_FOLDER] = folder
    # A run that is told to stop cleans up as one that is interrupted by hand.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["run_folder"] = str(node.config.stash[RUN_FOLDER])


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    folder = config.stash.get(RUN_FOLDER, None)
    if folder is not None and not hasattr(config, "workerinput"):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def once(folder: Path, name: str) -> Iterator[bool]:
    """True for the first worker that comes; the others wait until it is done and get False.

    When the first one fails, the next tries again.
    """
    done = folder / f"{name}.done"
    with FileLock(folder / f"{name}.lock"):
        is_first = not done.exists()
        yield is_first
        done.touch()


@pytest.fixture(scope="session")
def run_folder(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.stash[RUN_FOLDER]
