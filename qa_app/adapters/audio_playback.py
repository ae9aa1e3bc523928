"""Makes the version of a recording that every browser plays and seeks in: Opus in WebM."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import av
from av.audio.frame import AudioFrame

from qa_app.adapters.audio_decode import Samples, decoded, lanes_of, open_sound, opened

MIME = "audio/webm"

# The rates that libopus takes. Telephone sound at its own rate costs a third less than blown up to
# 48 kHz and sounds the same; times in WebM, and what a browser decodes to, do not depend on it.
_RATES = (8000, 12000, 16000, 24000, 48000)
_BITS_PER_SECOND = {1: 24_000, 2: 40_000}
# Half of the default effort costs 40 % of its time and cannot be told from it on telephone sound.
_ENCODER = {"compression_level": "5", "frame_duration": "20"}
_MUXER = {"cues_to_front": "1"}


def make_playback(source: Path | BinaryIO, target: Path) -> str:
    """Write the version for the browser to `target`; its MIME type. Raises BrokenSound.

    It runs on the same clock as the peaks: the count of decoded samples.
    """
    with opened(source) as file, open_sound(file) as (container, stream):
        rate, lanes = stream.codec_context.sample_rate, lanes_of(stream)
        layout = "mono" if lanes == 1 else "stereo"
        with av.open(str(target), "w", format="webm", options=_MUXER) as output:
            encoder = output.add_stream(
                "libopus", rate=_opus_rate(rate), layout=layout, options=_ENCODER
            )
            encoder.bit_rate = _BITS_PER_SECOND[lanes]
            sent = 0
            for block in decoded(container, stream):
                output.mux(encoder.encode(_frame(block, layout, rate, sent)))
                sent += len(block)
            output.mux(encoder.encode(None))
    return MIME


def _opus_rate(rate: int) -> int:
    return next((known for known in _RATES if known >= rate), _RATES[-1])


def _frame(block: Samples, layout: str, rate: int, pts: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout=layout)
    frame.sample_rate = rate
    frame.pts = pts
    return frame
