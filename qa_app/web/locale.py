"""Language and zone of a request: the account's choice, else the browser's, else the site's."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request
from flask_babel import Babel, get_locale, get_translations
from flask_login import current_user
from markupsafe import Markup

from qa_app.config import LOCALES, PROJECT_ROOT
from qa_app.web.context import site

COOKIE = "qa_lang"
MOST_WORDS = 5000
WORDS: dict[str, dict[str, Markup]] = {}


def chosen_locale() -> str:
    """`zh` or `en`."""
    if g.get("broken") is None and current_user.is_authenticated:
        own = current_user.actor.locale
        if own in LOCALES:
            return str(own)
    cookie = request.cookies.get(COOKIE)
    if cookie in LOCALES:
        return str(cookie)
    return request.accept_languages.best_match(LOCALES) or site().settings.locale


def translations() -> Any:
    """The catalogue of this request, looked up once: a page has more than a hundred texts."""
    if "translations" not in g:
        g.translations = get_translations()
    return g.translations


def say(text: str, /, **variables: object) -> Markup:
    """`_()` of templates: the text in the reader's language, kept ready for the next page."""
    words: dict[str, Markup] | None = g.get("words")
    if words is None:
        words = g.words = WORDS.setdefault(str(get_locale()), {})
    found = words.get(text)
    if found is None:
        found = Markup(translations().ugettext(text))  # noqa: S704 - our own words
        if len(words) < MOST_WORDS:
            words[text] = found
    return found % variables if "%" in found else found


def install(app: Flask) -> None:
    folder = PROJECT_ROOT / "qa_app" / "translations"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    Babel(
        app,
        default_locale="en",
        locale_selector=chosen_locale,
        timezone_selector=lambda: site().settings.timezone,
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: translations().ugettext(text),
        lambda text, plural, n: translations().ungettext(text, plural, n),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = say
    app.jinja_env.globals["locale"] = lambda: str(get_locale())
    app.jinja_env.globals["locales"] = LOCALES
