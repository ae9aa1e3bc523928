"""`qa-app draw run | list | export | verify`."""

from __future__ import annotations

import click

from qa_app.cli.site import answer, json_option, open_site


@click.group()
def draw() -> None:
    """Draws, their records and their proof."""


@draw.command("run")
@click.argument("period")
@click.option("--plan", "plan_id", required=True, metavar="PLAN", help="Id of the plan.")
@click.option("--seed", metavar="HEX", help="64 hex digits, for a seed that is not made yet.")
@json_option
def run(period: str, plan_id: str, seed: str | None, as_json: bool) -> None:
    """Draw what the plan is still owed in a half-month such as 2026-11-H1."""
    from qa_app.domain.errors import Refused
    from qa_app.queries.sampling import draw_summary
    from qa_app.services.sampling import NOTHING_IS_OWED, run_draw

    try:
        with open_site() as site, site.writing() as ctx:
            made = run_draw(ctx, period, plan_id, seed)
            document = draw_summary(ctx, made.code)
    except Refused as refusal:
        if refusal.code != NOTHING_IS_OWED:
            raise
        click.echo(str(refusal), err=as_json)
        if as_json:
            answer({"draw": None, "period": period, "plan": plan_id, "picks": 0})
        return
    if as_json:
        answer(document)
        return
    click.echo(f"{document['draw']}: {document['picks']} picks from {document['strata']} frames.")
    click.echo(f"commitment {document['commitment']}")
    if document["shortfall"]:
        click.echo(f"{document['shortfall']} fewer than the quota: the frames hold no more.")


@draw.command("list")
@json_option
def show_list(as_json: bool) -> None:
    """List all draws, oldest first."""
    from qa_app.queries.sampling import draw_list

    with open_site() as site, site.reading() as ctx:
        rows = [
            {"draw": row.code, "period": row.period, "plan": row.plan}
            for row in reversed(draw_list(ctx))
        ]
    if as_json:
        answer({"draws": rows})
        return
    for row in rows:
        click.echo(f"{row['draw']}\t{row['period']}\t{row['plan']}")


@draw.command("export")
@click.argument("code", metavar="DRAW")
@json_option
def export(code: str, as_json: bool) -> None:  # noqa: ARG001 - a record is JSON either way
    """Print the record of a draw: all that is needed to recompute it."""
    from qa_app.queries.sampling import draw_record

    with open_site() as site, site.reading() as ctx:
        answer(draw_record(ctx, code))


@draw.command("verify")
@click.argument("code", metavar="DRAW")
@json_option
def verify(code: str, as_json: bool) -> None:
    """Recompute a draw from its stored frames: ok, or the first difference."""
    from qa_app.queries.sampling import changed_since, verify_draw

    with open_site() as site, site.reading() as ctx:
        difference = verify_draw(ctx, code)
        changed = changed_since(ctx, code)
    if as_json:
        found = None if difference is None else difference.to_dict()
        answer({"ok": difference is None, "first_difference": found, "changed": changed})
    else:
        for key in changed:
            click.echo(f"changed since the draw: {key}")
        if difference is None:
            click.echo("Commitment, tickets, digests and picks agree with the stored frames.")
        else:
            click.echo(f"First difference: {difference.to_dict()}", err=True)
    if difference is not None:
        raise SystemExit(1)
