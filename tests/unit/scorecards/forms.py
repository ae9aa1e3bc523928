"""Builders of small definitions, and the strategies that make random ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Values = dict[str, Any]


def title(name: str = "x") -> Values:
    return {"zh": f"题 {name}", "en": f"Title {name}"}


def question(name: str, kind: str = "yes_no", **keys: Any) -> Values:
    """One valid question of any type; keys overwrite, None removes."""
    made: Values = {"id": name, "title": title(name), "type": kind, "guide": title("guide")}
    if kind == "choice":
        made["options"] = [option("a", 1), option("b", "0.5"), option("c", 0)]
    if kind == "checklist":
        made["items"] = [{"id": item, "title": title(item)} for item in ("i", "j", "k")]
    if kind == "number":
        made["bands"] = [{"to": 30, "value": 1}, {"to": 60, "value": 0.6}, {"value": 0}]
    if kind == "deduct":
        made |= {"each": 2}
    if kind == "bonus":
        made |= {"min": 1, "max": 3, "step": 0.5}
    if kind in {"deduct", "bonus", "text"}:
        del made["guide"]
    made |= keys
    return {key: value for key, value in made.items() if value is not None}


def option(name: str, value: Any) -> Values:
    exact = float(value) if isinstance(value, str) else value
    return {"id": name, "title": title(name), "value": exact}


def section(name: str, *questions: Values, **keys: Any) -> Values:
    return {"id": name, "title": title(name), "questions": list(questions), **keys}


def form(*sections: Values, **keys: Any) -> Values:
    """One definition; questions given bare are put into one section."""
    if sections and "type" in sections[0]:
        sections = (section("only", *sections),)
    made = {"id": "form", "title": title("form"), "channel": "any", "sections": list(sections)}
    return made | keys


def bands(*starts: Any) -> list[Values]:
    return [
        {"id": f"band{n}", "from": start, "title": title("band")} for n, start in enumerate(starts)
    ]


def show_if(question_id: str, *answers: Any, how: str = "all") -> Values:
    return {how: [{"question": question_id, "in": list(answers)}]}


def answers(**given: Any) -> Values:
    """A sheet; the value `"n/a"` stands for a ticked n/a."""
    return {
        name: {"na": True} if value == "n/a" else {"answer": value} for name, value in given.items()
    }


# --- random forms -------------------------------------------------------------------------

POINTS = st.sampled_from([1, 2, 3, 0.5, 7, 10, 1.25])
SHARES = st.sampled_from([0, 0.1, 0.25, 0.3333, 0.5, 0.6, 1])


@st.composite
def questions(draw: st.DrawFn, name: str, earlier: list[Values], *, weighted: bool) -> Values:
    kinds = ["yes_no", "choice", "checklist", "rating", "number", "deduct", "bonus", "text"]
    kind = draw(st.sampled_from(kinds))
    made = question(name, kind)
    if kind not in {"deduct", "bonus", "text"}:
        made["points"] = draw(POINTS)
    if kind != "text":
        made["allow_na"] = draw(st.booleans())
    if kind == "yes_no":
        made["good"] = draw(st.sampled_from(["yes", "no"]))
    if kind == "choice":
        values = [1, *draw(st.lists(SHARES, min_size=1, max_size=4))]
        made["options"] = [option(f"o{n}", value) for n, value in enumerate(values)]
    if kind == "checklist":
        points = draw(st.lists(POINTS, min_size=1, max_size=4))
        made["items"] = [
            {"id": f"i{n}", "title": title(), "points": value} for n, value in enumerate(points)
        ]
    if kind == "rating":
        made["min"], made["max"] = draw(st.sampled_from([(1, 5), (0, 10), (-2, 4), (1, 2)]))
    if kind == "deduct":
        made["each"] = draw(POINTS)
        if draw(st.booleans()):
            made["at_most"] = draw(POINTS)
    made["evidence"] = draw(st.sampled_from(["never", "on_loss"]))
    _make_fatal(draw, made, weighted)
    _make_conditional(draw, made, earlier)
    return made


def _make_fatal(draw: st.DrawFn, made: Values, weighted: bool) -> None:
    kind = made["type"]
    if kind in {"bonus", "text"} or draw(st.integers(0, 3)) != 0:
        return
    fatal: Values = {"class": draw(st.sampled_from(["customer", "business", "compliance"]))}
    fatal["scope"] = draw(st.sampled_from(["form", "section"]))
    if kind == "number":
        fatal |= draw(st.sampled_from([{"below": 5}, {"above": 90.5}, {"below": 1, "above": 70}]))
    elif kind == "deduct":
        fatal["from"] = draw(st.integers(1, 3))
    else:
        fatal["on"] = draw(st.lists(possible(made), min_size=1, max_size=2, unique=True))
    made["fatal"] = fatal


def _make_conditional(draw: st.DrawFn, made: Values, earlier: list[Values]) -> None:
    usable = [q for q in earlier if q["type"] in {"yes_no", "choice", "rating", "checklist"}]
    if not usable or draw(st.integers(0, 2)):
        return
    conditions = [
        {"question": q["id"], "in": draw(st.lists(possible(q), min_size=1, unique=True))}
        for q in draw(st.lists(st.sampled_from(usable), min_size=1, max_size=2))
    ]
    made["show_if"] = {draw(st.sampled_from(["all", "any"])): conditions}


def possible(made: Values) -> st.SearchStrategy[Any]:
    """Answers, options or items that a definition may name."""
    if made["type"] == "yes_no":
        return st.sampled_from(["yes", "no"])
    if made["type"] == "rating":
        return st.integers(made.get("min", 1), made.get("max", 5))
    parts = made["options"] if made["type"] == "choice" else made["items"]
    return st.sampled_from([part["id"] for part in parts])


@st.composite
def forms(draw: st.DrawFn) -> Values:
    """Valid definitions of one to three sections with one to four questions each."""
    weighted = draw(st.booleans())
    earlier: list[Values] = []
    sections = []
    for s in range(draw(st.integers(1, 3))):
        inside: list[Values] = []
        for q in range(draw(st.integers(1, 4))):
            made = draw(questions(f"q{s}{q}", earlier, weighted=weighted))
            inside.append(made)
            earlier.append(made)
        scored = [q for q in inside if q["type"] not in {"deduct", "bonus", "text"}]
        for made in inside:
            if not scored and made.get("fatal", {}).get("scope") == "section":
                made["fatal"]["scope"] = "form"
        sections.append(section(f"s{s}", *inside))
        if weighted and scored:
            sections[-1]["weight"] = draw(POINTS)
    full_marks = draw(st.sampled_from([100, 10, 42.5]))
    return form(
        *sections,
        full_marks=full_marks,
        cap=full_marks + draw(st.sampled_from([1, 7.5])),
        not_applicable=draw(st.sampled_from(["redistribute", "full_marks"])),
        bands=bands(full_marks * 0.9, full_marks / 2, 0),
    )


@st.composite
def sheets(draw: st.DrawFn, definition: Values) -> Values:
    """Valid, partly filled sheets of a definition."""
    sheet: Values = {}
    for part in definition["sections"]:
        for made in part["questions"]:
            how = draw(st.integers(0, 5))
            if how == 0:
                continue
            if how == 1 and made.get("allow_na"):
                sheet[made["id"]] = {"na": True}
                continue
            sheet[made["id"]] = {"answer": draw(given_answers(made))}
            if draw(st.booleans()):
                sheet[made["id"]]["evidence"] = [{"turn": 3}]
    return sheet


def given_answers(made: Values) -> st.SearchStrategy[Any]:
    kind = made["type"]
    if kind == "checklist":
        return st.lists(possible(made), unique=True)
    if kind == "number":
        return st.sampled_from([0, 4.5, "30", "30.01", 60, "61", 90.5, "90.51", -3])
    if kind == "deduct":
        return st.integers(0, 4)
    if kind == "bonus":
        return st.sampled_from([0, 1, 1.5, 2, 2.5, 3])
    return st.text() if kind == "text" else possible(made)
