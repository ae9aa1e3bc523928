"""The record of a draw, and its proof: everything recomputed from the record alone (handbook 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa_app.domain.conversation import Channel
from qa_app.domain.sampling import (
    SEED_PATTERN,
    commitment,
    frame_digest,
    in_byte_order,
    parse_seed,
    pick,
)

STRATUM_KEYS = {"agent", "channel", "slice", "quota", "frame_digest", "frame", "picks", "replaced"}
RECORD_KEYS = {"draw", "period", "plan", "commitment", "seed", "strata"}

StratumKey = tuple[str, str, int | None]


@dataclass(frozen=True, slots=True)
class Replacement:
    """`key` was taken out for `reason`; `by` is the key that joined the picks, if one was left."""

    key: str
    by: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class StratumRecord:
    """Agent x channel x slice of one draw; `picks` in ticket order, `slice` null without slices."""

    agent: str
    channel: str
    slice: int | None
    quota: int
    frame: Sequence[str]
    picks: Sequence[str]
    replaced: Sequence[Replacement] = field(default=())

    @property
    def chance(self) -> tuple[int, int]:
        """The chance of being picked, as (quota, frame size)."""
        return self.quota, len(self.frame)

    @property
    def shortfall(self) -> int:
        """How many picks the frame was too small for."""
        return max(0, self.quota - len(self.frame))

    def to_dict(self) -> dict[str, Any]:
        frame = in_byte_order(self.frame)
        return {
            "agent": self.agent,
            "channel": self.channel,
            "slice": self.slice,
            "quota": self.quota,
            "frame_digest": frame_digest(frame),
            "frame": frame,
            "picks": list(self.picks),
            "replaced": [
                {"key": one.key, "by": one.by, "reason": one.reason} for one in self.replaced
            ],
        }


def build_record(
    *,
    draw: str,
    period: str,
    plan: str,
    commitment: str,
    seed: bytes | None,
    strata: Iterable[StratumRecord],
) -> dict[str, Any]:
    """The JSON of `draw export`; `seed` is None until the period is published."""
    ordered = sorted(strata, key=lambda one: (one.agent, one.channel, one.slice or 0))
    return {
        "draw": draw,
        "period": period,
        "plan": plan,
        "commitment": commitment,
        "seed": None if seed is None else seed.hex(),
        "strata": [stratum.to_dict() for stratum in ordered],
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where a record and its recomputation disagree."""

    where: str
    code: str
    expected: object
    found: object

    def to_dict(self) -> dict[str, object]:
        return {
            "where": self.where,
            "code": self.code,
            "expected": self.expected,
            "found": self.found,
        }


def verify_record(
    record: Mapping[str, Any],
    *,
    seed: bytes | None = None,
    earlier: Iterable[Mapping[str, Any]] = (),
) -> Difference | None:
    """Recompute a record; the first difference, or None where everything agrees.

    `seed` is for a period that is not published yet, whose record does not hold it; without
    either, tickets cannot be recomputed and only the rest is checked. `earlier` are the
    records of the earlier random draws of the same plan and period: none of their picks may
    stand in a frame of this one. Nothing in a record is trusted, not even its shape.
    """
    return next(_differences(record, seed, list(earlier)), None)


def _differences(
    record: Mapping[str, Any], seed: bytes | None, earlier: list[Mapping[str, Any]]
) -> Iterator[Difference]:
    yield from _malformed("record", record)
    for number, one in enumerate(earlier):
        yield from _malformed(f"earlier[{number}]", one)
    if record["seed"] is not None:
        shown = parse_seed(record["seed"])
        if seed is not None and shown != seed:
            yield Difference("seed", "other_seed", seed.hex(), record["seed"])
        seed = shown
    if seed is not None and commitment(seed) != record["commitment"]:
        yield Difference("commitment", "commitment_differs", commitment(seed), record["commitment"])
    picked_before = _picks_by_stratum(earlier)
    taken = {key for keys in picked_before.values() for key in keys}
    yield from _repeated_strata(record["strata"])
    seen: dict[str, str] = {}
    for number, stratum in enumerate(record["strata"]):
        where = f"strata[{number}]"
        own = picked_before.get(_identity(stratum), ())
        yield from _frame_differences(where, stratum, taken, seen)
        yield from _pick_differences(where, stratum, seed)
        yield from _replacement_differences(where, stratum, own)


def _identity(stratum: Mapping[str, Any]) -> StratumKey:
    return stratum["agent"], stratum["channel"], stratum["slice"]


def _picks_by_stratum(records: list[Mapping[str, Any]]) -> dict[StratumKey, list[str]]:
    picks: dict[StratumKey, list[str]] = {}
    for record in records:
        for stratum in record["strata"]:
            picks.setdefault(_identity(stratum), []).extend(stratum["picks"])
    return picks


def _repeated_strata(strata: list[Mapping[str, Any]]) -> Iterator[Difference]:
    first: dict[StratumKey, int] = {}
    for number, stratum in enumerate(strata):
        earlier = first.setdefault(_identity(stratum), number)
        if earlier != number:
            yield Difference(f"strata[{number}]", "stratum_twice", None, f"strata[{earlier}]")


def _frame_differences(
    where: str, stratum: Mapping[str, Any], taken: set[str], seen: dict[str, str]
) -> Iterator[Difference]:
    frame: list[str] = stratum["frame"]
    for number, key in enumerate(frame):
        here = f"{where}.frame[{number}]"
        if number and frame[number - 1] >= key:
            yield Difference(here, "frame_out_of_order", "after " + frame[number - 1], key)
        if key in taken:
            yield Difference(here, "picked_by_earlier_draw", None, key)
        if seen.setdefault(key, where) != where:
            yield Difference(here, "key_in_two_strata", seen[key], key)
    expected = frame_digest(frame)
    if expected != stratum["frame_digest"]:
        yield Difference(
            f"{where}.frame_digest", "digest_differs", expected, stratum["frame_digest"]
        )


def _pick_differences(
    where: str, stratum: Mapping[str, Any], seed: bytes | None
) -> Iterator[Difference]:
    frame, picks = stratum["frame"], stratum["picks"]
    count = min(stratum["quota"] + len(stratum["replaced"]), len(frame))
    if seed is not None:
        expected = [one.key for one in pick(seed, frame, count)]
        for number, (right, found) in enumerate(zip(expected, picks, strict=False)):
            if right != found:
                yield Difference(f"{where}.picks[{number}]", "pick_differs", right, found)
    if len(picks) != count:
        yield Difference(f"{where}.picks", "number_of_picks", count, len(picks))
    outside = sorted(set(picks).difference(frame))
    if outside:
        yield Difference(f"{where}.picks", "pick_not_in_frame", None, outside[0])
    if len(set(picks)) != len(picks):
        yield Difference(f"{where}.picks", "picked_twice", len(set(picks)), len(picks))


def _replacement_differences(
    where: str, stratum: Mapping[str, Any], earlier_picks: Sequence[str]
) -> Iterator[Difference]:
    picks, replaced = stratum["picks"], stratum["replaced"]
    joined = picks[min(stratum["quota"], len(stratum["frame"])) :]
    replaceable = {*picks, *earlier_picks}
    done: set[str] = set()
    for number, one in enumerate(replaced):
        here = f"{where}.replaced[{number}]"
        if one["key"] not in replaceable or one["key"] in done:
            yield Difference(f"{here}.key", "replaced_not_picked", None, one["key"])
        done.add(one["key"])
        by = joined[number] if number < len(joined) else None
        if one["by"] != by:
            yield Difference(f"{here}.by", "replaced_by_other", by, one["by"])


def _malformed(root: str, record: Mapping[str, Any]) -> Iterator[Difference]:
    """What has not the shape of a record. Nobody reads on after the first difference."""
    yield from _shape(root, record, RECORD_KEYS, _RECORD_SHAPE)
    for number, stratum in enumerate(record["strata"]):
        where = f"{root}.strata[{number}]"
        yield from _shape(where, stratum, STRATUM_KEYS, _STRATUM_SHAPE)
        for place, one in enumerate(stratum["replaced"]):
            yield from _shape(f"{where}.replaced[{place}]", one, set(_REPLACED), _REPLACED)


def _shape(
    where: str, value: object, keys: set[str], shape: Mapping[str, Callable[[Any], bool]]
) -> Iterator[Difference]:
    if not isinstance(value, Mapping) or set(value) != keys:
        found = sorted(map(str, value)) if isinstance(value, Mapping) else type(value).__name__
        yield Difference(where, "malformed", sorted(keys), found)
        return
    for name, accepts in shape.items():
        if not accepts(value[name]):
            yield Difference(f"{where}.{name}", "malformed", None, repr(value[name])[:80])


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)


def _is_seed(value: Any) -> bool:
    return _is_text(value) and SEED_PATTERN.fullmatch(value) is not None


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


_RECORD_SHAPE: Mapping[str, Callable[[Any], bool]] = {
    "commitment": _is_text,
    "seed": lambda value: value is None or _is_seed(value),
    "strata": lambda value: isinstance(value, list),
}
_STRATUM_SHAPE: Mapping[str, Callable[[Any], bool]] = {
    "agent": _is_text,
    "channel": lambda value: value in tuple(Channel),
    "slice": lambda value: value is None or (_is_count(value) and value > 0),
    "quota": _is_count,
    "frame": _is_list_of_texts,
    "picks": _is_list_of_texts,
    "frame_digest": _is_text,
    "replaced": lambda value: isinstance(value, list),
}
_REPLACED: Mapping[str, Callable[[Any], bool]] = {
    "key": _is_text,
    "by": lambda value: value is None or _is_text(value),
    "reason": _is_text,
}
