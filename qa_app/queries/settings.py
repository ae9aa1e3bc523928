"""Reads of the site's settings: once for all that is asked of one snapshot."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from qa_app.db.types import AnyRow
from qa_app.db.unit_of_work import plain
from qa_app.domain.settings import SETTINGS
from qa_app.models import Account, SiteSetting
from qa_app.security.context import Context

KEPT = "qa_settings"
CHOSEN = select(SiteSetting.name, SiteSetting.value)


def setting(ctx: Context, name: str) -> Any:
    """What is set under `name`, else its default. Raises KeyError for a name that is none."""
    known = SETTINGS[name]
    chosen = ctx.session.info.get(KEPT)
    if chosen is None:
        chosen = {row.name: row.value for row in plain(ctx.session).execute(CHOSEN)}
        ctx.session.info[KEPT] = chosen
    value = chosen.get(name, known.default)
    return value if value in known.choices else known.default


def chosen_settings(ctx: Context) -> dict[str, AnyRow]:
    """Who set what and when: name -> `value, updated_at, updated_by`."""
    statement = select(
        SiteSetting.name,
        SiteSetting.value,
        SiteSetting.updated_at,
        Account.name.label("updated_by"),
    ).outerjoin(Account, Account.id == SiteSetting.updated_by)
    return {row.name: row for row in ctx.session.execute(statement)}
