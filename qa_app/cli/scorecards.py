"""`qa-app scorecard check | score | compare | publish | export`."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qa_app.cli.site import answer, json_option, open_site

if TYPE_CHECKING:
    from scorecards import Problem, Scorecard

SUFFIXES = (".yaml", ".yml", ".json")
Source = Path | str | bytes


@click.group()
def scorecard() -> None:
    """Scorecards: check, score, compare, publish, export."""


@scorecard.command("check")
@click.argument("file")
@json_option
def check_scorecard(file: str, as_json: bool) -> None:
    """Say everything that is wrong with a definition (a file, a folder of them, or - for stdin)."""
    from scorecards import check

    findings: list[tuple[str | None, Problem]] = []
    for name, source in _sources(file):
        findings += [(name, problem) for problem in check(source)]
    ok = all(problem.level != "error" for _, problem in findings)
    if as_json:
        answer({"ok": ok, "problems": [_as_json(name, one) for name, one in findings]})
    else:
        _tell(findings, ok=ok)
    if not ok:
        raise SystemExit(1)


@scorecard.command("score")
@click.argument("file")
@click.option("--sheet", required=True, help="The filled sheet: a JSON file, or - for stdin.")
@json_option
def score_sheet(file: str, sheet: str, as_json: bool) -> None:
    """Score a filled sheet."""
    from scorecards import score

    result = score(_load(file), _sheet(sheet)).to_dict()
    if as_json:
        answer(result)
        return
    click.echo(f"Score: {result['score'] or 'none'}   band: {result['band'] or '-'}")
    click.echo(f"Without fatal errors: {result['score_without_fatals'] or 'none'}")
    for fatal in result["fatals"]:
        click.echo(f"Fatal: {fatal['question']} ({fatal['scope']})")
    if result["missing"]:
        click.echo("Missing: " + ", ".join(result["missing"]))
    for problem in result["problems"]:
        click.echo(f"{problem['question']}: {problem['message']}", err=True)


@scorecard.command("compare")
@click.argument("old")
@click.argument("new")
@json_option
def compare_scorecards(old: str, new: str, as_json: bool) -> None:
    """Say what changed between two definitions, and whether scores of both can be compared."""
    from scorecards import compare

    changes = compare(_load(old), _load(new)).to_dict()
    if as_json:
        answer(changes)
        return
    for change in changes["changes"]:
        mark = "scores" if change["scoring"] else "      "
        click.echo(f"{change['kind']:8} {mark}  {change['path']}")
    click.echo("Comparable." if changes["comparable"] else "Not comparable.")


@scorecard.command("publish")
@click.argument("file")
@json_option
def publish(file: str, as_json: bool) -> None:
    """Publish a version of a form; the same content again is the same version."""
    from qa_app.services.scorecards import publish_scorecard

    source = _source(file)
    with open_site() as site, site.writing() as ctx:
        version = publish_scorecard(ctx, source)
        form_id = json.loads(version.definition)["id"]
        document = {"id": form_id, "version": version.version, "digest": version.digest}
    if as_json:
        answer(document)
    else:
        click.echo(f"{form_id} version {document['version']}  {document['digest']}")


@scorecard.command("export")
@click.argument("form_id", metavar="ID")
@click.option("--version", type=int, help="The version; the one in force when left out.")
@json_option
def export_scorecard(form_id: str, version: int | None, as_json: bool) -> None:
    """Print a published form as YAML."""
    from qa_app.queries.scorecards import load_version, scorecard_version
    from scorecards import canonical_json, to_yaml

    with open_site() as site, site.reading() as ctx:
        form = load_version(ctx, scorecard_version(ctx, form_id, version).id)
    text = canonical_json(form.to_dict()) + "\n" if as_json else to_yaml(form)
    sys.stdout.buffer.write(text.encode())
    sys.stdout.flush()


def _sources(file: str) -> list[tuple[str | None, Source]]:
    """Name and source of every definition meant; the name only where there may be several."""
    folder = Path(file)
    if file == "-" or not folder.is_dir():
        return [(None, _source(file))]
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not found:
        from qa_app.domain.errors import InvalidInput, Problem

        message = "There is no definition (.yaml, .yml, .json) in this folder."
        raise InvalidInput([Problem(file, "empty_folder", message)], "There is nothing to check.")
    return [(path.name, path) for path in found]


def _source(file: str) -> Source:
    """Standard input, a file, or the form that is shipped under this id."""
    from scorecards import UnknownForm, shipped_text

    if file == "-":
        return sys.stdin.buffer.read()
    path = Path(file)
    if not path.exists():
        try:
            return shipped_text(file)
        except UnknownForm:
            pass
    return path


def _load(file: str) -> Scorecard:
    from qa_app.services.scorecards import load_form

    return load_form(_source(file))


def _sheet(file: str) -> dict[str, Any]:
    from qa_app.domain.errors import InvalidInput, Problem

    raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        sheet = json.loads(raw, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        problem = Problem(file, "bad_json", f"This is not JSON: {error}")
        raise InvalidInput([problem], "The sheet cannot be read.") from None
    if not isinstance(sheet, dict):
        problem = Problem(file, "bad_sheet", "A sheet is one JSON object.")
        raise InvalidInput([problem], "The sheet cannot be read.")
    return sheet


def _as_json(name: str | None, problem: Problem) -> dict[str, Any]:
    return problem.to_dict() if name is None else {"file": name, **problem.to_dict()}


def _tell(findings: list[tuple[str | None, Problem]], *, ok: bool) -> None:
    for name, problem in findings:
        place = "" if name is None else f"{name}: "
        click.echo(f"{problem.level}: {place}{problem}", err=True)
    click.echo("Nothing is wrong." if not findings else "Usable." if ok else "Not usable.")
