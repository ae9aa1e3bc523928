"""The form that takes a file of conversations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, StringField
from wtforms.validators import Length, Optional, Regexp

from qa_app.domain.conversation import SOURCE_MAX, SOURCE_PATTERN


class ConversationsFileForm(FlaskForm):
    """A CSV, JSON Lines, XLSX or vCon file, or a ZIP archive; where its conversations come from."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])
    source = StringField(
        _l("Source"),
        [
            Optional(),
            Length(max=SOURCE_MAX),
            Regexp(
                f"^{SOURCE_PATTERN.pattern}$",
                message=_l("Use small letters, digits and hyphens."),
            ),
        ],
        filters=[lambda text: text.strip() if text else text],
    )
    dry_run = BooleanField(_l("Only check it: give the report and change nothing"))
