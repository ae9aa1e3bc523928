"""The form of a snippet."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from qa_app.domain.snippets import TEXT_LIMIT, TITLE_LIMIT


class SnippetForm(FlaskForm):
    """A snippet as a specialist writes it."""

    title = StringField(_l("Title"), validators=[InputRequired(), Length(max=TITLE_LIMIT)])
    channel = SelectField(_l("Channel"), default="")
    question_id = SelectField(_l("Question"), default="")
    text = TextAreaField(_l("Text"), validators=[InputRequired(), Length(max=TEXT_LIMIT)])
