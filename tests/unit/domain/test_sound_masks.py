"""Where personal data is heard: by words, by the place in a text, merged and named."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.sound_masks import covered_by, digest_of, merged, spans_of_personal_data

NUMBER = "13800138000"


def turn(text: str, from_ms: int | None, to_ms: int | None, **more: object) -> dict[str, object]:
    return {"speaker": "customer", "text": text, "from_ms": from_ms, "to_ms": to_ms, **more}


def test_words_say_exactly_when_a_number_is_heard() -> None:
    words = [[0, 1000, 1500], [3, 1500, 2000], [14, 9000, 9500]]
    turns = [turn(f"号码是{NUMBER}谢谢", 1000, 9500, words=words)]
    assert spans_of_personal_data(turns) == [(1300, 2200)]


def test_without_words_the_place_in_the_text_says_it_with_more_room() -> None:
    turns = [turn("a" * 39 + " " + NUMBER + "，" + "啊" * 48, 10_000, 20_000)]
    ((begin, end),) = spans_of_personal_data(turns)
    assert begin <= 14_000 <= 15_100 <= end
    assert begin >= 12_500
    assert end <= 16_500


def test_turns_without_times_say_nothing_of_the_sound() -> None:
    assert spans_of_personal_data([turn(NUMBER, None, None)]) == []
    assert spans_of_personal_data([turn(NUMBER, 500, 500)]) == []
    assert spans_of_personal_data([turn("您好", 0, 900)]) == []


def test_a_number_said_in_pieces_is_hidden_in_each_of_its_turns() -> None:
    turns = [turn("138", 0, 1000), turn("0013", 5000, 6000), turn("8000", 9000, 10_000)]
    assert spans_of_personal_data(turns) == [(0, 1500), (4500, 6500), (8500, 10_500)]


def test_names_of_versions_follow_sound_and_spans() -> None:
    assert digest_of("a" * 64, [(1, 2)]) == digest_of("a" * 64, [(1, 2)])
    assert digest_of("a" * 64, [(1, 2)]) != digest_of("b" * 64, [(1, 2)])
    assert digest_of("a" * 64, [(1, 2)]) != digest_of("a" * 64, [(1, 3)])


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 900)), max_size=20))
def test_merged_spans_are_in_order_apart_and_hold_all(pairs: list[tuple[int, int]]) -> None:
    spans = [(begin, begin + length) for begin, length in pairs]
    result = merged(spans)
    assert all(covered_by(span, result) for span in spans)
    assert all(first[1] < second[0] for first, second in itertools.pairwise(result))
    assert merged(result) == result
