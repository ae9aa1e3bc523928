"""Replacing picks: by the next ticket of the newest frame, once, and so that it can be proved."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import func, select, update

from qa_app.adapters.clock import FixedClock
from qa_app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, QAError, Refused
from qa_app.domain.period import PeriodState
from qa_app.models import Account, Assignment, AuditEntry, Evaluation, Period, Pick, Stratum
from qa_app.queries.sampling import draw_list, draw_record, verify_draw
from qa_app.queries.sampling_records import draw_head
from qa_app.queries.sampling_replacements import replacements_of_draw
from qa_app.queries.scorecards import load_version
from qa_app.security.context import Context
from qa_app.services.evaluations import (
    Draft,
    save_draft,
    start_evaluation,
    submit_evaluation,
    submit_grading,
)
from qa_app.services.sampling import run_draw
from qa_app.services.sampling_replacements import replace_pick
from qa_app.services.site import Site
from tests.factories import make_lead, make_specialist, make_team
from tests.factories.grading import acting, actor_for, make_assignment, perfect_sheet, publish_form
from tests.factories.sampling import (
    PERIOD,
    first_draw,
    make_chat,
    make_department,
    plan_text,
    publish_plan_text,
)
from tests.infrastructure.races import together

CODE = f"{PERIOD}.main.1"


def assignments(ctx: Context) -> list[Assignment]:
    return list(ctx.session.scalars(select(Assignment).order_by(Assignment.id)))


def as_grader(ctx: Context, assignment: Assignment) -> Context:
    return acting(ctx, ctx.session.get_one(Account, assignment.grader_id))


def stratum_of(ctx: Context, agent: str, code: str = CODE) -> dict[str, Any]:
    return next(one for one in draw_record(ctx, code)["strata"] if one["agent"] == agent)


def submitted(ctx: Context, assignment: Assignment) -> int:
    """A perfect, submitted evaluation of it."""
    mine = as_grader(ctx, assignment)
    evaluation_id = start_evaluation(mine, assignment.id)
    sheet = perfect_sheet(load_version(ctx, assignment.scorecard_version_id))
    version = save_draft(mine, evaluation_id, base_version=0, sheet_changes=sheet)
    submit_evaluation(mine, evaluation_id, base_version=version)
    return evaluation_id


def proved(ctx: Context) -> bool:
    return all(verify_draw(ctx, row.code) is None for row in draw_list(ctx))


def test_the_next_ticket_of_the_frame_takes_the_place(site: Site) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        before = stratum_of(ctx, "E1")
        old = assignments(ctx)[0]
        new_id = replace_pick(as_grader(ctx, old), old.id, reason="no_sound")
    with site.reading() as ctx:
        old, new = ctx.session.get_one(Assignment, old.id), ctx.session.get_one(Assignment, new_id)
        assert (old.state, new.state) == ("replaced", "open")
        assert (new.grader_id, new.scorecard_version_id, new.due_on, new.kind) == (
            old.grader_id,
            old.scorecard_version_id,
            old.due_on,
            "random",
        )
        after = stratum_of(ctx, "E1")
        assert after["picks"][:2] == before["picks"]
        (replaced,) = after["replaced"]
        assert replaced["key"] in before["picks"]
        assert (replaced["by"], replaced["reason"]) == (after["picks"][2], "no_sound")
        assert after["frame_digest"] == before["frame_digest"]
        assert proved(ctx)
        entry = ctx.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert entry is not None
        assert (entry.action, entry.subject_id) == ("pick.replaced", str(old.id))
        assert entry.data["by"] == replaced["by"]


def test_a_used_up_frame_is_replaced_all_the_same_and_is_one_short(site: Site) -> None:
    with site.writing() as ctx:
        make_department(ctx, agents=1, conversations=2)
        publish_plan_text(ctx, plan_text())
        run_draw(ctx, PERIOD, "main")
        old = assignments(ctx)[0]
        assert replace_pick(as_grader(ctx, old), old.id, reason="test_call") is None
        assert ctx.session.get_one(Assignment, old.id).state == "replaced"
        stratum = stratum_of(ctx, "E1")
        assert [one["by"] for one in stratum["replaced"]] == [None]
        assert len(stratum["picks"]) == 2
        assert proved(ctx)
        with pytest.raises(Refused):
            run_draw(ctx, PERIOD, "main")


def test_an_earlier_draws_pick_is_replaced_from_the_newest_frame(site: Site) -> None:
    with site.writing() as ctx:
        people, _ = make_department(ctx, agents=1, conversations=1)
        publish_plan_text(ctx, plan_text())
        run_draw(ctx, PERIOD, "main")
        for number in range(4):
            make_chat(ctx, people[0], f"late-{number}")
        second = run_draw(ctx, PERIOD, "main").code
        old = assignments(ctx)[0]
        new_id = replace_pick(as_grader(ctx, old), old.id, reason="internal")
        assert new_id is not None
        first, newest = stratum_of(ctx, "E1"), stratum_of(ctx, "E1", second)
        assert (first["replaced"], len(first["picks"])) == ([], 1)
        assert newest["replaced"] == [
            {"key": first["picks"][0], "by": newest["picks"][1], "reason": "internal"}
        ]
        assert proved(ctx)


def test_also_a_graded_one_is_replaced_until_the_period_is_published(site: Site) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        old, other = assignments(ctx)[:2]
        evaluation_id = submitted(ctx, old)
        assert replace_pick(as_grader(ctx, old), old.id, reason="too_short") is not None
        assert ctx.session.get_one(Evaluation, evaluation_id).state == "replaced"
        ctx.session.execute(update(Period).values(state=PeriodState.PUBLISHED))
        with pytest.raises(Refused) as refusal:
            replace_pick(as_grader(ctx, other), other.id, reason="too_short")
        assert refusal.value.code == "period_is_published"
        assert other.state == "open"


def test_it_needs_a_reason_from_the_list_and_words_for_another(site: Site) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        old = assignments(ctx)[0]
        mine = as_grader(ctx, old)
        for reason, note, codes in (
            ("", "", ["unknown_reason"]),
            ("boring", "x" * 501, ["unknown_reason", "bad_note"]),
            ("other", "  a ", ["bad_note"]),
        ):
            with pytest.raises(InvalidInput) as refusal:
                replace_pick(mine, old.id, reason=reason, note=note)
            assert [one.code for one in refusal.value.problems] == codes
        replace_pick(mine, old.id, reason="other", note=" The line\nwas dead. ")
        pick = ctx.session.get_one(Pick, old.pick_id)
        assert pick.replaced_note == "The line was dead."


def test_only_specialists_replace_and_only_what_a_draw_gave(site: Site) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        old = assignments(ctx)[0]
        _, lead = make_lead(ctx, make_team(ctx, "L"))
        with pytest.raises(NotAllowed):
            replace_pick(acting(ctx, lead), old.id, reason="no_sound")
        with pytest.raises(NotAllowed):
            replace_pick(ctx, old.id, reason="no_sound")
        with pytest.raises(NotFound):
            replace_pick(as_grader(ctx, old), 987654, reason="no_sound")
        one = make_specialist(ctx, "third")
        conversation = ctx.session.get_one(Assignment, old.id).conversation_id
        from qa_app.models import Conversation

        given = make_assignment(
            ctx, ctx.session.get_one(Conversation, conversation), one, publish_form(ctx)
        )
        with pytest.raises(Refused) as refusal:
            replace_pick(acting(ctx, one), given.id, reason="no_sound")
        assert refusal.value.code == "not_drawn"


def test_a_conflict_of_interest_gives_the_next_one_to_another_grader(site: Site) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        old = assignments(ctx)[0]
        new_id = replace_pick(as_grader(ctx, old), old.id, reason="conflict_of_interest")
        assert ctx.session.get_one(Assignment, new_id).grader_id != old.grader_id


def test_of_two_clicks_one_replaces(site: Site) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        old = assignments(ctx)[0]
        who = actor_for(ctx.session.get_one(Account, old.grader_id))

    def click(_number: int) -> str:
        try:
            with site.writing(who) as mine:
                replace_pick(mine, old.id, reason="no_sound")
            return "done"
        except Conflict as conflict:
            return conflict.code

    assert sorted(together(4, click)) == ["done", *["replaced_already"] * 3]
    with site.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Pick)) == 7
        assert proved(ctx)


def test_of_replacing_and_submitting_at_once_each_is_whole(site: Site) -> None:
    with site.writing() as ctx:
        make_department(ctx, agents=4)
        publish_plan_text(ctx, plan_text())
        run_draw(ctx, PERIOD, "main")
        given = [(one.id, one.grader_id, one.scorecard_version_id) for one in assignments(ctx)]
        actors = {
            account.id: actor_for(account) for account in ctx.session.scalars(select(Account))
        }
        for one in assignments(ctx):
            start_evaluation(as_grader(ctx, one), one.id)
    for assignment_id, grader_id, version_id in given:
        with site.reading() as ctx:
            sheet = perfect_sheet(load_version(ctx, version_id))

        def act(
            number: int, one: int = assignment_id, who: int = grader_id, sheet: Any = sheet
        ) -> str:
            try:
                with site.writing(actors[who]) as mine:
                    if number:
                        replace_pick(mine, one, reason="no_sound")
                    else:
                        submit_grading(mine, one, Draft(0, sheet))
                return "done"
            except QAError as error:
                return error.code

        submission, replacement = together(2, act)
        with site.reading() as ctx:
            assignment = ctx.session.get_one(Assignment, assignment_id)
            state = ctx.session.scalars(
                select(Evaluation.state).where(Evaluation.assignment_id == assignment_id)
            ).one()
            if replacement == "done":
                assert (assignment.state, state) == ("replaced", "replaced")
                assert submission in ("done", "already_submitted", "taken_back", "wrong_state")
            else:
                assert (assignment.state, state, submission) == ("submitted", "released", "done")
                assert replacement == "changed_meanwhile"
    with site.reading() as ctx:
        assert proved(ctx)


def test_nothing_is_saved_or_submitted_of_what_was_replaced(site: Site) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        old = assignments(ctx)[0]
        mine = as_grader(ctx, old)
        evaluation_id = start_evaluation(mine, old.id)
        replace_pick(mine, old.id, reason="no_sound")
        with pytest.raises(Conflict) as refusal:
            save_draft(mine, evaluation_id, base_version=0, sheet_changes={})
        assert refusal.value.code == "taken_back"
        with pytest.raises(Conflict) as refusal:
            submit_evaluation(mine, evaluation_id, base_version=0)
        assert refusal.value.code == "taken_back"


@pytest.mark.parametrize("seed", range(4))
def test_draws_stay_provable_whatever_is_replaced(site: Site, clock: FixedClock, seed: int) -> None:
    chance = random.Random(seed)
    with site.writing() as ctx:
        people, _ = make_department(ctx, agents=2, conversations=5)
        publish_plan_text(ctx, plan_text(more="slices: 2" if seed % 2 else ""))
        run_draw(ctx, PERIOD, "main")
    for step in range(14):
        if chance.random() < 0.5:
            clock.advance(minutes=1)
        with site.writing() as ctx:
            standing = [one for one in assignments(ctx) if one.state != "replaced"]
            if standing and chance.random() < 0.7:
                one = chance.choice(standing)
                reason = chance.choice(["no_sound", "internal", "conflict_of_interest"])
                replace_pick(as_grader(ctx, one), one.id, reason=reason)
            else:
                make_chat(ctx, chance.choice(people), f"more-{step}", day=chance.choice([17, 20]))
        with site.writing() as ctx:
            try:
                if chance.random() < 0.4:
                    run_draw(ctx, PERIOD, "main")
            except Refused:
                pass
        with site.reading() as ctx:
            assert proved(ctx), step
            picked = select(func.count(), func.count(Pick.conversation_id.distinct()))
            total, distinct = ctx.session.execute(picked).one()
            assert total == distinct


def test_replacements_are_told_by_grader(site: Site) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        one, two, three, *_ = assignments(ctx)
        qa = [account for account in ctx.session.scalars(select(Account)) if account.login == "qa1"]
        mine = acting(ctx, qa[0])
        for assignment, reason in ((one, "no_sound"), (two, "no_sound"), (three, "internal")):
            replace_pick(mine, assignment.id, reason=reason)
        (told,) = replacements_of_draw(ctx, draw_head(ctx, CODE).id)
        assert (told.login, told.count, told.reasons) == (
            "qa1",
            3,
            {"no_sound": 2, "internal": 1},
        )


def test_nobody_replaces_an_own_conversation(site: Site) -> None:
    with site.writing() as ctx:
        first_draw(ctx)
        old = assignments(ctx)[0]
        stratum = ctx.session.scalars(
            select(Stratum).join(Pick, Pick.stratum_id == Stratum.id).where(Pick.id == old.pick_id)
        ).one()
        account = make_specialist(ctx, "self")
        account.person_id = stratum.agent_id
        ctx.session.flush()
        with pytest.raises(NotAllowed):
            replace_pick(acting(ctx, account), old.id, reason="no_sound")
