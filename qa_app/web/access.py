"""Who may open an endpoint: every view says it, and one that doesn't cannot be served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from qa_app.domain.errors import NotAllowed
from qa_app.security.permissions import Permission
from qa_app.security.policy import Relation, can
from qa_app.web.context import actor

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC, SIGNED_IN = "public", "signed in"
MARK = "qa_access"


def public(view: View) -> View:
    """Anybody may open it."""
    setattr(view, MARK, PUBLIC)
    return view


def signed_in(view: View) -> View:
    """Everybody with an account may open it."""
    setattr(view, MARK, SIGNED_IN)
    return view


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Whoever has one of the permissions may open it; the service checks the thing itself."""

    def mark(view: View) -> View:
        setattr(view, MARK, permissions)
        return view

    return mark


def access_of(endpoint: str) -> Any:
    """What the view behind an endpoint says: PUBLIC, SIGNED_IN, or permissions; None: nothing."""
    if endpoint == "static":
        return PUBLIC
    return getattr(current_app.view_functions[endpoint], MARK, None)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    access = access_of(request.endpoint)
    if access is None:
        raise RuntimeError(f"{request.endpoint} says nothing about who may open it")
    if access == PUBLIC:
        return None
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined, no-any-return]
    if current_user.must_change_password and request.endpoint not in CHANGE_PASSWORD:
        return redirect(url_for("accounts.password"))
    if access != SIGNED_IN and not any(can(actor(), permission) for permission in access):
        raise NotAllowed(access[0].value)
    return None


CHANGE_PASSWORD = frozenset({"accounts.password", "accounts.sign_out", "accounts.set_locale"})


def install(app: Flask) -> None:
    app.before_request(_guard)
    app.jinja_env.globals["can"] = may


def may(permission: str, relation: Relation | None = None) -> bool:
    """`can('flag:decide', relation)` in templates."""
    if not current_user.is_authenticated:
        return False
    return can(actor(), Permission(permission), relation)
