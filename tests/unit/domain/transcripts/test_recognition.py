"""Which format a file has; what is none; and that no junk makes the reading stumble."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.transcripts import TRIED, recognise
from qa_app.domain.transcripts.model import MAX_BYTES
from qa_app.domain.transcripts.roles import role_of
from qa_app.domain.transcripts.words import joined
from qa_app.domain.turns import MAX_TURNS, read_turns

NO_FORMAT: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty_file"),
    "only spaces": (b"\xef\xbb\xbf \r\n\t", "empty_file"),
    "csv": (b"external_id,channel,agent\n1,call,E1\n2,call,E1\n", "unknown_format"),
    "html": (b"<!doctype html>\n<p>Agent: hello</p>\n<p>Customer: hi</p>", "unknown_format"),
    "xml": (b"<?xml version='1.0'?><tt>Agent: a\nCustomer: b</tt>", "unknown_format"),
    "yaml": (b"kind: x\nname: y\ntitle: z\nversion: 1\nitems: 5\n", "unknown_format"),
    "prose": (b"Once upon a time: a parcel.\nIt was late.\nNobody called.\n", "unknown_format"),
    "gzip": (gzip.compress(b'[{"speaker":"agent"}]'), "unknown_format"),
    "utf-16": ("WEBVTT\n\n00:01.000 --> 00:02.000\nx".encode("utf-16"), "encoding"),
    "utf-32": ("[]".encode("utf-32"), "encoding"),
    "wav": (b"RIFF\x24\0\0\0WAVEfmt ", "unknown_format"),
    "an object": (b'{"a": 1}', "unknown_format"),
    "a number": (b"12", "unknown_format"),
    "half an object": (b'{"turns": [', "not_json"),
    "a depth bomb": (b"[" * 1_000_000, "not_json"),
    "another depth bomb": (b'{"a":' * 100_000 + b"NaN", "not_json"),
    "a huge number": (b'{"segments": [{"start": ' + b"9" * 5000 + b", NaN", "not_json"),
    "two lines of JSON": (b'{"turns": []}\n{"turns": []}\n', "not_json"),
    "webvtt of nothing": (b"WEBVTT\n", "no_turns"),
    "webvtt glued": (b"WEBVTTX\n\nx", "unknown_format"),
    "jobs without result": (b'{"results": {"items": 5, "transcripts": []}}', "unknown_format"),
    "too large": (b" " * (MAX_BYTES + 1), "too_large"),
}


@pytest.mark.parametrize("name", NO_FORMAT)
def test_what_is_no_transcript_is_told(name: str) -> None:
    data, code = NO_FORMAT[name]
    found = recognise(data)
    assert [one.code for one in found.problems] == [code]
    assert found.turns == []


def test_the_formats_that_were_tried_are_named() -> None:
    message = recognise(b"nothing of the kind").problems[0].message
    assert all(name in message for name in TRIED)


def test_nan_where_a_program_wrote_it_does_no_harm() -> None:
    data = b'{"segments": [{"start": 0, "end": 1, "text": "hi", "avg_logprob": NaN}]}'
    assert len(recognise(data).turns) == 1


def test_too_many_turns_are_refused() -> None:
    data = json.dumps({"segments": [{"start": 0, "end": 1, "text": "x"}] * (MAX_TURNS + 1)})
    assert [one.code for one in recognise(data.encode()).problems] == ["too_many"]


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Agent", "agent"),
        ("AGENT_1", "agent"),
        ("agent-ben", "agent"),
        ("客服01", "agent"),
        ("坐席", "agent"),
        ("Customer Service", "agent"),
        ("Contoso Inc. Representative", "agent"),
        ("customer", "customer"),
        ("Daniel (Customer)", "customer"),
        ("客户", "customer"),
        ("Caller", "customer"),
        ("IVR", "system"),
        ("机器人客服", "system"),
        ("Ben", None),
        ("spk_0", None),
        ("Agenta", None),
        ("", None),
    ],
)
def test_a_label_may_name_a_role(label: str, role: str | None) -> None:
    assert role_of(label) == role


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["Hello", ",", "you"], "Hello, you"),
        (["您", "好", ",", "快递"], "您好,快递"),
        (["订单", "SF12", "到了"], "订单SF12到了"),
        ([" Ja,", " ja."], "Ja, ja."),
        (["안녕", "하세요"], "안녕 하세요"),
        (["(", "yes", ")"], "( yes)"),
        ([], ""),
    ],
)
def test_words_are_joined_as_their_language_is_written(parts: list[str], text: str) -> None:
    found, places = joined(parts)
    assert found == text
    for part, place in zip(parts, places, strict=True):
        assert found[place:].startswith(part.strip())


KEYS = """
turns speaker text at from_ms to_ms kind files words segments start end word transcription offsets
from to transcript results items transcripts channels channel_labels speaker_labels alternatives
content utterances paragraphs sentences punctuated_word Transcript ParticipantRole ParticipantId
Participants Content BeginOffsetMillis Items SpeechSegments DisplayText WordConfidence
ConversationAnalytics SpeakerLabels audio_segments audio_items audio_item_indices channel
recognizedPhrases phrases nBest display offset duration durationMilliseconds conversationItems
conversations participantId tickets dialogue role begin uuid parties vcon dialog analysis type body
ConversationId audio_duration speakers label id name
""".split()  # noqa: SIM905
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["agent", "Agent: x\nCustomer: y", "PT1S", "1.5", "", "text", "\0"])
    | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=25,
)
TOPS = [
    "turns", "segments", "transcription", "results", "Transcript", "SpeechSegments",
    "audio_segments", "recognizedPhrases", "conversationItems", "tickets", "Content",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(TOPS), st.lists(values, max_size=4), max_size=3), values)
def test_any_json_gives_turns_or_problems(document: dict[str, Any], more: Any) -> None:
    if isinstance(more, dict):
        document = {**more, **document}
    for one in (document, more, [more]):
        _is_sound(json.dumps(one).encode())


@given(st.binary(max_size=200) | st.text(alphabet="WEBVT\n:->[]<v 01.,Agent客服:", max_size=120))
def test_any_bytes_give_turns_or_problems(data: bytes | str) -> None:
    text = data.encode() if isinstance(data, str) else data
    for one in (text, b"WEBVTT\n\n" + text, b"1\n00:00:00,000 --> 00:00:01,000\n" + text):
        _is_sound(one)


def _is_sound(data: bytes) -> None:
    found = recognise(data)
    assert not (found.problems and found.turns)
    assert len(found.labels) == len(found.turns)
    if found.format != "turns" and not found.problems:
        assert found.turns
    again = read_turns(found.turns, None)  # type: ignore[arg-type]
    assert again.problems == ()
    assert again.to_list() == found.turns
    assert sum(one.turns for one in found.speakers) == len(found.turns)
