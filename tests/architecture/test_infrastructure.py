"""The test run's own machinery works as the other tests rely on it."""

from __future__ import annotations

import socket
from urllib.request import urlopen

import psycopg
import pytest
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import create_engine, inspect, text

from tests.infrastructure.browser import OpenPage, accessibility_problems
from tests.infrastructure.s3 import S3Server


def test_a_database_comes_migrated_and_empty(database_url: str, database_kind: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert engine.dialect.name == database_kind
        assert "alembic_version" in inspect(connection).get_table_names()
        connection.execute(text("CREATE TABLE left_behind (id INTEGER)"))
    engine.dispose()


def test_what_a_test_leaves_behind_no_other_sees(database_url: str) -> None:
    engine = create_engine(database_url)
    assert "left_behind" not in inspect(engine).get_table_names()
    engine.dispose()


def test_an_empty_database_has_no_tables(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_postgresql_keeps_text_as_utf8(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT length('会话')").fetchone() == (2,)


def test_the_browser_plays_and_draws_on_a_blank_page(open_page: OpenPage) -> None:
    page = open_page("http://127.0.0.1")
    page.set_content("<html lang=en><title>Blank</title><main><h1>Ready</h1></main></html>")
    assert page.evaluate("new Audio().canPlayType('audio/webm; codecs=opus')") == "probably"
    assert page.evaluate("new Audio().canPlayType('audio/mpeg')") == "probably"
    assert accessibility_problems(page) == []


def test_the_s3_server_answers(s3_server: S3Server) -> None:
    with urlopen(f"{s3_server.endpoint}/") as answer:
        assert answer.status == 200


def test_no_test_reaches_beyond_the_loopback() -> None:
    refused = pytest.raises(SocketConnectBlockedError)
    with socket.socket() as outside, pytest.warns(UserWarning, match="192.0.2.1"), refused:
        outside.connect(("192.0.2.1", 80))
