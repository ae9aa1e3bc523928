"""The main job on real conversations: taken in, drawn, graded, published, and all of it recomputed.

Every number is held against tests/real/expected.py, which knows nothing of the product.
"""

from __future__ import annotations

import pytest

from tests.real import expected
from tests.real.department import FIRST, HALVES, PLAN_ID, Department, seed_of

SIZES = {"star": 2400, "crosswoz": 500, "getgoing": 62, "vcon": 28}
NOTHING = {"created": 0, "updated": 0, "unchanged": 0, "rejected": [], "warnings": []}


def test_people_are_taken_in_once(walked: Department) -> None:
    first, again = walked.document("people"), walked.document("people again")
    everybody = len(expected.everybody())
    assert (first["created"], first["rejected"], first["warnings"]) == (everybody, [], [])
    assert len(first["accounts"]) == 6
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, everybody)
    assert again["accounts"] == []


@pytest.mark.parametrize("source", SIZES)
def test_a_set_is_taken_in_whole_and_again_changes_nothing(walked: Department, source: str) -> None:
    assert walked.document(source) == NOTHING | {"created": SIZES[source]}
    assert walked.document(f"{source} again") == NOTHING | {"unchanged": SIZES[source]}


def test_a_dry_run_says_the_same_and_takes_nothing(walked: Department) -> None:
    assert walked.document("dry run") == walked.document("getgoing")


def test_after_grading_the_same_file_changes_nothing_and_a_changed_row_is_refused(
    walked: Department,
) -> None:
    assert walked.document("after grading") == NOTHING | {"unchanged": 2400}
    refused = walked.answers["changed after grading"]
    assert refused.code == 1
    assert (refused.document["updated"], refused.document["unchanged"]) == (1, 0)
    [rejected] = refused.document["rejected"]
    assert rejected["where"] == "changed.jsonl:1"


@pytest.mark.parametrize("period", HALVES)
def test_frames_tickets_and_picks_are_those_that_anybody_can_recompute(
    walked: Department, period: str
) -> None:
    record = walked.document(f"export {period}")
    assert record["commitment"] == expected.commitment(period)
    assert record["seed"] is None
    assert [(one["agent"], one["channel"]) for one in record["strata"]] == list(
        expected.frames(period)
    )
    for stratum in record["strata"]:
        frame = expected.frames(period)[stratum["agent"], stratum["channel"]]
        assert stratum["frame"] == frame
        assert stratum["frame_digest"] == expected.frame_digest(frame)
        assert stratum["picks"] == expected.picks(period, stratum["channel"], frame)
        assert (stratum["slice"], stratum["replaced"]) == (None, [])


def test_a_second_draw_finds_nothing_owed(walked: Department) -> None:
    again = walked.answers["draw again"]
    assert (again.code, again.document["picks"]) == (0, 0)
    assert walked.document("draws") == {
        "draws": [
            {"draw": f"{period}.{PLAN_ID}.1", "period": period, "plan": PLAN_ID}
            for period in HALVES
        ]
    }


@pytest.mark.parametrize("period", HALVES)
def test_the_published_figures_are_those_worked_out_by_hand(
    walked: Department, period: str
) -> None:
    document = walked.document(f"figures {period}")
    published = walked.document(f"publish {period}")
    assert {name: document[name] for name in published} == published
    assert document["version"] == 1
    listed = [
        {
            **figure,
            "evaluations": [
                {"conversation": one["conversation"], "score": one["score"]}
                for one in figure["evaluations"]
            ],
        }
        for figure in document["figures"]
    ]
    assert listed == expected.figures(period, walked.graded)
    assert sum(figure["n"] for figure in listed) > 25


def test_provisional_figures_are_the_ones_then_published(walked: Department) -> None:
    before, after = walked.document("provisional"), walked.document(f"figures {FIRST}")
    assert (before["version"], before["digest"]) == (None, None)
    assert before["figures"] == after["figures"]


def test_publishing_again_without_a_change_gives_the_same_version(walked: Department) -> None:
    assert walked.document("publish again") == walked.document(f"publish {FIRST}")


def test_publication_shows_the_seed_and_ends_drawing(walked: Department) -> None:
    before, shown = walked.document(f"export {FIRST}"), walked.document("shown")
    assert shown == before | {"seed": seed_of(FIRST)}
    refused = walked.answers["too late"]
    assert refused.code == 1
    assert refused.document["error"]["code"] == "period_is_published"


def test_everything_that_proves_itself_does(walked: Department) -> None:
    whole = {"ok": True, "first_difference": None}
    assert walked.document("audit") == whole
    assert walked.document("check") == whole
    assert walked.document("verify before") == whole | {"changed": []}
    for period in HALVES:
        assert walked.document(f"verify shown {period}") == whole | {"changed": []}
