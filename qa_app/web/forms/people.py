"""Forms about people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class PeopleFileForm(FlaskForm):
    """A CSV or XLSX file, one row per membership."""

    file = FileField(_l("People file (CSV or XLSX)"), [FileRequired()])
