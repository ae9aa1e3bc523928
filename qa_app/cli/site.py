"""How a command opens the site, prints its answer, and refuses without a traceback."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click
import orjson

from qa_app.domain.errors import InvalidInput, Problem, QAError, Refused

if TYPE_CHECKING:
    from qa_app.services.site import Site


@dataclass(frozen=True, slots=True)
class Parts:
    """What commands start but may not import: the web application and the job worker's module."""

    create_app: Callable[..., Any]
    worker: Callable[[], Any]


Command = TypeVar("Command", bound=Callable[..., Any])


@contextmanager
def open_site(*, migrated: bool = True) -> Iterator[Site]:
    """The site of the environment. Raises Refused `not_migrated` unless its schema is at head."""
    from qa_app.config import Settings
    from qa_app.db.errors import UNUSABLE, DatabaseError
    from qa_app.services.site import Site

    site = Site.open(Settings.from_env())
    try:
        if migrated:
            _insist_on_head(site)
        yield site
    except DatabaseError as error:
        if type(error) not in UNUSABLE:
            raise
        reason = str(error.orig).strip().splitlines()[0]
        problem = Problem("database", "unavailable", reason)
        raise InvalidInput([problem], "The database cannot be used.") from error
    finally:
        site.close()


def _insist_on_head(site: Site) -> None:
    from qa_app.db.migrate import current_and_head

    current, head = current_and_head(site.database)
    if current is None:
        raise Refused("not_migrated", "This site has no database yet: run `qa-app db upgrade`.")
    if current != head:
        message = "The database is of another version: run `qa-app db upgrade`."
        raise Refused("not_migrated", message)


def answer(document: object) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    sys.stdout.flush()


def json_option(command: Command) -> Command:
    """Add `--json` (as `as_json`), and turn refusals into exit code 1 with every problem named."""

    @functools.wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except QAError as error:
            refuse(error, as_json=kwargs.get("as_json", False))
        except OSError as error:
            refuse(_from_os(error), as_json=kwargs.get("as_json", False))

    option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    return option(guarded)  # type: ignore[return-value]


def refuse(error: QAError, *, as_json: bool) -> None:
    """Say why on standard error (and as JSON on standard output), and exit with 1."""
    click.echo(f"qa-app: {error}", err=True)
    for problem in error.problems:
        click.echo(
            f"  {problem.where}: {problem.message}" if problem.where else f"  {problem.message}",
            err=True,
        )
    if as_json:
        answer(
            {
                "error": {"code": error.code, "message": str(error)},
                "problems": [problem.to_dict() for problem in error.problems],
            }
        )
    raise SystemExit(1)


def _from_os(error: OSError) -> QAError:
    where = str(error.filename or "")
    problem = Problem(where, "cannot_read", error.strerror or str(error))
    return InvalidInput([problem], "A file cannot be used.")
