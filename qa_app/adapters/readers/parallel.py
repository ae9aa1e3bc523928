"""Batches of a large file, read and checked by a second process while this one writes them."""

from __future__ import annotations

import functools
import marshal
import subprocess
import sys
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import IO, Any

import orjson

from qa_app.adapters.readers.conversations import (
    Batch,
    ImportOrder,
    Note,
    PreparedRow,
    read_batches,
)
from qa_app.adapters.readers.rows import FileRefused
from qa_app.config import PROJECT_ROOT
from qa_app.domain.vcon import KnownPerson, match_agent

WORTH_A_PROCESS = 4_000_000
LENGTH = 8


def batches_of(order: ImportOrder, people: Sequence[KnownPerson]) -> Generator[Batch]:
    """Everything in the order's file or folder. Raises FileRefused."""
    is_large = order.kind in ("csv", "jsonl", "xlsx") and (
        order.path.stat().st_size >= WORTH_A_PROCESS
    )
    if is_large and sys.executable:
        yield from _from_process(order)
    else:
        yield from read_batches(order, functools.partial(match_agent, people=people))


def _from_process(order: ImportOrder) -> Generator[Batch]:
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with process.stdin as orders:
            orders.write(orjson.dumps(_as_document(order)))
        while (message := _receive(process.stdout)) is not None:
            if message[0] == "refused":
                raise FileRefused(*message[1:])
            yield _batch(*message[1:])
        if process.wait() != 0:
            raise RuntimeError("the process that reads the file has died")
    finally:
        process.stdout.close()
        process.kill()
        process.wait()


def _batch(rows: Any, rejected: Any, warnings: Any, *rest: Any) -> Batch:
    source, consumed, done, total = rest
    return Batch(
        source,
        [PreparedRow._make(row) for row in rows],
        [Note._make(note) for note in rejected],
        [Note._make(note) for note in warnings],
        consumed,
        done,
        total,
    )


def _as_document(order: ImportOrder) -> dict[str, Any]:
    return {
        "path": str(order.path.resolve()),
        "name": order.name,
        "kind": order.kind,
        "source": order.source,
        "timezone": order.timezone,
        "wanted": order.wanted,
        "folder": None if order.folder is None else str(order.folder.resolve()),
    }


def _receive(pipe: IO[bytes]) -> Any:
    """The next message; None at the end. Only our own child writes here."""
    length = pipe.read(LENGTH)
    if len(length) < LENGTH:
        return None
    return marshal.loads(pipe.read(int.from_bytes(length, "big")))  # noqa: S302


def _send(pipe: IO[bytes], message: tuple[Any, ...]) -> None:
    data = marshal.dumps(message)
    pipe.write(len(data).to_bytes(LENGTH, "big"))
    pipe.write(data)
    pipe.flush()


def main() -> None:
    """Read an order from standard input, write its batches to standard output."""
    given = orjson.loads(sys.stdin.buffer.read())
    folder = None if given["folder"] is None else Path(given["folder"])
    order = ImportOrder(**{**given, "path": Path(given["path"]), "folder": folder})
    out = sys.stdout.buffer
    try:
        for batch in read_batches(order, functools.partial(match_agent, people=())):
            _send(
                out,
                (
                    "batch",
                    [tuple(row) for row in batch.rows],
                    [tuple(note) for note in batch.rejected],
                    [tuple(note) for note in batch.warnings],
                    batch.source,
                    batch.consumed,
                    batch.done,
                    batch.total,
                ),
            )
    except FileRefused as refusal:
        _send(out, ("refused", refusal.where, refusal.reason))
    except BrokenPipeError:
        raise SystemExit(1) from None  # nobody listens any more


if __name__ == "__main__":
    main()
