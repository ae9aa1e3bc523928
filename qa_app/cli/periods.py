"""`qa-app period show|publish|figures`."""

from __future__ import annotations

from typing import Any

import click

from qa_app.cli.site import answer, json_option, open_site


@click.group()
def period() -> None:
    """Half-months and their figures."""


@period.command("show")
@click.argument("code", metavar="PERIOD")
@json_option
def show_period(code: str, as_json: bool) -> None:
    """Show a period's state, dates and progress."""
    from qa_app.queries.periods import period_overview

    with open_site() as site, site.reading() as ctx:
        document = period_overview(ctx, code)
    if as_json:
        answer(document)
        return
    for name, value in document.items():
        click.echo(f"{name}: {value}")


@period.command("publish")
@click.argument("code", metavar="PERIOD")
@click.option("--reason", default="", help="Why the figures are published again.")
@json_option
def publish(code: str, reason: str, as_json: bool) -> None:
    """Publish the period's figures; without a change it is the same version again."""
    from qa_app.services.periods import publish_period

    with open_site() as site, site.writing() as ctx:
        publication = publish_period(ctx, code, reason=reason)
        document = {
            "period": code,
            "version": publication.version,
            "digest": publication.digest,
        }
    if as_json:
        answer(document)
    else:
        click.echo(f"{code} version {document['version']}, digest {document['digest']}")


@period.command("figures")
@click.argument("code", metavar="PERIOD")
@json_option
def show_figures(code: str, as_json: bool) -> None:
    """Print the period's figures: the newest version, or the provisional ones."""
    from qa_app.domain.calendar import Period
    from qa_app.queries.figures import period_figures

    with open_site() as site, site.reading() as ctx:
        document = period_figures(ctx, str(Period.parse(code)))
    if as_json:
        answer(document)
    else:
        _print(document)


def _print(document: dict[str, Any]) -> None:
    version = document["version"]
    click.echo(f"{document['period']}: " + (f"version {version}" if version else "provisional"))
    for figure in document["figures"]:
        mean = figure["mean"] or "n/a"
        click.echo(f"{figure['agent']:<12} {figure['channel']:<5} n={figure['n']:<4} {mean:>7}")
