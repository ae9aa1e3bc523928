"""People, their teams and memberships; the people file of an administrator."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.adapters.readers.tables import open_table
from qa_app.domain.errors import InvalidInput, QAError
from qa_app.queries.people import get_person, memberships_of, people_page, team_codes
from qa_app.security.permissions import Permission
from qa_app.services.import_uploads import clean_name
from qa_app.services.people import PeopleReport, import_people
from qa_app.web.access import requires
from qa_app.web.context import current_context, writing
from qa_app.web.errors import sentence
from qa_app.web.exports import LIMIT, as_file, wanted_format
from qa_app.web.forms.people import PeopleFileForm
from qa_app.web.presenters.people_words import said

bp = Blueprint("people", __name__, url_prefix="/people")
PAGE = 50
LONGEST_NAME = 60  # whatever its letters, a file can be called so


@bp.get("/")
@requires(Permission.PEOPLE_READ)
def index() -> ResponseReturnValue:
    ctx = current_context()
    chosen = {"team": request.args.get("team", ""), "search": request.args.get("q", "").strip()}
    form = wanted_format()
    if form:
        header = [_("Employee number"), _("Name"), _("Team"), _("Team lead"), _("Probation until")]
        listed = (
            (
                row.employee_no,
                row.name,
                row.team,
                _("yes") if row.is_lead else "",
                row.probation_until,
            )
            for row in people_page(ctx, **chosen, limit=LIMIT)
        )
        return as_file(form, "people", header, listed)
    after = request.args.get("after", "")
    rows = people_page(ctx, **chosen, after=after, limit=PAGE + 1)
    return render_template(
        "people/index.html",
        people=rows[:PAGE],
        next_after=rows[PAGE - 1].employee_no if len(rows) > PAGE else "",
        team_options=[(code, code) for code in team_codes(ctx)],
        today=ctx.today,
    )


@bp.get("/<int:person_id>")
@requires(Permission.PEOPLE_READ)
def show(person_id: int) -> ResponseReturnValue:
    ctx = current_context()
    return render_template(
        "people/show.html",
        person=get_person(ctx, person_id),
        memberships=memberships_of(ctx, person_id),
        today=ctx.today,
    )


@bp.get("/import")
@requires(Permission.PEOPLE_IMPORT)
def upload() -> ResponseReturnValue:
    return render_template("people/import.html", form=PeopleFileForm(), report=None)


@bp.post("/import")
@requires(Permission.PEOPLE_IMPORT)
def take() -> ResponseReturnValue:
    form = PeopleFileForm()
    report = _take(form) if form.validate() else None
    page = render_template("people/import.html", form=form, report=report, said=said)
    return page, (200 if report else 422)


def _take(form: PeopleFileForm) -> PeopleReport | None:
    """Import the uploaded file; None with the reasons on the form when it is refused as a whole."""
    upload_name = clean_name(form.file.data.filename or "people")[-LONGEST_NAME:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / upload_name
        form.file.data.save(path)
        try:
            with open_table(path) as table, writing() as ctx:
                return import_people(ctx, table.columns, table, where=upload_name)
        except InvalidInput as refusal:
            form.file.errors = [problem.message for problem in refusal.problems]
        except QAError as refusal:
            form.file.errors = [sentence(refusal)]
    return None
