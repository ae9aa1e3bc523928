"""Connections that the server has closed meanwhile are replaced before anybody notices."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from qa_app.db import database as module
from qa_app.db.database import Database
from qa_app.db.unit_of_work import reading

PID = text("SELECT pg_backend_pid()")
END = text("SELECT pg_terminate_backend(:pid, 5000)")


@pytest.mark.parametrize("asked_after_s", [module.ASKED_AFTER_S, -1])
def test_closed_connections_are_replaced_at_the_next_transaction(
    postgresql_url: str, asked_after_s: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ASKED_AFTER_S", asked_after_s)
    database, other = Database(postgresql_url), Database(postgresql_url)
    sessions = [database.sessions() for _ in range(3)]
    pids = [session.scalar(PID) for session in sessions]
    for session in sessions:
        session.rollback()
        session.close()
    with reading(database) as session:
        assert session.scalar(PID) in pids
    with reading(other) as session:
        assert all(session.scalar(END, {"pid": pid}) for pid in pids)
    for _ in range(4):
        with reading(database) as session:
            assert session.scalar(PID) not in pids
    database.dispose()
    other.dispose()
