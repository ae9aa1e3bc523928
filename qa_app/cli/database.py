"""`qa-app db upgrade` and `qa-app db check`."""

from __future__ import annotations

import click

from qa_app.cli.site import answer, json_option, open_site


@click.group()
def db() -> None:
    """The database's schema and its audit chain."""


@db.command("upgrade")
@json_option
def upgrade_schema(as_json: bool) -> None:
    """Bring the schema to the version of this program."""
    from qa_app.db.migrate import current_and_head, upgrade

    with open_site(migrated=False) as site:
        before, head = current_and_head(site.database)
        upgrade(site.database)
    if as_json:
        answer({"from": before, "to": head})
    else:
        click.echo(f"The schema is at {head}" + ("." if before != head else " already."))


@db.command("check")
@json_option
def check_schema(as_json: bool) -> None:
    """Say whether the schema is at head and the audit chain whole."""
    from qa_app.db.migrate import current_and_head
    from qa_app.queries.audit import first_broken_entry

    with open_site(migrated=False) as site:
        current, head = current_and_head(site.database)
        difference = None
        if current != head:
            difference = {"reason": "schema", "expected": head, "found": current}
        else:
            with site.reading() as ctx:
                difference = first_broken_entry(ctx)
    report(difference, as_json=as_json, whole="The schema is at head and the audit chain is whole.")


def report(difference: object, *, as_json: bool, whole: str) -> None:
    """Print `{"ok", "first_difference"}` or a sentence; exit with 1 when there is a difference."""
    if as_json:
        answer({"ok": difference is None, "first_difference": difference})
    elif difference is None:
        click.echo(whole)
    else:
        click.echo(f"First difference: {difference}", err=True)
    if difference is not None:
        raise SystemExit(1)
