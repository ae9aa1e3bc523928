"""What gets installed is written down whole: versions, hashes, no address of one machine."""

from __future__ import annotations

import json
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
NPM_LOCKS = [ROOT / "package-lock.json", ROOT / "tests" / "infrastructure" / "package-lock.json"]


def named_range(name: str, ranges: str) -> tuple[str, SpecifierSet]:
    return canonicalize_name(name), SpecifierSet(ranges)


def test_the_lock_is_that_of_the_declared_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    declared = map(Requirement, chain(project["dependencies"], *extras))
    locked = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    ours = next(package for package in locked if package["name"] == project["name"])
    assert {
        named_range(entry["name"], entry.get("specifier", ""))
        for entry in ours["metadata"]["requires-dist"]
    } == {named_range(each.name, str(each.specifier)) for each in declared}


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda lock: lock.stem)
def test_every_python_package_has_its_version_and_its_hashes(lock: Path) -> None:
    lines = re.sub(r"\\\n\s*", "", lock.read_text("utf-8")).splitlines()
    assert lines
    for line in lines:
        assert re.match(r"[a-z0-9._-]+(\[\w+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line


def test_the_export_has_the_versions_of_the_lock() -> None:
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    locked = {(package["name"], package.get("version")) for package in packages}
    for lock in PYTHON_LOCKS:
        lines = lock.read_text("utf-8").splitlines()
        matches = [re.match(r"([a-z0-9._-]+)(?:\[\w+\])?==([^\s;]+)", line) for line in lines]
        exported = {match.groups() for match in matches if match}
        assert exported
        assert exported <= locked


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda lock: lock.parent.name)
def test_every_npm_package_has_its_digest_and_no_address(lock: Path) -> None:
    packages = json.loads(lock.read_text("utf-8"))["packages"]
    for name, package in packages.items():
        assert "resolved" not in package
        assert name == "" or package["integrity"].startswith("sha512-")


def test_no_lock_names_a_file_or_a_mirror() -> None:
    for lock in [ROOT / "uv.lock", *PYTHON_LOCKS, *NPM_LOCKS]:
        text = lock.read_text("utf-8")
        assert "file:" not in text
        hosts = set(re.findall(r"https?://([^/\"]+)/", text))
        assert lock.suffix == ".json" or hosts <= {"pypi.org", "files.pythonhosted.org"}
