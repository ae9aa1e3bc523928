"""The demo's history, through the same services as everybody's: import, draw, grade, publish."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from qa_app.adapters.clock import FixedClock
from qa_app.cli.demo.grader import fill, summary
from qa_app.cli.demo.schedule import HalfPlan
from qa_app.cli.demo.talks import Talk, make_talks, write_rows, write_sounds
from qa_app.queries.accounts import account_by_login, actor_of
from qa_app.queries.demo import drawn_assignments, released_evaluations
from qa_app.queries.flags import flag_page
from qa_app.queries.scorecards import load_version
from qa_app.security.context import Actor
from qa_app.services.acknowledgement import acknowledge_evaluation, mark_seen
from qa_app.services.evaluations import Draft, save_grading, submit_grading
from qa_app.services.flags import decide_flag, raise_flag
from qa_app.services.imports import import_conversations
from qa_app.services.periods import publish_period
from qa_app.services.sampling_draws import run_draw
from qa_app.services.site import Site

PLAN = "main"
GRADED_OF_PRESENT = 0.45
DECISIONS = (
    ("confirm", "听过了，情况属实，已在班会上说明。"),
    ("coach", "已约下周一对一辅导，重点练习核对信息。"),
    ("dismiss", "Listened to it: the customer had agreed to hold, nothing was wrong."),
)


@dataclass
class History:
    """Makes one half after another; everything that is random comes from one seed."""

    site: Site
    clock: FixedClock
    rng: Random
    say: Callable[[str], None]
    talks: dict[str, Talk] = field(default_factory=dict)
    turns: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def make_half(self, plan: HalfPlan, count: int, *, with_sound: int) -> None:
        """Conversations, draw, gradings; what follows depends on whether the half is over."""
        self.clock.set(plan.drawn_at)
        talks = make_talks(self.rng, plan, self.site.settings.zone, count)
        self.talks = {talk.key: talk for talk in talks}
        rows = {talk.key: talk.row() for talk in talks}
        self.turns = {key: row["turns"] for key, row in rows.items()}
        with tempfile.TemporaryDirectory(dir=self.site.settings.data_dir) as folder:
            write_rows(Path(folder) / "conversations.jsonl", rows.values())
            self._import(Path(folder) / "conversations.jsonl")
        with self.site.writing(self._actor("specialist1")) as ctx:
            draw = run_draw(ctx, str(plan.half), PLAN)
            code = draw.code
        self._add_sounds(code, with_sound)
        self._grade(plan, code)
        self._answer_flags(plan)
        if plan.published_at is not None:
            self._publish(plan)

    def _import(self, path: Path) -> None:
        with import_conversations(self.site, path, source="demo") as report:
            assert not report.counts.rejected, list(report.rejected)[:3]

    def _add_sounds(self, draw: str, limit: int) -> None:
        """Sound for the calls that were drawn: the same rows again, now with a recording."""
        with self.site.reading() as ctx:
            drawn = [row for row in drawn_assignments(ctx, draw) if row.channel == "call"]
        chosen = [self.talks[row.key] for row in drawn[:limit]]
        if not chosen:
            return
        self.say(f"  speaking {len(chosen)} calls ...")
        with tempfile.TemporaryDirectory(dir=self.site.settings.data_dir) as folder:
            rows = write_sounds(Path(folder), chosen)
            write_rows(Path(folder) / "conversations.jsonl", rows)
            self._import(Path(folder))
        for talk, row in zip(chosen, rows, strict=True):
            self.turns[talk.key] = row["turns"]

    def _grade(self, plan: HalfPlan, draw: str) -> None:
        with self.site.reading() as ctx:
            drawn = drawn_assignments(ctx, draw)
            forms = {
                row.scorecard_version_id: load_version(ctx, row.scorecard_version_id).to_dict()
                for row in drawn
            }
        todo = drawn if plan.is_over else self._part_of(drawn)
        step = (plan.graded_until - plan.drawn_at) * 0.9 / max(1, len(todo))
        graders = {login: self._actor(login) for login in {row.grader for row in drawn}}
        for number, row in enumerate(todo, 1):
            self.clock.set(plan.drawn_at + step * number)
            talk, turns = self.talks[row.key], self.turns[row.key]
            sheet = fill(self.rng, forms[row.scorecard_version_id], talk, turns)
            draft = Draft(
                0, sheet, summary(self.rng, talk), tab="demo", seconds=self._seconds(talk)
            )
            with self.site.writing(graders[row.grader]) as ctx:
                done = submit_grading(ctx, row.assignment_id, draft)
                if self.rng.random() < 0.03 and not done.has_fatal:
                    raise_flag(
                        ctx, done.evaluation_id, reason="complaint_risk", note="请听客户最后两句。"
                    )
        if not plan.is_over:
            self._leave_drafts(drawn[len(todo) : len(todo) + 4], forms, graders)

    def _part_of(self, drawn: list[Any]) -> list[Any]:
        return drawn[: round(len(drawn) * GRADED_OF_PRESENT)]

    def _seconds(self, talk: Talk) -> int:
        return round(talk.about.duration_ms / 1000 * self.rng.uniform(0.8, 1.6)) + 40

    def _leave_drafts(
        self, rows: list[Any], forms: dict[int, dict[str, Any]], graders: dict[str, Actor]
    ) -> None:
        """A few that were begun and not finished."""
        for row in rows:
            talk, turns = self.talks[row.key], self.turns[row.key]
            sheet = fill(self.rng, forms[row.scorecard_version_id], talk, turns)
            begun = dict(list(sheet.items())[:5])
            with self.site.writing(graders[row.grader]) as ctx:
                save_grading(ctx, row.assignment_id, Draft(0, begun, tab="demo", seconds=75))

    def _answer_flags(self, plan: HalfPlan) -> None:
        """Leads decide all flags of a half that is over, and a few of the present one."""
        for login in ("lead1", "lead2", "lead3"):
            lead = self._actor(login)
            with self.site.reading(lead) as ctx:
                flags = [row.id for row in flag_page(ctx, limit=200)]
            for flag_id in flags if plan.is_over else flags[:1]:
                decision, reason = self.rng.choice(DECISIONS)
                with self.site.writing(lead) as ctx:
                    decide_flag(ctx, flag_id, decision=decision, reason=reason)

    def _publish(self, plan: HalfPlan) -> None:
        assert plan.published_at is not None
        self.clock.set(plan.published_at)
        with self.site.writing(self._actor("specialist1")) as ctx:
            publish_period(ctx, str(plan.half))
        self.clock.set(plan.published_at + timedelta(minutes=20))
        self._acknowledge(plan)

    def _acknowledge(self, plan: HalfPlan) -> None:
        """Most agents have looked and acknowledged; some have not."""
        with self.site.reading() as ctx:
            released = released_evaluations(ctx, str(plan.half))
        actors = {login: self._actor(login) for login in {row.login for row in released}}
        for row in released:
            if self.rng.random() < 0.15:
                continue
            comment = "收到，下次注意。" if self.rng.random() < 0.2 else ""
            with self.site.writing(actors[row.login]) as ctx:
                mark_seen(ctx, row.evaluation_id)
                acknowledge_evaluation(ctx, row.evaluation_id, comment=comment)

    def _actor(self, login: str) -> Actor:
        with self.site.reading() as ctx:
            account = account_by_login(ctx.session, login)
            assert account is not None
            return actor_of(ctx.session, account, ctx.today)
