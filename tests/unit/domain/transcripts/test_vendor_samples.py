"""Every published sample of a vendor's transcript: how many turns, the first, the last, who."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from qa_app.domain.transcripts import recognise

SAMPLES = Path(__file__).parents[5] / "shared" / "data" / "vendor-transcripts"
CONTOSO = sorted((SAMPLES / "contoso-synthetic").glob("convo_*.json"))

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the vendors' samples are not here")


class Expected(NamedTuple):
    """What was read off the file by eye. An edge is speaker, begin of the text, from, to."""

    form: str
    turns: int
    first: tuple[str, str, int | None, int | None]
    last: tuple[str, str, int | None, int | None]
    speakers: dict[str, tuple[str, str, int]]


EXPECTED = {
    "amazon-transcribe/example-call.json": Expected(
        "contact-lens",
        37,
        ("agent", "Thank you for calling Anchor Credit Union", 40, 5050),
        ("agent", "Bye.", 181940, 182890),
        {"AGENT": ("agent", "stated", 19), "CUSTOMER": ("customer", "stated", 18)},
    ),
    "amazon-transcribe/bda-standard.json": Expected(
        "bedrock-data-automation",
        51,
        ("agent", "Hello. Sleepaway Camp Hotel.", 1620, 5840),
        ("customer", "Bye now.", 271780, 272210),
        {"spk_1": ("agent", "greeting", 23), "spk_0": ("customer", "other", 28)},
    ),
    "amazon-pca/pca-output.json": Expected(
        "amazon-pca",
        12,
        ("agent", "MM.", 40, 250),
        ("customer", "Do you want me to just tell you the meeting", 27040, 28960),
        {"spk_0": ("agent", "stated", 6), "spk_1": ("customer", "stated", 6)},
    ),
    "azure-language/Json_input_customer_support.json": Expected(
        "azure-conversation",
        17,
        ("agent", "Hello, you’re chatting with Rene.", None, None),
        ("agent", "you're welcome! Have a nice day!", None, None),
        {"Agent": ("agent", "stated", 10), "Customer": ("customer", "stated", 7)},
    ),
    "asr-vendors/deepgram_sample.json": Expected(
        "deepgram",
        1,
        ("system", "Hello, this is a sample transcription from Deepgram.", 0, 3900),
        ("system", "Hello, this is a sample transcription from Deepgram.", 0, 3900),
        {"speaker 0": ("system", "unknown", 1)},
    ),
    "asr-vendors/assemblyai_sample.json": Expected(
        "assemblyai",
        1,
        ("system", "Hello, this is a sample transcription from AssemblyAI. It", 0, 7500),
        ("system", "Hello, this is a sample transcription from AssemblyAI. It", 0, 7500),
        {"A": ("system", "unknown", 1)},
    ),
    "asr-vendors/whisper_sample.json": Expected(
        "whisper",
        2,
        ("system", "Hello, this is a sample transcription from Whisper.", 0, 3200),
        ("system", "It demonstrates the typical structure of Whisper JSON", 3200, 8500),
        {"": ("system", "unknown", 2)},
    ),
    "asr-vendors/wtf_sample.json": Expected(
        "wtf",
        2,
        ("system", "Hello, this is a sample transcription.", 0, 3200),
        ("system", "It demonstrates the typical structure of WTF JSON output.", 3200, 8500),
        {"speaker 0": ("system", "unknown", 2)},
    ),
    "asr-vendors/deepgram_sample.wtf.json": Expected(
        "wtf",
        1,
        ("system", "Hello, this is a sample transcription from Deepgram. It", 0, 3900),
        ("system", "Hello, this is a sample transcription from Deepgram. It", 0, 3900),
        {"speaker 0": ("system", "unknown", 1)},
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_published_sample_is_read(name: str) -> None:
    expected = EXPECTED[name]
    found = recognise((SAMPLES / name).read_bytes())
    assert found.problems == ()
    assert (found.format, len(found.turns)) == (expected.form, expected.turns)
    for turn, edge in ((found.turns[0], expected.first), (found.turns[-1], expected.last)):
        speaker, text, start, end = edge
        assert turn["speaker"] == speaker
        assert turn["text"].startswith(text)
        assert (turn.get("from_ms"), turn.get("to_ms")) == (start, end)
    assert {one.label: (one.role, one.why, one.turns) for one in found.speakers} == (
        expected.speakers
    )


def test_every_word_of_a_call_is_found_in_its_text() -> None:
    found = recognise((SAMPLES / "amazon-transcribe/example-call.json").read_bytes())
    first = found.turns[0]
    assert len(first["words"]) == 19  # of 22 items, 3 are punctuation
    assert first["words"][0] == [0, 40, 330]
    place, start, end = first["words"][4]
    assert (first["text"][place : place + 6], start, end) == ("Anchor", 860, 1170)


def test_a_file_of_findings_alone_is_no_transcript() -> None:
    found = recognise((SAMPLES / "amazon-transcribe/bda-custom.json").read_bytes())
    assert [one.code for one in found.problems] == ["unknown_format"]


@pytest.mark.parametrize("path", CONTOSO, ids=lambda path: path.stem[-6:])
def test_dialogue_in_text_is_read_with_both_sides(path: Path) -> None:
    found = recognise(path.read_bytes())
    assert (found.format, found.problems) == ("text-in-json", ())
    spoken = [turn["speaker"] for turn in found.turns]
    assert 7 <= spoken.count("agent") <= 18
    assert 6 <= spoken.count("customer") <= 18


def test_the_times_of_dialogue_in_text_are_taken() -> None:
    name = "contoso-synthetic/convo_042a3744-0665-4540-b4aa-b30328911250.json"
    found = recognise((SAMPLES / name).read_bytes())
    assert [(turn.get("from_ms"), turn.get("to_ms")) for turn in found.turns[:2]] == [
        (0, 7000),
        (7000, 15000),
    ]
    assert found.turns[0]["text"].startswith("Hello, thank you for calling Contoso Inc.")


def test_the_table_of_dialogues_is_none() -> None:
    table = SAMPLES / "contoso-synthetic" / "transcripts_metadata.csv"
    assert recognise(table.read_bytes()).problems[0].code == "unknown_format"
