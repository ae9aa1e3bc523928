"""Access to the ready-made forms in `library/`."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from scorecards.checking import load
from scorecards.definition import Scorecard
from scorecards.errors import UnknownForm


def shipped() -> list[str]:
    """Return the ids of all shipped forms, sorted."""
    names = (entry.name for entry in (files("scorecards") / "library").iterdir())
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def shipped_text(form_id: str) -> str:
    """Return the YAML of a shipped form as we wrote it; raises UnknownForm."""
    if form_id not in shipped():
        raise UnknownForm(form_id)
    return (files("scorecards") / "library" / f"{form_id}.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def load_shipped(form_id: str) -> Scorecard:
    """Return a shipped form; raises UnknownForm."""
    return load(shipped_text(form_id))
