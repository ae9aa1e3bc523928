"""How long from Ctrl+Enter until the next call can be graded, with and without fetching it ahead.

`python -m tests.benchmarks.next_desk [OPENINGS]`: on a site of its own, of calls with sound.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from qa_app.config import Settings
from qa_app.db.migrate import upgrade
from qa_app.jobs.worker import run_pending_jobs
from qa_app.services.recordings import attach_recording
from qa_app.services.scorecards import publish_scorecard
from qa_app.services.site import Site
from scorecards import shipped_text
from tests.benchmarks import measure
from tests.benchmarks.measure import HEAD, Row
from tests.benchmarks.world import environment, served
from tests.factories import (
    make_agent,
    make_assignment,
    make_conversation,
    make_specialist,
    make_team,
)
from tests.factories.hard_sounds import voices
from tests.factories.people import PASSWORD
from tests.infrastructure import chromium
from tests.integration.adapters.sounds import write

OPENINGS = 20
GOAL_MS = 150
WATCH = (Path(__file__).parent / "waiting.js").read_text(encoding="utf-8")
FETCHED = "performance.getEntriesByName('next-desk-fetched').length > 0"
SETTLED = "document.querySelector('[data-save-state]').dataset.state === 'saved'"
WAITED = "sessionStorage.getItem('waited') !== null"
# What is pressed at each question of `call-recording`: nothing is lost, no place is owed.
KEYS = "1 j n j n j 1 j 1 j 5 j 1 j 1 j 1 j 1 j 1 j 1 2 j 1"
FLOOR = "() => addEventListener('keydown', () => location.assign('/health?' + Math.random()))"


def rows_of(folder: Path, database: str, openings: int = OPENINGS) -> Iterator[Row]:
    """Rows of an empty database and a folder for its files."""
    with _site(folder, database, 2 * openings + 4) as address, _browser() as browser:
        floor = _static_pages(browser.new_context(base_url=address, bypass_csp=True), openings)
        context = browser.new_context(base_url=address, locale="zh-CN", bypass_csp=True)
        page = _at_the_desk(context)
        for name, is_ahead in (("fetched ahead", True), ("loaded", False)):
            if not is_ahead:
                page.route("**/grade/*/next", lambda route: route.abort())
            times = [_next(page, is_ahead=is_ahead) for _ in range(openings + 1)][1:]
            goal = GOAL_MS if is_ahead else None
            load = os.getloadavg()[0]
            yield measure.latency(f"next desk, {name} (load {load:.1f})", times, floor, goal)


@contextmanager
def _site(folder: Path, database: str, calls: int) -> Iterator[str]:
    """A served site with so many calls for one grader."""
    env = environment(folder, database)
    site = Site.open(Settings.from_env(env))
    upgrade(site.database)
    sound = write(folder / "call.wav", voices(75, ((1, 30), (40, 70)), ((30, 39),)))
    with site.writing() as ctx:
        agent, _account = make_agent(ctx, make_team(ctx))
        grader = make_specialist(ctx, "grader")
        form = publish_scorecard(ctx, shipped_text("call-recording"))
        for _ in range(calls):
            call = make_conversation(ctx, agent, channel="call", duration_s=75, turns=_turns())
            attach_recording(ctx, call.id, site.store.put(sound))
            make_assignment(ctx, call, grader, form)
    run_pending_jobs(site)
    site.close()
    with served(env) as (port, _seconds, _pid):
        yield f"http://127.0.0.1:{port}"


def _turns() -> list[dict[str, object]]:
    said = ("您好，请问有什么可以帮您？", "我的包裹还没有到，能帮我查一下吗？")
    return [
        {
            "speaker": ("agent", "customer")[number % 2],
            "text": f"{said[number % 2]} ({number + 1})",
            "from_ms": number * 1800,
            "to_ms": number * 1800 + 1700,
        }
        for number in range(40)
    ]


@contextmanager
def _browser() -> Iterator[Browser]:
    found = chromium.find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.program,
            args=found.arguments,
            env={**os.environ, **found.environment},
        )
        yield browser
        browser.close()


def _at_the_desk(context: BrowserContext) -> Page:
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto("/sign-in?next=/grade")
    page.fill("[name=login]", "grader")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/grade/*")
    return page


def _next(page: Page, *, is_ahead: bool) -> float:
    """Milliseconds from the submission of a call, answered in full, to the next one."""
    page.locator(".player[data-drawn]").wait_for()
    for key in KEYS.split():
        page.keyboard.press(key)
    page.wait_for_function(SETTLED)
    if is_ahead:
        page.wait_for_function(FETCHED)
    page.wait_for_timeout(200)
    return _waited(page)


def _static_pages(context: BrowserContext, openings: int) -> list[float]:
    """The same between two pages of three letters."""
    page = context.new_page()
    page.add_init_script(WATCH)
    times = []
    for _ in range(openings):
        page.goto("/health")
        page.evaluate(FLOOR)
        times.append(_waited(page))
    context.close()
    return times


def _waited(page: Page) -> float:
    page.keyboard.press("Control+Enter")
    page.wait_for_function(WAITED)
    return float(page.evaluate("Number(sessionStorage.getItem('waited'))"))


def main() -> int:
    openings = int(sys.argv[1]) if sys.argv[1:] else OPENINGS
    with tempfile.TemporaryDirectory(prefix="qa-next-") as name:
        print(HEAD)
        folder = Path(name)
        for row in rows_of(folder, f"sqlite:///{folder / 'next.db'}", openings):
            print(row.text(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
