"""What lists read from an address: short texts, choices, numbers; all problems are named."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from flask_babel import gettext as _

from qa_app.domain.errors import InvalidInput, Problem

T = TypeVar("T")
TEXT_MAX = 200
YES_NO = {"yes": True, "no": False}


class AddressReader:
    """Takes filters from an address and collects what cannot be understood."""

    def __init__(self, args: Mapping[str, str]) -> None:
        self._args = args
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        """The value, trimmed; empty where there is none."""
        return self._args.get(name, "").strip().replace("\0", "")[:TEXT_MAX]

    def take(self, name: str, convert: Callable[[str], T]) -> T | None:
        """The value as `convert` reads it; None where there is none, or it is a problem."""
        given = self.text(name)
        if not given:
            return None
        try:
            return convert(given)
        except (ValueError, KeyError, InvalidInput):
            message = _("%(value)s is not a value of this filter.", value=given[:40])
            self.problems.append(Problem(name, "bad_filter", message))
            return None

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """One of the allowed values, or empty."""

        def known(text: str) -> str:
            if text not in allowed:
                raise ValueError(text)
            return text

        return self.take(name, known) or ""

    def done(self) -> None:
        """Raise InvalidInput with everything that cannot be understood."""
        if self.problems:
            raise InvalidInput(self.problems)


def score_value(text: str) -> Decimal:
    """A score from 0 to 1,000 with at most two decimals. Raises ValueError."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not value.is_finite() or not 0 <= value <= 1000 or value != round(value, 2):
        raise ValueError(text)
    return value
