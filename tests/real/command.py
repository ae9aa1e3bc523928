"""`qa-app` as a process of its own: one command with its answer, or the server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.infrastructure.ports import LOOPBACK, free_port, wait_until_listening

PROGRAM = Path(sys.executable).with_name("qa-app")


@dataclass(frozen=True)
class Answer:
    """What a command came to; `document` is its JSON, None where it printed none."""

    code: int
    document: Any
    said: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Command:
    """`qa_app("draw", "list")` runs it with `--json` on the site of an environment."""

    environment: Mapping[str, str]
    folder: Path

    def __call__(self, *arguments: str | Path, stdin: str = "") -> Answer:
        done = subprocess.run(
            [str(PROGRAM), *map(str, arguments), "--json"],
            env=self._environment,
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
        )
        document = json.loads(done.stdout) if done.stdout else None
        return Answer(done.returncode, document, done.stderr)

    @contextmanager
    def serve(self) -> Iterator[str]:
        """The address of `qa-app serve`, worker included, while the block runs."""
        port = free_port()
        with (self.folder / "serve.log").open("ab") as log:
            process = subprocess.Popen(
                [str(PROGRAM), "serve", "--port", str(port)],
                env=self._environment,
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_until_listening(port, process)
            yield f"http://{LOOPBACK}:{port}"
        finally:
            process.terminate()
            process.wait(30)

    @property
    def _environment(self) -> dict[str, str]:
        foreign = {name: value for name, value in os.environ.items() if name[:3] != "QA_"}
        return {**foreign, **self.environment}
