"""The one place where the parts are put together: the web application and the command line."""

from __future__ import annotations

import importlib
import sys
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
    from qa_app.web import plumbing
    from qa_app.web.views import blueprints

    if site is None:
        _log_to_standard_error()
        site = Site.open(Settings.from_env())
    app = Flask("qa_app", template_folder=str(RESOURCES / "templates"), static_folder=None)
    app.testing = testing
    app.url_map.strict_slashes = False
    app.config.update(plumbing.flask_settings(site.settings))
    if proxies := site.settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, proxies, proxies)  # type: ignore[method-assign]
    plumbing.install(app, site)
    csrf = CSRFProtect(app)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    api.install(app, csrf)
    return app


def main() -> None:
    """Entry point of `qa-app`: the commands, and the rooms beside them that they start."""
    from qa_app.cli import cli
    from qa_app.cli.site import Parts

    def worker() -> object:
        return importlib.import_module("qa_app.jobs.worker")

    _log_to_standard_error()
    cli(obj=Parts(create_app, worker))


def _log_to_standard_error() -> None:
    """Logs as one JSON document a line, apart from what a command answers; no local variables."""
    import structlog

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
