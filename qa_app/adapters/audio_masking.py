"""Makes the version of a recording in which spans are silent: the sound and its peaks.

The samples are counted as for the original, so that both run on one clock.
"""

from __future__ import annotations

import json
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from qa_app.adapters.audio_decode import Samples, decoded, lanes_of, open_sound, opened
from qa_app.adapters.audio_peaks import encode, peaks
from qa_app.adapters.audio_playback import make_playback

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MaskedVersion:
    """What is served instead of the original: `playback` is a file, `peaks` are encoded."""

    playback: Path
    mime: str
    peaks: bytes


def make_masked(source: Path | BinaryIO, spans: Sequence[Span], folder: Path) -> MaskedVersion:
    """Write the masked version into `folder`. Spans in milliseconds. Raises BrokenSound."""
    target = folder / "masked.webm"
    with tempfile.TemporaryDirectory(dir=folder) as inner:
        silenced = Path(inner) / "silenced.wav"
        _silence(source, spans, silenced)
        mime = make_playback(silenced, target)
        waveform = encode(peaks(silenced))
    return MaskedVersion(target, mime, _with_spans(waveform, spans))


def _silence(source: Path | BinaryIO, spans: Sequence[Span], target: Path) -> None:
    with (
        opened(source) as file,
        open_sound(file) as (container, stream),
        wave.open(str(target), "wb") as output,
    ):
        rate = stream.codec_context.sample_rate
        output.setnchannels(lanes_of(stream))
        output.setsampwidth(2)
        output.setframerate(rate)
        done = 0
        for block in decoded(container, stream):
            output.writeframesraw(_without(block, done, rate, spans).tobytes())
            done += len(block)


def _without(block: Samples, first: int, rate: int, spans: Sequence[Span]) -> Samples:
    """The block with its part of the spans zero; `first` is its place in the whole."""
    silenced = block
    for from_ms, to_ms in spans:
        begin, end = from_ms * rate // 1000 - first, -(-to_ms * rate // 1000) - first
        if end > 0 and begin < len(block):
            silenced = block.copy() if silenced is block else silenced
            silenced[max(0, begin) : end] = 0
    return silenced


def _with_spans(encoded: bytes, spans: Sequence[Span]) -> bytes:
    line, _, body = encoded.partition(b"\n")
    head = {**json.loads(line), "masked": [list(span) for span in spans]}
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + body
