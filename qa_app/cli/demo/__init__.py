"""`qa-app demo`: an empty site becomes a department with two months of work in it."""

from __future__ import annotations

import click

from qa_app.cli.site import Parts, answer, json_option


@click.command()
@click.option("--reset", is_flag=True, help="Throw the demo away and make a new one.")
@click.pass_obj
@json_option
def demo(parts: Parts, reset: bool, as_json: bool) -> None:
    """Fill an empty site with a demo department, and print the logins."""
    from qa_app.cli.demo.making import make_demo

    logins = make_demo(parts, reset=reset, say=lambda text: click.echo(text, err=True))
    if as_json:
        answer(logins)
        return
    click.echo(f"Password of every account: {logins['password']}")
    for login, role, name in logins["accounts"]:
        click.echo(f"  {login:<12} {role:<11} {name}")
