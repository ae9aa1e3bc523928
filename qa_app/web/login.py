"""Flask-Login over server-side sessions: the cookie holds a token, its row can be revoked."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Request, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from qa_app.adapters.passwords import token_hash
from qa_app.queries.accounts import account_of_session, account_of_token, actor_of
from qa_app.security.context import Actor
from qa_app.services.sign_in import touch_session
from qa_app.web.context import client_address, reading_session_context, site

TOUCH_EVERY = timedelta(minutes=5)


class SignedIn:
    """The account behind a request, as Flask-Login wants it."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, actor: Actor, token: str, session_id: int | None, must_change: bool) -> None:
        self.actor = actor
        self.token = token
        self.session_id = session_id
        self.must_change_password = must_change

    def get_id(self) -> str:
        return self.token


def load_by_session(token: str) -> SignedIn | None:
    """The account of a session token, while the session is alive."""
    ctx = reading_session_context()
    now = ctx.clock.now()
    row = account_of_session(ctx.session, token_hash(token), now)
    if row is None:
        return None
    if now - row.last_seen_at > TOUCH_EVERY:
        with site().writing() as writing_ctx:
            touch_session(writing_ctx, row.session_id)
    actor = actor_of(ctx.session, row, ctx.today, client_address())
    return SignedIn(actor, token, row.session_id, row.must_change_password)


def load_by_token(incoming: Request) -> SignedIn | None:
    """The account of `Authorization: Bearer …`; only the API takes it."""
    scheme, _, token = incoming.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not incoming.path.startswith("/api/"):
        return None
    ctx = reading_session_context()
    row = account_of_token(ctx.session, token_hash(token.strip()), ctx.clock.now())
    if row is None:
        return None
    actor = actor_of(ctx.session, row, ctx.today, client_address())
    return SignedIn(actor, "", None, row.must_change_password)


def ask_to_sign_in() -> ResponseReturnValue:
    """Pages go to the sign-in form and come back; scripts are told with 401."""
    if wants_json(request):
        return jsonify({"error": {"code": "not_signed_in", "message": "Sign in first."}}), 401
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": url_for("accounts.sign_in")}
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=back))


def wants_json(incoming: Request) -> bool:
    """Whether the caller is a script: the API, or a page's module asking for JSON."""
    accepts = incoming.accept_mimetypes
    return incoming.path.startswith("/api/") or (
        accepts.best_match(["text/html", "application/json"]) == "application/json"
    )


def current_session_id() -> int:
    """The id of the session row behind this request."""
    return int(current_user.session_id)


def install(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(load_by_session)
    manager.request_loader(load_by_token)
    manager.unauthorized_handler(ask_to_sign_in)
    manager.init_app(app)


def start_browser_session(token: str) -> None:
    """Tie this browser to a session row, in a cookie of its own making."""
    session.clear()
    session["_user_id"] = token
    session["_fresh"] = True
    session.permanent = True
