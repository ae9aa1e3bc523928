"""Errors of the product. They carry data; pages, JSON and exit codes come from them elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where, a stable code, and a sentence in English."""

    where: str
    code: str
    message: str

    def to_dict(self) -> dict[str, str]:
        return {"where": self.where, "code": self.code, "message": self.message}


class QAError(Exception):
    """Base of everything that the product refuses or cannot find.

    `code` is stable and public; `message` is an English sentence; `params` fill its placeholders
    when the sentence is translated.
    """

    code = "error"

    def __init__(self, message: str, /, **params: object) -> None:
        self.template = message
        self.params = params
        super().__init__(message % params if params else message)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return ()


class NotFound(QAError):
    """There is no such thing, or the actor may not know of it: the two look the same."""

    code = "not_found"

    def __init__(self, kind: str, identity: object) -> None:
        super().__init__("There is no %(kind)s %(identity)s.", kind=kind, identity=identity)


class NotAllowed(QAError):
    """The actor's role or relation does not allow the deed."""

    code = "not_allowed"

    def __init__(self, permission: str) -> None:
        super().__init__("You are not allowed to do this (%(permission)s).", permission=permission)
        self.permission = permission


class Conflict(QAError):
    """Somebody else was there first; `code` says with what, `current` holds what is there now."""

    def __init__(
        self, code: str, message: str, /, *, current: object = None, **params: object
    ) -> None:
        super().__init__(message, **params)
        self.code = code
        self.current = current


class Refused(QAError):
    """A rule of the department forbids the deed; `code` names the rule."""

    def __init__(self, code: str, message: str, /, **params: object) -> None:
        super().__init__(message, **params)
        self.code = code


class InvalidInput(QAError):
    """The input has problems: all of them, not the first."""

    code = "invalid_input"

    def __init__(
        self, problems: Iterable[Problem], message: str = "The input has problems."
    ) -> None:
        super().__init__(message)
        self._problems = tuple(problems)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._problems


class WrongState(QAError):
    """The state of a thing does not allow the deed."""

    code = "wrong_state"

    def __init__(self, subject: str, state: str, action: str) -> None:
        super().__init__(
            "This %(subject)s is %(state)s: it cannot %(action)s.",
            subject=subject,
            state=state,
            action=action,
        )
        self.subject, self.state, self.action = subject, state, action
