"""What a part of the benchmarks is given. A part is a module here with `rows(bench)`.

`make bench` runs the parts that `PARTS` of `__main__` names, in that order, on both databases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qa_app.services.site import Site


@dataclass(frozen=True)
class Bench:
    """A site with drawn conversations (`world.py`), served on `port` by the process `pid`."""

    kind: str
    folder: Path
    site: Site
    env: dict[str, str]
    port: int
    pid: int
    new_database: Callable[[str], str]
    """A name -> the address of an empty database of the same kind."""
    largest: int
    """How many conversations the largest site of `flatness` holds (`--rows`)."""
