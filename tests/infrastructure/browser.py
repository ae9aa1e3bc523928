"""Pages in a real browser: opened with a language, a size and a theme; watched for complaints."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.infrastructure import chromium

ARTIFACTS = Path(__file__).resolve().parents[2] / "test-artifacts"
SERIOUS = {"serious", "critical"}
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


class OpenPage(Protocol):
    """The fixture `open_page`."""

    def __call__(
        self,
        base_url: str,
        *,
        language: Literal["zh", "en"] = "en",
        size: tuple[int, int] = (1280, 800),
        theme: Literal["light", "dark"] = "light",
        javascript: bool = True,
    ) -> Page: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for each worker."""
    try:
        found = chromium.find()
    except chromium.NoBrowser as reason:
        pytest.skip(str(reason))
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=found.program,
            args=[*found.arguments, "--autoplay-policy=no-user-gesture-required"],
            env={**os.environ, **found.environment},
        )
        yield started
        started.close()


@pytest.fixture
def page_problems() -> Iterator[list[str]]:
    """What pages complained of; a test that expects a complaint takes it out of the list."""
    problems: list[str] = []
    yield problems
    assert problems == [], "the browser complained"


@pytest.fixture
def open_page(browser: Browser, page_problems: list[str]) -> Iterator[OpenPage]:
    """Opens a page with cookies of its own; script errors and refused resources fail the test."""
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            page_problems.append(message.text)

    def open_one(
        base_url: str,
        *,
        language: Literal["zh", "en"] = "en",
        size: tuple[int, int] = (1280, 800),
        theme: Literal["light", "dark"] = "light",
        javascript: bool = True,
    ) -> Page:
        context = browser.new_context(
            base_url=base_url,
            locale=LANGUAGES[language],
            timezone_id="Asia/Shanghai",
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: page_problems.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()


def take_screenshot(page: Page, name: str, *, full_page: bool = False) -> Path:
    """A PNG under test-artifacts/screenshots, which is not committed."""
    path = ARTIFACTS / "screenshots" / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path, full_page=full_page, animations="disabled")
    return path


def accessibility_problems(page: Page) -> list[str]:
    """Serious and critical findings of axe, one line for each element."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:160]}"
        for rule in found
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
