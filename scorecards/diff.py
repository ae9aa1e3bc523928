"""Compares two versions of a form: what changed, and whether scores stay comparable."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from scorecards.definition import Scorecard, ScoredQuestion

ChangeKind = Literal["added", "removed", "changed", "moved"]
Values = dict[str, Any]

_HARMLESS = {"title", "guide", "reasons", "evidence", "class"}
"""Keys that can't alter a score, wherever they stand."""
_HARMLESS_IN_FORM = {"id", "channel", "bands"}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; paths name parts by id: `sections[opening].questions[greeting].points`."""

    path: str
    kind: ChangeKind
    old: Any
    new: Any
    scoring: bool

    def to_dict(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "kind": self.kind,
            "old": self.old,
            "new": self.new,
            "scoring": self.scoring,
        }


@dataclass(frozen=True, slots=True)
class Changes:
    """All differences between two versions."""

    changes: tuple[Change, ...]

    @property
    def comparable(self) -> bool:
        """Say whether no change can alter a score (handbook 2 §3)."""
        return not any(change.scoring for change in self.changes)

    def to_dict(self) -> dict[str, Any]:
        return {
            "comparable": self.comparable,
            "changes": [change.to_dict() for change in self.changes],
        }


def compare(old: Scorecard, new: Scorecard) -> Changes:
    """Return the changes from one version to another, parts matched by their ids.

    `moved` is a change of order (old and new are places counted from 0), or of the section that
    a question stands in (old and new are ids of sections).
    """
    return Changes(tuple(_form(old, new)))


def _form(old: Scorecard, new: Scorecard) -> Iterator[Change]:
    before, after = old.to_dict(), new.to_dict()
    rescaled = _rescaled_sections(old, new)
    for key in _keys(before, after, without={"sections"}):
        scoring = key not in _HARMLESS and key not in _HARMLESS_IN_FORM
        yield from _value(key, before.get(key), after.get(key), scoring)
    old_sections, new_sections = _by_id(before["sections"]), _by_id(after["sections"])
    yield from _order("sections", list(old_sections), list(new_sections))
    for name in _keys(old_sections, new_sections):
        path = f"sections[{name}]"
        yield from _section(path, old_sections.get(name), new_sections.get(name), rescaled)
    yield from _questions(old, new)


def _section(path: str, old: Values | None, new: Values | None, rescaled: bool) -> Iterator[Change]:
    """Compare sections without their questions; those speak for themselves."""
    before, after = _without(old, "questions"), _without(new, "questions")
    if before is None or after is None:
        yield Change(path, "removed" if after is None else "added", before, after, False)
        return
    for key in _keys(before, after):
        scoring = key == "weight" and not rescaled
        yield from _value(f"{path}.{key}", before.get(key), after.get(key), scoring)


def _questions(old: Scorecard, new: Scorecard) -> Iterator[Change]:
    before, after = _placed_questions(old), _placed_questions(new)
    groups = _rescaled_groups(old, new)
    for section in new.sections:
        names = [question.id for question in section.questions]
        was = [name for name, (place, _) in before.items() if place == section.id]
        yield from _order(f"sections[{section.id}].questions", was, names)
    for name in _keys(before, after):
        if name not in after:
            place, values = before[name]
            path = f"sections[{place}].questions[{name}]"
            yield Change(path, "removed", values, None, values["type"] != "text")
        elif name not in before:
            place, values = after[name]
            path = f"sections[{place}].questions[{name}]"
            yield Change(path, "added", None, values, values["type"] != "text")
        else:
            yield from _kept_question(old, new, name, before[name], after[name], groups)


def _kept_question(
    old: Scorecard,
    new: Scorecard,
    name: str,
    before: tuple[str, Values],
    after: tuple[str, Values],
    groups: set[str],
) -> Iterator[Change]:
    (old_place, was), (new_place, now) = before, after
    path = f"sections[{new_place}].questions[{name}]"
    if old_place != new_place:
        scoring = now["type"] != "text" and _sections_matter(old, new, {old_place, new_place})
        yield Change(path, "moved", old_place, new_place, scoring)
    is_text = was["type"] == now["type"] == "text"
    for key in _keys(was, now):
        scoring = not is_text and key not in _HARMLESS and not _is_free_na(key, was, now)
        if key == "points" and name in groups:
            scoring = False
        yield from _value(f"{path}.{key}", was.get(key), now.get(key), scoring)


def _is_free_na(key: str, old: Values, new: Values) -> bool:
    """N/a on a deduction or a bonus is worth as much as none of it."""
    effects = {"deduct", "bonus"}
    return key == "allow_na" and old["type"] in effects and new["type"] in effects


def _sections_matter(old: Scorecard, new: Scorecard, places: set[str]) -> bool:
    """Say whether it makes a difference in which of some sections a question stands."""
    for card in (old, new):
        for section in card.sections:
            if section.weight is not None:
                return True
            fatals = (getattr(question, "fatal", None) for question in section.questions)
            if section.id in places and any(fatal and fatal.scope == "section" for fatal in fatals):
                return True
    return False


def _value(path: str, old: Any, new: Any, scoring: bool) -> Iterator[Change]:
    """Compare two values of one key, going down as far as both have the same shape."""
    if old == new:
        return
    if old is None or new is None:
        yield Change(path, "added" if old is None else "removed", old, new, scoring)
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in _keys(old, new):
            inner = scoring and key not in _HARMLESS
            yield from _value(f"{path}.{key}", old.get(key), new.get(key), inner)
    elif _have_ids(old) and _have_ids(new):
        yield from _list(path, _by_id(old), _by_id(new), scoring)
    elif _is_set(path) and _as_set(old) == _as_set(new):
        yield Change(path, "moved", old, new, False)
    else:
        yield Change(path, "changed", old, new, scoring)


def _list(path: str, old: Values, new: Values, scoring: bool) -> Iterator[Change]:
    yield from _order(path, list(old), list(new))
    rescaled = path.endswith(".items") and _is_rescaled(_shares(old), _shares(new))
    for name in _keys(old, new):
        before, after = old.get(name), new.get(name)
        place = f"{path}[{name}]"
        if before is None or after is None:
            yield Change(place, "removed" if after is None else "added", before, after, scoring)
            continue
        for key in _keys(before, after):
            inner = scoring and key not in _HARMLESS and not (key == "points" and rescaled)
            yield from _value(f"{place}.{key}", before.get(key), after.get(key), inner)


def _order(path: str, old: list[str], new: list[str]) -> Iterator[Change]:
    """Report the fewest parts whose move explains the new order."""
    places = {name: place for place, name in enumerate(old)}
    common = [name for name in new if name in places]
    staying = _longest_rising([places[name] for name in common])
    for place, name in enumerate(new):
        if name in places and places[name] not in staying:
            yield Change(f"{path}[{name}]", "moved", places[name], place, False)


def _longest_rising(numbers: list[int]) -> set[int]:
    """Return the members of a longest rising subsequence (patience sorting)."""
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        pile = bisect_left(tops, number)
        before[number] = tops[pile - 1] if pile else None
        tops[pile : pile + 1] = [number]
    members: set[int] = set()
    last = tops[-1] if tops else None
    while last is not None:
        members.add(last)
        last = before[last]
    return members


def _rescaled_sections(old: Scorecard, new: Scorecard) -> bool:
    before = {section.id: section.weight for section in old.sections if section.weight}
    after = {section.id: section.weight for section in new.sections if section.weight}
    return _is_rescaled(before, after)


def _rescaled_groups(old: Scorecard, new: Scorecard) -> set[str]:
    """Return the questions whose points changed only together with all that they share with."""
    before, after = _point_groups(old), _point_groups(new)
    return {
        name
        for group, points in before.items()
        if group in after and _is_rescaled(points, after[group])
        for name in points
    }


def _point_groups(card: Scorecard) -> dict[str, dict[str, Decimal]]:
    """Return the points by section where sections have weights, else of the whole form."""
    weighted = any(section.weight for section in card.sections)
    groups: dict[str, dict[str, Decimal]] = {}
    for section in card.sections:
        for question in section.questions:
            if isinstance(question, ScoredQuestion):
                group = section.id if weighted else ""
                groups.setdefault(group, {})[question.id] = question.points
    return groups


def _is_rescaled(old: Mapping[str, Decimal], new: Mapping[str, Decimal]) -> bool:
    """Say whether several shares grew or shrank by one and the same factor."""
    if len(old) < 2 or old.keys() != new.keys():
        return False
    return len({Fraction(new[name]) / Fraction(old[name]) for name in old}) == 1


def _shares(items: Values) -> dict[str, Decimal]:
    return {name: Decimal(str(item["points"])) for name, item in items.items()}


def _placed_questions(card: Scorecard) -> dict[str, tuple[str, Values]]:
    return {
        question["id"]: (section["id"], question)
        for section in card.to_dict()["sections"]
        for question in section["questions"]
    }


def _by_id(parts: list[Values]) -> dict[str, Any]:
    return {part["id"]: part for part in parts}


def _have_ids(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(x, dict) and "id" in x for x in value)


def _is_set(path: str) -> bool:
    """Say whether the order of a list means nothing: fatal answers, conditions."""
    return path.endswith((".fatal.on", ".show_if.all", ".show_if.any"))


def _as_set(value: Any) -> Any:
    if isinstance(value, list):
        return frozenset(map(_as_set, value))
    if isinstance(value, dict):
        return frozenset((key, _as_set(item)) for key, item in value.items())
    return value


def _keys(
    old: Mapping[str, Any], new: Mapping[str, Any], without: set[str] | None = None
) -> list[str]:
    return [key for key in dict.fromkeys([*old, *new]) if key not in (without or ())]


def _without(values: Values | None, key: str) -> Values | None:
    return values and {name: value for name, value in values.items() if name != key}
