"""Phrase lists: what is in force and where it was found, their versions, the editor."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from qa_app.domain.errors import QAError
from qa_app.domain.phrases import PhraseListDefinition
from qa_app.domain.phrases_reading import csv_of, yaml_of
from qa_app.queries.phrases import newest_scan, phrase_list, phrase_lists, phrase_versions
from qa_app.security.permissions import Permission
from qa_app.services.phrases import (
    install_shipped_lists,
    publish_phrase_list,
    retire_phrase_list,
    scan_past_year,
)
from qa_app.web.access import requires
from qa_app.web.context import current_context, writing
from qa_app.web.errors import sentence
from qa_app.web.exports import as_file, wanted_format
from qa_app.web.forms.phrases import PhraseListForm, choices
from qa_app.web.presenters.flags import reason_options
from qa_app.web.presenters.imports import percent_of
from qa_app.web.presenters.phrases import (
    change_lines,
    findings_of_phrases,
    kind_words,
    matching_phrases,
    suggestion_words,
    tried,
    where_words,
)

bp = Blueprint("phrases", __name__, url_prefix="/phrases")
READ, PUBLISH = Permission.PHRASE_READ, Permission.PHRASE_PUBLISH
PAGE = 100


@bp.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    ctx = current_context()
    return render_template(
        "phrases/index.html",
        lists=phrase_lists(ctx),
        scan=newest_scan(ctx),
        kind_words=kind_words,
        percent_of=percent_of,
    )


@bp.get("/scan")
@requires(READ)
def progress() -> ResponseReturnValue:
    """How far the newest scan is, for the page that shows it."""
    scan = newest_scan(current_context())
    return render_template("phrases/_scan.html", scan=scan, percent_of=percent_of)


@bp.post("/scan")
@requires(PUBLISH)
def scan() -> ResponseReturnValue:
    with writing() as ctx:
        scan_past_year(ctx)
    flash(_("The conversations of the past year are looked through."), "success")
    return redirect(url_for("phrases.index"), 303)


@bp.post("/shipped")
@requires(PUBLISH)
def install() -> ResponseReturnValue:
    with writing() as ctx:
        count = len(install_shipped_lists(ctx))
    words = ngettext("%(num)s list is published.", "%(num)s lists are published.", count)
    flash(words if count else _("The shipped lists are all here already."), "success")
    return redirect(url_for("phrases.index"), 303)


@bp.get("/lists/<slug>")
@requires(READ)
def show(slug: str) -> ResponseReturnValue:
    """One version of a list; its phrases page by page, or all of them as a file."""
    ctx = current_context()
    listed = phrase_list(ctx, slug, request.args.get("version", type=int))
    form = wanted_format()
    if form:
        header, rows = csv_of(listed.definition)
        return as_file(form, f"{slug}-{listed.row.version}", header, rows)
    found = matching_phrases(listed.definition, request.args.get("q", ""))
    start = max(0, request.args.get("after", 0, type=int))
    return render_template(
        "phrases/show.html",
        listed=listed,
        phrases=found[start : start + PAGE],
        next_after=start + PAGE if len(found) > start + PAGE else "",
        total=len(found),
        versions=[
            (one.row, None if one.changes is None else change_lines(one.changes))
            for one in phrase_versions(ctx, slug)
        ],
        kind=kind_words(listed.definition.kind.value),
        where=where_words(listed.definition.within),
        suggests=suggestion_words(listed.definition.suggest),
    )


@bp.get("/lists/<slug>/source")
@requires(READ)
def source(slug: str) -> ResponseReturnValue:
    """A version as YAML, as a file."""
    listed = phrase_list(current_context(), slug, request.args.get("version", type=int))
    answer = Response(yaml_of(listed.definition), mimetype="application/yaml")
    name = f"{slug}-{listed.row.version}.yaml"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.post("/lists/<slug>/retire")
@requires(PUBLISH)
def retire(slug: str) -> ResponseReturnValue:
    with writing() as ctx:
        retire_phrase_list(ctx, slug)
    flash(_("%(name)s is out of force.", name=slug), "success")
    return redirect(url_for("phrases.index"), 303)


@bp.get("/edit")
@requires(PUBLISH)
def edit() -> ResponseReturnValue:
    """The editor, with the list that is named, else a new one."""
    slug = request.args.get("list", "")
    version = request.args.get("version", type=int)
    known = phrase_list(current_context(), slug, version).definition if slug else None
    return _editor(PhraseListForm.of(known))


@bp.post("/edit")
@requires(PUBLISH)
def publish() -> ResponseReturnValue:
    """Take a file in, check, try on a text, or publish what the editor holds."""
    form = PhraseListForm.sent(request.form)
    given = request.files.get("file")
    if given is not None and given.filename:
        form.take_file(given.filename, given.read())
    deed = request.form.get("deed", "publish")
    if deed == "read" and not form.problems:
        return _editor(form)
    definition = form.definition()
    if definition is None or deed != "publish":
        return _editor(form, definition, checked=True)
    try:
        with writing() as ctx:
            version = publish_phrase_list(ctx, definition.to_dict()).version
    except QAError as error:
        return _editor(form, definition, refusal=sentence(error))
    slug = definition.id
    words = _("%(name)s is published as version %(version)s.", name=slug, version=version)
    flash(words, "success")
    return redirect(url_for("phrases.show", slug=slug), 303)


def _editor(
    form: PhraseListForm,
    definition: PhraseListDefinition | None = None,
    *,
    checked: bool = False,
    refusal: str = "",
) -> ResponseReturnValue:
    text = form.values.get("try", "")
    page = render_template(
        "phrases/edit.html",
        values=form.values,
        findings=findings_of_phrases(form.source, form.problems),
        checked=checked,
        refusal=refusal,
        choices=choices(),
        flags=reason_options(),
        trial=tried(definition, text) if definition is not None and text.strip() else None,
    )
    return page, 422 if form.problems or refusal else 200
