"""The grading desk over HTTP: opened, saved, submitted, by one grader and by eight at once."""

from __future__ import annotations

import importlib.util
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from scorecards import load_shipped
from tests.benchmarks import measure
from tests.benchmarks.bench import Bench
from tests.benchmarks.client import Client, assets_of
from tests.benchmarks.measure import Row
from tests.benchmarks.world import GRADERS, cpu_seconds, served
from tests.factories.grading import perfect_sheet

Doing = Callable[[int], object]


def rows(bench: Bench) -> Iterator[Row]:
    yield from pages(bench)
    clients = [Client(bench.port, f"grader{number}") for number in range(GRADERS)]
    yield from together(clients, "one process")
    if importlib.util.find_spec("gunicorn") is None:
        yield measure.note("8 clients, two processes", "gunicorn is not installed")
        return
    with served(bench.env, processes=2) as (port, _, _):
        clients = [Client(port, f"grader{number}") for number in range(GRADERS)]
        yield from together(clients, "two processes")


def pages(bench: Bench) -> Iterator[Row]:
    client = Client(bench.port, "grader0")
    floor = Timed(lambda _: client.get("/health"), range(200), bench.pid)
    yield measure.latency("floor: an answer with one query", floor.times, None, None)
    yield measure.amount("floor: CPU of the server", floor.cpu_ms, "ms", None, 2)
    opened: list[str] = []
    timed = Timed(lambda _: opened.append(client.open_next()[1]), range(60), bench.pid)
    yield from timed.rows("next + open (two requests)", floor, 8)
    path = client.open_next()[0]
    timed = Timed(lambda _: client.get(path), range(60), bench.pid)
    yield from timed.rows("open the grading desk", floor, 8)
    yield measure.amount("grading page, warm: bytes", client.bytes_received / 1000, "kB", 30)
    cold = client.bytes_received
    for asset in assets_of(opened[0]):
        client.get(asset)
        cold += client.bytes_received
    yield measure.amount("grading page, cold: bytes sent", cold / 1e6, "MB", 0.4, 2)
    writer = Writer(client)
    yield from Timed(writer.save, range(60), bench.pid).rows("save a draft", floor, None)
    yield from Timed(writer.submit, range(60), bench.pid).rows("submit, one client", floor, 8)
    timed = Timed(lambda _: client.get("/conversations/"), range(40), bench.pid)
    yield from timed.rows("list, first page", floor, 15)
    last = Timed(lambda _: client.get("/conversations/?to=2026-10-01"), range(40), bench.pid)
    yield from last.rows("list, filtered to its oldest day", floor, 15)


class Timed:
    """Milliseconds of each call as the client sees them, and the server's CPU for one."""

    def __init__(self, act: Doing, numbers: Sequence[int], pid: int) -> None:
        act(-1)
        begun = cpu_seconds(pid)
        self.times = measure.many(act, numbers)
        self.cpu_ms = (cpu_seconds(pid) - begun) * 1000 / len(numbers)

    def rows(self, name: str, floor: Timed, goal_ms: float | None) -> Iterator[Row]:
        yield measure.latency(name, self.times, floor.times, goal_ms)
        yield measure.against(f"{name}: CPU of the server", self.cpu_ms, floor.cpu_ms, "ms")


class Writer:
    """A grader who saves and submits one perfect evaluation after the other."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._sheet = perfect_sheet(load_shipped("chat-text"))
        self._begin(client.open_next()[0])

    def _begin(self, path: str) -> None:
        self.path, self._version, self._step = path, 0, 0

    def save(self, number: int) -> None:
        """One more answer of the draft, as the desk's script sends it."""
        name = list(self._sheet)[number % len(self._sheet)]
        answer = self._send("/draft", {name: self._sheet[name]})
        self._version = answer["version"]

    def submit(self, _number: int = 0) -> None:
        """Everything at once; the next conversation becomes the one in hand."""
        self._begin(self._send("/submit", self._sheet)["next"])

    def _send(self, deed: str, changes: dict[str, Any]) -> dict[str, Any]:
        self._step += 1
        document = {"base_version": self._version, "changes": changes, "summary": ""}
        return self._client.post_json(
            self.path + deed, {**document, "tab": "bench", "step": self._step}
        )


def together(clients: list[Client], server: str) -> Iterator[Row]:
    """Eight graders at once: submissions alone, then the whole cycle with opening."""
    for name, opens, goal, goal_ms in (
        ("submit", False, 150, 80),
        ("open + submit", True, 60, 200),
    ):
        times: list[float] = []
        writers = [Writer(client) for client in clients]
        threads = [
            threading.Thread(target=_work, args=(client, writer, opens, times))
            for client, writer in zip(clients, writers, strict=True)
        ]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - begun
        yield measure.rate(f"{name}, 8 clients, {server}", len(times) / seconds, None, goal)
        late = measure.p95(times)
        yield measure.amount(f"{name}, 8 clients, {server}: p95", late, "ms", goal_ms)


def _work(client: Client, writer: Writer, opens: bool, times: list[float]) -> None:
    for _ in range(30):
        begun = time.perf_counter()
        if opens:
            client.get(writer.path)
        writer.submit()
        times.append((time.perf_counter() - begun) * 1000)
