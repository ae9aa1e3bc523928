"""A record proves itself, and any change to it is found."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.draw_record import Replacement, StratumRecord, build_record, verify_record
from qa_app.domain.sampling import commitment, frame_of, pick

SEED = hashlib.sha256(b"a seed for the tests").digest()
OTHER_SEED = bytes(32)


def stratum(
    agent: str, keys: list[str], quota: int, replacements: int = 0, channel: str = "call"
) -> StratumRecord:
    frame = frame_of(keys, ())
    picks = [one.key for one in pick(SEED, frame, quota + replacements)]
    joined = picks[min(quota, len(frame)) :]
    replaced = [
        Replacement(picks[number], joined[number] if number < len(joined) else None, "no_sound")
        for number in range(replacements)
    ]
    return StratumRecord(agent, channel, None, quota, frame, picks, replaced)


def record_of(
    *strata: StratumRecord, draw: str = "2026-11-H1.main.1", seed: bytes | None = SEED
) -> dict[str, Any]:
    return build_record(
        draw=draw,
        period="2026-11-H1",
        plan="main",
        commitment=commitment(SEED),
        seed=seed,
        strata=strata,
    )


def keys_of(agent: str, count: int) -> list[str]:
    return [f"import:{agent}-{number}" for number in range(count)]


@pytest.fixture
def record() -> dict[str, Any]:
    return record_of(
        stratum("A002", keys_of("A002", 30), 5, replacements=2),
        stratum("A001", keys_of("A001", 3), 5),
        stratum("A001", keys_of("c", 12), 2, channel="chat"),
    )


def test_a_record_has_exactly_the_parts_of_the_handbook(record: dict[str, Any]) -> None:
    assert list(record) == ["draw", "period", "plan", "commitment", "seed", "strata"]
    for one in record["strata"]:
        assert list(one) == [
            "agent",
            "channel",
            "slice",
            "quota",
            "frame_digest",
            "frame",
            "picks",
            "replaced",
        ]
    assert [(one["agent"], one["channel"]) for one in record["strata"]] == [
        ("A001", "call"),
        ("A001", "chat"),
        ("A002", "call"),
    ]
    assert [len(one["picks"]) for one in record["strata"]] == [3, 2, 7]
    assert json.loads(json.dumps(record)) == record


def test_a_stranger_can_recompute_it_with_sha_256_alone(record: dict[str, Any]) -> None:
    seed = bytes.fromhex(record["seed"])
    assert hashlib.sha256(seed).hexdigest() == record["commitment"]
    for one in record["strata"]:
        frame = sorted(one["frame"], key=str.encode)
        assert frame == one["frame"]
        lines = "".join(key + "\n" for key in frame).encode()
        assert hashlib.sha256(lines).hexdigest() == one["frame_digest"]
        by_ticket = sorted(frame, key=lambda key: hmac.digest(seed, key.encode(), "sha256"))
        count = min(one["quota"] + len(one["replaced"]), len(frame))
        assert by_ticket[:count] == one["picks"]


def test_an_honest_record_has_no_difference(record: dict[str, Any]) -> None:
    assert verify_record(record) is None
    assert verify_record(record, seed=SEED) is None
    assert verify_record({**record, "seed": None}) is None
    assert verify_record({**record, "seed": None}, seed=SEED) is None


def change(record: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(record)
    holder: Any = changed
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in steps:
        holder = holder[step]
    holder[last] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "where", "code"),
    [
        ("commitment", "0" * 64, "commitment", "commitment_differs"),
        ("seed", OTHER_SEED.hex(), "commitment", "commitment_differs"),
        ("seed", "xyz", "record.seed", "malformed"),
        ("strata/0/frame_digest", "0" * 64, "strata[0].frame_digest", "digest_differs"),
        ("strata/0/frame/0", "import:A001-9", "strata[0].frame[1]", "frame_out_of_order"),
        ("strata/2/quota", 6, "strata[2].picks", "number_of_picks"),
        ("strata/2/frame/0", "import:A001-0", "strata[2].frame[0]", "key_in_two_strata"),
        ("strata/2/picks/0", "import:A002-999", "strata[2].picks[0]", "pick_differs"),
        ("strata/1/picks", [], "strata[1].picks", "number_of_picks"),
        ("strata/2/replaced/0/key", "x:1", "strata[2].replaced[0].key", "replaced_not_picked"),
        ("strata/2/replaced/0/by", None, "strata[2].replaced[0].by", "replaced_by_other"),
        ("strata/1/channel", "call", "strata[1]", "stratum_twice"),
        ("strata/1/channel", "mail", "record.strata[1].channel", "malformed"),
        ("strata/1/quota", True, "record.strata[1].quota", "malformed"),
        ("strata/1/quota", -1, "record.strata[1].quota", "malformed"),
        ("strata/1/frame/0", "\ud800", "record.strata[1].frame", "malformed"),
        ("strata/1/more", 1, "record.strata[1]", "malformed"),
        ("strata", None, "record.strata", "malformed"),
        ("strata/0", 7, "record.strata[0]", "malformed"),
    ],
)
def test_a_changed_record_says_where(
    record: dict[str, Any], path: str, value: Any, where: str, code: str
) -> None:
    difference = verify_record(change(record, path, value))
    assert difference is not None
    assert (difference.where, difference.code) == (where, code)
    assert set(difference.to_dict()) == {"where", "code", "expected", "found"}
    json.dumps(difference.to_dict())


def test_another_seed_than_the_kept_one_is_found(record: dict[str, Any]) -> None:
    difference = verify_record(record, seed=OTHER_SEED)
    assert difference is not None
    assert difference.code == "other_seed"


def test_swapped_picks_are_found_while_the_seed_is_still_secret(record: dict[str, Any]) -> None:
    picks = record["strata"][2]["picks"]
    swapped = change(record, "strata/2/picks", [picks[1], picks[0], *picks[2:]])
    assert verify_record({**swapped, "seed": None}) is None
    difference = verify_record({**swapped, "seed": None}, seed=SEED)
    assert difference is not None
    assert difference.where == "strata[2].picks[0]"


def test_an_earlier_pick_may_not_come_back() -> None:
    keys = keys_of("A001", 10)
    first = record_of(stratum("A001", keys, 2))
    again = record_of(stratum("A001", keys, 1), draw="2026-11-H1.main.2")
    difference = verify_record(again, earlier=[first])
    assert difference is not None
    assert difference.code == "picked_by_earlier_draw"
    rest = [key for key in keys if key not in first["strata"][0]["picks"]]
    assert verify_record(record_of(stratum("A001", rest, 1)), earlier=[first]) is None


def test_the_newest_draw_replaces_what_an_earlier_one_picked() -> None:
    keys = keys_of("A001", 10)
    first = record_of(stratum("A001", keys, 2))
    earlier_pick = first["strata"][0]["picks"][0]
    frame = frame_of(keys, first["strata"][0]["picks"])
    picks = [one.key for one in pick(SEED, frame, 1 + 1)]
    second = record_of(
        StratumRecord(
            "A001",
            "call",
            None,
            1,
            frame,
            picks,
            [Replacement(earlier_pick, picks[1], "test_call")],
        )
    )
    assert verify_record(second, earlier=[first]) is None
    alone = verify_record(second)
    assert alone is not None
    assert alone.code == "replaced_not_picked"


def test_a_used_up_frame_replaces_by_nothing() -> None:
    record = record_of(stratum("A001", keys_of("A001", 3), 3, replacements=1))
    assert record["strata"][0]["replaced"][0]["by"] is None
    assert verify_record(record) is None


def test_shortfall_and_chance_are_kept() -> None:
    few = stratum("A001", keys_of("A001", 3), 5)
    assert (few.shortfall, few.chance) == (2, (5, 3))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["frame", "picks", "strata", "seed"]), inner, max_size=3)
    ),
    max_leaves=8,
)
PATHS = [
    "commitment",
    "seed",
    "strata",
    "strata/0",
    *(f"strata/0/{name}" for name in ("agent", "channel", "slice", "quota", "frame", "picks")),
    "strata/2/replaced",
    "strata/2/replaced/0",
    "strata/2/replaced/0/key",
    "strata/2/picks/0",
    "strata/1/frame/2",
]
HONEST = record_of(
    stratum("A002", keys_of("A002", 30), 5, replacements=2),
    stratum("A001", keys_of("A001", 3), 5),
    stratum("A001", keys_of("c", 12), 2, channel="chat"),
)


@given(st.sampled_from(PATHS), json_values)
def test_no_junk_in_a_record_passes_or_breaks_the_check(path: str, value: Any) -> None:
    changed = change(HONEST, path, value)
    # A frame smaller than its quota gives the same picks for any quota that is large enough.
    free = {"seed", "strata/0/agent", "strata/0/slice", "strata/0/quota"}
    harmless = changed == HONEST or path in free
    difference = verify_record(changed)
    assert harmless or difference is not None or changed["strata"] == []
