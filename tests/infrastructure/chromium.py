"""Finds a Chromium, or unpacks the one that npm carries; no system package, no other download.

Order: $QA_CHROMIUM, a browser on the path, @sparticuz/chromium (Linux on x86-64 only).
"""

from __future__ import annotations

import io
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import brotli
from filelock import FileLock

from tests.infrastructure.node_packages import HERE, packages

NAMES_ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowser(Exception):
    """There is no browser for this platform; the message says why."""


@dataclass(frozen=True)
class Chromium:
    """A program and the environment that it needs."""

    program: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def arguments(self) -> list[str]:
        """Chromium refuses its sandbox to root."""
        is_root = hasattr(os, "getuid") and os.getuid() == 0
        return ["--no-sandbox"] if is_root else []

    def starts(self) -> bool:
        environment = {**os.environ, **self.environment}
        command = [str(self.program), *self.arguments, "--version"]
        return subprocess.run(command, env=environment, capture_output=True).returncode == 0


def find() -> Chromium:
    named = os.environ.get("QA_CHROMIUM")
    if named:
        return Chromium(Path(named))
    on_path = next(filter(None, map(shutil.which, NAMES_ON_PATH)), None)
    return Chromium(Path(on_path)) if on_path else from_npm()


def from_npm() -> Chromium:
    """Unpacked once for each version, into the user's cache, by one process at a time."""
    where = f"{platform.system()} {platform.machine()}"
    if where != "Linux x86_64":
        raise NoBrowser(f"no Chromium on the path, and npm carries none for {where}")
    try:
        carried = packages() / "@sparticuz" / "chromium"
    except RuntimeError as problem:
        raise NoBrowser(f"no Chromium on the path, and npm gave none: {problem}") from None
    folder = cache() / version_of(HERE / "package.json")
    with FileLock(cache() / "lock"):
        if not folder.exists():
            unpack(carried / "bin", folder)
    return with_what_it_lacks(folder)


def cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "qa-app-tests" / "chromium"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def version_of(package_json: Path) -> str:
    import json

    content = json.loads(package_json.read_text(encoding="utf-8"))
    return str(content["dependencies"]["@sparticuz/chromium"])


def unpack(archives: Path, folder: Path) -> None:
    """The program, the libraries and the fonts; put in place whole."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        fresh = Path(temporary) / "fresh"
        fresh.mkdir()
        program = fresh / "chromium"
        program.write_bytes(brotli.decompress((archives / "chromium.br").read_bytes()))
        program.chmod(0o755)
        for name in ("al2023", "swiftshader", "fonts"):
            content = brotli.decompress((archives / f"{name}.tar.br").read_bytes())
            with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                archive.extractall(fresh, filter="data")
        fresh.rename(folder)


def with_what_it_lacks(folder: Path) -> Chromium:
    """Its own NSS libraries and fonts only on a machine that has none."""
    environment = {}
    if not Path("/etc/fonts/fonts.conf").exists():
        environment["FONTCONFIG_PATH"] = str(folder)
    plain = Chromium(folder / "chromium", environment)
    if plain.starts():
        return plain
    libraries = Chromium(plain.program, {**environment, "LD_LIBRARY_PATH": str(folder / "lib")})
    if not libraries.starts():
        raise NoBrowser("the Chromium from npm does not start on this machine")
    return libraries
