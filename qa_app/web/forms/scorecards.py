"""Forms about scorecards and plans: a definition as a file, or one that is shipped."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField


class DefinitionForm(FlaskForm):
    """A YAML or JSON file."""

    file = FileField(_l("Definition (YAML or JSON)"))


class ScorecardForm(DefinitionForm):
    """A file, or the id of a shipped form."""

    shipped = SelectField(_l("Or a ready-made form"), default="")
