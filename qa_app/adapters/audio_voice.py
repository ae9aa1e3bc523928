"""Where each lane of a recording carries a voice, told while its sound streams by."""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from qa_app.adapters.audio_decode import Samples
from qa_app.adapters.audio_spans import Span, speaking
from qa_app.adapters.audio_voice_model import RATE, STRETCH, Active, Floats, detector

STRETCH_MS = STRETCH * 1000 / RATE

# A lane that is quieter than this (mean square, -60 dBFS) carries no voice: it is not looked at,
# which halves the work, since mostly one party listens.
_QUIET = 1e-6
_BEFORE, _AFTER = 6, 12  # stretches around what is loud enough
_AT_ONCE = 64


class VoiceActivity:
    """Takes blocks of sound as they come; memory stays flat but for a byte per 32 ms and lane."""

    def __init__(self, lanes: int, rate: int) -> None:
        self._rate, self._layout = rate, "mono" if lanes == 1 else "stereo"
        self._resampler = AudioResampler("fltp", self._layout, RATE)
        self._detector = detector(lanes)
        self._rest: Floats = np.zeros((lanes, 0), np.float32)
        self._hang = np.full(lanes, -1)
        self._judged: list[npt.NDArray[np.uint8]] = [np.zeros((0, lanes), np.uint8)]

    def take(self, block: Samples) -> None:
        """The next samples, one column per lane."""
        frame = AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout=self._layout)
        frame.sample_rate = self._rate
        self._look_at(frame)

    def finish(self) -> list[list[Span]]:
        """Spans of speech of each lane."""
        self._look_at(None)
        missing = -self._rest.shape[1] % STRETCH
        self._rest = np.pad(self._rest, ((0, 0), (0, missing)))
        self._judge(self._rest.shape[1] // STRETCH)
        likely = np.concatenate(self._judged)
        return [speaking(likely[:, lane] / 255, STRETCH_MS) for lane in range(likely.shape[1])]

    def _look_at(self, frame: AudioFrame | None) -> None:
        pieces = [cast("Floats", made.to_ndarray()) for made in self._resampler.resample(frame)]
        self._rest = np.concatenate([self._rest, *pieces], axis=1)
        ready = self._rest.shape[1] // STRETCH - _BEFORE
        if ready >= _AT_ONCE:
            self._judge(ready)

    def _judge(self, ready: int) -> None:
        """The first so many stretches; what follows them says whether they are worth a look."""
        if not ready:
            return
        whole = self._rest.shape[1] // STRETCH
        stretches = self._rest[:, : whole * STRETCH].reshape(len(self._rest), whole, STRETCH)
        stretches = stretches.transpose(1, 0, 2)
        power = np.einsum("nls,nls->nl", stretches, stretches) / STRETCH
        active = self._around(power > _QUIET, ready)
        judged = self._detector.judge(stretches[:ready], active) if active.any() else active
        self._judged.append((judged * 255).astype(np.uint8))
        self._rest = self._rest[:, ready * STRETCH :].copy()

    def _around(self, loud: Active, ready: int) -> Active:
        """The stretches that are loud, and some before and after each of them."""
        active = loud.copy()
        for step in range(1, _BEFORE + 1):
            active[:-step] |= loud[step:]
        since = self._hang
        for n in range(ready):
            since = np.where(loud[n], _AFTER, since - 1)
            active[n] |= since >= 0
        self._hang = np.maximum(since, -1)
        return active[:ready]
