"""Merging, compiling and checking the Chinese fragments."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from qa_app.translations import check, compile_language, merge

HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: zh\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


@pytest.fixture
def fragments(tmp_path: Path) -> Path:
    (tmp_path / "zh").mkdir()
    (tmp_path / "qa_app").mkdir()
    (tmp_path / "templates").mkdir()
    return tmp_path


def write(folder: Path, name: str, body: str) -> None:
    (folder / "zh" / name).write_text(HEADER + body, encoding="utf-8")


def reasons(folder: Path) -> list[str]:
    return [remark.reason for remark in merge("zh", folder).remarks]


def test_fragments_become_one_catalogue(fragments: Path) -> None:
    write(fragments, "flags.po", 'msgid "Flag"\nmsgstr "标记"\n')
    write(
        fragments,
        "calls.po",
        'msgid "%(num)s call"\nmsgid_plural "%(num)s calls"\nmsgstr[0] "%(num)s 通电话"\n',
    )
    with compile_language("zh", fragments).open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Flag") == "标记"
    assert words.ngettext("%(num)s call", "%(num)s calls", 2) == "%(num)s 通电话"


def test_the_same_text_said_differently_is_a_remark_and_the_same_is_none(fragments: Path) -> None:
    write(fragments, "a.po", 'msgid "Open"\nmsgstr "待处理"\n\nmsgid "Close"\nmsgstr "关闭"\n')
    write(fragments, "b.po", 'msgid "Open"\nmsgstr "打开"\n\nmsgid "Close"\nmsgstr "关闭"\n')
    [remark] = merge("zh", fragments).remarks
    assert (remark.text, remark.reason) == ("Open", "translated differently in a.po:7")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ('""', "has no translation"),
        ('"你好"', "has other placeholders than its text"),
        ('"%(name)s 占 5%"', "write a percent sign as %%"),
    ],
)
def test_a_translation_that_would_break_a_page_is_a_remark(
    fragments: Path, words: str, reason: str
) -> None:
    write(fragments, "a.po", f'msgid "Hello %(name)s"\nmsgstr {words}\n')
    assert reason in reasons(fragments)


def test_missing_and_unused_texts_are_found_in_code_and_templates(fragments: Path) -> None:
    (fragments / "qa_app" / "a.py").write_text('raise Refused("late", "Too late.")\nX = "By hand"')
    (fragments / "templates" / "a.html").write_text("{{ _('Shown') }}{{ _('Known') }}")
    write(
        fragments,
        "a.po",
        'msgid "Known"\nmsgstr "已知"\n\nmsgid "By hand"\nmsgstr "手写"\n\n'
        'msgid "Gone"\nmsgstr "没有了"\n',
    )
    found = {(remark.text, remark.reason) for remark in check("zh", fragments, fragments)}
    assert found == {
        ("Too late.", "is not translated"),
        ("Shown", "is not translated"),
        ("Gone", "is not used"),
    }
