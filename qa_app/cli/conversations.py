"""`qa-app conversations import PATH`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from qa_app.cli.site import json_option, open_site

FORMATS = ("csv", "jsonl", "xlsx", "vcon")


@click.group()
def conversations() -> None:
    """Calls and chats."""


@conversations.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "wanted",
    type=click.Choice(FORMATS, case_sensitive=False),
    help="Read it as this; otherwise what is in it decides.",
)
@click.option("--source", help="Where the conversations come from; `import`, or `vcon` for vCons.")
@click.option("--dry-run", is_flag=True, help="Give the same answer and change nothing.")
@json_option
def import_path(
    path: Path, wanted: str | None, source: str | None, dry_run: bool, as_json: bool
) -> None:
    """Take conversations from a CSV, JSON Lines, XLSX or vCon file.

    Or from a folder with recordings, or a ZIP archive of one.
    """
    from qa_app.services.imports import import_conversations

    with (
        open_site() as site,
        import_conversations(site, path, source=source, wanted=wanted, dry_run=dry_run) as report,
    ):
        for chunk in report.json_chunks():
            sys.stdout.buffer.write(chunk)
        sys.stdout.flush()
        counts = report.counts
    if not as_json:
        click.echo(
            f"{counts.created} created, {counts.updated} updated, {counts.unchanged} unchanged, "
            f"{counts.rejected} rejected" + (" (dry run: nothing was changed)" if dry_run else ""),
            err=True,
        )
    if counts.rejected:
        raise SystemExit(1)
