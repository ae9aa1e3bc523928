"""How soon a seek is heard: our player and, in the same run, a bare <audio> page with a WAV file.

`python -m tests.benchmarks.seek [words of a title]`: Chromium, loopback. From the press to
`seeked` with sound to play from there; and by how much the end of a span is overrun.
"""

from __future__ import annotations

import functools
import http.server
import logging
import os
import sys
import tempfile
import threading
import wave
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from qa_app.adapters.clock import FixedClock
from qa_app.app import create_app
from qa_app.db.migrate import upgrade
from qa_app.jobs.worker import run_pending_jobs
from qa_app.services.recordings import attach_recording
from qa_app.services.site import Site
from tests.benchmarks import measure
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import HEAD, Row
from tests.browser.desks import FORM
from tests.factories import (
    make_agent,
    make_assignment,
    make_conversation,
    make_specialist,
    make_team,
    publish_form,
)
from tests.factories.hard_sounds import voices, write_long
from tests.factories.people import PASSWORD
from tests.infrastructure import chromium
from tests.infrastructure.serving import served
from tests.infrastructure.sites import NOW, settings_for
from tests.integration.adapters.sounds import write

SEEKS, SPANS = 40, 15
SEEK_GOAL_MS = 100
WAYS = ("paused", "playing")
MEASURE = """async ([places, press]) => {
  const a = document.querySelector('audio');
  const times = [];
  for (const place of places) {
    const begun = performance.now();
    const done = new Promise((resolve) => a.addEventListener('seeked', resolve, { once: true }));
    if (press) {
      const wave = document.querySelector('[data-wave]');
      const box = wave.getBoundingClientRect();
      const shared = { clientX: box.left + place * box.width, clientY: box.top + 20, button: 0,
        pointerId: 1, bubbles: true };
      wave.setPointerCapture = () => {};
      wave.dispatchEvent(new PointerEvent('pointerdown', shared));
      wave.dispatchEvent(new PointerEvent('pointerup', shared));
    } else a.currentTime = place * a.duration;
    await done;
    while (a.readyState < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    times.push(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return times;
}"""


def main() -> int:
    print(HEAD)
    with tempfile.TemporaryDirectory(prefix="qa-seek-") as name:
        for row in measured(Path(name), sys.argv[1:]):
            print(row.text(), flush=True)
    return 0


def rows(bench: Bench) -> Iterator[Row]:
    """Once in a run: a sound is served alike whatever the database."""
    if bench.kind != "sqlite":
        return
    folder = bench.folder / "seek"
    folder.mkdir()
    yield from measured(folder)


def measured(folder: Path, words: Sequence[str] = ()) -> Iterator[Row]:
    """A row for each kind of sound whose title has all the words."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    try:
        found = chromium.find()
    except chromium.NoBrowser as reason:
        yield measure.note("seek", str(reason))
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.program,
            args=[*found.arguments, "--autoplay-policy=no-user-gesture-required"],
            env={**os.environ, **found.environment},
        )
        write_long(folder / "long.wav")
        floors = {how: bare(browser, folder, "long.wav", how == "paused") for how in WAYS}
        for title, make in sounds_of(folder).items():
            if all(word in title for word in words):
                yield from seeks_in(browser, folder, title, make(), floors)
        browser.close()


def sounds_of(folder: Path) -> dict[str, Callable[[], Path]]:
    short = voices(75, ((1, 30), (40, 70)), ((30, 39),))
    return {
        "75 s, WAV as it is": lambda: write(folder / "short.wav", short),
        "10 min, WebM (whole file)": lambda: write_mulaw(folder / "ten.wav", 10),
        "60 min, WAV (ranges)": lambda: folder / "long.wav",
        "60 min, WebM (ranges)": lambda: write_mulaw(folder / "hour.wav", 60),
    }


def seeks_in(
    browser: Browser, folder: Path, title: str, sound: Path, floors: dict[str, list[float]]
) -> Iterator[Row]:
    with desk(folder / sound.stem, sound) as address:
        page = opened(browser, address)
        for how in WAYS:
            times = seeks(page, how == "paused", press=True)
            yield measure.latency(f"seek, {title}, {how}", times, floors[how], SEEK_GOAL_MS)
        if sound.stem == "short":
            yield measure.latency("overrun of a span's end", overruns(page), None, None)
        page.context.close()


def write_mulaw(path: Path, minutes: int) -> Path:
    """G.711 in WAV, which is made into WebM: streamed, a minute at a time."""
    content = voices(60, ((1, 25), (40, 55)), ((25, 38),))
    plain = path.with_suffix(".pcm.wav")
    with wave.open(str(plain), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        for _ in range(minutes):
            file.writeframesraw(content.tobytes())
    import av

    with av.open(str(plain)) as source, av.open(str(path), "w", format="wav") as output:
        stream = output.add_stream("pcm_mulaw", rate=8000, layout="stereo")
        for frame in source.decode(audio=0):
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    plain.unlink()
    return path


@contextmanager
def desk(folder: Path, sound: Path) -> Iterator[str]:
    """A served site with one call of this sound to grade."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'qa.db'}"
    upgrade(url)
    site = Site.open(settings_for(folder, url), FixedClock(NOW))
    with site.writing() as ctx:
        agent, _account = make_agent(ctx, make_team(ctx))
        call = make_conversation(ctx, agent, channel="call", duration_s=60, turns=[])
        attach_recording(ctx, call.id, site.store.put(sound))
        make_assignment(ctx, call, make_specialist(ctx, "grader"), publish_form(ctx, FORM))
    run_pending_jobs(site)
    with served(create_app(site, testing=True)) as address:
        yield address
    site.close()


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_context(base_url=address, locale="en-GB").new_page()
    page.goto("/sign-in?next=/grade/1")
    page.fill("[name=login]", "grader")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.locator(".player[data-drawn]").wait_for()
    page.wait_for_timeout(1500)
    page.keyboard.press("-")
    for _ in range(6):
        page.keyboard.press("-")
    return page


def seeks(page: Page, paused: bool, *, press: bool) -> list[float]:
    page.evaluate(f"document.querySelector('audio').{'pause' if paused else 'play'}()")
    places = [(number * 0.37 + 0.05) % 0.95 for number in range(SEEKS)]
    times: list[float] = page.evaluate(MEASURE, [places, press])
    page.evaluate("document.querySelector('audio').pause()")
    return times


def overruns(page: Page) -> list[float]:
    """By how many milliseconds of sound the end of a marked span was passed."""
    found = []
    for number in range(SPANS):
        begin = 2 + number
        page.evaluate(f"document.querySelector('audio').currentTime = {begin}")
        page.keyboard.press("[")
        page.evaluate(f"document.querySelector('audio').currentTime = {begin + 0.7}")
        page.keyboard.press("]")
        page.evaluate("delete document.querySelector('.player').dataset.overrun")
        page.keyboard.press("w")
        page.locator(".player[data-overrun]").wait_for()
        found.append(float(page.locator(".player").get_attribute("data-overrun") or 0))
        page.keyboard.press("Escape")
    return found


def bare(browser: Browser, folder: Path, name: str, paused: bool) -> list[float]:
    """The floor: nothing but the element and a file on a plain server with ranges."""
    (folder / "bare.html").write_text(f'<audio preload="auto" src="{name}"></audio>', "utf-8")
    handler = functools.partial(_Ranges, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_context().new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/bare.html")
    page.wait_for_timeout(1000)
    times = seeks(page, paused, press=False)
    page.context.close()
    server.shutdown()
    return times


class _Ranges(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: object) -> None:
        pass

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        path = Path(self.translate_path(self.path))
        if wanted is None or not path.is_file():
            return super().do_GET()
        size, first = path.stat().st_size, int(wanted.partition("=")[2].partition("-")[0])
        self.send_response(206)
        self.send_header("Content-Type", "audio/wav")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
        self.send_header("Content-Length", str(size - first))
        self.end_headers()
        with path.open("rb") as file:
            file.seek(first)
            try:
                while block := file.read(1 << 16):
                    self.wfile.write(block)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
        return None


if __name__ == "__main__":
    sys.exit(main())
