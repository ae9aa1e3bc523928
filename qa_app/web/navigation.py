"""The header's navigation: what an account may open, in the order of a working day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from qa_app.domain.people import Role
from qa_app.web.access import PUBLIC, SIGNED_IN, access_of, may


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the header, for these roles (empty: whoever may open it)."""

    endpoint: str
    label: Any
    icon: str
    roles: frozenset[Role] = frozenset()


ENTRIES = (
    Entry("desk.show", lazy_gettext("My desk"), icon="inboxes"),
    Entry("my.evaluations", lazy_gettext("My feedback"), icon="chat-square-text"),
    Entry("my.figures", lazy_gettext("My figures"), icon="graph-up"),
    Entry("conversations.index", lazy_gettext("Conversations"), icon="telephone"),
    Entry("evaluations.index", lazy_gettext("Evaluations"), icon="ui-checks"),
    Entry("flags.index", lazy_gettext("Flags"), icon="flag"),
    Entry("periods.index", lazy_gettext("Figures"), icon="bar-chart"),
    Entry("sampling.index", lazy_gettext("Sampling"), icon="shuffle"),
    Entry("scorecards.index", lazy_gettext("Scorecards"), icon="card-checklist"),
    Entry("snippets.index", lazy_gettext("Snippets"), icon="chat-left-quote"),
    Entry("phrases.index", lazy_gettext("Phrases"), icon="chat-square-quote"),
    Entry("imports.index", lazy_gettext("Imports"), icon="upload"),
    Entry("people.index", lazy_gettext("People"), icon="people"),
    Entry("accounts.index", lazy_gettext("Accounts"), icon="person-gear"),
    Entry("settings.index", lazy_gettext("Settings"), icon="sliders"),
    Entry("jobs.index", lazy_gettext("Jobs"), icon="cpu"),
    Entry("audit.index", lazy_gettext("Audit trail"), icon="shield-check"),
)


def navigation() -> list[dict[str, Any]]:
    """`{url, label, icon, active}` of every page that the account may open."""
    if not current_user.is_authenticated:
        return []
    return [
        {"url": url, "label": entry.label, "icon": entry.icon, "active": _is_here(entry)}
        for entry, url in _open_to(current_user.actor.role)
    ]


def _open_to(role: Role) -> list[tuple[Entry, str]]:
    """The entries of a role with their addresses, found once in a process."""
    known = current_app.extensions.setdefault("qa_navigation", {})
    key = (role, request.script_root)
    if key not in known:
        known[key] = [
            (entry, url_for(entry.endpoint))
            for entry in ENTRIES
            if entry.endpoint in current_app.view_functions and _may_open(entry)
        ]
    return cast("list[tuple[Entry, str]]", known[key])


def _is_here(entry: Entry) -> bool:
    if request.endpoint == entry.endpoint:
        return True
    place = request.blueprint
    return place is not None and place != "my" and entry.endpoint.startswith(f"{place}.")


def _may_open(entry: Entry) -> bool:
    if entry.roles and current_user.actor.role not in entry.roles:
        return False
    access = access_of(entry.endpoint)
    if access in (PUBLIC, SIGNED_IN):
        return True
    if entry.endpoint.startswith("my.") and current_user.actor.role is not Role.AGENT:
        return False
    if entry.endpoint in NOT_FOR_AGENTS and current_user.actor.role is Role.AGENT:
        return False
    return any(may(permission.value) for permission in access)


NOT_FOR_AGENTS = frozenset({"evaluations.index", "conversations.index", "periods.index"})


def role_name(role: str) -> str:
    """The role in the reader's language."""
    names: dict[str, str] = {
        "specialist": _("QA specialist"),
        "lead": _("Team lead"),
        "agent": _("Agent"),
        "manager": _("Manager"),
        "hr": _("HR"),
        "admin": _("Administrator"),
        "system": _("System"),
    }
    return names[role]


def install(app: Flask) -> None:
    app.jinja_env.globals["navigation"] = navigation
    app.jinja_env.filters["role"] = role_name
