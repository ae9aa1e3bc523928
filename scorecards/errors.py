"""What can be wrong with a definition: one problem, and the error that carries all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a definition (handbook 2 §4)."""

    level: Level
    code: str
    path: str
    line: int | None
    message: str

    def to_dict(self) -> dict[str, str | int | None]:
        """Return the JSON form; `line` is null for a definition that is no text."""
        return {
            "level": self.level,
            "code": self.code,
            "path": self.path,
            "line": self.line,
            "message": self.message,
        }

    def __str__(self) -> str:
        where = ", ".join(
            part for part in (f"line {self.line}" if self.line else "", self.path) if part
        )
        return f"{where}: {self.message}" if where else self.message


class ScorecardError(ValueError):
    """A definition that can't be used; `problems` holds every finding, warnings included."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: list[Problem] = list(problems)
        super().__init__("\n".join(str(p) for p in self.problems if p.level == "error"))


class UnknownForm(LookupError):
    """The library ships no form of that id."""

    def __init__(self, form_id: str) -> None:
        self.form_id = form_id
        super().__init__(f"no shipped form is called {form_id!r}")
