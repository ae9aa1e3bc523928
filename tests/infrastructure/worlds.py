"""The department of tests/factories/world.py: built once in a run for each kind, then copied."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, select

from qa_app.adapters.clock import FixedClock
from qa_app.adapters.passwords import new_token, token_hash
from qa_app.app import create_app
from qa_app.db.base import Base
from qa_app.models import Account, UserSession
from qa_app.queries.accounts import account_by_login
from qa_app.services.site import Site
from tests.factories.world import LOGINS, World, build_world, fixed_clock
from tests.infrastructure.databases import migrate, new_postgresql, new_sqlite
from tests.infrastructure.run_folder import once
from tests.infrastructure.sites import settings_for

NOBODY = "nobody"
# Looks leave a trace: entries of these kinds, and when somebody was last or first there.
ACCESS_LOG = frozenset(
    {"access.denied", "conversation.exported", "evaluation.seen", "recording.played"}
)
TRACES = frozenset({("evaluation", "seen_at"), ("user_session", "last_seen_at")})


@dataclass(frozen=True)
class Template:
    """A built world: its folder, and the name or path of its database."""

    kind: str
    folder: Path
    database: str | Path
    ids: World


@dataclass
class House:
    """A copy of the world, opened: the site, what is in it, and a browser for each role."""

    site: Site
    ids: World
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    @cached_property
    def app(self) -> Flask:
        made = create_app(self.site, testing=True)
        made.config["WTF_CSRF_ENABLED"] = False
        return made

    def client(self, role: str) -> FlaskClient:
        """The browser of the role's account, signed in; `nobody` is not."""
        if role not in self.clients:
            self.clients[role] = self.app.test_client()
            if role != NOBODY:
                self.sign_in(self.clients[role], LOGINS[role])
        return self.clients[role]

    def sign_in(self, client: FlaskClient, login: str) -> str:
        """Tie the client to a new session of the account; its token."""
        token, now = new_token(), self.site.clock.now()
        with self.site.writing() as ctx:
            account = account_by_login(ctx.session, login)
            assert isinstance(account, Account), login
            session = UserSession(
                token_hash=token_hash(token),
                account_id=account.id,
                created_at=now,
                last_seen_at=now,
                expires_at=now.replace(year=now.year + 1),
            )
            ctx.session.add(session)
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return token

    def contents(self, but: frozenset[tuple[str, str]] = frozenset()) -> dict[str, str]:
        """A digest of each table, but for the traces that looking leaves, and these columns."""
        with self.site.database.engine.connect() as connection:
            return {
                table.name: _digest(connection.execute(_all_rows(table, TRACES | but)))
                for table in Base.metadata.sorted_tables
            }


def _all_rows(table: Table, but: frozenset[tuple[str, str]]) -> Any:
    columns = [one for one in table.columns if (table.name, one.name) not in but]
    if table.name == "audit_entry":
        columns = [one for one in columns if one.name not in ("seq", "hash")]
    if table.name == "audit_head":
        columns = [table.c.id]
    rows = select(*columns).order_by(*table.primary_key.columns)
    if table.name == "audit_entry":
        rows = rows.where(table.c.action.not_in(ACCESS_LOG))
    return rows


def _digest(rows: Any) -> str:
    return hashlib.sha256(repr(rows.all()).encode()).hexdigest()


@pytest.fixture(scope="session")
def world_template(
    request: pytest.FixtureRequest, run_folder: Path, database_kind: str
) -> Template:
    """The world on one kind of database, shared by all workers of the run."""
    folder = run_folder / f"world-{database_kind}"
    ids_file = folder / "ids.json"
    is_sqlite = database_kind == "sqlite"
    database: str | Path = folder / "world.db" if is_sqlite else "world"
    cluster = None if is_sqlite else request.getfixturevalue("postgres_cluster")
    with once(run_folder, f"world-{database_kind}") as is_first:
        if is_first:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            url = f"sqlite:///{database}"
            if cluster is not None:
                cluster.execute("DROP DATABASE IF EXISTS world")
                cluster.execute("CREATE DATABASE world")
                url = cluster.url("world")
            migrate(url)
            ids_file.write_text(json.dumps(_build(url, folder)), encoding="utf-8")
    ids: World = json.loads(ids_file.read_text(encoding="utf-8"))
    return Template(database_kind, folder, database, ids)


def _build(url: str, folder: Path) -> World:
    site = Site.open(settings_for(folder, url), fixed_clock())
    try:
        return build_world(site, folder)
    finally:
        if site.database.is_sqlite:
            with site.database.engine.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        site.close()


@contextmanager
def _opened(
    request: pytest.FixtureRequest, template: Template, folder: Path, clock: FixedClock
) -> Iterator[House]:
    if template.kind == "sqlite":
        copy = new_sqlite(folder, Path(template.database))
    else:
        cluster = request.getfixturevalue("postgres_cluster")
        copy = new_postgresql(cluster, str(template.database))
    with copy as url:
        settings = dataclasses.replace(
            settings_for(folder, url), recordings=str(template.folder / "data" / "recordings")
        )
        site = Site.open(settings, clock)
        try:
            yield House(site, template.ids)
        finally:
            site.close()


@pytest.fixture(scope="session")
def world(
    request: pytest.FixtureRequest,
    world_template: Template,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """One copy for all tests that change nothing."""
    folder = tmp_path_factory.mktemp("world")
    with _opened(request, world_template, folder, fixed_clock()) as house:
        yield house


@pytest.fixture
def fresh_world(
    request: pytest.FixtureRequest, world_template: Template, tmp_path: Path, clock: FixedClock
) -> Iterator[House]:
    """A copy of a test's own."""
    with _opened(request, world_template, tmp_path, clock) as house:
        yield house
