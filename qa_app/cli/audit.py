"""`qa-app audit verify`."""

from __future__ import annotations

import click

from qa_app.cli.database import report
from qa_app.cli.site import json_option, open_site


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
@json_option
def verify_audit(as_json: bool) -> None:
    """Recompute the chain of audit entries: ok, or the first broken one."""
    from qa_app.queries.audit import first_broken_entry

    with open_site() as site, site.reading() as ctx:
        difference = first_broken_entry(ctx)
    report(difference, as_json=as_json, whole="The audit chain is whole.")
