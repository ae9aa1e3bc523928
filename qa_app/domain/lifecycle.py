"""Lifecycles as tables: which deed leads from which state to which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from qa_app.domain.errors import WrongState

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[S, A]):
    """A named transition table."""

    subject: str
    transitions: Mapping[tuple[S, A], S]

    def move(self, state: S, action: A) -> S:
        """Return the state that `action` leads to. Raises WrongState where the table has none."""
        try:
            return self.transitions[state, action]
        except KeyError:
            raise WrongState(self.subject, state.value, action.value) from None

    def allows(self, state: S, action: A) -> bool:
        """Whether `action` is possible in `state`."""
        return (state, action) in self.transitions
