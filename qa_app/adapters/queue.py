"""The wake-up line to the workers: Huey, carrying nothing but the id of a row in `job`.

What must not be lost is in that row; a message that is lost is sent again by the sweeper.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from qa_app.config import Settings

QUEUE_FILE = "queue.db"
FIRST_POLL, LONGEST_POLL = 0.1, 1.0


class JobQueue:
    """One line of a site: `send` from anywhere, `consumer` in a worker."""

    def __init__(self, huey: Any) -> None:
        self.huey = huey
        self._task = huey.task(name="run_job")(self._run)
        self._on_message: Callable[[int], object] | None = None

    def send(self, job_ids: Iterable[int]) -> None:
        """Tell a worker, whichever is free, that these jobs wait."""
        for job_id in job_ids:
            self._task(job_id)

    def is_empty(self) -> bool:
        """Whether no message waits."""
        return bool(self.huey.storage.queue_size() == 0)

    def consumer(self, on_message: Callable[[int], object], *, threads: int) -> Any:
        """Huey's consumer, not started. It leaves the process's signals alone."""
        self._on_message = on_message
        return _quiet_consumer()(
            self.huey,
            workers=threads,
            worker_type="thread",
            periodic=False,
            initial_delay=FIRST_POLL,
            max_delay=LONGEST_POLL,
            scheduler_interval=60,
        )

    def close(self) -> None:
        self.huey.storage.close()

    def _run(self, job_id: int) -> None:
        if self._on_message is not None:
            self._on_message(job_id)


class JsonMessages:
    """Huey's messages as JSON: its own serializers would unpickle whatever lies in the queue."""

    def serialize(self, message: Any) -> bytes:
        return orjson.dumps(list(message))

    def deserialize(self, data: bytes) -> Any:
        from huey.registry import Message

        return Message(*orjson.loads(bytes(data)))


_open: dict[tuple[str, str], JobQueue] = {}
_opening = threading.Lock()


def queue_of(settings: Settings) -> JobQueue:
    """The line of the site with these settings, one a process."""
    place = (settings.database_url, str(settings.data_dir))
    with _opening:
        if place not in _open:
            _open[place] = JobQueue(_open_huey(settings))
        return _open[place]


def close_queue(settings: Settings) -> None:
    """Let go of the line's connection, if there is one."""
    with _opening:
        queue = _open.pop((settings.database_url, str(settings.data_dir)), None)
    if queue is not None:
        queue.close()


def _open_huey(settings: Settings) -> Any:
    from huey import PostgresHuey, SqliteHuey

    options: dict[str, Any] = {"results": False, "serializer": JsonMessages()}
    if settings.database_url.startswith("postgresql"):
        return PostgresHuey("jobs", dsn=_dsn(settings.database_url), **options)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("jobs", filename=str(settings.data_dir / QUEUE_FILE), cache_mb=1, **options)


def _dsn(url: str) -> str:
    """The URL as libpq understands it: without SQLAlchemy's name of a driver."""
    scheme, _, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def _quiet_consumer() -> type[Any]:
    from huey.consumer import Consumer

    class QuietConsumer(Consumer):  # type: ignore[misc]
        """A consumer that lives beside a web server, which has the signals."""

        def _set_signal_handlers(self) -> None:
            pass

    return QuietConsumer
