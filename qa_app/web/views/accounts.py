"""Signing in and out, one's own password and language, and the administrator's accounts."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from qa_app.config import LOCALES
from qa_app.domain.errors import InvalidInput, NotFound, QAError, Refused
from qa_app.domain.people import LOGIN_ROLES
from qa_app.queries.accounts import account_list
from qa_app.security.permissions import Permission
from qa_app.services.accounts import (
    change_own_password,
    create_account,
    disable_account,
    enable_account,
    person_for,
)
from qa_app.services.accounts import (
    set_locale as remember_locale,
)
from qa_app.services.sign_in import Visitor
from qa_app.services.sign_in import sign_in as open_session
from qa_app.services.sign_in import sign_out as close_session
from qa_app.web.access import public, requires, signed_in
from qa_app.web.context import client_address, current_context, forget_snapshot, site, writing
from qa_app.web.errors import sentence
from qa_app.web.forms.accounts import AccountForm, PasswordForm, SignInForm
from qa_app.web.locale import COOKIE
from qa_app.web.login import current_session_id, start_browser_session
from qa_app.web.navigation import role_name
from qa_app.web.redirects import safe_target

bp = Blueprint("accounts", __name__)
PAGE = 100


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    target = safe_target(request.values.get("next"))
    if current_user.is_authenticated:
        return redirect(target)
    form = SignInForm()
    if form.validate_on_submit():
        visitor = Visitor(client_address(), request.user_agent.string)
        forget_snapshot()
        try:
            token = open_session(
                site().database,
                site().context,
                form.login.data or "",
                form.password.data or "",
                visitor,
            )
        except Refused as refusal:
            form.form_errors.append(sentence(refusal))
        else:
            start_browser_session(token)
            return redirect(target)
    status = 422 if form.errors or form.form_errors else 200
    return render_template("accounts/sign_in.html", form=form, target=target), status


@bp.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    with writing() as ctx:
        close_session(ctx, current_session_id())
    session.clear()
    response = redirect(url_for("accounts.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.post("/language")
@public
def set_locale() -> ResponseReturnValue:
    chosen = request.form.get("locale", "")
    response = redirect(safe_target(request.form.get("next")))
    if chosen not in LOCALES:
        return response
    if current_user.is_authenticated:
        with writing() as ctx:
            remember_locale(ctx, chosen)
    secure = site().settings.is_secure
    response.set_cookie(
        COOKIE, chosen, max_age=31_536_000, samesite="Lax", httponly=True, secure=secure
    )
    return response


@bp.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit():
        if form.new.data != form.again.data:
            form.again.errors = [_("The two new passwords differ.")]
        else:
            try:
                with writing() as ctx:
                    change_own_password(
                        ctx,
                        current=form.current.data or "",
                        new=form.new.data or "",
                        session_id=current_session_id(),
                    )
            except InvalidInput as refusal:
                _absorb(form, refusal)
            else:
                flash(_("Your password is changed; other browsers are signed out."), "success")
                return redirect(url_for("desk.show"))
    status = 422 if form.errors or form.form_errors else 200
    return render_template("accounts/password.html", form=form), status


@bp.get("/accounts")
@requires(Permission.ACCOUNT_MANAGE)
def index() -> ResponseReturnValue:
    return _accounts_page(_account_form())


@bp.post("/accounts")
@requires(Permission.ACCOUNT_MANAGE)
def create() -> ResponseReturnValue:
    form = _account_form()
    if not form.validate():
        return _accounts_page(form, status=422)
    try:
        with writing() as ctx:
            number = (form.employee_no.data or "").strip()
            person_id = person_for(ctx, number).id if number else None
            account, made = create_account(
                ctx,
                login=form.login.data or "",
                role=form.role.data,
                name=form.name.data,
                person_id=person_id,
            )
            login = account.login
    except NotFound:
        text = _("There is nobody with the employee number %(number)s.", number=number)
        form.employee_no.errors = [text]
        return _accounts_page(form, status=422)
    except QAError as refusal:
        _absorb(form, refusal)
        return _accounts_page(form, status=422)
    return _accounts_page(_account_form(empty=True), made=(login, made))


@bp.post("/accounts/<int:account_id>/disable")
@requires(Permission.ACCOUNT_MANAGE)
def disable(account_id: int) -> ResponseReturnValue:
    with writing() as ctx:
        disable_account(ctx, account_id)
    flash(_("The account is disabled and signed out everywhere."), "success")
    return redirect(url_for("accounts.index"))


@bp.post("/accounts/<int:account_id>/enable")
@requires(Permission.ACCOUNT_MANAGE)
def enable(account_id: int) -> ResponseReturnValue:
    with writing() as ctx:
        enable_account(ctx, account_id)
    flash(_("The account can sign in again."), "success")
    return redirect(url_for("accounts.index"))


def _account_form(*, empty: bool = False) -> AccountForm:
    form = AccountForm(formdata=None) if empty else AccountForm()
    form.role.choices = [(role.value, role_name(role.value)) for role in LOGIN_ROLES]
    return form


def _accounts_page(
    form: AccountForm, *, made: tuple[str, str | None] | None = None, status: int = 200
) -> ResponseReturnValue:
    after = request.args.get("after", "")
    rows = account_list(current_context(), after=after, limit=PAGE + 1)
    page = render_template(
        "accounts/index.html",
        form=form,
        accounts=rows[:PAGE],
        next_after=rows[PAGE - 1].login if len(rows) > PAGE else None,
        after=after,
        made=made,
    )
    return page, status


def _absorb(form: SignInForm | PasswordForm | AccountForm, refusal: QAError) -> None:
    """Show a refusal's problems beside the fields that they are about."""
    for problem in refusal.problems:
        if problem.where in form:
            field = form[problem.where]
        else:
            field = form["new"] if "new" in form and problem.where == "password" else None
        if field is None:
            form.form_errors.append(_(problem.message))
        else:
            field.errors = [*field.errors, _(problem.message)]
    if not refusal.problems:
        form.form_errors.append(sentence(refusal))
