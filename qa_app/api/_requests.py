"""What every view of the API needs: who may open it, and a context of whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

from flask import current_app
from flask_login import current_user

from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.services.site import Site

View = TypeVar("View", bound=Callable[..., Any])
MARK = "qa_access"
"""The guard in front of every view looks for it; one without cannot be served."""


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Whoever has one of the permissions may open it; the query checks the thing itself."""

    def mark(view: View) -> View:
        setattr(view, MARK, permissions)
        return view

    return mark


def reading() -> AbstractContextManager[Context]:
    """A context over one snapshot, of the account that asks."""
    site = cast("Site", current_app.extensions["qa_site"])
    return site.reading(current_user.actor)
