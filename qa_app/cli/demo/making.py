"""Makes the demo once, keeps it afterwards, and never touches a site that is somebody's own."""

from __future__ import annotations

import dataclasses
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import scorecards
from qa_app.adapters.clock import FixedClock, SystemClock
from qa_app.adapters.passwords import new_password
from qa_app.cli.demo.department import make_department
from qa_app.cli.demo.history import PLAN, History
from qa_app.cli.demo.schedule import plan_halves
from qa_app.cli.demo.snippets import make_snippets
from qa_app.cli.site import Parts
from qa_app.config import Settings
from qa_app.db.migrate import downgrade, upgrade
from qa_app.domain.errors import Refused
from qa_app.queries.demo import BEGUN, MADE, demo_state
from qa_app.services.audit import record
from qa_app.services.phrases import install_shipped_lists
from qa_app.services.sampling import publish_plan
from qa_app.services.scorecards import publish_scorecard
from qa_app.services.site import Site

LOGINS = "demo-logins.json"
CONVERSATIONS = 4000
SOUNDS = {"present": 80, "last": 24}
PLAN_TEXT = """
id: main
title: {zh: 半月常规抽检, en: Regular half-month sample}
channels:
  call: {scorecard: call-recording, quota: 3, min_duration_s: 20}
  chat: {scorecard: chat-text, quota: 2}
agents: all
graders: [specialist1, specialist2, specialist3]
due_days: 3
"""

Say = Callable[[str], None]


def make_demo(parts: Parts, *, reset: bool, say: Say) -> dict[str, Any]:
    """Make the demo unless it is there; its logins. Raises Refused for anybody's own site."""
    settings = dataclasses.replace(Settings.from_env(), argon2_fast=True)
    logins = settings.data_dir / LOGINS
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    site = Site.open(settings, SystemClock())
    try:
        upgrade(site.database)
        with site.reading() as ctx:
            state = demo_state(ctx)
        if not state["is_empty"] and not state["is_begun"]:
            raise Refused(
                "not_a_demo", "This site holds something else than a demo: it stays as it is."
            )
        if state["is_made"] and logins.exists() and not reset:
            say("The demo is there already; what was done in it is kept.")
            known: dict[str, Any] = json.loads(logins.read_text(encoding="utf-8"))
            return known
        if not state["is_empty"]:
            say("Throwing the old demo away ...")
            _throw_away(site)
        return _make(parts, site, logins, say)
    finally:
        site.close()


def _throw_away(site: Site) -> None:
    downgrade(site.database)
    upgrade(site.database)
    folder = Path(site.settings.recordings)
    if folder.is_relative_to(site.settings.data_dir):
        shutil.rmtree(folder, ignore_errors=True)


def _make(parts: Parts, site: Site, logins: Path, say: Say) -> dict[str, Any]:
    begun = time.monotonic()
    now = SystemClock().now()
    plans = plan_halves(now, site.settings.zone)
    clock = FixedClock(plans[0].start)
    site.clock = clock
    say("Making the demo department ...")
    password = new_password()
    first_day = plans[0].half.first_day
    with site.writing() as ctx:
        record(ctx, BEGUN, "site", "demo")
        accounts = make_department(
            ctx,
            password,
            since=first_day.replace(year=first_day.year - 1),
            moved_on=plans[1].half.first_day,
        )
    with site.writing() as ctx:
        for form in ("call-recording", "chat-text"):
            publish_scorecard(ctx, scorecards.shipped_text(form))
        publish_plan(ctx, PLAN_TEXT)
        make_snippets(ctx)
    _make_history(site, clock, plans, say)
    site.clock = SystemClock()
    with site.writing() as ctx:
        install_shipped_lists(ctx)
    say("Preparing the recordings ...")
    parts.worker().run_pending_jobs(site)
    known = {"password": password, "plan": PLAN, "accounts": accounts}
    logins.write_text(json.dumps(known, ensure_ascii=False, indent=2), encoding="utf-8")
    logins.chmod(0o600)
    with site.writing() as ctx:
        record(ctx, MADE, "site", "demo")
    say(f"The demo is made, in {time.monotonic() - begun:.0f} seconds.")
    return known


def _make_history(site: Site, clock: FixedClock, plans: list[Any], say: Say) -> None:
    history = History(site, clock, Random(20261101), say)  # noqa: S311 - made-up talk, no secret
    days = [(plan.until - plan.start).total_seconds() for plan in plans]
    for plan, length in zip(plans, days, strict=True):
        count = max(600 if not plan.is_over else 0, round(CONVERSATIONS * length / sum(days)))
        say(f"{plan.half}: {count} conversations ...")
        if not plan.is_over:
            sounds = SOUNDS["present"]
        else:
            sounds = SOUNDS["last"] if plan is plans[-2] else 0
        history.make_half(plan, count, with_sound=sounds)
