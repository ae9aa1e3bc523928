"""Publishing plans, opening seeds, running draws."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select, update

from qa_app.adapters.clock import FixedClock
from qa_app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refused
from qa_app.domain.period import PeriodState
from qa_app.models import Account, Assignment, Membership, Period, PeriodSeed, Pick, Stratum
from qa_app.queries.sampling import draw_list, draw_record, missing_seeds, verify_draw
from qa_app.services.sampling import open_seeds, plan_problems, publish_plan, run_draw
from qa_app.services.scorecards import publish_scorecard
from qa_app.services.site import Site
from tests.factories import make_lead, make_person, make_specialist, make_team
from tests.factories.grading import actor_for
from tests.factories.sampling import (
    PERIOD,
    first_draw,
    form_text,
    make_chat,
    make_department,
    plan_text,
    publish_plan_text,
)

SEED = "0f" * 32


def lowest_tickets(keys: list[str], count: int, seed: str = SEED) -> list[str]:
    """The rule as the handbook has it, written down once more."""
    secret = bytes.fromhex(seed)
    return sorted(keys, key=lambda key: hmac.new(secret, key.encode(), hashlib.sha256).digest())[
        :count
    ]


def all_picks(record: dict[str, Any]) -> dict[str, list[str]]:
    return {stratum["agent"]: stratum["picks"] for stratum in record["strata"]}


# Plans


def test_the_same_plan_again_is_the_same_version(site: Site) -> None:
    with site.writing() as ctx:
        publish_scorecard(ctx, form_text("form"))
        first = publish_plan(ctx, plan_text())
        again = publish_plan(ctx, "# words\n" + plan_text())
        other = publish_plan(ctx, plan_text(chat=3))
    assert (first.version, again.version, other.version) == (1, 1, 2)
    assert len(first.digest) == 64


def test_everything_that_a_plan_names_is_checked_at_once(site: Site) -> None:
    more = """
agents: {teams: [A, Nowhere]}
graders: [qa1, nobody, boss]
"""
    with site.writing() as ctx:
        team = make_team(ctx, "A")
        make_specialist(ctx, "qa1")
        lead = make_lead(ctx, team)[1]
        lead.login = "boss"
        publish_scorecard(ctx, form_text("form", "call"))
        text = plan_text(call=1, chat=1, more=more).replace(
            "form, quota: 1}\n  chat", "gone, quota: 1}\n  chat"
        )
        problems = plan_problems(ctx, text)
        assert [(one.code, one.path, one.line) for one in problems] == [
            ("unknown_scorecard", "channels.call.scorecard", 4),
            ("other_channel", "channels.chat.scorecard", 5),
            ("unknown_name", "agents.teams[1]", 7),
            ("unknown_name", "graders[1]", 8),
            ("no_specialist", "graders[2]", 8),
        ]
        with pytest.raises(InvalidInput) as refusal:
            publish_plan(ctx, text)
        assert len(refusal.value.problems) == 5


@pytest.mark.parametrize("marks", ["full_marks: 50\ncap: 100", "full_marks: 100\ncap: 110"])
def test_a_form_that_does_not_end_at_100_feeds_no_figure(site: Site, marks: str) -> None:
    with site.writing() as ctx:
        publish_scorecard(ctx, form_text("form", extra=marks))
        with pytest.raises(InvalidInput) as refusal:
            publish_plan(ctx, plan_text())
        assert [one.code for one in refusal.value.problems] == ["not_100"]


def test_only_specialists_publish_plans_and_draw(site: Site) -> None:
    with site.writing() as ctx:
        _, lead = make_lead(ctx, make_team(ctx))
    with site.writing(actor_for(lead)) as ctx:
        with pytest.raises(NotAllowed):
            publish_plan(ctx, plan_text())
        with pytest.raises(NotAllowed):
            run_draw(ctx, PERIOD, "main")


# Seeds


def test_the_seed_of_the_running_half_is_made_once(site: Site, clock: FixedClock) -> None:
    with site.writing() as ctx:
        publish_plan_text(ctx, plan_text())
        assert [one[1:] for one in missing_seeds(ctx)] == [("main", PERIOD)]
        assert open_seeds(ctx) == 1
        assert open_seeds(ctx) == 0
        made = ctx.session.scalars(select(PeriodSeed)).one()
        assert hashlib.sha256(bytes.fromhex(made.seed)).hexdigest() == made.commitment
        clock.advance(days=11)
        assert [one[2] for one in missing_seeds(ctx)] == ["2026-12-H1"]


def test_a_seed_can_be_set_until_it_is_made(site: Site) -> None:
    with site.writing() as ctx:
        draw = first_draw(ctx, SEED.upper())
        assert draw.code == "2026-11-H2.main.1"
        assert ctx.session.scalars(select(PeriodSeed.seed)).one() == SEED
        with pytest.raises(Refused) as refusal:
            run_draw(ctx, PERIOD, "main", SEED)
        assert refusal.value.code == "seed_is_made"
    with site.writing() as ctx:
        publish_plan(ctx, plan_text("second"))
        open_seeds(ctx)
        with pytest.raises(Refused):
            run_draw(ctx, PERIOD, "second", SEED)
        with pytest.raises(InvalidInput):
            run_draw(ctx, "2026-12-H1", "second", "no hex")


# Draws


def test_a_draw_takes_the_lowest_tickets_of_each_frame(site: Site) -> None:
    with site.writing() as ctx:
        draw = first_draw(ctx, SEED)
        record = draw_record(ctx, draw.code)
        assert record["seed"] is None
        assert record["commitment"] == hashlib.sha256(bytes.fromhex(SEED)).hexdigest()
        assert [one["agent"] for one in record["strata"]] == ["E1", "E2", "E3"]
        for stratum in record["strata"]:
            keys = [f"test:{stratum['agent']}-{number}" for number in range(6)]
            assert stratum["frame"] == keys
            lines = "".join(f"{key}\n" for key in keys)
            assert stratum["frame_digest"] == hashlib.sha256(lines.encode()).hexdigest()
            assert stratum["picks"] == lowest_tickets(keys, 2)
            assert (stratum["quota"], stratum["slice"], stratum["replaced"]) == (2, None, [])
        assert verify_draw(ctx, draw.code) is None


def test_an_agents_picks_are_spread_over_the_graders(site: Site) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        rows = ctx.session.execute(
            select(Assignment, Account.login).join(Account, Account.id == Assignment.grader_id)
        ).all()
        assert Counter(login for _, login in rows) == {"qa1": 3, "qa2": 3}
        assert {one.due_on for one, _ in rows} == {date(2026, 11, 30)}
        assert {one.period for one, _ in rows} == {PERIOD}


def test_due_days_count_from_the_draw(site: Site) -> None:
    with site.writing() as ctx:
        make_department(ctx)
        publish_plan_text(ctx, plan_text(more="due_days: 3"))
        run_draw(ctx, PERIOD, "main")
        assert set(ctx.session.scalars(select(Assignment.due_on))) == {date(2026, 11, 23)}


def test_a_top_up_disturbs_no_earlier_pick(site: Site) -> None:
    with site.writing() as ctx:
        people, _ = make_department(ctx, agents=2, conversations=1)
        publish_plan_text(ctx, plan_text(chat=3))
        first = run_draw(ctx, PERIOD, "main", SEED)
        before = draw_record(ctx, first.code)
        for number in range(5):
            make_chat(ctx, people[0], f"late-{number}")
        second = run_draw(ctx, PERIOD, "main")
        assert draw_record(ctx, first.code) == before
        (stratum,) = draw_record(ctx, second.code)["strata"]
        late = [f"test:late-{number}" for number in range(5)]
        assert (stratum["agent"], stratum["quota"], stratum["frame"]) == ("E1", 2, late)
        assert stratum["picks"] == lowest_tickets(late, 2)
        assert second.number == 2
        assert verify_draw(ctx, second.code) is None


def test_a_raised_quota_is_drawn_from_what_is_left(site: Site) -> None:
    with site.writing() as ctx:
        first = first_draw(ctx, SEED)
        publish_plan(ctx, plan_text(chat=4))
        second = run_draw(ctx, PERIOD, "main")
        early, later = all_picks(draw_record(ctx, first.code)), draw_record(ctx, second.code)
        for stratum in later["strata"]:
            assert stratum["quota"] == 2
            assert not set(stratum["frame"]) & set(early[stratum["agent"]])
            assert len(stratum["frame"]) == 4


def test_a_replaced_pick_is_owed_again_but_never_drawn_again(site: Site) -> None:
    with site.writing() as ctx:
        people, _ = make_department(ctx, agents=1, conversations=2)
        publish_plan_text(ctx, plan_text())
        run_draw(ctx, PERIOD, "main")
        pick = ctx.session.scalars(select(Pick).order_by(Pick.id)).first()
        assert pick is not None
        pick.replaced_at, pick.replaced_reason = ctx.clock.now(), "no_sound"
        pick.replaced_in = pick.stratum_id
        ctx.session.flush()
        make_chat(ctx, people[0], "late")
        second = run_draw(ctx, PERIOD, "main")
        (stratum,) = draw_record(ctx, second.code)["strata"]
        assert (stratum["quota"], stratum["frame"]) == (1, ["test:late"])


def test_nothing_owed_makes_no_draw(site: Site) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
    with site.writing() as ctx, pytest.raises(Refused) as refusal:
        run_draw(ctx, PERIOD, "main")
    assert refusal.value.code == "nothing_is_owed"
    with site.writing() as ctx, pytest.raises(Refused) as refusal:
        run_draw(ctx, "2026-11-H1", "main")
    assert refusal.value.code == "nothing_fits"
    with site.reading() as ctx:
        assert len(draw_list(ctx)) == 1


def test_slices_split_days_and_quota(site: Site) -> None:
    with site.writing() as ctx:
        person = make_person(ctx, "E1", team=make_team(ctx))
        make_specialist(ctx)
        for day in range(16, 31):
            make_chat(ctx, person, f"d{day}", day=day)
        publish_plan_text(ctx, plan_text(chat=4, more="slices: 3"))
        record = draw_record(ctx, run_draw(ctx, PERIOD, "main").code)
    assert [(one["slice"], one["quota"], len(one["frame"])) for one in record["strata"]] == [
        (1, 2, 5),
        (2, 1, 5),
        (3, 1, 5),
    ]
    assert record["strata"][1]["frame"][0] == "test:d21"


def test_filters_and_lengths_decide_what_counts(site: Site) -> None:
    more = """
filters: {queue: [care, sales], tags: [vip], direction: [inbound]}
"""
    fit: dict[str, Any] = {"queue": "care", "tags": "new;vip", "direction": "inbound"}
    with site.writing() as ctx:
        person = make_person(ctx, "E1", team=make_team(ctx))
        make_specialist(ctx)
        make_chat(ctx, person, "good", **fit)
        make_chat(ctx, person, "other-queue", **{**fit, "queue": "Care"})
        make_chat(ctx, person, "part-of-a-tag", **{**fit, "tags": "vip2;xvip"})
        make_chat(ctx, person, "other-case", **{**fit, "tags": "VIP"})
        make_chat(ctx, person, "no-direction", **{**fit, "direction": None})
        make_chat(ctx, person, "short", duration_s=59, **fit)
        make_chat(ctx, person, "length-unknown", duration_s=None, **fit)
        text = plan_text(more=more).replace("quota: 2", "quota: 2, min_duration_s: 60")
        publish_plan_text(ctx, text)
        record = draw_record(ctx, run_draw(ctx, PERIOD, "main").code)
    assert [one["frame"] for one in record["strata"]] == [["test:good"]]


def test_a_team_counts_by_the_day_of_the_conversation(site: Site) -> None:
    with site.writing() as ctx:
        old, new = make_team(ctx, "old"), make_team(ctx, "new")
        person = make_person(ctx, "E1", team=old, to_date=date(2026, 11, 18))
        ctx.session.add(
            Membership(person_id=person.id, team_id=new.id, from_date=date(2026, 11, 19))
        )
        make_specialist(ctx)
        for day in (17, 18, 19, 20):
            make_chat(ctx, person, f"d{day}", day=day)
        publish_plan_text(ctx, plan_text(more="agents: {teams: [new]}"))
        record = draw_record(ctx, run_draw(ctx, PERIOD, "main").code)
    assert record["strata"][0]["frame"] == ["test:d19", "test:d20"]


def test_named_agents_alone_are_drawn(site: Site) -> None:
    with site.writing() as ctx:
        make_department(ctx)
        publish_plan_text(ctx, plan_text(more="agents: {employee_no: [E2]}"))
        record = draw_record(ctx, run_draw(ctx, PERIOD, "main").code)
    assert [one["agent"] for one in record["strata"]] == ["E2"]


def test_nobody_grades_oneself(site: Site) -> None:
    with site.writing() as ctx:
        people, graders = make_department(ctx, graders=2)
        graders[0].person_id = people[0].id
        ctx.session.flush()
        publish_plan_text(ctx, plan_text(more="graders: [qa1]"))
        with pytest.raises(Refused) as refusal:
            run_draw(ctx, PERIOD, "main")
        assert refusal.value.code == "no_grader"
        assert draw_list(ctx) == []
        publish_plan(ctx, plan_text())
        run_draw(ctx, PERIOD, "main")
        own = select(Assignment.id).join(Pick).join(Stratum, Stratum.id == Pick.stratum_id)
        own = own.where(Stratum.agent_id == people[0].id, Assignment.grader_id == graders[0].id)
        assert ctx.session.scalars(own).all() == []


def test_two_plans_may_pick_a_conversation_but_it_is_graded_once(site: Site) -> None:
    with site.writing() as ctx:
        make_department(ctx, agents=1, conversations=2)
        publish_plan_text(ctx, plan_text())
        publish_plan(ctx, plan_text("second"))
        run_draw(ctx, PERIOD, "main")
        draw = run_draw(ctx, PERIOD, "second")
        assert len(all_picks(draw_record(ctx, draw.code))["E1"]) == 2
        assert len(ctx.session.scalars(select(Assignment)).all()) == 2
        assert len(ctx.session.scalars(select(Pick)).all()) == 4


def test_nothing_is_drawn_in_a_published_period(site: Site) -> None:
    with site.writing() as ctx:
        draw = first_draw(ctx, SEED)
        publish_plan(ctx, plan_text(chat=4))
        ctx.session.execute(
            update(Period).where(Period.code == PERIOD).values(state=PeriodState.PUBLISHED)
        )
        with pytest.raises(Refused) as refusal:
            run_draw(ctx, PERIOD, "main")
        assert refusal.value.code == "period_is_published"
        assert draw_record(ctx, draw.code)["seed"] == SEED


def test_unknown_plans_and_periods_are_refused(site: Site) -> None:
    with site.writing() as ctx:
        with pytest.raises(NotFound):
            run_draw(ctx, PERIOD, "nothing")
        with pytest.raises(InvalidInput):
            run_draw(ctx, "2026-13-H1", "nothing")


def test_of_two_draws_at_once_one_wins(site: Site) -> None:
    with site.writing() as ctx:
        make_department(ctx)
        publish_plan_text(ctx, plan_text())
    barrier, results = Barrier(2), []

    def draw() -> None:
        barrier.wait()
        try:
            with site.writing() as ctx:
                results.append(run_draw(ctx, PERIOD, "main").code)
        except (Conflict, Refused) as refusal:
            results.append(refusal.code)

    threads = [Thread(target=draw) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "2026-11-H2.main.1" in results
    assert set(results) & {"drawn_elsewhere", "nothing_is_owed"}
    with site.reading() as ctx:
        picked = ctx.session.scalars(select(Pick.conversation_id)).all()
        assert len(picked) == len(set(picked)) == 6


def test_the_worker_opens_the_seeds_of_a_new_half(site: Site, clock: FixedClock) -> None:
    from qa_app.jobs.worker import open_due_seeds

    with site.writing() as ctx:
        publish_plan_text(ctx, plan_text())
    assert open_due_seeds(site) == 1
    assert open_due_seeds(site) == 0
    clock.advance(days=11)
    assert open_due_seeds(site) == 1
