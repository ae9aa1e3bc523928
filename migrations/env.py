"""Alembic's entry: runs on the connection and in the transaction of `qa_app.db.migrate`."""

from alembic import context

from qa_app import models  # noqa: F401 - fills the metadata
from qa_app.db.base import Base


def run() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        render_as_batch=True,
        transaction_per_migration=False,
    )
    context.run_migrations()


run()
