"""The audit trail: who did what, when; nobody writes it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.queries.audit import audit_page, first_broken_entry
from qa_app.security.permissions import Permission
from qa_app.web.access import requires
from qa_app.web.context import current_context
from qa_app.web.exports import LIMIT, as_file, wanted_format
from qa_app.web.presenters.audit import deed_options, deed_text, kind_text

bp = Blueprint("audit", __name__, url_prefix="/audit")
PAGE = 100


@bp.get("/")
@requires(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    ctx = current_context()
    actor = request.args.get("q", "").strip()
    action = request.args.get("action", "").strip()
    form = wanted_format()
    if form:
        header = [
            "seq",
            "at",
            "actor",
            "role",
            "action",
            "subject",
            "id",
            "data",
            "address",
            "hash",
        ]
        rows = (
            [*row[:7], str(row.data), row.address, row.hash]
            for row in audit_page(ctx, actor=actor, action=action, limit=LIMIT)
        )
        return as_file(form, "audit", header, rows)
    after = request.args.get("after", "")
    before = int(after) if after.isascii() and after.isdigit() else None
    entries = audit_page(ctx, actor=actor, action=action, before=before, limit=PAGE + 1)
    return render_template(
        "audit/index.html",
        entries=entries[:PAGE],
        deed_options=deed_options(action),
        deed_text=deed_text,
        kind_text=kind_text,
        next_after=entries[PAGE - 1].seq if len(entries) > PAGE else "",
    )


@bp.post("/verify")
@requires(Permission.AUDIT_READ)
def verify() -> ResponseReturnValue:
    broken = first_broken_entry(current_context())
    if broken is None:
        flash(_("The chain is whole: no entry was changed, added or taken away."), "success")
    else:
        flash(_("The chain breaks at entry %(seq)s.", seq=broken["seq"]), "error")
    return redirect(url_for("audit.index"))
