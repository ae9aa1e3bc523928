"""The audit trail: one chain whoever writes at once, and every tampering by SQL named."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, text

from qa_app.queries.audit import AT_ONCE, first_broken_entry
from qa_app.services.audit import record
from qa_app.services.site import Site
from tests.infrastructure.commands import Command
from tests.infrastructure.races import together

ENTRIES = 30


@pytest.fixture
def trail(site: Site) -> Site:
    """Thirty entries of three kinds, several to a transaction."""
    for first in range(1, ENTRIES + 1, 3):
        with site.writing() as ctx:
            for number in range(first, first + 3):
                record(ctx, "thing.done", "thing", number, said=f"会话 {number}", points="88.50")
    return site


def change(site: Site, *statements: str) -> None:
    with site.database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def copy_of(seq: int, new: int) -> str:
    columns = "at, actor, role, action, subject_kind, subject_id, data, address, hash"
    return (
        f"INSERT INTO audit_entry (seq, {columns}) "
        f"SELECT {new}, {columns} FROM audit_entry WHERE seq = {seq}"
    )


CHANGES = {
    "at": "'2020-01-01 00:00:00.000000'",
    "actor": "'somebody'",
    "role": "'admin'",
    "action": "'thing.undone'",
    "subject_kind": "'thong'",
    "subject_id": "'99'",
    "data": "replace(data, '88.50', '98.50')",
    "address": "'10.0.0.1'",
    "hash": "'" + "0" * 64 + "'",
}
TAMPERINGS: dict[str, tuple[list[str], int, str]] = {
    f"{column} changed": (
        [f"UPDATE audit_entry SET {column} = {value} WHERE seq = 7"],
        7,
        "changed",
    )
    for column, value in CHANGES.items()
}
TAMPERINGS |= {
    "first deleted": (["DELETE FROM audit_entry WHERE seq = 1"], 1, "missing"),
    "middle deleted": (["DELETE FROM audit_entry WHERE seq = 15"], 15, "missing"),
    "several deleted": (["DELETE FROM audit_entry WHERE seq BETWEEN 9 AND 12"], 9, "missing"),
    "deleted and closed up": (
        [
            "DELETE FROM audit_entry WHERE seq = 15",
            "UPDATE audit_entry SET seq = -seq WHERE seq > 15",
            "UPDATE audit_entry SET seq = -seq - 1 WHERE seq < 0",
        ],
        15,
        "changed",
    ),
    "inserted": (
        [
            "UPDATE audit_entry SET seq = -seq WHERE seq > 15",
            "UPDATE audit_entry SET seq = -seq + 1 WHERE seq < 0",
            copy_of(15, 16),
        ],
        16,
        "changed",
    ),
    "added at the end": ([copy_of(30, 31)], 31, "changed"),
    "two swapped": (
        [
            "UPDATE audit_entry SET seq = -1 WHERE seq = 11",
            "UPDATE audit_entry SET seq = 11 WHERE seq = 20",
            "UPDATE audit_entry SET seq = 20 WHERE seq = -1",
        ],
        11,
        "changed",
    ),
    "last cut": (["DELETE FROM audit_entry WHERE seq = 30"], 30, "head"),
    "tail cut": (["DELETE FROM audit_entry WHERE seq > 20"], 21, "head"),
    "all deleted": (["DELETE FROM audit_entry"], 1, "head"),
    "head deleted": (["DELETE FROM audit_head"], 31, "head"),
    "head turned back": (["UPDATE audit_head SET seq = 29"], 31, "head"),
    "not JSON any more": (["UPDATE audit_entry SET data = '{' WHERE seq = 23"], 23, "unreadable"),
    "another shape": (["UPDATE audit_entry SET data = '[]' WHERE seq = 23"], 23, "changed"),
}


def test_a_whole_chain_is_said_to_be_whole(trail: Site, command: Command) -> None:
    assert command("audit", "verify", "--json").document() == {
        "ok": True,
        "first_difference": None,
    }
    assert command("db", "check", "--json").document() == {"ok": True, "first_difference": None}
    assert command("audit", "verify").out == "The audit chain is whole.\n"


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampering_is_named(trail: Site, command: Command, name: str) -> None:
    statements, seq, reason = TAMPERINGS[name]
    change(trail, *statements)
    answer = command("audit", "verify", "--json").document(code=1)
    assert answer["ok"] is False
    assert (answer["first_difference"]["seq"], answer["first_difference"]["reason"]) == (
        seq,
        reason,
    )
    assert command("db", "check", "--json").document(code=1) == answer
    said = command("audit", "verify")
    assert said.code == 1
    assert str(seq) in said.err


def test_an_entry_of_no_time_is_named(trail: Site) -> None:
    if not trail.database.is_sqlite:
        pytest.skip("PostgreSQL keeps nothing but times in that column")
    change(trail, "UPDATE audit_entry SET at = 'yesterday' WHERE seq = 4")
    with trail.reading() as ctx:
        broken = first_broken_entry(ctx)
    assert broken is not None
    assert (broken["seq"], broken["reason"]) == (4, "unreadable")


def test_a_chain_of_several_pages_is_read_to_its_end(site: Site) -> None:
    with site.writing() as ctx:
        for number in range(AT_ONCE + 7):
            record(ctx, "thing.done", "thing", number)
    with site.reading() as ctx:
        assert first_broken_entry(ctx) is None
    change(site, f"UPDATE audit_entry SET actor = 'x' WHERE seq = {AT_ONCE + 3}")
    with site.reading() as ctx:
        assert (first_broken_entry(ctx) or {})["seq"] == AT_ONCE + 3


def test_sixteen_writers_at_once_leave_one_whole_chain(site: Site) -> None:
    def write(number: int) -> None:
        for deed in range(20):
            with site.writing() as ctx:
                record(ctx, "thing.done", "thing", f"{number}-{deed}")

    together(16, write)
    with site.reading() as ctx:
        assert first_broken_entry(ctx) is None
    with site.database.engine.connect() as connection:
        assert written(connection) == {f"{one}-{deed}" for one in range(16) for deed in range(20)}


def written(connection: Connection) -> set[Any]:
    return set(connection.scalars(text("SELECT subject_id FROM audit_entry")))


def test_a_deed_that_fails_leaves_no_entry(site: Site) -> None:
    def fail() -> None:
        with site.writing() as ctx:
            record(ctx, "thing.done", "thing", 1)
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        fail()
    with site.writing() as ctx:
        record(ctx, "thing.done", "thing", 2)
    with site.reading() as ctx:
        assert first_broken_entry(ctx) is None
    with site.database.engine.connect() as connection:
        assert written(connection) == {"2"}
