"""A whole site for one test: settings, database, clock, store, web client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from qa_app.adapters.clock import FixedClock
from qa_app.adapters.passwords import new_token, token_hash
from qa_app.app import create_app
from qa_app.config import Settings
from qa_app.models import Account, UserSession
from qa_app.services.site import Site

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SECRET = "0123456789abcdef-for-tests-0123456789"

SignIn = Callable[[FlaskClient, Account], None]


def settings_for(folder: Path, database_url: str) -> Settings:
    """Settings of a test's site, everything in one folder."""
    return Settings.from_env(
        {
            "QA_DATA_DIR": str(folder / "data"),
            "QA_DATABASE_URL": database_url,
            "QA_SECRET_KEY": SECRET,
            "QA_ARGON2": "fast-for-tests",
            "QA_LOCALE": "en",
        }
    )


@pytest.fixture
def clock() -> FixedClock:
    """10:00 on 20 November 2026 in Shanghai, until it is moved."""
    return FixedClock(NOW)


@pytest.fixture
def site(database_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Site]:
    """A fresh, migrated site; the test runs once on SQLite and once on PostgreSQL."""
    opened = Site.open(settings_for(tmp_path, database_url), clock)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_site(sqlite_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Site]:
    """A fresh, migrated site on SQLite, for tests in which the database makes no difference."""
    opened = Site.open(settings_for(tmp_path, sqlite_url), clock)
    yield opened
    opened.close()


@pytest.fixture
def app(site: Site) -> Flask:
    made = create_app(site, testing=True)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(site: Site) -> SignIn:
    """`sign_in(client, account)`: a real session row and the cookie that goes with it."""

    def open_session(client: FlaskClient, account: Account) -> None:
        token = new_token()
        now = site.clock.now()
        with site.writing() as ctx:
            ctx.session.add(
                UserSession(
                    token_hash=token_hash(token),
                    account_id=account.id,
                    created_at=now,
                    last_seen_at=now,
                    expires_at=now.replace(year=now.year + 1),
                )
            )
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True

    return open_session
