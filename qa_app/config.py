"""Settings of a site: the one reader of the environment. Every default is safe in production."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values

from qa_app.domain.errors import InvalidInput, Problem

LOCALES = ("zh", "en")
PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a site can set; made once at start."""

    data_dir: Path
    database_url: str
    recordings: str
    secret_key: str = field(repr=False)
    timezone: str = "Asia/Shanghai"
    locale: str = "zh"
    base_url: str = "http://127.0.0.1:8000"
    lag_days: int = 0
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    s3: Mapping[str, str] = field(default_factory=dict, repr=False)
    argon2_fast: bool = False
    upload_limit_mb: int = 512
    unpacked_limit_mb: int = 4096

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def is_secure(self) -> bool:
        """Whether people reach the site over HTTPS, so that cookies can insist on it."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read `QA_*` and `AWS_*` from the environment and a `.env` of the working folder.

        Raises InvalidInput with every variable that cannot be understood.
        """
        if environ is None:
            environ = {**{k: v for k, v in dotenv_values(".env").items() if v}, **os.environ}
        problems: list[Problem] = []
        data_dir = Path(environ.get("QA_DATA_DIR") or "qa-data").expanduser().absolute()
        base_url = (environ.get("QA_BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
        if not base_url.startswith(("http://", "https://")):
            problems.append(Problem("QA_BASE_URL", "not_a_url", "Use http://… or https://…"))
        settings = cls(
            data_dir=data_dir,
            database_url=_database_url(environ.get("QA_DATABASE_URL"), data_dir),
            recordings=environ.get("QA_RECORDINGS") or str(data_dir / "recordings"),
            secret_key=_secret_key(environ.get("QA_SECRET_KEY"), data_dir, problems),
            timezone=_timezone(environ.get("QA_TIMEZONE") or "Asia/Shanghai", problems),
            locale=_locale(environ.get("QA_LOCALE") or "zh", problems),
            base_url=base_url,
            lag_days=_number(environ, "QA_LAG_DAYS", 0, 0, 31, problems),
            trusted_hosts=tuple(filter(None, (environ.get("QA_TRUSTED_HOSTS") or "").split(","))),
            proxies=_number(environ, "QA_PROXIES", 0, 0, 5, problems),
            s3={k: v for k, v in environ.items() if k.startswith("AWS_")},
            argon2_fast=environ.get("QA_ARGON2") == "fast-for-tests",
            upload_limit_mb=_number(environ, "QA_UPLOAD_LIMIT_MB", 512, 1, 102400, problems),
            unpacked_limit_mb=_number(environ, "QA_UNPACKED_LIMIT_MB", 4096, 1, 1048576, problems),
        )
        if problems:
            raise InvalidInput(problems, "The settings have problems.")
        return settings


def _database_url(given: str | None, data_dir: Path) -> str:
    if not given:
        return f"sqlite:///{data_dir / 'qa.db'}"
    return given.replace("postgres://", "postgresql://", 1)


def _secret_key(given: str | None, data_dir: Path, problems: list[Problem]) -> str:
    """The given key, or one made on first start and kept in the data folder."""
    if given is not None and given != "":
        if len(given) < 32 or len(set(given)) < 8:
            message = "Use at least 32 hard-to-guess characters, or leave it out to have one made."
            problems.append(Problem("QA_SECRET_KEY", "weak_key", message))
        return given
    path = data_dir / "secret-key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_hex(32)
        file.write(key)
    return key


def _timezone(name: str, problems: list[Problem]) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problems.append(Problem("QA_TIMEZONE", "unknown_zone", f"There is no time zone {name!r}."))
        return "Asia/Shanghai"
    return name


def _locale(name: str, problems: list[Problem]) -> str:
    if name not in LOCALES:
        problems.append(Problem("QA_LOCALE", "unknown_locale", "Use zh or en."))
        return "zh"
    return name


def _number(
    environ: Mapping[str, str],
    name: str,
    default: int,
    low: int,
    high: int,
    problems: list[Problem],
) -> int:
    text = environ.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        message = f"Use a whole number from {low} to {high}."
        problems.append(Problem(name, "not_in_range", message))
        return default
    return int(text)
