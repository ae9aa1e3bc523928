"""The acted calls of calls-aws-autorepair: two lanes of one call, and one with both on one lane."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import numpy as np

from qa_app.adapters.audio_decode import decoded, open_sound
from tests.integration.adapters.sounds import Wave, write
from tests.real.shared_data import data_set

RATE = 8000
AGENT, CALLER = "Auto_Repairs_40_UTC_agent.flac", "Auto_Repairs_40_UTC_caller.flac"
ONE_LANE = "Auto0_GUID_000_AGENT_ChrisL_DT_2025-02-19T06-01-22_Mono.flac"


def one_lane() -> Path:
    """Both parties on one lane, 278 s."""
    return data_set("calls-aws-autorepair") / ONE_LANE


def lanes() -> Wave:
    """The two legs of a call side by side, the agent first, 245 s."""
    folder = data_set("calls-aws-autorepair")
    legs = [samples((folder / name).read_bytes())[:, 0] for name in (AGENT, CALLER)]
    shortest = min(map(len, legs))
    return np.stack([leg[:shortest] for leg in legs], axis=1)


def two_lanes(path: Path) -> Path:
    """The same as a file, for no file of the set holds both."""
    return write(path, lanes())


@lru_cache(maxsize=4)
def samples(content: bytes) -> Wave:
    """What a file sounds like: a row for each moment, a column for each lane."""
    with open_sound(io.BytesIO(content)) as (container, stream):
        found = np.concatenate(list(decoded(container, stream)))
    return found if found.ndim == 2 else found[:, None]


def loudest(content: bytes, begin_ms: int, end_ms: int) -> float:
    """The loudest sample of a stretch, 0 to 1, in whatever a browser was given."""
    with open_sound(io.BytesIO(content)) as (_container, stream):
        rate = stream.codec_context.sample_rate
    heard = samples(content)[begin_ms * rate // 1000 : end_ms * rate // 1000]
    return float(np.abs(heard.astype(int)).max()) / 32768


def share_of_first(wave: Wave) -> float:
    """The first lane's part of all speech, by loudness alone: what a listener would guess."""
    frames = wave[: len(wave) // 160 * 160].astype(float).reshape(-1, 160, 2)
    loud = np.sqrt((frames**2).mean(axis=1)) > 300
    first, second = loud.sum(axis=0)
    return float(first / (first + second))
