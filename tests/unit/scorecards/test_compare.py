"""What changed between two versions, and what of it can alter a score."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from scorecards import compare, load
from tests.unit.scorecards.forms import Values, bands, form, option, question, section, show_if

REASONS = [{"id": name, "title": {"zh": "因", "en": name}} for name in ("r", "s")]


def base() -> Values:
    return form(
        section(
            "one",
            question("a", points=2, reasons=REASONS, fatal={"on": ["no"], "class": "customer"}),
            question("b", "choice", show_if=show_if("a", "yes", "no")),
            question("c", "checklist", allow_na=True),
            question("d", "rating"),
            weight=60,
        ),
        section(
            "two",
            question("e", "number", min=0),
            question("f", "deduct", allow_na=True),
            question("g", "bonus"),
            question("h", "text"),
            weight=40,
        ),
        cap=110,
        bands=bands(90, 0),
    )


Edit = Callable[[Values], Any]


def q(values: Values, name: str) -> Values:
    return next(x for s in values["sections"] for x in s["questions"] if x["id"] == name)


def put(name: str, **keys: Any) -> Edit:
    return lambda values: q(values, name).update(keys)


def reverse(pick: Callable[[Values], Any]) -> Edit:
    return lambda values: pick(values).reverse()


HARMLESS: list[tuple[str, Edit, str, str]] = [
    ("id", lambda v: v.update(id="new"), "id", "changed"),
    ("title", lambda v: v["title"].update(en="New"), "title.en", "changed"),
    ("channel", lambda v: v.update(channel="call"), "channel", "changed"),
    ("band", lambda v: v["bands"][0].update({"from": 95}), "bands[band0].from", "changed"),
    ("bands", lambda v: v.pop("bands"), "bands", "removed"),
    ("guide", lambda v: q(v, "a").pop("guide"), "sections[one].questions[a].guide", "removed"),
    ("evidence", put("a", evidence="on_loss"), "sections[one].questions[a].evidence", "changed"),
    (
        "reason",
        lambda v: q(v, "a")["reasons"].pop(),
        "sections[one].questions[a].reasons[s]",
        "removed",
    ),
    (
        "class",
        lambda v: q(v, "a")["fatal"].update({"class": "business"}),
        "sections[one].questions[a].fatal.class",
        "changed",
    ),
    (
        "option title",
        lambda v: q(v, "b")["options"][0]["title"].update(zh="新"),
        "sections[one].questions[b].options[a].title.zh",
        "changed",
    ),
    (
        "n/a of a deduction",
        put("f", allow_na=False),
        "sections[two].questions[f].allow_na",
        "changed",
    ),
    (
        "text added",
        lambda v: v["sections"][1]["questions"].append(question("n", "text")),
        "sections[two].questions[n]",
        "added",
    ),
    (
        "text removed",
        lambda v: v["sections"][1]["questions"].pop(),
        "sections[two].questions[h]",
        "removed",
    ),
    ("order of sections", reverse(lambda v: v["sections"]), "sections[two]", "moved"),
    (
        "order of a condition",
        reverse(lambda v: q(v, "b")["show_if"]["all"][0]["in"]),
        "sections[one].questions[b].show_if.all",
        "moved",
    ),
    (
        "order of options",
        lambda v: q(v, "b")["options"].insert(0, q(v, "b")["options"].pop()),
        "sections[one].questions[b].options[c]",
        "moved",
    ),
    (
        "order of questions",
        lambda v: v["sections"][0]["questions"].append(v["sections"][0]["questions"].pop(0 + 2)),
        "sections[one].questions[d]",
        "moved",
    ),
]

SCORING: list[tuple[str, Edit, str, str]] = [
    ("full marks", lambda v: v.update(full_marks=105), "full_marks", "changed"),
    ("cap", lambda v: v.update(cap=120), "cap", "changed"),
    (
        "not applicable",
        lambda v: v.update(not_applicable="full_marks"),
        "not_applicable",
        "changed",
    ),
    ("weight", lambda v: v["sections"][0].update(weight=50), "sections[one].weight", "changed"),
    ("points", put("a", points=3), "sections[one].questions[a].points", "changed"),
    ("good", put("a", good="no"), "sections[one].questions[a].good", "changed"),
    ("n/a", put("a", allow_na=True), "sections[one].questions[a].allow_na", "changed"),
    ("fatal gone", lambda v: q(v, "a").pop("fatal"), "sections[one].questions[a].fatal", "removed"),
    ("fatal new", put("d", fatal={"on": [1]}), "sections[one].questions[d].fatal", "added"),
    (
        "scope",
        lambda v: q(v, "a")["fatal"].update(scope="section"),
        "sections[one].questions[a].fatal.scope",
        "changed",
    ),
    (
        "fatal answer",
        lambda v: q(v, "a")["fatal"].update(on=["yes"]),
        "sections[one].questions[a].fatal.on",
        "changed",
    ),
    (
        "option value",
        lambda v: q(v, "b")["options"][1].update(value=0.6),
        "sections[one].questions[b].options[b].value",
        "changed",
    ),
    (
        "option added",
        lambda v: q(v, "b")["options"].append(option("z", 0)),
        "sections[one].questions[b].options[z]",
        "added",
    ),
    (
        "show_if gone",
        lambda v: q(v, "b").pop("show_if"),
        "sections[one].questions[b].show_if",
        "removed",
    ),
    (
        "show_if changed",
        put("b", show_if=show_if("a", "yes")),
        "sections[one].questions[b].show_if.all",
        "changed",
    ),
    (
        "item removed",
        lambda v: q(v, "c")["items"].pop(),
        "sections[one].questions[c].items[k]",
        "removed",
    ),
    (
        "item points",
        lambda v: q(v, "c")["items"][0].update(points=5),
        "sections[one].questions[c].items[i].points",
        "changed",
    ),
    ("rating range", put("d", max=10), "sections[one].questions[d].max", "changed"),
    ("number range", lambda v: q(v, "e").pop("min"), "sections[two].questions[e].min", "removed"),
    (
        "number bands",
        lambda v: q(v, "e")["bands"][1].update(value=0.5),
        "sections[two].questions[e].bands",
        "changed",
    ),
    ("each", put("f", each=3), "sections[two].questions[f].each", "changed"),
    ("at most", put("f", at_most=9), "sections[two].questions[f].at_most", "added"),
    ("bonus range", put("g", max=5), "sections[two].questions[g].max", "changed"),
    (
        "question added",
        lambda v: v["sections"][1]["questions"].append(question("n")),
        "sections[two].questions[n]",
        "added",
    ),
    (
        "question removed",
        lambda v: v["sections"][0]["questions"].pop(),
        "sections[one].questions[d]",
        "removed",
    ),
    (
        "question moved",
        lambda v: v["sections"][1]["questions"].append(v["sections"][0]["questions"].pop()),
        "sections[two].questions[d]",
        "moved",
    ),
]


def edited(edit: Edit) -> Values:
    values = copy.deepcopy(base())
    edit(values)
    return values


@pytest.mark.parametrize(
    ("edit", "path", "kind"), [r[1:] for r in HARMLESS], ids=[r[0] for r in HARMLESS]
)
def test_a_harmless_change_leaves_scores_comparable(edit: Edit, path: str, kind: str) -> None:
    changes = compare(load(base()), load(edited(edit)))
    assert changes.comparable
    assert [(c.path, c.kind, c.scoring) for c in changes.changes] == [(path, kind, False)]


@pytest.mark.parametrize(
    ("edit", "path", "kind"), [r[1:] for r in SCORING], ids=[r[0] for r in SCORING]
)
def test_a_change_of_scores_is_told(edit: Edit, path: str, kind: str) -> None:
    changes = compare(load(base()), load(edited(edit)))
    assert not changes.comparable
    assert [(c.path, c.kind) for c in changes.changes if c.scoring] == [(path, kind)]


def test_a_change_carries_both_values() -> None:
    changes = compare(load(base()), load(edited(put("a", points=3.5)))).to_dict()
    path = "sections[one].questions[a].points"
    assert changes == {
        "comparable": False,
        "changes": [{"path": path, "kind": "changed", "old": 2, "new": 3.5, "scoring": True}],
    }


def test_a_new_type_is_a_change_of_scores() -> None:
    changes = compare(load(form(question("a"))), load(form(question("a", "text"))))
    assert ("sections[only].questions[a].type", True) in [
        (c.path, c.scoring) for c in changes.changes
    ]


def test_shares_that_only_change_their_scale_alter_nothing() -> None:
    old = form(
        section("one", question("a", points=1), question("b", points=2), weight=1),
        section("two", question("c"), weight=4),
    )
    new = copy.deepcopy(old)
    for part, weight in zip(new["sections"], (20, 80), strict=True):
        part["weight"] = weight
    new["sections"][0]["questions"][0]["points"] = 5
    new["sections"][0]["questions"][1]["points"] = 10
    changes = compare(load(old), load(new))
    assert (changes.comparable, len(changes.changes)) == (True, 4)


def test_without_weights_a_question_may_move_between_sections() -> None:
    one = form(section("one", question("a"), question("b")), section("two", question("c")))
    two = form(section("one", question("a")), section("two", question("b"), question("c")))
    assert compare(load(one), load(two)).comparable
    for values in (one, two):
        values["sections"][0]["questions"][0]["fatal"] = {"on": ["no"], "scope": "section"}
    assert not compare(load(one), load(two)).comparable
