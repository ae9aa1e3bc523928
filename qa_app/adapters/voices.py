"""Spoken sound from text, through the optional espeak-ng package; nothing happens without it."""

from __future__ import annotations

import ctypes
import importlib
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Mono = npt.NDArray[np.float32]  # -1..1

_SYNCHRONOUS, _DO_NOT_EXIT = 2, 0x8000
_RATE, _PITCH, _PITCH_RANGE = 1, 3, 4
_UTF8 = 1
_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker: the name that espeak-ng knows, the pitch (0..99) and words a minute."""

    name: str
    pitch: int = 50
    words_per_minute: int = 175


class Voices:
    """The library, loaded. One sentence at a time: it keeps its state in globals."""

    def __init__(self, library: Any, data_path: str) -> None:
        self._library, self._lock = library, threading.Lock()
        self._pieces: list[npt.NDArray[np.int16]] = []
        self._callback = _CALLBACK(self._receive)  # kept, or it would be freed under its user
        self._voice: Voice | None = None
        library.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int,
            ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self.sample_rate: int = library.espeak_Initialize(
            _SYNCHRONOUS, 0, data_path.encode(), _DO_NOT_EXIT
        )
        if self.sample_rate <= 0:
            raise OSError("espeak-ng does not start")
        library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: Voice) -> Mono:
        """The text as spoken by the voice, at `sample_rate`.

        The same text again differs inaudibly and by a few samples: the library goes on with
        the wave where the last one ended.
        """
        with self._lock:
            self._choose(voice)
            self._pieces = []
            content = text.encode() + b"\0"
            self._library.espeak_Synth(content, len(content), 0, 1, 0, _UTF8, None, None)
            self._library.espeak_Synchronize()
            if not self._pieces:
                return np.zeros(0, np.float32)
            return np.concatenate(self._pieces).astype(np.float32) / np.float32(32768)

    def _choose(self, voice: Voice) -> None:
        if voice == self._voice:
            return
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice.name!r}")
        self._library.espeak_SetParameter(_RATE, voice.words_per_minute, 0)
        self._library.espeak_SetParameter(_PITCH, voice.pitch, 0)
        self._library.espeak_SetParameter(_PITCH_RANGE, 55, 0)
        self._voice = voice

    def _receive(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0


@cache
def installed_voices() -> Voices | None:
    """The voices, if the optional package is installed and its library loads, else None."""
    try:
        loader = importlib.import_module("espeakng_loader")
        return Voices(ctypes.CDLL(loader.get_library_path()), loader.get_data_path())
    except (ImportError, OSError, RuntimeError):
        return None
