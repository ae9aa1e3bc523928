"""Formats of transcripts by samples written here, after the public descriptions of each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qa_app.domain.conversation import Direction, Speaker
from qa_app.domain.transcripts import Transcript, recognise

Line = tuple[str, str, int | None, int | None]


def read(document: Any, **how: Any) -> Transcript:
    data = document.encode() if isinstance(document, str) else json.dumps(document).encode()
    return recognise(data, **how)


def lines(found: Transcript) -> list[Line]:
    assert found.problems == ()
    return [
        (turn["speaker"], turn["text"], turn.get("from_ms"), turn.get("to_ms"))
        for turn in found.turns
    ]


def whose(found: Transcript) -> dict[str, tuple[str, str]]:
    return {one.label: (one.role.value, one.why.value) for one in found.speakers}


def test_native_turns_come_back_as_they_are() -> None:
    turns = [
        {"speaker": "agent", "text": "您好", "from_ms": 0, "to_ms": 900, "words": [[0, 0, 400]]},
        {"speaker": "agent", "text": "he is angry", "kind": "note"},
        {"speaker": "customer", "text": "", "kind": "recalled"},
        {"speaker": "customer", "text": "see", "files": [{"name": "a.png", "type": "image"}]},
        {"speaker": "system", "text": "closed", "at": "2026-11-18T03:00:00Z"},
    ]
    for document in (turns, {"turns": turns}):
        found = read(document)
        assert (found.format, found.turns, found.problems) == ("turns", turns, ())
        assert found.guesses == ()


VTT = """\ufeffWEBVTT - a call

STYLE
::cue { color: red }

NOTE
made by a machine

1
00:00.000 --> 00:02.500 align:start position:10%
<v.loud Agent>Thank you for <c.x>calling</c> &amp; good day.</v>

01:00:03.000 --> 01:00:04.000
<v Customer>Hello
there</v>

NOTE the end

01:00:05.000 --> 01:00:06.000
<v Agent>Yes?</v><v Customer>My parcel
"""


def test_webvtt_with_voices() -> None:
    found = read(VTT)
    assert found.format == "webvtt"
    assert lines(found) == [
        ("agent", "Thank you for calling & good day.", 0, 2500),
        ("customer", "Hello there", 3603000, 3604000),
        ("agent", "Yes?", 3605000, 3606000),
        ("customer", "My parcel", 3605000, 3606000),
    ]
    assert whose(found) == {"Agent": ("agent", "stated"), "Customer": ("customer", "stated")}


SRT = (
    "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\n客服:您好,\r\n请讲\r\n\r\n"
    "3\r\n00:00:09,000 --> 00:00:10,000 X1:10\r\n<i>Then</i> nothing\r\n\r\n"
    "2\r\n0:00:03.000 --> 0:00:04.000\r\n客户: hello\r\n\r\nlost lines\r\n"
)


def test_srt_with_prefixes_crlf_and_disorder() -> None:
    found = read(SRT)
    assert found.format == "srt"
    assert lines(found) == [
        ("agent", "您好,请讲", 1000, 2500),
        ("customer", "hello", 3000, 4000),
        ("agent", "Then nothing", 9000, 10000),
    ]
    assert {one.code: one.where for one in found.warnings} == {
        "not_in_order": "line 11",
        "no_time": "line 14",
    }


def test_srt_of_whisperx_and_without_any_speaker() -> None:
    cue = "{}\n00:00:0{},000 --> 00:00:0{},900\n{}\n\n"
    said = [
        "[SPEAKER_00]: Hello.",
        "[SPEAKER_01]: Yes.",
        "[SPEAKER_00]: Note: no.",
        "[SPEAKER_01]: Hm",
    ]
    found = read("".join(cue.format(n, n, n, text) for n, text in enumerate(said)))
    assert [line[:2] for line in lines(found)] == [
        ("agent", "Hello."),
        ("customer", "Yes."),
        ("agent", "Note: no."),
        ("customer", "Hm"),
    ]
    assert whose(found)["SPEAKER_00"] == ("agent", "first")
    plain = read("".join(cue.format(n, n, n, f"text {n}") for n in range(3)))
    assert {line[0] for line in lines(plain)} == {"system"}
    assert whose(plain) == {"": ("system", "unknown")}


@pytest.mark.parametrize(
    ("span", "where"),
    [("00:00:61,000 --> 00:00:62,000", "line 2"), ("soon --> 00:00:02,000", "line 2")],
)
def test_a_cue_with_a_bad_time_is_told_by_its_line(span: str, where: str) -> None:
    good = "0\n00:00:00,000 --> 00:00:01,000\nx\n\n"
    found = read(f"1\n{span}\nhello\n\n{good}")
    assert [(one.where, one.code) for one in found.problems] == [(where, "bad_time")]


def test_whisper_of_the_api_and_of_its_relatives() -> None:
    segments = [{"start": 0, "end": 1.5, "text": " 您好。"}, {"start": 1.5, "text": " Hi"}]
    for document in ({"task": "transcribe", "segments": segments}, segments):
        found = read(document)
        assert found.format == "whisper"
        assert lines(found) == [("system", "您好。", 0, 1500), ("system", "Hi", 1500, None)]
        assert [one.code for one in found.warnings] == ["no_end"]
    cpp = {"transcription": [{"offsets": {"from": 10, "to": 20}, "text": " Hi"}]}
    assert lines(read(cpp)) == [("system", "Hi", 10, 20)]
    assert read(cpp).format == "whisper.cpp"


def test_whisperx_parts_a_segment_where_the_speaker_changes() -> None:
    words = [
        {"word": "Unit", "start": 0.6, "end": 1.2, "speaker": "SPEAKER_01"},
        {"word": "1."},
        {"word": "Yes.", "start": 1.4, "end": 1.6, "speaker": "SPEAKER_00"},
    ]
    segments = [
        {"start": 0.6, "end": 1.6, "text": "Unit 1. Yes.", "words": words, "speaker": "SPEAKER_01"},
        {"start": 2, "end": 3, "text": "No speaker here."},
    ]
    found = read({"segments": segments, "word_segments": words})
    assert found.format == "whisperx"
    assert lines(found) == [
        ("agent", "Unit 1.", 600, 1200),
        ("customer", "Yes.", 1400, 1600),
        ("customer", "No speaker here.", 2000, 3000),
    ]
    assert found.turns[0]["words"] == [[0, 600, 1200]]
    assert "no_speaker" in {one.code for one in found.warnings}


def item(text: str, start: str = "", end: str = "", **more: Any) -> dict[str, Any]:
    times = {"start_time": start, "end_time": end} if start else {}
    kind = "pronunciation" if start else "punctuation"
    return {"alternatives": [{"confidence": "1.0", "content": text}], "type": kind, **times, **more}


def test_amazon_transcribe_by_speakers() -> None:
    items = [
        item("I've", "4.87", "5.02"),
        item("been", "5.02", "5.17"),
        item("waiting", "5.17", "6.88"),
        item("."),
        item("Sorry", "8.49", "8.88"),
        item("about", "8.88", "9.05"),
        item("that", "9.05", "9.24"),
        item("."),
    ]
    segments = [
        {
            "items": [
                {"start_time": one, "speaker_label": "spk_0"} for one in ("4.87", "5.02", "5.17")
            ]
        },
        {
            "items": [
                {"start_time": one, "speaker_label": "spk_1"} for one in ("8.49", "8.88", "9.05")
            ]
        },
    ]
    results = {"transcripts": [], "items": items, "speaker_labels": {"segments": segments}}
    found = read({"jobName": "x", "results": results}, direction=Direction.OUTBOUND)
    assert found.format == "amazon-transcribe"
    assert lines(found) == [
        ("customer", "I've been waiting.", 4870, 6880),
        ("agent", "Sorry about that.", 8490, 9240),
    ]
    assert found.turns[1]["words"] == [[0, 8490, 8880], [6, 8880, 9050], [12, 9050, 9240]]


def test_amazon_transcribe_by_lanes_and_chinese() -> None:
    lanes = [
        {
            "channel_label": "ch_0",
            "items": [item("您", "0.1", "0.2"), item("好", "0.2", "0.4"), item("。")],
        },
        {"channel_label": "ch_1", "items": [item("喂", "0.0", "0.3"), item("快递", "2.0", "2.4")]},
    ]
    found = read(
        {"results": {"transcripts": [], "items": [], "channel_labels": {"channels": lanes}}}
    )
    assert lines(found) == [
        ("customer", "喂", 0, 300),
        ("agent", "您好。", 100, 400),
        ("customer", "快递", 2000, 2400),
    ]
    assert whose(found) == {"ch_1": ("customer", "channel"), "ch_0": ("agent", "channel")}
    assert found.warnings == ()


def test_contact_lens_by_participants() -> None:
    document = {
        "Version": "1.1.0",
        "Channel": "VOICE",
        "Participants": [
            {"ParticipantId": "a-1", "ParticipantRole": "AGENT"},
            {"ParticipantId": "c-1", "ParticipantRole": "CUSTOMER"},
        ],
        "Transcript": [
            {"ParticipantId": "c-1", "Content": "Hi", "BeginOffsetMillis": 0, "EndOffsetMillis": 9},
            {
                "ParticipantId": "a-1",
                "Content": "Yes",
                "BeginOffsetMillis": 5,
                "EndOffsetMillis": 8,
            },
        ],
    }
    assert lines(read(document)) == [("customer", "Hi", 0, 9), ("agent", "Yes", 5, 8)]
    chat = {
        "Participants": document["Participants"],
        "Transcript": [
            {"Type": "EVENT", "ParticipantId": "a-1"},
            {
                "Type": "MESSAGE",
                "ParticipantId": "a-1",
                "Content": "Hi",
                "AbsoluteTime": "2026-11-01T10:00:00.123Z",
            },
        ],
    }
    assert read(chat).turns == [
        {"speaker": "agent", "text": "Hi", "at": "2026-11-01T10:00:00.123Z"}
    ]


def deepgram_words(*words: tuple[str, float, int]) -> list[dict[str, Any]]:
    return [
        {
            "word": text.lower(),
            "punctuated_word": text,
            "start": start,
            "end": start + 0.3,
            "speaker": who,
        }
        for text, start, who in words
    ]


def test_deepgram_in_all_its_forms() -> None:
    words = deepgram_words(("Hello,", 0, 0), ("you.", 0.4, 0), ("Yes?", 1.0, 1))
    best = {"transcript": "Hello, you. Yes?", "words": words}
    found = read({"metadata": {}, "results": {"channels": [{"alternatives": [best]}]}})
    expected = [("agent", "Hello, you.", 0, 700), ("customer", "Yes?", 1000, 1300)]
    assert lines(found) == expected
    paragraphs = [
        {"start": 0, "end": 0.7, "speaker": 0, "sentences": [{"text": "Hello, you."}]},
        {"start": 1, "end": 1.3, "speaker": 1, "sentences": [{"text": "Yes?"}]},
    ]
    best = {**best, "paragraphs": {"transcript": "", "paragraphs": paragraphs}}
    found = read({"results": {"channels": [{"alternatives": [best]}]}})
    assert lines(found) == expected
    assert found.turns[0]["words"] == [[0, 0, 300], [7, 400, 700]]
    utterances = [
        {"start": 1, "end": 2, "channel": 1, "transcript": "yes"},
        {"start": 0, "end": 1, "channel": 0, "transcript": "hello"},
    ]
    lanes: list[dict[str, Any]] = [{"alternatives": []}, {"alternatives": []}]
    found = read({"results": {"channels": lanes, "utterances": utterances}})
    assert lines(found) == [("agent", "hello", 0, 1000), ("customer", "yes", 1000, 2000)]
    assert whose(found)["channel 1"] == ("customer", "channel")


def test_assemblyai_by_utterances() -> None:
    utterances = [
        {"speaker": "A", "text": "Thank you for calling.", "start": 100, "end": 900, "words": []},
        {"speaker": "B", "text": "Hi.", "start": 1000, "end": 1200},
    ]
    found = read({"audio_duration": 2, "status": "completed", "utterances": utterances})
    assert found.format == "assemblyai"
    assert lines(found) == [
        ("agent", "Thank you for calling.", 100, 900),
        ("customer", "Hi.", 1000, 1200),
    ]
    assert whose(found) == {"A": ("agent", "greeting"), "B": ("customer", "other")}


def test_azure_speech_batch_and_fast() -> None:
    batch = {
        "combinedRecognizedPhrases": [],
        "recognizedPhrases": [
            {
                "recognitionStatus": "Success",
                "channel": 1,
                "offset": "PT1M0.5S",
                "duration": "PT1.5S",
                "nBest": [
                    {
                        "display": "Hi there.",
                        "words": [
                            {
                                "word": "there",
                                "offsetInTicks": 610000000,
                                "durationInTicks": 5000000,
                            }
                        ],
                    }
                ],
            },
            {
                "recognitionStatus": "Success",
                "channel": 0,
                "offsetInTicks": 700000,
                "durationInTicks": 15900000,
                "nBest": [{"display": "Weather."}],
            },
            {"recognitionStatus": "Failure", "channel": 0},
        ],
    }
    found = read(batch)
    assert found.format == "azure-speech"
    assert lines(found) == [
        ("agent", "Weather.", 70, 1660),
        ("customer", "Hi there.", 60500, 62000),
    ]
    assert found.turns[1]["words"] == [[3, 61000, 61500]]
    fast = {
        "durationMilliseconds": 2000,
        "combinedPhrases": [{"text": "x"}],
        "phrases": [
            {
                "speaker": 1,
                "offsetMilliseconds": 960,
                "durationMilliseconds": 640,
                "text": "Good afternoon.",
            },
            {"speaker": 2, "offsetMilliseconds": 1700, "durationMilliseconds": 100, "text": "Hi."},
        ],
    }
    assert lines(read(fast)) == [
        ("agent", "Good afternoon.", 960, 1600),
        ("customer", "Hi.", 1700, 1800),
    ]


def test_a_vcon_and_a_transcript_of_a_vendor_inside_it() -> None:
    parties = [{"name": "Li Na", "meta": {"role": "agent"}}, {"meta": {"role": "customer"}}]
    body: Any = [{"speaker": "Li Na", "message": "Hello", "start": 1, "end": 2}]
    document = {"vcon": "0.0.1", "uuid": "x", "parties": parties, "dialog": []}
    found = read({**document, "analysis": [{"type": "transcript", "body": body}]})
    assert (found.format, lines(found)) == ("vcon", [("agent", "Hello", 1000, 2000)])
    body = {
        "transcript": {},
        "segments": [{"start": 0, "end": 1, "text": "Hi", "speaker": "agent"}],
    }
    found = read({**document, "analysis": [{"type": "wtf_transcription", "body": body}]})
    assert lines(found) == [("agent", "Hi", 0, 1000)]
    body["segments"][0]["start"] = "x"
    found = read({**document, "analysis": [{"type": "wtf_transcription", "body": body}]})
    assert found.problems[0].where == "analysis[0].body.segments[0].start"
    assert read({**document, "analysis": []}).problems[0].code == "no_turns"


def test_an_aliyun_dialogue() -> None:
    dialogue = [
        {
            "role": "客服",
            "words": "您好",
            "begin": 10,
            "end": 900,
            "beginTime": "2019-11-25 15:37:16",
        },
        {"role": "客户", "words": "你好", "begin": 950, "end": 1200},
    ]
    found = read({"tickets": [{"tid": "1", "dialogue": dialogue}]})
    assert lines(found) == [("agent", "您好", 10, 900), ("customer", "你好", 950, 1200)]
    assert found.turns[0]["at"] == "2019-11-25T15:37:16Z"


def test_dialogue_as_text_in_chinese_and_gb18030() -> None:
    text = "坐席:您好,请问有什么可以帮您?\n客户:我的快递\n还没有到。\n[转接]\n坐席:好的。\n"
    found = recognise(text.encode("gb18030"))
    assert found.format == "text"
    assert [line[:2] for line in lines(found)] == [
        ("agent", "您好,请问有什么可以帮您?"),
        ("customer", "我的快递\n还没有到。"),
        ("system", "[转接]"),
        ("agent", "好的。"),
    ]
    assert [one.code for one in found.warnings] == ["gb18030"]


def test_dialogue_with_times_in_brackets() -> None:
    found = read("[00:01] Agent: hello\n[00:05] Customer: hi\n[01:00:00] Agent: bye\n")
    assert lines(found) == [
        ("agent", "hello", 1000, 5000),
        ("customer", "hi", 5000, 3600000),
        ("agent", "bye", 3600000, None),
    ]


def segment(text: str, start: Any, end: Any, speaker: str = "agent") -> dict[str, Any]:
    return {"start": start, "end": end, "text": text, "speaker": speaker}


def test_what_is_odd_is_mended_and_said() -> None:
    found = read(
        {
            "segments": [
                segment("late", 9, 10),
                segment("one", 0, 5),
                segment("two", 3, 4),
                segment("backwards", 7, 6),
                segment("  ", 8, 9),
            ]
        }
    )
    assert [(turn["text"], turn.get("to_ms")) for turn in found.turns] == [
        ("one", 5000),
        ("two", 4000),
        ("backwards", None),
        ("late", 10000),
    ]
    assert {one.code for one in found.warnings} == {"not_in_order", "overlap", "bad_end", "no_text"}


def test_wrong_values_are_all_told_by_their_places() -> None:
    bad = {"ParticipantRole": "AGENT", "Content": 7, "BeginOffsetMillis": -1}
    worse = {"ParticipantRole": "AGENT", "Content": "x", "Items": 5, "EndOffsetMillis": "soon"}
    found = read({"Transcript": [{"ParticipantRole": "AGENT", "Content": "x"}, bad, worse, None]})
    assert found.turns == []
    assert {one.where for one in found.problems} == {
        "Transcript[1].Content",
        "Transcript[1].BeginOffsetMillis",
        "Transcript[2].Items",
        "Transcript[2].EndOffsetMillis",
        "Transcript[3]",
    }


def test_a_text_that_no_database_keeps_is_told_by_its_place() -> None:
    found = read({"segments": [segment("fine", 0, 1), segment("a\0b", 1, 2)]})
    assert [one.where for one in found.problems] == ["segments[1].text"]


def test_roles_can_be_chosen() -> None:
    found = read({"segments": [segment("a", 0, 1, "S1"), segment("b", 1, 2, "S2")]})
    assert [line[0] for line in lines(found)] == ["agent", "customer"]
    turned = found.with_roles({"S1": Speaker.CUSTOMER, "S2": Speaker.AGENT, "S9": Speaker.SYSTEM})
    assert [line[0] for line in lines(turned)] == ["customer", "agent"]
    assert whose(turned) == {"S1": ("customer", "chosen"), "S2": ("agent", "chosen")}
    assert found.guesses
    assert not turned.guesses


def test_names_told_elsewhere_say_whose_a_label_is() -> None:
    text = "Agent: Daleen\nCustomer: Juan\n\nDaleen: Hello.\nJuan: Hi.\nDaleen: Yes?\nJuan: No.\n"
    assert whose(read(text))["Daleen"] == ("agent", "named")
    text = "Ben (Agent): Hi\nEve (Customer): Hi\nBen: So\nEve: Yes\nBen: Bye\nEve: Bye\n"
    assert whose(read(text))["Eve"] == ("customer", "named")
