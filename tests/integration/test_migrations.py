"""Migrations on both databases: up, down, up again, with data, and by eight processes at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from qa_app.db.base import Base
from qa_app.db.database import Database
from qa_app.db.migrate import SCRIPTS, _run, current_and_head, downgrade, upgrade
from tests.infrastructure.worlds import House

REVISIONS = [one.revision for one in ScriptDirectory(str(SCRIPTS)).walk_revisions()][::-1]
HEAD, BEFORE = REVISIONS[-1], [*REVISIONS[1:], "base"]
EIGHT_AT_ONCE = """
import os, sys
from qa_app.db.migrate import upgrade
children = []
for _ in range(8):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            upgrade(sys.argv[1])
            status = 0
        finally:
            os._exit(status)
    children.append(child)
sys.exit(sum(os.waitpid(child, 0)[1] for child in children))
"""
# Columns of steps on tables of earlier ones: lost on the way down, filled again by a job.
NOTED_ANEW = frozenset({("conversation", "mask_rules")})
INDEXES = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
}
CONSTRAINTS = """
    SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    opened = Database(empty_database_url)
    yield opened
    opened.dispose()


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def shape(connection: Connection) -> dict[str, Any]:
    """Columns, indexes and constraints, in the database's own words."""
    seen = inspect(connection)
    names = sorted(set(seen.get_table_names()) - {"alembic_version"})
    found: dict[str, Any] = {
        name: sorted(
            (one["name"], str(one["type"]), one["nullable"], str(one["default"]))
            for one in seen.get_columns(name)
        )
        for name in names
    }
    kind = connection.dialect.name
    found["indexes"] = sorted(connection.scalars(text(INDEXES[kind])))
    if kind == "postgresql":
        found["constraints"] = sorted(connection.scalars(text(CONSTRAINTS)))
    else:
        for name in names:
            checks = seen.get_check_constraints(name)
            found[f"{name} checks"] = sorted((one["name"] or "", one["sqltext"]) for one in checks)
            keys = seen.get_foreign_keys(name)
            found[f"{name} keys"] = sorted(
                (str(one["name"]), one["referred_table"], tuple(one["constrained_columns"]))
                for one in keys
            )
            found[f"{name} unique"] = sorted(
                tuple(one["column_names"]) for one in seen.get_unique_constraints(name)
            )
    found["indexes"] = [line for line in found["indexes"] if "alembic_version" not in line]
    found["constraints"] = [
        line for line in found.get("constraints", []) if "alembic_version" not in line
    ]
    return found


def test_there_is_one_line_of_revisions_with_one_head() -> None:
    scripts = ScriptDirectory(str(SCRIPTS))
    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1
    files = sorted(path.stem for path in (Path(SCRIPTS) / "versions").glob("*.py"))
    assert [name[:4] for name in files] == [f"{number:04d}" for number in range(1, len(files) + 1)]
    assert len(files) == len(REVISIONS)


def test_up_down_and_up_again_from_an_empty_database(database: Database) -> None:
    assert current_and_head(database) == (None, HEAD)
    upgrade(database)
    first = tables(database)
    assert current_and_head(database) == (HEAD, HEAD)
    assert first == set(Base.metadata.tables)
    downgrade(database)
    assert tables(database) == set()
    upgrade(database)
    assert tables(database) == first


def test_the_schema_at_head_is_that_of_the_models(database: Database) -> None:
    upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []
        migrated = shape(connection)
    downgrade(database)
    with database.engine.begin() as connection:
        Base.metadata.create_all(connection)
        made = shape(connection)
    assert migrated == made


def test_each_step_goes_down_and_up_again_to_the_same(database: Database) -> None:
    shapes: dict[str, dict[str, Any]] = {}
    for revision in REVISIONS:
        upgrade(database, revision)
        with database.engine.connect() as connection:
            shapes[revision] = shape(connection)
    for revision in reversed(REVISIONS):
        with database.engine.connect() as connection:
            assert shape(connection) == shapes[revision]
        below = REVISIONS.index(revision) - 1
        downgrade(database, REVISIONS[below] if below >= 0 else "base")
    assert tables(database) == set()


def test_steps_down_and_up_leave_the_other_tables_rows(fresh_world: House) -> None:
    database = fresh_world.site.database
    before = fresh_world.contents(NOTED_ANEW)
    for revision in reversed(REVISIONS[:-1]):
        downgrade(database, revision)
        kept = tables(database) & set(before)
        upgrade(database)
        after = fresh_world.contents(NOTED_ANEW)
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    with database.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == HEAD


def test_an_upgrade_that_fails_half_way_leaves_nothing(database: Database) -> None:
    from alembic import command

    def fail(config: Any) -> None:
        command.upgrade(config, REVISIONS[3])
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="the power went"):
        _run(database, fail)
    assert tables(database) == set()
    upgrade(database)
    assert tables(database) == set(Base.metadata.tables)


def test_eight_processes_that_start_at_once_upgrade_once(database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-W", "ignore", "-c", EIGHT_AT_ONCE, url]
    done = subprocess.run(command, capture_output=True, timeout=90)
    assert done.returncode == 0, done.stderr.decode()
    assert current_and_head(database) == (HEAD, HEAD)
    assert tables(database) == set(Base.metadata.tables)
