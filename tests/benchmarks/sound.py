"""How long an hour of sound takes to be prepared, beside what decoding it alone takes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av

from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import HEAD, Row, against, amount
from tests.factories.hard_sounds import voices, write_gsm, write_long

MINUTES = 20
PER_HOUR = 60 / MINUTES
MEMORY_GOAL_MB = 160

_HEAD = (
    "import resource, sys, time\n"
    "from pathlib import Path\n"
    "source, target = Path(sys.argv[1]), Path(sys.argv[2])\n"
)
_TAIL = (
    "used = resource.getrusage(resource.RUSAGE_SELF)\n"
    "print(seconds, used.ru_maxrss / (1024 * 1024 if sys.platform == 'darwin' else 1024))\n"
)
_DECODE = (
    "import av\n"
    "begun = time.process_time()\n"
    "with av.open(str(source)) as container:\n"
    "    for frame in container.decode(audio=0):\n"
    "        frame.to_ndarray()\n"
    "seconds = time.process_time() - begun\n"
)
_PREPARE = (
    "from qa_app.adapters.audio import probe\n"
    "from qa_app.adapters.audio_peaks import encode, peaks\n"
    "from qa_app.adapters.audio_playback import make_playback\n"
    "begun = time.process_time()\n"
    "probe(source); encode(peaks(source))\n"
    "half = time.process_time() - begun\n"
    "make_playback(source, target)\n"
    "seconds = f'{half} {time.process_time() - begun}'\n"
)


def rows(bench: Bench) -> Iterator[Row]:
    """No database has a part in it, so once is enough."""
    if bench.kind == "sqlite":
        yield from of_sound()


def of_sound() -> Iterator[Row]:
    """CPU seconds for an hour of sound: what is drawn and counted, then that and the playback."""
    with tempfile.TemporaryDirectory(prefix="qa-bench-sound-") as name:
        folder = Path(name)
        for kind, source in _sources(folder):
            floor, _ = _measured(_DECODE, source, folder)
            half, whole, memory = _measured(_PREPARE, source, folder)
            yield _row(f"sound, {kind}: peaks and speech", half, floor)
            yield _row(f"sound, {kind}: and a version to play", whole, floor)
            yield amount(f"sound, {kind}: most memory", memory, "MB", MEMORY_GOAL_MB, 0)


def _row(name: str, seconds: float, floor: float) -> Row:
    return against(name, seconds * PER_HOUR, floor * PER_HOUR, "s/h")


def _sources(folder: Path) -> Iterator[tuple[str, Path]]:
    minute = voices(
        60, agent=[(1, 12), (20, 31), (41, 48)], customer=[(12.5, 19), (32, 40), (47, 55)]
    )
    wave = write_long(folder / "call.wav", MINUTES, minute=minute)
    yield "WAV 8 kHz stereo", wave
    yield "MP3 stereo", _mp3(wave, folder / "call.mp3")
    yield "GSM mono", write_gsm(folder / "call.gsm", MINUTES * 60, 10)


def _mp3(source: Path, target: Path) -> Path:
    with av.open(str(source)) as plain, av.open(str(target), "w", format="mp3") as output:
        stream = output.add_stream("libmp3lame", rate=8000, layout="stereo")
        for frame in plain.decode(audio=0):
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return target


def _measured(program: str, source: Path, folder: Path) -> list[float]:
    """What a fresh process says of itself: seconds of CPU, then megabytes."""
    words = [sys.executable, "-c", _HEAD + program + _TAIL, str(source), str(folder / "out")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


if __name__ == "__main__":
    print(HEAD)
    for row in of_sound():
        print(row.text(), flush=True)
