"""Real sound files for tests, made on the spot in whatever codec is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet

Wave = npt.NDArray[np.int16]  # one row per moment, one column per lane


def hum(seconds: float, *, lanes: int = 1, rate: int = 8000, hertz: float = 440) -> Wave:
    """A steady tone, the same on each lane."""
    moments = np.arange(int(seconds * rate)) / rate
    tone = (8000 * np.sin(2 * np.pi * hertz * moments)).astype(np.int16)
    return np.repeat(tone[:, None], lanes, axis=1)


def clicks(seconds: int, every: int, *, rate: int = 8000) -> Wave:
    """Silence with 20 ms of tone at each multiple of `every` seconds, on both lanes."""
    wave = np.zeros((seconds * rate, 2), np.int16)
    burst = hum(0.02, lanes=2, rate=rate, hertz=1000) * 3
    for second in range(0, seconds, every):
        wave[second * rate : second * rate + len(burst)] = burst
    return wave


def write(
    path: Path,
    wave: Wave,
    *,
    codec: str = "pcm_s16le",
    container: str = "wav",
    rate: int = 8000,
    gap_after: float | None = None,
    gap: float = 0.0,
    options: dict[str, str] | None = None,
    muxer: dict[str, str] | None = None,
) -> Path:
    """Encode the wave; with `gap_after` the file skips `gap` seconds of time after so many.

    `options` and `muxer` go to FFmpeg's encoder and to what writes the file.
    """
    lanes = wave.shape[1]
    layout = {1: "mono", 2: "stereo", 4: "quad"}[lanes]
    with av.open(str(path), "w", format=container, options=muxer or {}) as output:
        stream = cast(
            "AudioStream",
            output.add_stream(
                codec,
                rate=48000 if codec == "libopus" else rate,
                layout=layout,
                options=options or {},
            ),
        )
        for start in range(0, len(wave), 1600):
            block = np.ascontiguousarray(wave[start : start + 1600])
            frame = AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout=layout)
            frame.sample_rate = rate
            frame.pts = start
            for packet in stream.encode(frame):
                output.mux(_moved(packet, gap_after, gap))
        for packet in stream.encode(None):
            output.mux(_moved(packet, gap_after, gap))
    return path


def _moved(packet: Packet[AudioStream], gap_after: float | None, gap: float) -> Packet[AudioStream]:
    if gap_after is None or packet.pts is None:
        return packet
    if packet.pts * packet.time_base > gap_after:
        packet.pts += round(gap / packet.time_base)
        packet.dts = packet.pts
    return packet
