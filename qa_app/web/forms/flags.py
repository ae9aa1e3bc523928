"""Forms about flags."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length


class DecisionForm(FlaskForm):
    """What a team lead decides about a flag."""

    decision = RadioField(_l("Decision"), [InputRequired()])
    reason = TextAreaField(_l("Reason"), [InputRequired(), Length(max=4000)])
