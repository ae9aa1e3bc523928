"""Bulk writes of conversations by the drivers themselves: the fastest way each database has.

Rows were sorted into new and changed ones in the same transaction, under a lock that keeps other
imports out; so nothing here meets a row that it does not expect.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from qa_app.adapters.readers.conversations import PreparedRow

COLUMNS = (
    "id",
    "source",
    "external_id",
    "channel",
    "agent_id",
    "started_at",
    "local_date",
    "duration_s",
    "direction",
    "queue",
    "product",
    "topic",
    "customer_ref",
    "language",
    "satisfaction",
    "disposition",
    "tags",
    "recording_id",
    "turn_count",
    "row_digest",
    "imported_at",
    "updated_at",
)
CHANGING = tuple(
    name for name in COLUMNS if name not in ("id", "source", "external_id", "imported_at")
)
SET_VALUES = ", ".join(f"{name} = ?" for name in CHANGING)
SET_FROM_STAGE = ", ".join(f"{name} = s.{name}" for name in CHANGING)
NAMES, PLACES = ", ".join(COLUMNS), ", ".join("?" * len(COLUMNS))
BACKSLASH = "\\"
NULL = "\x01"  # which no text holds
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class RowToWrite(NamedTuple):
    """A prepared row with what only the database knows: its agent's, recording's and own id."""

    row: PreparedRow
    agent_id: int
    recording_id: int | None
    id: int = 0


def writer_for(session: Session) -> SqliteWriter | PostgresqlWriter:
    """The writer of the session's database."""
    if session.get_bind().dialect.name == "sqlite":
        return SqliteWriter(session)
    return PostgresqlWriter(session)


class SqliteWriter:
    """Prepared statements over many rows, in the transaction of the session."""

    INSERT = f"INSERT INTO conversation ({NAMES}) VALUES ({PLACES})"  # noqa: S608 - our names
    INSERT_TURNS = "INSERT INTO transcript (conversation_id, turns) VALUES (?, ?)"
    UPDATE = f"UPDATE conversation SET {SET_VALUES} WHERE id = ?"  # noqa: S608
    UPDATE_TURNS = (
        "INSERT INTO transcript (conversation_id, turns) VALUES (?, ?)"
        " ON CONFLICT (conversation_id) DO UPDATE"
        " SET turns = excluded.turns, format = NULL, attached_at = NULL"
    )
    DELETE_TURNS = "DELETE FROM transcript WHERE conversation_id = ? AND attached_at IS NULL"
    COUNT_ATTACHED = (
        "UPDATE conversation SET turn_count = (SELECT json_array_length(t.turns)"
        " FROM transcript t WHERE t.conversation_id = conversation.id)"
        " WHERE id = ? AND id IN (SELECT t.conversation_id FROM transcript t)"
    )

    def __init__(self, session: Session) -> None:
        self._connection: Any = session.connection().connection.driver_connection

    def insert(self, source: str, rows: Sequence[RowToWrite], now: datetime) -> None:
        cursor = self._connection.cursor()
        last = cursor.execute("SELECT coalesce(max(id), 0) FROM conversation").fetchone()[0]
        numbered = list(enumerate(rows, last + 1))
        stamp = _sqlite_time(now)
        cursor.executemany(
            self.INSERT,
            [_values(key, source, one, stamp) for key, one in numbered],
        )
        cursor.executemany(
            self.INSERT_TURNS,
            [(key, one.row.turns) for key, one in numbered if one.row.turn_count],
        )
        cursor.close()

    def update(self, source: str, rows: Sequence[RowToWrite], now: datetime) -> None:
        cursor = self._connection.cursor()
        stamp = _sqlite_time(now)
        cursor.executemany(
            self.UPDATE,
            [(*_changing(_values(one.id, source, one, stamp)), one.id) for one in rows],
        )
        with_turns = [(one.id, one.row.turns) for one in rows if one.row.turn_count]
        cursor.executemany(self.UPDATE_TURNS, with_turns)
        without = [(one.id,) for one in rows if not one.row.turn_count]
        cursor.executemany(self.DELETE_TURNS, without)
        cursor.executemany(self.COUNT_ATTACHED, without)
        cursor.close()


class PostgresqlWriter:
    """COPY; changed rows go through a stage and one set-based statement."""

    COPY = f"COPY conversation ({NAMES}) FROM STDIN (NULL '{NULL}')"
    COPY_TURNS = "COPY transcript (conversation_id, turns) FROM STDIN"
    STAGE = (
        "CREATE TEMP TABLE import_stage ON COMMIT DROP AS"
        " SELECT c.*, t.turns FROM conversation c, transcript t LIMIT 0"
    )
    COPY_STAGE = f"COPY import_stage ({NAMES}, turns) FROM STDIN (NULL '{NULL}')"
    UPDATE = (
        f"UPDATE conversation c SET {SET_FROM_STAGE}"  # noqa: S608
        " FROM import_stage s WHERE c.id = s.id"
    )
    UPDATE_TURNS = (
        "INSERT INTO transcript (conversation_id, turns)"
        " SELECT id, turns FROM import_stage WHERE turn_count > 0"
        " ON CONFLICT (conversation_id) DO UPDATE"
        " SET turns = excluded.turns, format = NULL, attached_at = NULL"
    )
    DELETE_TURNS = (
        "DELETE FROM transcript t USING import_stage s"
        " WHERE t.conversation_id = s.id AND s.turn_count = 0 AND t.attached_at IS NULL"
    )
    COUNT_ATTACHED = (
        "UPDATE conversation c SET turn_count = json_array_length(t.turns::json)"
        " FROM transcript t, import_stage s"
        " WHERE c.id = s.id AND t.conversation_id = s.id AND s.turn_count = 0"
    )

    def __init__(self, session: Session) -> None:
        self._connection: Any = session.connection().connection.driver_connection

    def insert(self, source: str, rows: Sequence[RowToWrite], now: datetime) -> None:
        if not rows:
            return
        stamp = _postgresql_time(now)
        with self._connection.cursor() as cursor:
            keys = self._new_keys(cursor, len(rows))
            with cursor.copy(self.COPY) as copy:
                copy.write(
                    "".join(
                        _copy_line(_values(key, source, one, stamp))
                        for key, one in zip(keys, rows, strict=True)
                    ).encode()
                )
            with cursor.copy(self.COPY_TURNS) as copy:
                copy.write(
                    "".join(
                        f"{key}\t{one.row.turns.replace(BACKSLASH, BACKSLASH * 2)}\n"
                        for key, one in zip(keys, rows, strict=True)
                        if one.row.turn_count
                    ).encode()
                )

    def update(self, source: str, rows: Sequence[RowToWrite], now: datetime) -> None:
        if not rows:
            return
        stamp = _postgresql_time(now)
        with self._connection.cursor() as cursor:
            cursor.execute(self.STAGE)
            with cursor.copy(self.COPY_STAGE) as copy:
                copy.write(
                    "".join(
                        _copy_line((*_values(one.id, source, one, stamp), one.row.turns))
                        for one in rows
                    ).encode()
                )
            for statement in (
                self.UPDATE,
                self.UPDATE_TURNS,
                self.DELETE_TURNS,
                self.COUNT_ATTACHED,
            ):
                cursor.execute(statement)
            cursor.execute("DROP TABLE import_stage")

    def _new_keys(self, cursor: Any, count: int) -> list[int]:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('conversation', 'id'))"
            " FROM generate_series(1, %s)",
            (count,),
        )
        return [key for (key,) in cursor.fetchall()]


def _values(key: int, source: str, one: RowToWrite, stamp: str) -> tuple[Any, ...]:
    """The values of COLUMNS."""
    row = one.row
    return (
        key,
        source,
        row.external_id,
        row.channel,
        one.agent_id,
        row.started_at,
        row.local_date,
        row.duration_s,
        row.direction,
        row.queue,
        row.product,
        row.topic,
        row.customer_ref,
        row.language,
        row.satisfaction,
        row.disposition,
        row.tags,
        one.recording_id,
        row.turn_count,
        row.digest,
        stamp,
        stamp,
    )


CHANGING_AT = tuple(COLUMNS.index(name) for name in CHANGING)
STARTED_AT = COLUMNS.index("started_at")


def _changing(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(values[at] for at in CHANGING_AT)


def _sqlite_time(moment: datetime) -> str:
    """As SQLAlchemy keeps it."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _postgresql_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(" ", "microseconds")


def _copy_line(values: Sequence[Any]) -> str:
    """A line of COPY's text format. The start of a conversation is UTC and says so."""
    cells = [
        value if type(value) is str else (NULL if value is None else str(value)) for value in values
    ]
    cells[STARTED_AT] += "+00"
    line = "\t".join(cells)
    if "\\" in line or "\n" in line or "\r" in line or line.count("\t") >= len(cells):
        line = "\t".join([cell.translate(ESCAPES) for cell in cells])
    return line + "\n"
