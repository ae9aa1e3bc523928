"""`qa-app plan check | publish`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa_app.cli.site import answer, json_option, open_site

if TYPE_CHECKING:
    from qa_app.domain.definition_source import DefinitionProblem


@click.group()
def plan() -> None:
    """Sampling plans."""


@plan.command("check")
@click.argument("file")
@json_option
def check(file: str, as_json: bool) -> None:
    """Say everything that is wrong with a plan, names that this site does not know included."""
    problems = _problems(_source(file))
    ok = not problems
    if as_json:
        answer({"ok": ok, "problems": [problem.to_dict() for problem in problems]})
    else:
        for problem in problems:
            line = "" if problem.line is None else f"line {problem.line}, "
            click.echo(f"{problem.level}: {line}{problem.path}: {problem.message}", err=True)
        click.echo("Nothing is wrong." if ok else "Not usable.")
    if not ok:
        raise SystemExit(1)


@plan.command("publish")
@click.argument("file")
@json_option
def publish(file: str, as_json: bool) -> None:
    """Publish a version of a plan; the same content again is the same version."""
    from qa_app.services.sampling import publish_plan

    with open_site() as site, site.writing() as ctx:
        version = publish_plan(ctx, _source(file))
        document = {
            "id": version.definition["id"],
            "version": version.version,
            "digest": version.digest,
        }
    if as_json:
        answer(document)
    else:
        click.echo(f"{document['id']} version {document['version']}  {document['digest']}")


def _source(file: str) -> Path | str:
    if file != "-":
        return Path(file)
    return sys.stdin.buffer.read().decode("utf-8-sig", "surrogateescape")


def _problems(source: Path | str) -> list[DefinitionProblem]:
    """Without a site's database only the plan itself can be checked."""
    from qa_app.domain.errors import Refused
    from qa_app.domain.plan import check_plan
    from qa_app.services.sampling import plan_problems

    problems = check_plan(source)
    if problems:
        return problems
    try:
        with open_site() as site, site.reading() as ctx:
            return plan_problems(ctx, source)
    except Refused as refusal:
        click.echo(f"qa-app: names in it were not checked: {refusal}", err=True)
        return []
