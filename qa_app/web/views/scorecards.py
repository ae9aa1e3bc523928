"""Scorecards: the forms in force and their versions; publishing one from a file."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

import scorecards
from qa_app.domain.errors import QAError
from qa_app.queries.scorecards import (
    load_version,
    plans_that_use,
    scorecard_list,
    scorecard_version,
    source_of,
    version_list,
)
from qa_app.security.permissions import Permission
from qa_app.services.scorecards import publish_scorecard
from qa_app.web.access import requires
from qa_app.web.context import current_context, writing
from qa_app.web.errors import sentence
from qa_app.web.filters import localized
from qa_app.web.forms.scorecards import ScorecardForm
from qa_app.web.presenters.findings import Finding, findings_of_form
from qa_app.web.presenters.scorecards import form_in_force

bp = Blueprint("scorecards", __name__, url_prefix="/scorecards")


@bp.get("/")
@requires(Permission.SCORECARD_READ)
def index() -> ResponseReturnValue:
    ctx = current_context()
    forms = [
        {"row": row, "questions": len(load_version(ctx, row.id).questions)}
        for row in scorecard_list(ctx)
    ]
    return render_template("scorecards/index.html", forms_in_force=forms)


@bp.get("/<slug>")
@requires(Permission.SCORECARD_READ)
def show(slug: str) -> ResponseReturnValue:
    ctx = current_context()
    row = scorecard_version(ctx, slug, request.args.get("version", type=int))
    versions = version_list(ctx, slug)
    return render_template(
        "scorecards/show.html",
        row=row,
        form=form_in_force(load_version(ctx, row.id)),
        versions=versions,
        in_force=versions[0].version,
        plans=plans_that_use(ctx, slug),
    )


@bp.get("/<slug>/source")
@requires(Permission.SCORECARD_READ)
def source(slug: str) -> ResponseReturnValue:
    """The text that a version was published from, as a file."""
    ctx = current_context()
    version = scorecard_version(ctx, slug, request.args.get("version", type=int)).version
    answer = Response(source_of(ctx, slug, version), mimetype="application/yaml")
    name = f"{slug}-{version}.yaml"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/publish_form")
@requires(Permission.SCORECARD_PUBLISH)
def upload() -> ResponseReturnValue:
    form = _form()
    form.shipped.data = request.args.get("shipped", "")
    return render_template("scorecards/publish.html", form=form, findings=None)


@bp.post("/publish_form")
@requires(Permission.SCORECARD_PUBLISH)
def publish() -> ResponseReturnValue:
    """Check or publish what was given; findings stand beside their lines."""
    form = _form()
    given = _given(form) if form.validate() else None
    if given is None:
        return render_template("scorecards/publish.html", form=form, findings=None), 422
    findings = findings_of_form(given)
    refused = any(finding.is_error for finding in findings)
    if refused or "check" in request.form:
        return _findings_page(form, findings, refused=refused)
    try:
        with writing() as ctx:
            version = publish_scorecard(ctx, given)
            slug = scorecards.load(given).id
            number = version.version
    except QAError as error:
        form.form_errors.append(sentence(error))
        return _findings_page(form, findings, refused=True)
    flash(_("%(form)s is published as version %(version)s.", form=slug, version=number), "success")
    return redirect(url_for("scorecards.show", slug=slug, version=number))


def _findings_page(
    form: ScorecardForm, findings: list[Finding], *, refused: bool
) -> ResponseReturnValue:
    page = render_template("scorecards/publish.html", form=form, findings=findings, refused=refused)
    return page, 422 if refused else 200


def _form() -> ScorecardForm:
    form = ScorecardForm()
    ready = [(name, localized(_title(name))) for name in scorecards.shipped()]
    form.shipped.choices = [("", _("None: I choose a file")), *ready]
    return form


def _title(name: str) -> object:
    return scorecards.load_shipped(name).to_dict()["title"]


def _given(form: ScorecardForm) -> str | bytes | None:
    """The definition that was sent; None with a reason on the form where there is none."""
    if form.file.data and form.file.data.filename:
        content: bytes = form.file.data.read()
        return content
    if form.shipped.data:
        return scorecards.shipped_text(form.shipped.data)
    form.file.errors = [_("Choose a file or a ready-made form.")]
    return None
