"""A real S3-compatible server on the loopback (s3rver checks signatures and answers ranges)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.infrastructure.node_packages import node, packages
from tests.infrastructure.ports import LOOPBACK, free_port, wait_until_listening


@dataclass(frozen=True)
class S3Server:
    """Where the server is and how to sign for it."""

    endpoint: str
    bucket: str = "recordings"
    access_key: str = "S3RVER"
    secret_key: str = "S3RVER"
    region: str = "us-east-1"

    @property
    def environment(self) -> dict[str, str]:
        """The settings that the product and obstore read."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": self.region,
            "AWS_ALLOW_HTTP": "true",
        }


def command(port: int, folder: Path, bucket: str) -> list[str]:
    program = packages() / "s3rver" / "bin" / "s3rver.js"
    where = ["--address", LOOPBACK, "--port", str(port), "--directory", str(folder)]
    return [str(node()), "--no-deprecation", str(program), *where, "--configure-bucket", bucket]


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """One server for each worker; tests keep apart by their keys."""
    port = free_port()
    server = S3Server(endpoint=f"http://{LOOPBACK}:{port}")
    folder = tmp_path_factory.mktemp("s3")
    with (folder / "s3rver.log").open("wb") as log:
        process = subprocess.Popen(
            command(port, folder / "objects", server.bucket),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_listening(port, process)
            yield server
        finally:
            process.terminate()
            process.wait(10)
