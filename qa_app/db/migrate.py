"""Migrations, driven from our own commands: one process at a time, whoever starts first."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from qa_app import RESOURCES
from qa_app.db.database import WRITES, Database

SCRIPTS = RESOURCES / "migrations"
ADVISORY_LOCK = 0x5141_5F41


def upgrade(database: Database | str, revision: str = "head") -> None:
    """Bring the schema to `revision`."""
    _run(database, lambda config: command.upgrade(config, revision))


def downgrade(database: Database | str, revision: str = "base") -> None:
    """Take the schema back to `revision`."""
    _run(database, lambda config: command.downgrade(config, revision))


def current_and_head(database: Database) -> tuple[str | None, str | None]:
    """The revision the schema is at (None: empty) and the one the code wants."""
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory(str(SCRIPTS)).get_current_head()


def _run(database: Database | str, act: Callable[[Config], None]) -> None:
    owned = isinstance(database, str)
    database = Database(database) if isinstance(database, str) else database
    try:
        with database.writers_queue(), database.engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                _lock(connection)
                config = Config()
                config.set_main_option("script_location", str(SCRIPTS))
                config.attributes["connection"] = connection
                act(config)
    finally:
        if owned:
            database.dispose()


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
