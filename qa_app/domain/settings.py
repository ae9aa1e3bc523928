"""What people may set while the site runs: names, choices, and what holds where nothing is set."""

from __future__ import annotations

from dataclasses import dataclass

RUNNING_SCORE = "running_score"
SHOWN, HIDDEN = "shown", "hidden"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting; `default` holds until somebody chooses."""

    name: str
    choices: tuple[str, ...]
    default: str


SETTINGS = {setting.name: setting for setting in (Setting(RUNNING_SCORE, (SHOWN, HIDDEN), SHOWN),)}
