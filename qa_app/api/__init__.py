"""JSON under /api/v1, with an API token; the same documents as the commands print."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Flask
from flask_wtf import CSRFProtect


def install(app: Flask, csrf: CSRFProtect) -> None:
    """Register the blueprint `bp` of every module here that is one of views.

    Tokens need no CSRF protection.
    """
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        if module.name.startswith("_"):
            continue
        blueprint = importlib.import_module(f"{__name__}.{module.name}").bp
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint, url_prefix="/api/v1")
