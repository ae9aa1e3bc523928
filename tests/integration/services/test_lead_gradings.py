"""A team lead takes a conversation of the own team, grades it, or gives it back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from qa_app.domain.assignment import AssignmentKind, AssignmentState
from qa_app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from qa_app.domain.evaluation import EvaluationKind, EvaluationState
from qa_app.models import Assignment, Evaluation
from qa_app.queries.figures import counted_rows
from qa_app.queries.grading import desk, next_assignment, queue, queue_count
from qa_app.queries.scorecards import load_version
from qa_app.security.context import Context
from qa_app.services.evaluations import (
    Draft,
    save_grading,
    start_evaluation,
    submit_grading,
)
from qa_app.services.lead_gradings import give_back, take_conversation
from qa_app.services.site import Site
from qa_app.services.transcripts import attach_transcript
from tests.factories import (
    make_agent,
    make_conversation,
    make_lead,
    make_specialist,
    make_team,
    publish_form,
)
from tests.factories.grading import acting, perfect_sheet


class Team:
    """A lead with one agent, one agent elsewhere, a chat of each, and a form for chats."""

    def __init__(self, ctx: Context) -> None:
        own, other = make_team(ctx, "A"), make_team(ctx, "B")
        _, self.lead = make_lead(ctx, own)
        agent, _ = make_agent(ctx, own)
        stranger, _ = make_agent(ctx, other)
        self.specialist = make_specialist(ctx)
        self.form = publish_form(ctx, "chat-text")
        self.calls_form = publish_form(ctx, "call-recording")
        self.chat = make_conversation(ctx, agent, channel="chat")
        self.foreign = make_conversation(ctx, stranger, channel="chat")
        self.ctx = acting(ctx, self.lead, frozenset({own.id}))


def assignments(ctx: Context) -> list[Any]:
    return list(ctx.session.scalars(select(Assignment).order_by(Assignment.id)))


def test_a_taken_conversation_is_the_lead_s_to_grade_and_taken_once(site: Site) -> None:
    with site.writing() as ctx:
        team = Team(ctx)
        first = take_conversation(team.ctx, team.chat.id, None)
        assert take_conversation(team.ctx, team.chat.id, team.form.id) == first
        (taken,) = assignments(ctx)
        assert (taken.kind, taken.grader_id) == (AssignmentKind.LEAD, team.lead.id)
        assert taken.scorecard_version_id == team.form.id


def test_what_a_lead_submits_is_a_lead_s_grading_and_counts_in_no_figure(site: Site) -> None:
    with site.writing() as ctx:
        team = Team(ctx)
        assignment_id = take_conversation(team.ctx, team.chat.id, None)
        sheet = perfect_sheet(load_version(ctx, team.form.id))
        done = submit_grading(team.ctx, assignment_id, Draft(0, sheet))
        kept = ctx.session.get(Evaluation, done.evaluation_id)
        assert kept is not None
        assert (kept.kind, kept.state) == (EvaluationKind.LEAD, EvaluationState.RELEASED)
        assert list(counted_rows(ctx, kept.period)) == []


def test_a_conversation_of_another_team_is_not_there(site: Site) -> None:
    with site.writing() as ctx:
        team = Team(ctx)
        with pytest.raises(NotFound):
            take_conversation(team.ctx, team.foreign.id, None)


def test_a_specialist_takes_nothing_so_that_the_draw_alone_decides(site: Site) -> None:
    with site.writing() as ctx:
        team = Team(ctx)
        with pytest.raises(NotAllowed):
            take_conversation(acting(ctx, team.specialist), team.chat.id, None)


def test_a_form_of_the_other_channel_is_refused(site: Site) -> None:
    with site.writing() as ctx:
        team = Team(ctx)
        with pytest.raises(InvalidInput, match="in force for this channel"):
            take_conversation(team.ctx, team.chat.id, team.calls_form.id)
        assert ctx.session.scalar(select(func.count(Assignment.id))) == 0


def test_what_was_given_back_can_be_taken_anew(site: Site) -> None:
    with site.writing() as ctx:
        team = Team(ctx)
        first = take_conversation(team.ctx, team.chat.id, None)
        give_back(team.ctx, first)
        again = take_conversation(team.ctx, team.chat.id, None)
        ctx.session.expire_all()
        states = [one.state for one in assignments(ctx)]
        assert again != first
        assert states == [AssignmentState.CANCELLED, AssignmentState.OPEN]


def test_a_submitted_grading_is_not_given_back(site: Site) -> None:
    with site.writing() as ctx:
        team = Team(ctx)
        assignment_id = take_conversation(team.ctx, team.chat.id, None)
        sheet = perfect_sheet(load_version(ctx, team.form.id))
        submit_grading(team.ctx, assignment_id, Draft(0, sheet))
        with pytest.raises(WrongState):
            give_back(team.ctx, assignment_id)


def test_who_leads_the_team_no_more_does_not_grade_it(site: Site) -> None:
    with site.writing() as ctx:
        team = Team(ctx)
        taken = take_conversation(team.ctx, team.chat.id, None)
        sheet = perfect_sheet(load_version(ctx, team.form.id))
        assert (next_assignment(team.ctx), queue_count(team.ctx)) == (taken, 1)
        left = acting(ctx, team.lead)
        assert (next_assignment(left), queue_count(left), queue(left)) == (None, 0, [])
        deeds = (desk, give_back, start_evaluation)
        for deed in (*deeds, lambda mine, one: submit_grading(mine, one, Draft(0, sheet))):
            with pytest.raises(NotFound):
                deed(left, taken)


def test_nothing_is_saved_of_what_was_given_back_and_its_transcript_may_come(site: Site) -> None:
    with site.writing() as ctx:
        team = Team(ctx)
        taken = take_conversation(team.ctx, team.chat.id, None)
        sheet = perfect_sheet(load_version(ctx, team.form.id))
        name = next(iter(sheet))
        named = {name: {**sheet[name], "evidence": [{"turn": 0}]}}
        save_grading(team.ctx, taken, Draft(0, named))
        give_back(team.ctx, taken)
        for deed in (save_grading, submit_grading):
            with pytest.raises(Conflict) as refusal:
                deed(team.ctx, taken, Draft(1, sheet))
            assert refusal.value.code == "taken_back"
        said = b'[{"speaker":"agent","text":"Another one."}]'
        mine = acting(ctx, team.specialist)
        assert attach_transcript(mine, team.chat.id, said, replaces=True) == 1
