"""Turns a submitted evaluation into what its reader sees: result first, then how it came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from qa_app.db.types import AnyRow
from qa_app.domain.averages import round_half_up
from qa_app.web.filters import duration, localized

View = dict[str, Any]
BAND_TONES = ("good", "info", "warn", "bad")


def own_state(row: AnyRow) -> View:
    """How far an agent is with an own evaluation: `{label, tone, code}`."""
    if row.state == "acknowledged":
        return {"code": "acknowledged", "label": _("Acknowledged"), "tone": "good"}
    if row.state == "replaced":
        return {"code": "replaced", "label": _("Replaced"), "tone": "plain"}
    if row.seen_at is None:
        return {"code": "new", "label": _("New"), "tone": "info"}
    return {"code": "read", "label": _("To acknowledge"), "tone": "warn"}


def kind_text(kind: str) -> str:
    """Why it was graded, in words."""
    names: dict[str, str] = {
        "random": _("Random draw"),
        "targeted": _("Targeted, for coaching"),
        "lead": _("Team lead's grading"),
    }
    return names.get(str(kind), str(kind))


def not_counted(row: AnyRow) -> View | None:
    """Why the evaluation is in no half-month figure: `{text, tone}`; None where it may be."""
    if row.state == "replaced" or row.replaced_at:
        text = _("This conversation was replaced in the draw: the evaluation counts in no figure.")
        return {"text": text, "tone": "warn"}
    texts = {
        "lead": _(
            "Graded by the team lead: it feeds work performance and counts in no half-month figure."
        ),
        "targeted": _("For coaching: it was not drawn at random and counts in no figure."),
    }
    text = texts.get(str(row.kind), "")
    return {"text": text, "tone": "info"} if text else None


def band_view(definition: Mapping[str, Any], band: str | None) -> View | None:
    """`{title, tone}` of the band that a score fell into; None without bands or score."""
    bands: Sequence[Mapping[str, Any]] = definition.get("bands", ())
    for place, found in enumerate(bands):
        if found["id"] == band:
            last = place == len(bands) - 1 and place > 0
            tone = "bad" if last else BAND_TONES[min(place, 2)]
            return {"title": localized(found["title"]), "tone": tone}
    return None


def lost_first(sections: Iterable[View]) -> list[View]:
    """The questions that cost points or were fatal, dearest first."""
    losing = [
        {**question, "section": section["title"]}
        for section in sections
        for question in section["questions"]
        if question["loses"]
    ]
    return sorted(losing, key=lambda one: (not one["is_fatal"], -one["lost"], one["number"]))


def tour(losses: Iterable[View], sound: View | None) -> View | None:
    """The walk over the places that cost points: `label`; None where nothing can be heard or read.

    Places in the sound are left out while it cannot be played.
    """
    places = [place for loss in losses for place in loss["places"]]
    if sound is None or sound["state"] != "ready":
        places = [place for place in places if place["kind"] == "turn"]
    if not places:
        return None
    heard = sum(one["to_ms"] - one["from_ms"] for one in places if one["kind"] != "turn")
    count = ngettext("Go through %(num)s place", "Go through %(num)s places", len(places))
    if not heard:
        return {"label": count}
    words = ngettext("Hear %(num)s place, %(time)s", "Hear %(num)s places, %(time)s", len(places),
                     time=duration(heard / 1000))  # fmt: skip
    return {"label": words}


def score_arithmetic(definition: Mapping[str, Any], result: Mapping[str, Any]) -> View:
    """How the score came about: a line a section, then the sum, the deductions, the rounding.

    `sections`: title, weight (or the points of its counted questions), attainment, points.
    """
    full = Fraction(str(definition["full_marks"]))
    listed = [one for one in map(_weighed(result), definition["sections"]) if one is not None]
    whole = sum((one["share"] for one in listed), Fraction(0))
    for one in listed:
        points = full * one["share"] / whole * Fraction(one["attainment"]) if whole else Fraction(0)
        one["points"] = round_half_up(points)
    attainment = result["attainment"]
    base = None if attainment is None else round_half_up(full * Fraction(attainment))
    return {
        "sections": listed,
        "full": round_half_up(full),
        "attainment": attainment,
        "base": base,
        "deductions": Decimal(result["deductions"]),
        "bonus": Decimal(result["bonus"]),
        "without_fatals": result["score_without_fatals"],
        "score": result["score"],
        "fatals": result["fatals"],
    }


def _weighed(result: Mapping[str, Any]) -> Any:
    def weigh(section: Mapping[str, Any]) -> View | None:
        attainment = result["sections"].get(section["id"], {}).get("attainment")
        if attainment is None:
            return None
        share = section.get("weight")
        if share is None:
            share = sum(
                Fraction(str(question.get("points", 1)))
                for question in section["questions"]
                if result["questions"][question["id"]]["attainment"] is not None
            )
        return {
            "title": localized(section["title"]),
            "attainment": attainment,
            "share": Fraction(str(share)),
            "weight": str(share),
        }

    return weigh
