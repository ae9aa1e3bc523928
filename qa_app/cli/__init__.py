"""The `qa-app` commands; each module is loaded when its command is called, so start is quick."""

from __future__ import annotations

import importlib

import click

# command -> (module of this package, attribute)
COMMANDS = {
    "audit": ("audit", "audit"),
    "conversations": ("conversations", "conversations"),
    "db": ("database", "db"),
    "demo": ("demo", "demo"),
    "draw": ("draws", "draw"),
    "jobs": ("jobs", "jobs"),
    "people": ("people", "people"),
    "period": ("periods", "period"),
    "plan": ("plans", "plan"),
    "scorecard": ("scorecards", "scorecard"),
    "serve": ("serve", "serve"),
    "token": ("accounts", "token"),
    "user": ("accounts", "user"),
}


class LazyGroup(click.Group):
    """Finds commands by name without importing the others."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name]
        found = getattr(importlib.import_module(f"{__name__}.{module}"), attribute)
        assert isinstance(found, click.Command)
        return found


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="qa-app")
def cli() -> None:
    """The QA workbench: grade conversations, publish half-month figures."""
