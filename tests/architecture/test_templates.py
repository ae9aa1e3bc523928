"""Templates show what they are given: no scripts, no sums, no roles, no words of one language."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from qa_app.domain.people import Role

ROOT = Path(__file__).resolve().parents[2] / "templates"
TEMPLATES = sorted(ROOT.rglob("*.html"))
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
ARITHMETIC = (
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.Pow,
    nodes.Neg,
)
READ_ALOUD = {"alt", "aria-label", "aria-description", "label", "placeholder", "title"}
# The same in every language: the names of languages, file formats, and keys of a keyboard.
UNTRANSLATED = re.compile(
    r"中文|English|EN|CSV|XLSX|JSON|YAML|vCon|SHA-256|Ctrl|Enter|Esc|Shift|Tab"
)
# Who speaks in a conversation is no role of an account.
SPEAKERS = {"agent", "system"}
HOLE = "\x00"  # stands for what an expression gives


class Page(HTMLParser):
    """Collects what a page says, and what a strict content security policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.forbidden: list[str] = []
        self._quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.forbidden.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.forbidden.append(name)
            if value and value.strip().lower().startswith("javascript:"):
                self.forbidden.append(value)
            if name in READ_ALOUD and value:
                self.said.append(value)
        self._quiet += tag in ("code", "kbd", "script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in ("code", "kbd", "script", "style")

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.said.append(data)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def parsed(path: Path) -> nodes.Template:
    return ENVIRONMENT.parse(path.read_text("utf-8"))


def page_of(path: Path) -> Page:
    """The template's own text, with a hole for each expression."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", HOLE, text, flags=re.DOTALL)
    text = re.sub(r"\{%-? block \w*class\w* -?%\}.*?\{%-? endblock", "{% endblock", text)
    text = re.sub(r"(?m)^(data-[a-z-]+=\"[^\"]*\"\s*)+$", "", text)  # attributes to be included
    page = Page()
    page.feed(re.sub(r"\{%.*?%\}", "", text, flags=re.DOTALL))
    return page


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_it_holds_no_script_and_no_style(path: Path) -> None:
    assert page_of(path).forbidden == []


def puts_together(node: nodes.Node) -> bool:
    """Lists joined by `+`, or a text filled in by `%`: no sum."""
    if isinstance(node, nodes.Mod):
        return isinstance(node.left, nodes.Const) and isinstance(node.left.value, str)
    return isinstance(node, nodes.Add) and next(node.find_all(nodes.List), None) is not None


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_it_calculates_nothing(path: Path) -> None:
    tree = parsed(path)
    listed = {id(node) for loop in tree.find_all(nodes.For) for node in (loop.iter,)}
    sums = [
        (node.lineno, type(node).__name__)
        for node in tree.find_all(ARITHMETIC)
        if not puts_together(node) and id(node) not in listed
    ]
    assert sums == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_it_asks_what_may_be_done_and_not_who_somebody_is(path: Path) -> None:
    roles = {role.value for role in Role} - SPEAKERS
    tree = parsed(path)
    compared = [
        (node.lineno, each.value)
        for node in tree.find_all((nodes.Compare, nodes.Test))
        for each in node.find_all(nodes.Const)
        if each.value in roles
    ]
    asked = [
        (node.lineno, "role")
        for test in tree.find_all((nodes.Compare, nodes.Test))
        for node in test.find_all(nodes.Getattr)
        if node.attr == "role"
    ]
    assert compared + asked == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_it_says_nothing_in_one_language_only(path: Path) -> None:
    ids = HOLE + r"-\w+"  # `{{ field.id }}-hint`
    said = [re.sub(ids, "", UNTRANSLATED.sub("", text)) for text in page_of(path).said]
    left = [" ".join(text.split()) for text in said if re.search(r"[^\W\d_]{2,}", text)]
    assert left == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_it_trusts_no_text_as_markup(path: Path) -> None:
    used = [node.name for node in parsed(path).find_all(nodes.Filter)]
    assert "safe" not in used
    assert "autoescape false" not in path.read_text("utf-8")
