"""Recordings come in through the browser: an archive is chosen, watched, and reported on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from qa_app.domain.people import Role
from qa_app.jobs.worker import run_pending_jobs
from qa_app.services.site import Site
from tests.factories import make_account, make_person
from tests.factories.archives import HEADER, START, zipped
from tests.factories.people import PASSWORD
from tests.infrastructure.browser import OpenPage, accessibility_problems, take_screenshot
from tests.infrastructure.serving import Serve
from tests.integration.adapters.sounds import hum, write

pytestmark = pytest.mark.browser

WORDS = {
    "en": {
        "recordings": "Recordings",
        "import": "Import",
        "rejected": "The file sound/2.wav is empty.",
    },
    "zh": {
        "recordings": "录音",
        "import": "导入",
        "rejected": "sound/2.wav",
    },
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_archive_with_recordings_is_uploaded_and_watched(
    sqlite_site: Site,
    serve: Serve,
    open_page: OpenPage,
    tmp_path: Path,
    language: Literal["en", "zh"],
) -> None:
    words = WORDS[language]
    with sqlite_site.writing() as ctx:
        make_person(ctx, "E1")
        account = make_account(ctx, Role.SPECIALIST)
    archive = tmp_path / "november.zip"
    rows = [HEADER, f"1{START}sound/1.wav,1.json", f"2{START}sound/2.wav,"]
    sound = write(tmp_path / "1.wav", hum(1)).read_bytes()
    turns = json.dumps([{"speaker": "agent", "text": "您好"}])
    archive.write_bytes(
        zipped(
            {"calls.csv": "\n".join(rows), "sound/1.wav": sound, "sound/2.wav": "", "1.json": turns}
        )
    )
    page = open_page(serve(sqlite_site), language=language)
    page.goto("/imports/new")
    page.fill("[name=login]", account.login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=words["recordings"], exact=True)).to_be_visible()
    assert accessibility_problems(page) == []
    take_screenshot(page, f"import-upload-{language}", full_page=True)
    page.set_input_files("[name=file]", archive)
    page.get_by_role("button", name=words["import"], exact=True).click()
    expect(page.locator("#import-progress")).to_contain_text("november.zip")
    run_pending_jobs(sqlite_site)
    expect(page.get_by_text("calls.csv:3")).to_be_visible()
    expect(page.locator("main")).to_contain_text(words["rejected"])
    assert accessibility_problems(page) == []
    take_screenshot(page, f"import-report-{language}", full_page=True)
