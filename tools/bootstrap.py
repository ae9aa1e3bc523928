"""Makes .venv in the project root from the locks: `python3 tools/bootstrap.py run|test [voices]`.

Standard library only, and nothing of the project: this runs before anything is installed. Works
with any Python of 3.11 or later that has pip or ensurepip; needs no Node and no compiler.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STATE = VENV / ".installed.json"
LOCKS = ROOT / "requirements"
OLDEST = (3, 11)
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
TRANSLATIONS = ROOT / "qa_app" / "translations"


def say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


def run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, stdin=subprocess.DEVNULL)


def succeeds(*command: str | Path) -> bool:
    with contextlib.suppress(OSError):
        done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
        return done.returncode == 0
    return False


def suitable_python() -> str:
    """This interpreter if it is new enough, else the newest that is on the path."""
    if sys.version_info >= OLDEST:
        return sys.executable
    check = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    for name in ("python3.13", "python3.12", "python3.11"):
        found = shutil.which(name)
        if found and succeeds(found, "-c", check):
            return found
    raise SystemExit(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two runs in the same folder wait for each other (where the platform has file locks)."""
    if importlib.util.find_spec("fcntl") is None:
        yield
        return
    import fcntl

    with (ROOT / ".setup.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make_environment(python: str) -> None:
    """venv with its own pip; else a bare venv filled by the outer pip; else virtualenv."""
    if PYTHON.exists() and succeeds(PYTHON, "-m", "pip", "--version"):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    say("making .venv")
    if succeeds(python, "-c", "import venv, ensurepip") and succeeds(python, "-m", "venv", VENV):
        return
    bare = succeeds(python, "-m", "venv", "--clear", "--without-pip", VENV)
    if bare and succeeds(python, "-m", "pip", "--python", PYTHON, "install", "-q", "pip"):
        return
    with tempfile.TemporaryDirectory() as folder:
        if not succeeds(python, "-m", "pip", "install", "-q", "--target", folder, "virtualenv"):
            raise SystemExit(f"{python} has neither ensurepip nor pip: install python3-pip.")
        code = "import sys; sys.path.insert(0, sys.argv.pop(1)); import virtualenv.__main__ as m"
        run(python, "-c", f"{code}; m.run()", folder, "--clear", VENV)


def digest(*files: Path) -> str:
    content = hashlib.sha256(repr(sorted(files)).encode())
    for file in sorted(files):
        content.update(file.read_bytes())
    return content.hexdigest()


def names_in(lock: Path) -> set[str]:
    pattern = r"^([a-z0-9._-]+)(?:\[[^\]]*\])?=="
    return set(re.findall(pattern, lock.read_text("utf-8"), re.MULTILINE))


def pip_install(*arguments: str | Path) -> None:
    quiet = ("-q", "--disable-pip-version-check", "--no-input")
    run(PYTHON, "-m", "pip", "install", *quiet, *arguments)


class Installation:
    """What .venv holds, as digests of the files that it was made from."""

    def __init__(self) -> None:
        self.done: dict[str, Any] = json.loads(STATE.read_text("utf-8")) if STATE.exists() else {}

    def holds(self, step: str, wanted: object) -> bool:
        return self.done.get(step) == wanted

    def note(self, step: str, value: object) -> None:
        self.done[step] = value
        STATE.write_text(json.dumps(self.done, indent=2), encoding="utf-8")

    def install_lock(self, name: str) -> None:
        """Exactly the lock: hashes are checked, and what an older lock had and it lacks goes."""
        lock = LOCKS / f"{name}.lock"
        if self.holds(name, digest(lock)):
            return
        say(f"installing {lock.relative_to(ROOT)}")
        gone = set(self.done.get(f"names of {name}", ())) - self.names_wanted()
        if gone:
            run(PYTHON, "-m", "pip", "uninstall", "-q", "-y", *sorted(gone))
        # Compiling what is never imported would take longer than everything else here.
        pip_install("--no-compile", "--no-deps", "--require-hashes", "-r", lock)
        self.note(f"names of {name}", sorted(names_in(lock)))
        self.note(name, digest(lock))

    def names_wanted(self) -> set[str]:
        return {name for lock in LOCKS.glob("*.lock") for name in names_in(lock)}

    def install_project(self) -> None:
        wanted = digest(ROOT / "pyproject.toml", ROOT / "hatch_build.py")
        if self.holds("project", wanted):
            return
        pip_install("--no-build-isolation", "--no-deps", "-e", ROOT)
        self.note("project", wanted)

    def compile_translations(self) -> None:
        wanted = digest(*TRANSLATIONS.rglob("*.po"), *TRANSLATIONS.rglob("*.py"))
        compiled = any(TRANSLATIONS.rglob("*.mo"))
        program = TRANSLATIONS / "__main__.py"
        if not program.exists() or (compiled and self.holds("translations", wanted)):
            return
        run(PYTHON, "-m", "qa_app.translations")
        self.note("translations", wanted)

    def install_voices(self) -> None:
        """Spoken demo calls are a luxury: without the package the demo plays tones."""
        try:
            self.install_lock("voices")
        except subprocess.CalledProcessError:
            say("no speech package for this platform: demo calls will be tones")


@contextlib.contextmanager
def beside(*commands: list[str | Path]) -> Iterator[None]:
    """Runs the commands while the body runs, and fails when one of them failed."""
    running = [subprocess.Popen([str(part) for part in command], cwd=ROOT) for command in commands]
    try:
        yield
    finally:
        failed = [process.wait() for process in running]
    if any(failed):
        raise SystemExit("setup: a step failed, see above")


def steps_beside(for_tests: bool) -> list[list[str | Path]]:
    frontend = ROOT / "tools" / "frontend.py"
    module = runpy.run_path(str(frontend))
    steps: list[list[str | Path]] = []
    if not module["is_built"](ROOT):
        say("building the front end")
        steps.append([PYTHON, frontend])
    if for_tests and not module["has_packages"](ROOT / "tests" / "infrastructure"):
        steps.append([PYTHON, frontend, "--packages-of-tests"])
    return steps


def set_up(level: str, with_voices: bool) -> None:
    began = time.monotonic()
    make_environment(suitable_python())
    installed = Installation()
    installed.install_lock("build")
    with beside(*steps_beside(for_tests=level == "test")):
        installed.install_lock(level)
    installed.install_project()
    installed.compile_translations()
    if with_voices:
        installed.install_voices()
    say(f"ready ({time.monotonic() - began:.1f} s)")


if __name__ == "__main__":
    asked = set(sys.argv[1:])
    if not asked <= {"run", "test", "voices"}:
        raise SystemExit(__doc__)
    with one_at_a_time():
        try:
            set_up("test" if "test" in asked else "run", "voices" in asked)
        except subprocess.CalledProcessError as failure:
            raise SystemExit(f"setup: this failed: {' '.join(failure.cmd)}") from None
