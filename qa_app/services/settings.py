"""Writes of the site's settings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from qa_app.domain.errors import InvalidInput, Problem
from qa_app.domain.settings import SETTINGS
from qa_app.models import SiteSetting
from qa_app.queries.settings import KEPT, setting
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record


def change_setting(ctx: Context, name: str, value: str) -> bool:
    """Set `name` to `value`; False where it is so already. Raises NotAllowed, InvalidInput."""
    require(ctx.actor, Permission.SETTING_CHANGE)
    known = SETTINGS.get(name)
    if known is None or value not in known.choices:
        raise InvalidInput([Problem(name, "unknown_choice", "This is none of the choices.")])
    before = _held(ctx, name)
    if before == value:
        return False
    _write(ctx, name, value)
    ctx.session.info.pop(KEPT, None)
    record(ctx, "setting.changed", "setting", name, before=before, after=value)
    return True


def _held(ctx: Context, name: str) -> Any:
    """What is set now, held until the commit: a second change at this moment finds the first."""
    kept = select(SiteSetting.name).where(SiteSetting.name == name).with_for_update()
    if ctx.session.execute(kept).one_or_none() is None:
        try:
            with ctx.session.begin_nested():
                values = {"value": SETTINGS[name].default, "updated_at": ctx.clock.now()}
                ctx.session.execute(insert(SiteSetting).values(name=name, **values))
        except IntegrityError:  # somebody was quicker
            ctx.session.execute(kept).one()
    ctx.session.info.pop(KEPT, None)
    return setting(ctx, name)


def _write(ctx: Context, name: str, value: Any) -> None:
    values = {
        "value": value,
        "updated_at": ctx.clock.now(),
        "updated_by": ctx.actor.account_id,
    }
    ctx.session.execute(update(SiteSetting).where(SiteSetting.name == name).values(values))
