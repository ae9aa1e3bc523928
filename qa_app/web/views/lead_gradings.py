"""A lead's own gradings: a conversation of the team is taken to be graded, or given back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.security.permissions import Permission
from qa_app.services.lead_gradings import give_back as give_conversation_back
from qa_app.services.lead_gradings import take_conversation
from qa_app.web.access import requires
from qa_app.web.context import writing

bp = Blueprint("lead_gradings", __name__)


@bp.post("/conversations/<int:conversation_id>/take")
@requires(Permission.CONVERSATION_TAKE)
def take(conversation_id: int) -> ResponseReturnValue:
    """Take a conversation and go to its grading desk."""
    with writing() as ctx:
        form = request.form.get("form", type=int)
        assignment_id = take_conversation(ctx, conversation_id, form)
    return redirect(url_for("grading.show", assignment_id=assignment_id), 303)


@bp.post("/grade/<int:assignment_id>/give-back")
@requires(Permission.CONVERSATION_TAKE)
def give_back(assignment_id: int) -> ResponseReturnValue:
    with writing() as ctx:
        give_conversation_back(ctx, assignment_id)
    flash(_("The conversation is given back."), "success")
    return redirect(url_for("desk.show"), 303)
