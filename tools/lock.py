"""Writes uv.lock and from it the hashed requirements files that plain pip reads: `make lock`.

Run with an interpreter that has uv beside it. The public index is named, so that no mirror's
address gets into a lock.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXPORTS = {
    "run": (),
    "server": ("--extra", "server"),
    "voices": ("--extra", "voices"),
    "test": ("--extra", "test"),
    "build": ("--only-group", "build"),
}
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}


def uv(*arguments: str) -> None:
    program = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    subprocess.run(
        [program, *arguments, "--no-config", "--default-index", "https://pypi.org/simple"],
        cwd=ROOT,
        env=ENVIRONMENT,
        check=True,
    )


def export(name: str, choice: tuple[str, ...]) -> None:
    form = ("--format", "requirements.txt", "--no-header", "--no-annotate", "--no-emit-project")
    uv("export", "--quiet", "--frozen", *form, *choice, "-o", f"requirements/{name}.lock")


def refuse_addresses_of_this_machine() -> None:
    for file in (ROOT / "uv.lock", *(ROOT / "requirements").glob("*.lock")):
        if "file:" in file.read_text(encoding="utf-8"):
            raise SystemExit(f"{file.relative_to(ROOT)} names a file of this machine")


if __name__ == "__main__":
    uv("lock", *sys.argv[1:])
    for name, choice in EXPORTS.items():
        export(name, choice)
    refuse_addresses_of_this_machine()
