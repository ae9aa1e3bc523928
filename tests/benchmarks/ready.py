"""How long until one can grade: from asking for a page, and from submitting the one before."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator

from playwright.sync_api import BrowserContext, sync_playwright

from tests.benchmarks import measure, next_desk
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Row
from tests.benchmarks.world import PASSWORD
from tests.infrastructure import chromium

TIMES = 7
NOTE_FOCUS = """
document.addEventListener("focusin", (event) => {
  const question = event.target.closest?.("[data-question]");
  if (question && window.readyAfter === undefined) window.readyAfter = performance.now();
}, true);
"""


def rows(bench: Bench) -> Iterator[Row]:
    try:
        found = chromium.find()
    except chromium.NoBrowser as reason:
        yield measure.note("ready to grade", str(reason))
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.program,
            args=found.arguments,
            env={**os.environ, **found.environment},
        )
        base = f"http://127.0.0.1:{bench.port}"
        cold, warm, static = [], [], []
        for _ in range(TIMES):
            context = browser.new_context(base_url=base)
            static.append(_static(context))
            state = _signed_in(context)
            context.close()
            context = browser.new_context(base_url=base, storage_state=state)
            cold.append(_ready(context))
            warm.append(_ready(context))
            context.close()
        browser.close()
    for name, times in (("cold", cold), ("warm", warm)):
        yield measure.latency(f"ready to grade in Chromium, {name}", times, static, 500)
    folder = bench.folder / "next"
    folder.mkdir()
    yield from next_desk.rows_of(folder, bench.new_database("next_desk"))


def _signed_in(context: BrowserContext) -> object:
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=login]", "grader7")
    page.fill("[name=password]", PASSWORD)
    page.click("form [type=submit]:visible >> nth=-1")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return context.storage_state()


def _ready(context: BrowserContext) -> float:
    page = context.new_page()
    page.add_init_script(NOTE_FOCUS)
    page.goto("/grade")
    page.wait_for_function("window.readyAfter !== undefined")
    seconds = page.evaluate("window.readyAfter")
    page.close()
    return float(seconds)


def _static(context: BrowserContext) -> float:
    """A page of three letters."""
    page = context.new_page()
    page.goto("/health")
    timing = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    seconds = statistics.median([float(page.evaluate(timing))])
    page.close()
    return seconds
