"""Values as readers see them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from qa_app.web.filters import language_name


@pytest.mark.parametrize(
    ("code", "locale", "name"),
    [
        ("zh", "en", "Chinese"),
        ("zh", "zh", "中文"),
        ("zh-CN", "zh", "中文 (简体, 中国)"),
        ("en-GB", "en", "English (United Kingdom)"),
        ("xx-unknown-tag", "en", "xx-unknown-tag"),
        ("", "en", ""),
        ("no language", "zh", "no language"),
    ],
)
def test_a_language_is_called_by_its_name(code: str, locale: str, name: str) -> None:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context(), force_locale(locale):
        assert language_name(code) == name
