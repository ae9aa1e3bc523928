"""An hour of sound: what is heard at a place is what the waveform shows there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from playwright.sync_api import Page

from qa_app.adapters import audio_peaks
from qa_app.models import Recording
from qa_app.services.site import Site
from tests.browser.players import make_call_desk, player_page
from tests.infrastructure.browser import OpenPage
from tests.infrastructure.serving import Serve
from tests.integration.adapters.sounds import clicks

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
MINUTES, EVERY_S, RATE = 60, 10, 8000
CLOSE_S = 0.05
# Plays from just before a click through the audio graph, and says at which place of the element's
# own time the click was heard: the time of the block in the graph, plus what lies between the two.
HEAR = """async ([from, until]) => {
  const a = document.querySelector('audio');
  const graph = window.graph ??= (() => {
    const context = new AudioContext();
    const source = context.createMediaElementSource(a);
    const ear = context.createScriptProcessor(256, 2, 1);
    source.connect(ear); ear.connect(context.destination);
    return { context, ear };
  })();
  await graph.context.resume();
  a.pause();
  const done = new Promise((resolve) => a.addEventListener('seeked', resolve, { once: true }));
  a.currentTime = from;
  await done;
  const apart = []; let heard = null;
  const ended = new Promise((resolve) => {
    graph.ear.onaudioprocess = (event) => {
      const { context } = graph;
      if (a.currentTime > from + 0.1) apart.push(a.currentTime - context.currentTime);
      const block = event.inputBuffer.getChannelData(0);
      const first = block.findIndex((sample) => Math.abs(sample) > 0.1);
      if (first >= 0 && heard === null) heard = context.currentTime + first / context.sampleRate;
      if (a.currentTime >= until) resolve();
    };
  });
  await a.play();
  await ended;
  a.pause();
  graph.ear.onaudioprocess = null;
  apart.sort((one, other) => one - other);
  return heard === null ? null : heard + apart[Math.floor(apart.length / 2)];
}"""


def write_hour(path: Path) -> Path:
    """G.711 at 8 kHz in stereo, a second at a time: it is made into WebM for the browser."""
    minute = clicks(60, EVERY_S, rate=RATE)
    with av.open(str(path), "w", format="wav") as output:
        stream = output.add_stream("pcm_mulaw", rate=RATE, layout="stereo")
        for second in range(MINUTES * 60):
            start = second % 60 * RATE
            block = np.ascontiguousarray(minute[start : start + RATE])
            frame = AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="stereo")
            frame.sample_rate, frame.pts = RATE, second * RATE
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def drawn_at(site: Site, near: float) -> float:
    """Where the waveform has the click that should be near this second."""
    with site.reading() as ctx:
        key = ctx.session.query(Recording).one().peaks_key
    assert key is not None
    peaks = audio_peaks.decode(site.store.read(key))
    point_s = peaks.samples_per_point / peaks.sample_rate
    first = int((near - 1) / point_s)
    loud = peaks.lanes[0].high[first : first + int(2 / point_s)]
    return float((first + int(np.argmax(loud > 20))) * point_s)


def heard_at(page: Page, near: float) -> float:
    found: Any = page.evaluate(HEAR, [near - 0.6, near + 0.4])
    assert found is not None, f"nothing heard near {near}"
    return float(found)


def test_sound_and_waveform_are_together_for_an_hour(
    sqlite_site: Site, serve: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    sound = write_hour(tmp_path / "hour.wav")
    page = player_page(make_call_desk(sqlite_site, serve(sqlite_site), open_page, sound))
    for near in (10, 1200, 1800, 2990, 3590):
        shown = drawn_at(sqlite_site, near)
        assert abs(shown - near) <= CLOSE_S, "the waveform"
        # A point of the waveform begins before the click that is in it.
        assert abs(heard_at(page, near) - near) <= CLOSE_S, f"the sound near {near}"
