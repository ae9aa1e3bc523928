"""Imports of conversations: take a file, watch it, read its report."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.domain.errors import QAError
from qa_app.queries.imports import all_problems, import_list, import_problems, import_row
from qa_app.security.permissions import Permission
from qa_app.services.import_uploads import MOST_FILES, REJECT, WARNING, start_import
from qa_app.web.access import requires
from qa_app.web.context import actor, current_context, site
from qa_app.web.errors import sentence
from qa_app.web.exports import as_file, wanted_format
from qa_app.web.forms.imports import ConversationsFileForm
from qa_app.web.presenters.imports import import_view
from qa_app.web.presenters.reasons import reason_text

bp = Blueprint("imports", __name__, url_prefix="/imports")
PAGE = 50


@bp.get("/")
@requires(Permission.CONVERSATION_IMPORT)
def index() -> ResponseReturnValue:
    before = request.args.get("after", type=int)
    rows = import_list(current_context(), before=before, limit=PAGE + 1)
    return render_template(
        "imports/index.html",
        imports=[import_view(row) for row in rows[:PAGE]],
        next_after=rows[PAGE - 1].id if len(rows) > PAGE else "",
    )


@bp.get("/new")
@requires(Permission.CONVERSATION_IMPORT)
def upload() -> ResponseReturnValue:
    return _upload_page(ConversationsFileForm(formdata=None), 200)


@bp.post("/new")
@requires(Permission.CONVERSATION_IMPORT)
def take() -> ResponseReturnValue:
    form = ConversationsFileForm()
    if not form.validate():
        return _upload_page(form, 422)
    try:
        batch_id = start_import(
            site(),
            actor(),
            form.file.data.stream,
            filename=form.file.data.filename,
            source=form.source.data or "",
            dry_run=form.dry_run.data,
        )
    except QAError as refusal:
        form.file.errors = [_(problem.message) for problem in refusal.problems] or [
            sentence(refusal)
        ]
        return _upload_page(form, 422)
    return redirect(url_for("imports.show", batch_id=batch_id))


@bp.get("/<int:batch_id>")
@requires(Permission.CONVERSATION_IMPORT)
def show(batch_id: int) -> ResponseReturnValue:
    ctx = current_context()
    level = WARNING if request.args.get("level") == WARNING else REJECT
    after = request.args.get("after", 0, type=int)
    problems = import_problems(ctx, batch_id, level, after=after, limit=PAGE + 1)
    return render_template(
        "imports/show.html",
        view=import_view(import_row(ctx, batch_id)),
        level=level,
        problems=[(row.place, reason_text(row.reason)) for row in problems[:PAGE]],
        next_after=problems[PAGE - 1].id if len(problems) > PAGE else "",
    )


@bp.get("/<int:batch_id>/progress")
@requires(Permission.CONVERSATION_IMPORT)
def progress(batch_id: int) -> ResponseReturnValue:
    """The progress alone; at the end it has the page load its report."""
    view = import_view(import_row(current_context(), batch_id))
    answer = make_response(render_template("imports/_progress.html", view=view))
    if view.is_over:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.get("/<int:batch_id>/problems")
@requires(Permission.CONVERSATION_IMPORT)
def problems(batch_id: int) -> ResponseReturnValue:
    """All rejected rows and warnings as a file."""
    ctx = current_context()
    import_row(ctx, batch_id)
    names = {REJECT: _("Rejected row"), WARNING: _("Warning")}

    def rows() -> Iterator[tuple[str, str, str]]:
        for level, place, reason in all_problems(ctx, batch_id):
            yield names[level], place, reason_text(reason)

    header = [_("Kind"), _("Where"), _("Reason")]
    return as_file(wanted_format() or "csv", f"import-{batch_id}", header, rows())


def _upload_page(form: ConversationsFileForm, status: int) -> ResponseReturnValue:
    settings = site().settings
    page = render_template(
        "imports/upload.html",
        form=form,
        limit_mb=settings.upload_limit_mb,
        unpacked_mb=settings.unpacked_limit_mb,
        max_entries=MOST_FILES,
    )
    return page, status
