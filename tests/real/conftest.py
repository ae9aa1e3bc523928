"""The department of real data: walked once in a run for each database, whoever asks first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infrastructure.postgres import PostgresCluster
from tests.infrastructure.run_folder import once
from tests.real import department
from tests.real.department import Department
from tests.real.shared_data import SETS, data_set

SOUNDS_ON_POSTGRESQL = 12
PATIENCE_S = 600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"walked", "drawn"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.timeout(PATIENCE_S))


def insist_on_data() -> None:
    """Skip before anything is built where a set is absent."""
    for name in SETS:
        data_set(name)


def draw_once(
    run_folder: Path, kind: str, new_database: Callable[[], str | None] = lambda: None
) -> Department:
    """Everything up to the draws. All sounds are prepared on SQLite, some on PostgreSQL."""
    folder = run_folder / f"real-{kind}"
    with once(run_folder, folder.name) as is_first:
        if is_first:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            made = Department(folder, department.environment_of(folder, new_database()))
            department.fill(made)
            some = None if made.is_embedded else SOUNDS_ON_POSTGRESQL
            department.prepare_sounds(made, at_most=some)
            department.draw(made)
            made.save()
    return Department.walked(folder)


@pytest.fixture(scope="session")
def drawn(run_folder: Path) -> Department:
    """The embedded default, drawn and not graded; to be copied, never changed."""
    insist_on_data()
    return draw_once(run_folder, "sqlite")


@pytest.fixture(scope="session")
def walked(request: pytest.FixtureRequest, run_folder: Path, database_kind: str) -> Department:
    """The whole path, graded and published, on one kind of database."""
    insist_on_data()
    folder = run_folder / f"real-walked-{database_kind}"
    with once(run_folder, folder.name) as is_first:
        if is_first:
            shutil.rmtree(folder, ignore_errors=True)
            folder.unlink(missing_ok=True)
            if database_kind == "sqlite":
                made = request.getfixturevalue("drawn").copied(folder)
            else:
                cluster = request.getfixturevalue("postgres_cluster")
                made = draw_once(run_folder, database_kind, lambda: new_postgresql(cluster))
                folder.symlink_to(made.folder)
            department.grade_and_publish(made)
            made.save()
    return Department.walked(folder)


def new_postgresql(cluster: PostgresCluster) -> str:
    cluster.execute("DROP DATABASE IF EXISTS real")
    cluster.execute("CREATE DATABASE real")
    return cluster.url("real")
