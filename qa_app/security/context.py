"""What every service and query is given: the session, who asks, the clock, the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa_app.domain.people import Role

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from qa_app.adapters.clock import Clock
    from qa_app.config import Settings


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `led_teams` are the ids of the teams that the actor leads today."""

    role: Role
    login: str
    account_id: int | None = None
    name: str = ""
    person_id: int | None = None
    led_teams: frozenset[int] = frozenset()
    locale: str | None = None
    address: str = ""


SYSTEM = Actor(role=Role.SYSTEM, login="system")


@dataclass(frozen=True, slots=True)
class Context:
    """Passed first to every service and query."""

    session: Session
    actor: Actor
    clock: Clock
    settings: Settings

    @property
    def today(self) -> date:
        """The site's local date."""
        return self.clock.now().astimezone(self.settings.zone).date()
