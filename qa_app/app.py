"""The one place where the parts are put together: the web application and the command line."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from qa_app.services.site import Site


def create_app(site: Site | None = None, *, testing: bool = False) -> Flask:
    """A WSGI application over a site (from the environment when none is given)."""
    from flask import Flask
    from flask_wtf import CSRFProtect
    from werkzeug.middleware.proxy_fix import ProxyFix

    from qa_app import RESOURCES, api
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
    from qa_app.web.views import blueprints

    site = site or Site.open(Settings.from_env())
    app = Flask("qa_app", template_folder=str(RESOURCES / "templates"), static_folder=None)
    settings = site.settings
    app.testing = testing
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-qa" if settings.is_secure else "qa_session",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
        MAX_CONTENT_LENGTH=settings.upload_limit_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = False
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies)  # type: ignore[method-assign]
    context.install(app, site)
    login.install(app)
    locale.install(app)
    filters.install(app)
    assets.install(app)
    access.install(app)
    navigation.install(app)
    headers.install(app, secure=settings.is_secure)
    errors.install(app)
    csrf = CSRFProtect(app)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    api.install(app, csrf)
    return app


def main() -> None:
    """Entry point of `qa-app`."""
    from qa_app.cli import cli

    cli(obj={"create_app": create_app})
