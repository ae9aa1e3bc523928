"""Forms about accounts: signing in, one's own password, new accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length


class SignInForm(FlaskForm):
    """Login and password."""

    login = StringField(_l("Login"), [InputRequired(), Length(max=64)])
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=1024)])


class PasswordForm(FlaskForm):
    """A new password for oneself."""

    current = PasswordField(_l("Present password"), [InputRequired(), Length(max=1024)])
    new = PasswordField(_l("New password"), [InputRequired(), Length(max=1024)])
    again = PasswordField(_l("New password again"), [InputRequired(), Length(max=1024)])


class AccountForm(FlaskForm):
    """A new account; its password is made and shown once."""

    login = StringField(_l("Login"), [InputRequired(), Length(max=64)])
    name = StringField(_l("Name"), [InputRequired(), Length(max=120)])
    role = SelectField(_l("Role"), [InputRequired()])
    employee_no = StringField(_l("Employee number"), [Length(max=64)])
