"""The site's settings: one page, one choice after another."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.domain.settings import HIDDEN, RUNNING_SCORE, SETTINGS, SHOWN
from qa_app.queries.settings import chosen_settings, setting
from qa_app.security.permissions import Permission
from qa_app.services.settings import change_setting
from qa_app.web.access import requires
from qa_app.web.context import current_context, writing

bp = Blueprint("settings", __name__, url_prefix="/settings")


@bp.get("")
@requires(Permission.SETTING_CHANGE)
def index() -> ResponseReturnValue:
    ctx = current_context()
    changed = chosen_settings(ctx)
    texts = _texts()
    shown = [
        {**texts[name], "name": name, "value": setting(ctx, name), "changed": changed.get(name)}
        for name in SETTINGS
    ]
    return render_template("settings/index.html", settings=shown)


@bp.post("")
@requires(Permission.SETTING_CHANGE)
def change() -> ResponseReturnValue:
    """Take over what the form holds of the known settings."""
    changed = False
    with writing() as ctx:
        for name in SETTINGS:
            if name in request.form:
                changed = change_setting(ctx, name, request.form[name]) or changed
    if changed:
        flash(_("The settings are saved; they hold from the next page on."), "success")
    else:
        flash(_("Nothing was changed."), "info")
    return redirect(url_for("settings.index"), 303)


def _texts() -> dict[str, dict[str, Any]]:
    return {
        RUNNING_SCORE: {
            "title": _("Running score on the desk"),
            "hint": _(
                "When hidden, a grader sees what is answered and missing, but no points and no "
                "band until the evaluation is submitted."
            ),
            "choices": [(SHOWN, _("Shown"), ""), (HIDDEN, _("Hidden until submission"), "")],
        }
    }
