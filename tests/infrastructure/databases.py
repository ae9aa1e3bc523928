"""Databases for tests: migrated once in a run, then copied, so that each test has its own."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.infrastructure import postgres
from tests.infrastructure.run_folder import RUN_FOLDER, once

KINDS = ("sqlite", "postgresql")
TEMPLATE = "migrated"
numbers = itertools.count(1)

NewDatabase = Callable[[str], AbstractContextManager[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=KINDS,
        default=None,
        help="run tests that exist for both databases on this one only",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        only = metafunc.config.getoption("--database")
        metafunc.parametrize("database_kind", [only] if only else KINDS, scope="session")


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = config.stash.get(RUN_FOLDER, None)
    is_worker = hasattr(config, "workerinput")
    if folder is not None and not is_worker and (folder / "postgresql").exists():
        postgres.PostgresCluster(folder).stop()


@pytest.fixture(scope="session")
def postgres_cluster(run_folder: Path) -> postgres.PostgresCluster:
    """A running PostgreSQL, the same one for all workers."""
    reason = postgres.why_not_available()
    if reason:
        pytest.skip(reason)
    cluster = postgres.PostgresCluster(run_folder)
    cluster.start()
    return cluster


def migrate(url: str) -> None:
    from qa_app.db.migrate import upgrade

    upgrade(url)


@pytest.fixture(scope="session")
def sqlite_template(run_folder: Path) -> Path:
    path = run_folder / f"{TEMPLATE}.db"
    with once(run_folder, "sqlite-template") as is_first:
        if is_first:
            path.unlink(missing_ok=True)
            migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(run_folder: Path, postgres_cluster: postgres.PostgresCluster) -> str:
    with once(run_folder, "postgresql-template") as is_first:
        if is_first:
            postgres_cluster.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
            postgres_cluster.execute(f"CREATE DATABASE {TEMPLATE}")
            migrate(postgres_cluster.url(TEMPLATE))
    return TEMPLATE


@contextmanager
def new_postgresql(cluster: postgres.PostgresCluster, template: str) -> Iterator[str]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"test_{worker}_{next(numbers)}"
    cluster.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield cluster.url(name)
    finally:
        cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def new_sqlite(folder: Path, template: Path | None) -> Iterator[str]:
    path = folder / f"qa-{next(numbers)}.db"
    if template is not None:
        shutil.copyfile(template, path)
    yield f"sqlite:///{path}"


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> NewDatabase:
    """`with new_database("postgresql") as url:` for tests that need more than one."""

    def new(kind: str) -> AbstractContextManager[str]:
        if kind == "sqlite":
            template = request.getfixturevalue("sqlite_template")
            return new_sqlite(tmp_path_factory.mktemp("sqlite"), template)
        cluster = request.getfixturevalue("postgres_cluster")
        return new_postgresql(cluster, request.getfixturevalue("postgresql_template"))

    return new


@pytest.fixture
def sqlite_url(new_database: NewDatabase) -> Iterator[str]:
    with new_database("sqlite") as url:
        yield url


@pytest.fixture
def postgresql_url(new_database: NewDatabase) -> Iterator[str]:
    with new_database("postgresql") as url:
        yield url


@pytest.fixture
def database_url(new_database: NewDatabase, database_kind: str) -> Iterator[str]:
    """A migrated, empty database of this test's own: the test runs once for each kind."""
    with new_database(database_kind) as url:
        yield url


@pytest.fixture
def empty_database_url(
    request: pytest.FixtureRequest, database_kind: str, tmp_path: Path
) -> Iterator[str]:
    """A database without a schema, for tests of the migrations themselves."""
    if database_kind == "sqlite":
        made = new_sqlite(tmp_path, None)
    else:
        made = new_postgresql(request.getfixturevalue("postgres_cluster"), "template0")
    with made as url:
        yield url
