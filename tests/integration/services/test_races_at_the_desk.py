"""Two or more people in one thing at one moment: each is served or told, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from qa_app.domain.errors import QAError
from qa_app.domain.snippets import SnippetText
from qa_app.models import (
    Account,
    Assignment,
    AuditEntry,
    Conversation,
    Evaluation,
    EvaluationRevision,
    Job,
    Person,
    PhraseListVersion,
    Pick,
    Recording,
    SoundMask,
    Transcript,
)
from qa_app.queries.audit import first_broken_entry
from qa_app.queries.sampling import draw_list, verify_draw
from qa_app.queries.scorecards import load_version
from qa_app.security.context import Actor, Context
from qa_app.services.evaluations import Draft, save_grading, start_evaluation, submit_grading
from qa_app.services.lanes import set_agent_lane
from qa_app.services.lead_gradings import give_back, take_conversation
from qa_app.services.periods import publish_period
from qa_app.services.phrases import (
    SHIPPED,
    install_shipped_lists,
    publish_phrase_list,
    retire_phrase_list,
)
from qa_app.services.sampling import run_draw
from qa_app.services.sampling_replacements import replace_pick
from qa_app.services.settings import change_setting
from qa_app.services.site import Site
from qa_app.services.snippets import add_snippet, archive_snippet, change_snippet, restore_snippet
from qa_app.services.sound_masks import mask_sound, unmask_span
from qa_app.services.transcripts import attach_transcript, shift_transcript
from tests.factories import (
    make_account,
    make_agent,
    make_assignment,
    make_conversation,
    make_lead,
    make_specialist,
    make_team,
)
from tests.factories.grading import actor_for, perfect_sheet, publish_form
from tests.factories.sampling import (
    PERIOD,
    make_chat,
    make_department,
    plan_text,
    publish_plan_text,
)
from tests.infrastructure.races import together

ROUNDS = 20
Deed = Callable[[Context], object]
TURNS = b'[{"speaker":"agent","text":"%d","from_ms":0,"to_ms":5}]'


def at_once(site: Site, deeds: list[tuple[Actor, Deed]]) -> list[str]:
    """What became of each: `done`, or the code of its refusal; anything else is raised."""

    def act(number: int) -> str:
        who, deed = deeds[number]
        try:
            with site.writing(who) as ctx:
                deed(ctx)
        except QAError as refusal:
            return refusal.code
        return "done"

    return together(len(deeds), act)


def count(ctx: Context, *where: Any) -> int:
    return ctx.session.execute(select(func.count()).where(*where)).scalar_one()


def deeds_noted(ctx: Context, action: str) -> int:
    return count(ctx, AuditEntry.action == action)


@pytest.fixture(autouse=True)
def _the_chain_and_the_draws_hold(site: Site) -> Any:
    yield
    with site.reading() as ctx:
        assert first_broken_entry(ctx) is None
        assert all(verify_draw(ctx, row.code) is None for row in draw_list(ctx))


@pytest.fixture
def qa(site: Site) -> Actor:
    with site.writing() as ctx:
        return actor_for(make_specialist(ctx, "qa"))


class Desk:
    """A lead with an agent, a specialist, forms, and as many calls as are asked for."""

    def __init__(self, site: Site, calls: int) -> None:
        with site.writing() as ctx:
            team = make_team(ctx, "A")
            _, lead = make_lead(ctx, team)
            agent, _ = make_agent(ctx, team)
            grader = make_specialist(ctx, "grader")
            form = publish_form(ctx, "chat-text")
            self.sheet = perfect_sheet(load_version(ctx, form.id))
            self.lead = actor_for(lead, frozenset({team.id}))
            self.grader = actor_for(grader)
            chats = [make_conversation(ctx, agent, channel="chat") for _ in range(calls)]
            self.chats = [chat.id for chat in chats]
            self.assignments = [make_assignment(ctx, chat, grader, form).id for chat in chats]


def test_a_setting_changed_by_many_is_changed_once_each_time(site: Site) -> None:
    with site.writing() as ctx:
        manager = actor_for(make_account(ctx, "manager", "manager"))
    for number in range(ROUNDS):
        value = ("hidden", "shown")[number % 2]
        told = at_once(
            site, [(manager, lambda ctx, to=value: change_setting(ctx, "running_score", to))] * 4
        )
        assert Counter(told) == {"done": 4}
        with site.reading() as ctx:
            assert deeds_noted(ctx, "setting.changed") == number + 1


def test_the_shipped_lists_and_one_of_them_are_published_at_once(site: Site, qa: Actor) -> None:
    slugs = sorted(path.stem for path in SHIPPED.glob("*.yaml"))
    for slug in (slugs[-1], slugs[0]):
        told = at_once(
            site,
            [
                (qa, install_shipped_lists),
                (qa, lambda ctx, one=slug: publish_phrase_list(ctx, SHIPPED / f"{one}.yaml")),
                (qa, install_shipped_lists),
            ],
        )
        assert set(told) <= {"done", "published_elsewhere"}
        assert "done" in told
    with site.writing(qa) as ctx:
        install_shipped_lists(ctx)
    with site.reading() as ctx:
        assert count(ctx, PhraseListVersion.id.is_not(None)) == len(slugs)
        assert count(ctx, Job.dedup_key == "year", Job.state == "queued") == 1


def test_a_list_published_and_retired_by_many_keeps_its_versions_apart(
    site: Site, qa: Actor
) -> None:
    def words(number: int) -> str:
        title = "title: {zh: 粗话, en: Rude}"
        return f"id: rude\n{title}\nkind: forbidden\nspeaker: agent\nphrases: [go {number}]\n"

    for number in range(ROUNDS):
        told = at_once(
            site,
            [
                (qa, lambda ctx, one=number: publish_phrase_list(ctx, words(one))),
                (qa, lambda ctx, one=number: publish_phrase_list(ctx, words(one))),
                (qa, lambda ctx, one=number: publish_phrase_list(ctx, words(one + 1000))),
                (qa, lambda ctx: retire_phrase_list(ctx, "rude")),
            ],
        )
        assert set(told) <= {"done", "published_elsewhere", "wrong_state", "not_found"}
    with site.reading() as ctx:
        versions = select(PhraseListVersion.version).order_by(PhraseListVersion.version)
        kept = list(ctx.session.scalars(versions))
        assert kept == list(range(1, len(kept) + 1))


def test_what_is_given_back_is_not_submitted_and_what_is_submitted_is_not_given_back(
    site: Site,
) -> None:
    desk = Desk(site, ROUNDS)
    for chat in desk.chats:
        with site.writing(desk.lead) as ctx:
            taken = take_conversation(ctx, chat, None)
            start_evaluation(ctx, taken)
        told = at_once(
            site,
            [
                (desk.lead, lambda ctx, one=taken: submit_grading(ctx, one, Draft(0, desk.sheet))),
                (desk.lead, lambda ctx, one=taken: give_back(ctx, one)),
            ],
        )
        with site.reading() as ctx:
            state = ctx.session.get_one(Assignment, taken).state
            revisions = count(
                ctx,
                EvaluationRevision.evaluation_id == Evaluation.id,
                Evaluation.assignment_id == taken,
            )
        assert (told[0] == "done", told[1] == "done") in ((True, False), (False, True)), told
        assert (state, revisions) == (("submitted", 1) if told[0] == "done" else ("cancelled", 0))


def test_a_conversation_taken_and_given_back_by_many_is_taken_at_most_once(site: Site) -> None:
    desk = Desk(site, ROUNDS)
    for chat in desk.chats:
        with site.writing(desk.lead) as ctx:
            first = take_conversation(ctx, chat, None)
        told = at_once(
            site,
            [
                (desk.lead, lambda ctx, one=chat: take_conversation(ctx, one, None)),
                (desk.lead, lambda ctx, one=first: give_back(ctx, one)),
                (desk.lead, lambda ctx, one=chat: take_conversation(ctx, one, None)),
                (desk.lead, lambda ctx, one=chat: take_conversation(ctx, one, None)),
            ],
        )
        assert Counter(told) == {"done": 4}
        with site.reading() as ctx:
            standing = count(
                ctx,
                Assignment.conversation_id == chat,
                Assignment.kind == "lead",
                Assignment.state != "cancelled",
            )
        assert standing <= 1


def test_evidence_never_names_a_turn_of_a_transcript_that_is_gone(site: Site, qa: Actor) -> None:
    desk = Desk(site, ROUNDS)
    question = next(iter(desk.sheet))
    marked = {question: {**desk.sheet[question], "evidence": [{"turn": 1}]}}
    one_turn = b'[{"speaker":"agent","text":"only one"}]'
    for chat, assignment in zip(desk.chats, desk.assignments, strict=True):
        deed = submit_grading if chat % 2 else save_grading
        sent = {**desk.sheet, **marked} if chat % 2 else marked
        told = at_once(
            site,
            [
                (desk.grader, lambda ctx, a=assignment, d=deed, s=sent: d(ctx, a, Draft(0, s))),
                (qa, lambda ctx, c=chat: attach_transcript(ctx, c, one_turn, replaces=True)),
            ],
        )
        with site.reading() as ctx:
            turns = ctx.session.get_one(Transcript, chat).turns
            sheet = ctx.session.scalars(
                select(Evaluation.sheet).where(Evaluation.assignment_id == assignment)
            ).one_or_none()
        named = (sheet or {}).get(question, {}).get("evidence", [])
        assert all(place["turn"] < len(turns) for place in named), told
        assert told[1] in ("done", "draft_names_turns", "already_evaluated")


def test_two_transcripts_attached_and_moved_at_once_leave_one(site: Site, qa: Actor) -> None:
    desk = Desk(site, ROUNDS)
    for chat in desk.chats:
        texts = [TURNS % number for number in range(3)]
        told = at_once(
            site,
            [
                *(
                    (qa, lambda ctx, c=chat, t=t: attach_transcript(ctx, c, t, replaces=True))
                    for t in texts
                ),
                (qa, lambda ctx, c=chat: shift_transcript(ctx, c, 100)),
            ],
        )
        assert set(told) <= {"done", "no_times"}
        with site.reading() as ctx:
            (turn,) = ctx.session.get_one(Transcript, chat).turns
            assert turn["text"] in "012"
            assert ctx.session.get_one(Conversation, chat).turn_count == 1


def test_snippets_edited_by_many_stay_whole(site: Site, qa: Actor) -> None:
    with site.writing(qa) as ctx:
        one = add_snippet(ctx, SnippetText("0", "0"))
    for number in range(ROUNDS):
        told = at_once(
            site,
            [
                (qa, lambda ctx, n=number: change_snippet(ctx, one, SnippetText(f"{n}", f"{n}"))),
                (qa, lambda ctx, n=number: change_snippet(ctx, one, SnippetText(f"-{n}", f"-{n}"))),
                (qa, lambda ctx: archive_snippet(ctx, one)),
                (qa, lambda ctx: restore_snippet(ctx, one)),
            ],
        )
        assert Counter(told) == {"done": 4}
    with site.reading() as ctx:
        archived = deeds_noted(ctx, "snippet.archived") - deeds_noted(ctx, "snippet.restored")
        assert archived in (0, 1)


def department(site: Site, *, conversations: int = 12) -> list[tuple[int, Actor, int]]:
    """Assignments of a first draw, each with its grader and form."""
    with site.writing() as ctx:
        make_department(ctx, agents=4, conversations=conversations)
        publish_plan_text(ctx, plan_text(chat=5))
        run_draw(ctx, PERIOD, "main")
        return [
            (
                one.id,
                actor_for(ctx.session.get_one(Account, one.grader_id)),
                one.scorecard_version_id,
            )
            for one in ctx.session.scalars(select(Assignment).order_by(Assignment.id))
        ]


def test_replacing_submitting_publishing_and_drawing_at_once_keeps_the_record(site: Site) -> None:
    given = department(site)
    with site.reading() as ctx:
        sheet = perfect_sheet(load_version(ctx, given[0][2]))
    with site.writing(given[-1][1]) as ctx:
        submit_grading(ctx, given[-1][0], Draft(0, sheet))
    refusals: Counter[str] = Counter()
    for number, (assignment, who, _form) in enumerate(given[:-1]):
        with site.writing() as ctx:
            person = ctx.session.scalars(select(Person).order_by(Person.id)).first()
            assert person is not None
            make_chat(ctx, person, f"late-{number}")
        last = number == len(given) - 2
        told = at_once(
            site,
            [
                (who, lambda ctx, one=assignment: replace_pick(ctx, one, reason="no_sound")),
                (who, lambda ctx, one=assignment: submit_grading(ctx, one, Draft(0, sheet))),
                (who, lambda ctx, one=assignment: replace_pick(ctx, one, reason="internal")),
                (who, lambda ctx: run_draw(ctx, PERIOD, "main")),
                *([(who, lambda ctx: publish_period(ctx, PERIOD))] if last else []),
            ],
        )
        refusals.update(told)
        with site.reading() as ctx:
            pick = ctx.session.get_one(Assignment, assignment).pick_id
            state = ctx.session.get_one(Assignment, assignment).state
            replaced = ctx.session.get_one(Pick, pick).replaced_at is not None
            assert replaced == (state == "replaced")
            assert [told[0], told[2]].count("done") == replaced
            doubled = select(Pick.conversation_id).group_by(Pick.conversation_id)
            assert ctx.session.execute(doubled.having(func.count() > 1)).all() == []
    assert set(refusals) <= {
        "done", "replaced_already", "changed_meanwhile", "taken_back", "wrong_state",
        "nothing_fits", "nothing_is_owed", "drawn_elsewhere", "period_is_published",
        "already_submitted",
    }  # fmt: skip


def test_lanes_named_by_many_are_noted_once(site: Site, qa: Actor, lanes_call: int) -> None:
    for number in range(ROUNDS):
        lane = number % 2
        told = at_once(site, [(qa, lambda ctx, to=lane: set_agent_lane(ctx, lanes_call, to))] * 4)
        assert Counter(told) == {"done": 4}
        with site.reading() as ctx:
            assert deeds_noted(ctx, "conversation.lanes_named") == number + 1


def test_spans_hidden_and_shown_by_many_leave_one_version(
    site: Site, qa: Actor, lanes_call: int
) -> None:
    for number in range(ROUNDS):
        with site.writing(qa) as ctx:
            mask = mask_sound(ctx, lanes_call, number, 900, reason="A name.")
        told = at_once(
            site,
            [
                (qa, lambda ctx, m=mask: unmask_span(ctx, m, reason="No name.")),
                (qa, lambda ctx, m=mask: unmask_span(ctx, m, reason="No name.")),
                (qa, lambda ctx, n=number: mask_sound(ctx, lanes_call, n, 500, reason="A place.")),
                (
                    qa,
                    lambda ctx: attach_transcript(ctx, lanes_call, TURNS % 1, replaces=True),
                ),
            ],
        )
        assert sorted(told) == ["done", "done", "done", "wrong_state"]
        with site.reading() as ctx:
            assert count(ctx, SoundMask.removed_at.is_not(None)) == number + 1
            assert count(ctx, Job.kind == "mask_sound", Job.state == "queued") <= 1


@pytest.fixture
def lanes_call(site: Site) -> int:
    """A call of one second whose sound has two lanes and is ready."""
    with site.writing() as ctx:
        agent, _ = make_agent(ctx, make_team(ctx, "L"))
        sound = Recording(
            sha256="a" * 64,
            size=1,
            state="ready",
            channels=2,
            duration_ms=1000,
            facts={"lanes": [{}, {}]},
            playback_key="k",
            playback_mime="audio/webm",
            playback_size=1,
            peaks_key="p",
            created_at=ctx.clock.now(),
            processed_at=ctx.clock.now(),
        )
        ctx.session.add(sound)
        ctx.session.flush()
        return make_conversation(ctx, agent, channel="call", recording_id=sound.id, turns=[]).id
