"""Addresses: each says who may open it, changes nothing by GET, and lives where its name says."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest
from flask import Flask

from qa_app.app import create_app
from qa_app.config import Settings
from qa_app.security.permissions import Permission
from qa_app.services.site import Site
from qa_app.web import navigation, views
from qa_app.web.access import MARK, PUBLIC, SIGNED_IN

# Who has no account yet, and what shows nothing of anybody.
OPEN_TO_ALL = {"accounts.sign_in", "accounts.set_locale", "assets", "health.show"}
FOR_EVERY_ACCOUNT = {"accounts.password", "accounts.sign_out", "desk.show"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("site")
    settings = Settings.from_env({"QA_DATA_DIR": str(folder)})
    return create_app(Site.open(settings), testing=True)


def test_every_view_names_permissions_or_is_known_to_need_none(app: Flask) -> None:
    access = {name: getattr(view, MARK, None) for name, view in app.view_functions.items()}
    assert {name for name, given in access.items() if given == PUBLIC} == OPEN_TO_ALL
    assert {name for name, given in access.items() if given == SIGNED_IN} == FOR_EVERY_ACCOUNT
    for name in access.keys() - OPEN_TO_ALL - FOR_EVERY_ACCOUNT:
        assert access[name], name
        assert all(isinstance(one, Permission) for one in access[name]), name


def test_pages_are_read_by_get_and_changed_by_post(app: Flask) -> None:
    ways = {way for rule in app.url_map.iter_rules() for way in rule.methods or ()}
    assert ways == {"GET", "HEAD", "OPTIONS", "POST"}


def test_a_view_that_only_takes_a_form_is_not_opened_by_a_link(app: Flask) -> None:
    """Both ways at one view are for forms that stand alone: sign-in, a new password."""
    both = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if {"GET", "POST"} <= set(rule.methods or ())
    }
    assert both == {"accounts.sign_in", "accounts.password"}


def test_each_module_of_views_has_the_blueprint_of_its_name() -> None:
    for module in pkgutil.iter_modules(views.__path__):
        found = importlib.import_module(f"{views.__name__}.{module.name}")
        assert found.bp.name == module.name


def test_the_navigation_leads_to_pages_that_are_there(app: Flask) -> None:
    source = inspect.getsource(navigation)
    known = set(app.view_functions)
    named = {word for word in source.replace('"', " ").split() if word in known}
    assert {"desk.show", "conversations.index", "evaluations.index"} <= named


def test_no_view_speaks_to_the_database_itself() -> None:
    folder = Path(inspect.getfile(views)).parent
    for path in folder.glob("*.py"):
        text = path.read_text("utf-8")
        assert "sqlalchemy" not in text, path.name
        assert ".commit(" not in text, path.name
