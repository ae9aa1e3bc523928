"""A request's context: one snapshot for reading, and units of work for what it changes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import cast

from flask import Flask, current_app, g, request
from flask_login import current_user

from qa_app.security.context import Actor, Context
from qa_app.services.site import Site

ANONYMOUS_PAGES_HAVE_NO_ACTOR = "this page needs somebody who is signed in"


def site() -> Site:
    """The site that this process serves."""
    return cast("Site", current_app.extensions["qa_site"])


def actor() -> Actor:
    """Who asks. Only for pages that need sign-in."""
    if not current_user.is_authenticated:
        raise RuntimeError(ANONYMOUS_PAGES_HAVE_NO_ACTOR)
    return cast("Actor", current_user.actor)


def reading_session_context() -> Context:
    """The request's snapshot, without asking who asks (sign-in itself needs it)."""
    if "reading_session" not in g:
        g.reading_session = site().database.sessions()
    return site().context(g.reading_session)


def current_context() -> Context:
    """The request's snapshot, for queries of the signed-in actor."""
    if "reading_session" not in g:
        g.reading_session = site().database.sessions()
    return site().context(g.reading_session, actor())


@contextlib.contextmanager
def writing() -> Iterator[Context]:
    """A unit of work of the signed-in actor; what is read afterwards sees its change."""
    who = actor()
    forget_snapshot()
    with site().writing(who) as ctx:
        yield ctx


def forget_snapshot(_error: BaseException | None = None) -> None:
    """Close the request's snapshot, so that the next read starts a new one."""
    session = g.pop("reading_session", None)
    if session is not None:
        session.rollback()
        session.close()


def client_address() -> str:
    """The caller's address; behind proxies only as far as the settings trust them."""
    return (request.remote_addr or "")[:64]


def install(app: Flask, opened: Site) -> None:
    app.extensions["qa_site"] = opened
    app.teardown_request(forget_snapshot)
