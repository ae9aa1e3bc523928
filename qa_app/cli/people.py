"""`qa-app people import FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from qa_app.cli.site import answer, json_option, open_site


@click.group()
def people() -> None:
    """Agents, team leads, teams and memberships."""


@people.command("import")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@json_option
def import_file(path: Path, as_json: bool) -> None:
    """Take people from a CSV or XLSX file, one row per membership."""
    from qa_app.adapters.readers.tables import open_table
    from qa_app.services.people import import_people

    with open_site() as site, open_table(path) as table, site.writing() as ctx:
        report = import_people(ctx, table.columns, table, where=path.name)
    if as_json:
        answer(report.to_dict())
    else:
        _tell(report.to_dict())
    if report.rejected:
        raise SystemExit(1)


def _tell(report: dict[str, list[dict[str, str]]]) -> None:
    click.echo(
        f"{report['created']} created, {report['updated']} updated, "
        f"{report['unchanged']} unchanged, {len(report['rejected'])} rejected"
    )
    for account in report["accounts"]:
        click.echo(f"One-time password of {account['login']}: {account['password']}")
    for line in [*report["rejected"], *report["warnings"]]:
        click.echo(f"  {line['where']}: {line['reason']}", err=True)
