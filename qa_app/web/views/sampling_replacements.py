"""Replacing a pick from the grading desk; the next conversation opens in the same breath."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.domain.errors import Conflict, InvalidInput, Refused, WrongState
from qa_app.security.permissions import Permission
from qa_app.services.sampling_replacements import take_out_pick
from qa_app.web.access import requires
from qa_app.web.context import writing
from qa_app.web.errors import sentence
from qa_app.web.presenters.sampling_replacements import replacement_reasons

bp = Blueprint("sampling_replacements", __name__, url_prefix="/grade")
bp.add_app_template_global(replacement_reasons)  # the dialog stands on other views' pages


@bp.post("/<int:assignment_id>/replace")
@requires(Permission.PICK_REPLACE)
def replace(assignment_id: int) -> ResponseReturnValue:
    """Take the pick of an assignment out; on to the one that takes its place, else to the next."""
    reason, note = request.form.get("reason", ""), request.form.get("note", "")
    try:
        with writing() as ctx:
            made = take_out_pick(ctx, assignment_id, reason=reason, note=note)
            grader_id = ctx.actor.account_id
    except InvalidInput as refusal:
        flash(" ".join(_(problem.message) for problem in refusal.problems), "error")
        return redirect(url_for("grading.show", assignment_id=assignment_id), 303)
    except (Refused, Conflict, WrongState) as refusal:
        flash(sentence(refusal), "warning")
        return redirect(url_for("grading.show", assignment_id=assignment_id), 303)
    if made.assignment_id is None:
        flash(_("Replaced. %(why)s", why=_why_none(made.is_short)), "warning")
        return redirect(url_for("grading.next_one"), 303)
    if made.grader_id != grader_id:
        flash(_("Replaced. Another specialist grades the conversation that took its place."))
        return redirect(url_for("grading.next_one"), 303)
    flash(_("Replaced. This conversation has the next ticket of the draw."), "success")
    return redirect(url_for("grading.show", assignment_id=made.assignment_id), 303)


def _why_none(is_short: bool) -> str:
    if is_short:
        return str(_("The draw holds no other conversation of this agent: one is missing now."))
    return str(_("The conversation that took its place is given to somebody already."))
