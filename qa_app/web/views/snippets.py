"""Snippets: the list that specialists keep, and what the desk offers in a comment."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.db.types import AnyRow
from qa_app.domain.snippets import SnippetText
from qa_app.queries.snippets import get_snippet, question_titles, snippet_page, snippets_for
from qa_app.security.permissions import Permission
from qa_app.services.snippets import (
    add_snippet,
    archive_snippet,
    change_snippet,
    restore_snippet,
)
from qa_app.web.access import requires
from qa_app.web.context import current_context, writing
from qa_app.web.exports import LIMIT, as_file, wanted_format
from qa_app.web.filters import channel as channel_name
from qa_app.web.filters import localized
from qa_app.web.forms.snippets import SnippetForm

bp = Blueprint("snippets", __name__, url_prefix="/snippets")
WRITE = Permission.SNIPPET_WRITE
PAGE = 50


@bp.get("")
@requires(WRITE)
def index() -> ResponseReturnValue:
    return _list(_form())


@bp.get("/offered")
@requires(Permission.EVALUATION_GRADE)
def offered() -> ResponseReturnValue:
    """What the desk's comments offer, for its script."""
    channel = "chat" if request.args.get("channel") == "chat" else "call"
    return jsonify({"snippets": snippets_for(current_context(), channel)})


@bp.post("")
@requires(WRITE)
def add() -> ResponseReturnValue:
    form = _form()
    if not form.validate():
        return _list(form, 422)
    with writing() as ctx:
        add_snippet(ctx, _written(form))
    flash(_("The snippet is kept; the desk offers it from now on."), "success")
    return redirect(url_for("snippets.index"), 303)


@bp.get("/<int:snippet_id>")
@requires(WRITE)
def edit(snippet_id: int) -> ResponseReturnValue:
    row = get_snippet(current_context(), snippet_id)
    return _edit(row, _form(row))


@bp.post("/<int:snippet_id>")
@requires(WRITE)
def change(snippet_id: int) -> ResponseReturnValue:
    row = get_snippet(current_context(), snippet_id)
    form = _form(row)
    if not form.validate():
        return _edit(row, form, 422)
    with writing() as ctx:
        change_snippet(ctx, snippet_id, _written(form))
    flash(_("The snippet is changed. Comments that hold it stay as they are."), "success")
    return redirect(url_for("snippets.index"), 303)


@bp.post("/<int:snippet_id>/archive")
@requires(WRITE)
def archive(snippet_id: int) -> ResponseReturnValue:
    with writing() as ctx:
        archive_snippet(ctx, snippet_id)
    return redirect(url_for("snippets.index", undo=snippet_id), 303)


@bp.post("/<int:snippet_id>/restore")
@requires(WRITE)
def restore(snippet_id: int) -> ResponseReturnValue:
    with writing() as ctx:
        restore_snippet(ctx, snippet_id)
    flash(_("The snippet is offered again."), "success")
    return redirect(url_for("snippets.index"), 303)


def _list(form: SnippetForm, status: int = 200) -> ResponseReturnValue:
    ctx = current_context()
    asked: dict[str, Any] = {
        "channel": request.args.get("channel", ""),
        "question_id": request.args.get("question", ""),
        "words": request.args.get("q", "").strip(),
        "archived": request.args.get("state") == "archived",
    }
    titles = question_titles(ctx)
    wanted = wanted_format()
    if wanted:
        rows = snippet_page(ctx, **asked, limit=LIMIT)
        return as_file(wanted, "snippets", _header(), (_line(row, titles) for row in rows))
    found = snippet_page(ctx, **asked, after=_key(request.args.get("after")), limit=PAGE + 1)
    shown = found[:PAGE]
    page = render_template(
        "snippets/index.html",
        form=form,
        snippets=shown,
        asked=asked,
        filtered=any(asked.values()),
        titles=titles,
        next_after=f"{shown[-1].id}~{shown[-1].title}" if len(found) > PAGE else "",
        undone=_undone(request.args.get("undo", "")),
    )
    return page, status


def _undone(text: str) -> AnyRow | None:
    """The snippet that was archived last, while it still is."""
    if not text.isdecimal() or len(text) > 12:
        return None
    row = get_snippet(current_context(), int(text))
    return row if row.archived_at is not None else None


def _edit(row: AnyRow, form: SnippetForm, status: int = 200) -> ResponseReturnValue:
    return render_template("snippets/edit.html", row=row, form=form), status


def _form(row: AnyRow | None = None) -> SnippetForm:
    form = SnippetForm(obj=row)
    form.channel.choices = [
        ("", _("Calls and chats")),
        ("call", channel_name("call")),
        ("chat", channel_name("chat")),
    ]
    titles = question_titles(current_context())
    known = {name: localized(title) for name, title in titles.items()}
    if row is not None and row.question_id:
        known.setdefault(row.question_id, row.question_id)
    form.question_id.choices = [("", _("Every question")), *known.items()]
    return form


def _written(form: SnippetForm) -> SnippetText:
    return SnippetText(
        form.title.data or "",
        form.text.data or "",
        form.channel.data or "",
        form.question_id.data or "",
    )


def _key(text: str | None) -> tuple[str, int] | None:
    """The key of a page: `id~title`; anything else starts at the beginning."""
    number, _separator, title = (text or "").partition("~")
    return (title, int(number)) if number.isdecimal() and len(number) < 18 else None


def _header() -> list[str]:
    return [_("Title"), _("Text"), _("Channel"), _("Question"), _("Changed")]


def _line(row: AnyRow, titles: dict[str, Any]) -> list[Any]:
    question = localized(titles.get(row.question_id)) or row.question_id
    channel = channel_name(row.channel) if row.channel else _("Calls and chats")
    return [row.title, row.text, channel, question, row.updated_at]
