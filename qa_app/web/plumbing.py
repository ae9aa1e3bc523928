"""What every request passes through, in the order in which it is put in."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.templating import Environment
from werkzeug.routing import IntegerConverter, Map

from qa_app.config import Settings
from qa_app.services.site import Site
from qa_app.web import (
    access,
    assets,
    context,
    errors,
    filters,
    headers,
    locale,
    login,
    navigation,
)


class RowNumber(IntegerConverter):
    """`<int:…>` of an address: a number that a row can have; a larger one is no page."""

    def __init__(self, urls: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(urls, *args, **{"max": 2**63 - 1, **kwargs})


class Templates(Environment):
    """Templates that find what all of them share in one dict: the library's chain of two is asked
    dozens of times by every import. All of it is there before the first template is loaded."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def flask_settings(settings: Settings) -> dict[str, Any]:
    """Flask's own settings: cookies that only this site reads, limits on what is sent."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "__Host-qa" if settings.is_secure else "qa_session",
        "SESSION_COOKIE_SECURE": settings.is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=7),
        "SESSION_REFRESH_EACH_REQUEST": False,  # the session's row ends after 7 days anyway
        "MAX_CONTENT_LENGTH": settings.upload_limit_mb * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        "WTF_CSRF_TIME_LIMIT": None,
    }


def install(app: Flask, site: Site) -> None:
    """Give the application its site and everything around the views."""
    app.jinja_environment = Templates
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = False
    app.url_map.converters["int"] = RowNumber
    context.install(app, site)
    login.install(app)
    locale.install(app)
    filters.install(app)
    assets.install(app)
    access.install(app)
    navigation.install(app)
    headers.install(app, secure=site.settings.is_secure)
    errors.install(app)
