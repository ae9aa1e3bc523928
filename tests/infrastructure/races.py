"""Several at one moment: threads that start together, and what became of each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Outcome = TypeVar("Outcome")


def together(count: int, act: Callable[[int], Outcome]) -> list[Outcome]:
    """What `act(number)` gave in so many threads that began at one moment; the first error is
    raised when all have ended."""
    barrier = threading.Barrier(count)

    def run(number: int) -> Outcome:
        barrier.wait(30)
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        futures = [pool.submit(run, number) for number in range(count)]
    return [future.result() for future in futures]
