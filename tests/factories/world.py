"""A small department in which every page has something to show, and something to hide.

Each of four people has the same things: anna and the lead of team A work there with ben, carl works
in team B. What is whose is found by name: `ids["evaluation anna"]`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from sqlalchemy import select, update

from qa_app.adapters.clock import FixedClock
from qa_app.domain.flag import FlagKind
from qa_app.domain.period import PeriodState
from qa_app.domain.snippets import SnippetText
from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import Account, Assignment, Conversation, Draw, Flag, Period, Person, Stratum
from qa_app.security.context import Context
from qa_app.services.evaluations import start_evaluation
from qa_app.services.flags import decide_flag, raise_flag
from qa_app.services.import_uploads import start_import
from qa_app.services.jobs import cancel_job, enqueue
from qa_app.services.periods import publish_period
from qa_app.services.phrases import publish_phrase_list
from qa_app.services.sampling import publish_plan, run_draw
from qa_app.services.scorecards import publish_scorecard
from qa_app.services.site import Site
from qa_app.services.snippets import add_snippet, archive_snippet
from qa_app.services.sound_masks import mask_sound
from tests.factories.conversations import make_conversation
from tests.factories.figures import FORM, PLAN, grade
from tests.factories.grading import acting, actor_for, make_assignment
from tests.factories.people import make_account, make_lead, make_person, make_specialist, make_team
from tests.factories.recordings import make_call, store_mp3

CLOSED, PUBLISHED, RUNNING = "2026-10-H2", "2026-11-H1", "2026-11-H2"
PHRASES = """
id: rude
title: {zh: 粗话, en: Rude words}
kind: forbidden
speaker: agent
phrases: [go away]
"""
FIRST_DAYS = {CLOSED: (10, 19), PUBLISHED: (11, 4), RUNNING: (11, 17)}
OWNERS = ("anna", "ben", "carl", "lead")
LOGINS = {
    "specialist": "qing",
    "lead": "lead-a",
    "agent": "anna",
    "manager": "manager",
    "hr": "hr",
    "admin": "admin",
}

World = dict[str, int]


def build_world(site: Site, folder: Path) -> World:
    """Fill an empty site; ids by name. The clock stands at 20 November 2026."""
    ids: World = {}
    people, accounts = _people(site, ids)
    _periods(site, ids, people, accounts["qing"])
    with site.writing() as ctx:
        accounts["song"] = make_specialist(ctx, "song")
    stored = store_mp3(site, folder, seconds=1)
    for owner in OWNERS:
        with site.writing() as ctx:
            call = make_call(ctx, people[owner], stored, external_id=f"released-{owner}")
            ids[f"conversation {owner}"] = call.id
            ids[f"mask {owner}"] = mask_sound(ctx, call.id, 100, 300, reason="A name.")
            _things(ctx, ids, owner, people[owner], accounts)
        _evaluations(site, ids, owner, people[owner], accounts["qing"])
    _decided_flags(site, ids, accounts)
    _imports_and_jobs(site, ids, accounts["admin"])
    _snippets(site, ids, accounts["qing"])
    return ids


def _people(site: Site, ids: World) -> tuple[dict[str, Person], dict[str, Account]]:
    people: dict[str, Person] = {}
    accounts: dict[str, Account] = {}
    with site.writing() as ctx:
        accounts["qing"] = make_specialist(ctx, "qing")
        for role in ("manager", "hr", "admin"):
            accounts[role] = make_account(ctx, role, role)
        teams = {code: make_team(ctx, code) for code in ("A", "B")}
        for name, team in (("anna", "A"), ("ben", "A"), ("carl", "B")):
            people[name] = make_person(ctx, f"E-{name}", name=name.title(), team=teams[team])
            accounts[name] = make_account(ctx, "agent", name, person=people[name])
        people["lead"] = make_person(ctx, "E-lead-a", name="Lina", team=teams["A"], is_lead=True)
        accounts["lead"] = make_account(ctx, "lead", "lead-a", person=people["lead"])
        people["lead b"], accounts["lead b"] = make_lead(ctx, teams["B"])
        ids.update({f"person {name}": person.id for name, person in people.items()})
        ids.update({f"account {name}": account.id for name, account in accounts.items()})
        ids.update({f"team {code}": team.id for code, team in teams.items()})
        publish_scorecard(ctx, FORM)
        publish_plan(ctx, PLAN)
        publish_phrase_list(ctx, PHRASES, scan=False)
    return people, accounts


def _periods(site: Site, ids: World, people: dict[str, Person], grader: Account) -> None:
    """One closed half, one published one, one that runs; the first two are graded whole."""
    for code, (month, day) in FIRST_DAYS.items():
        with site.writing() as ctx:
            for owner in OWNERS:
                for channel in ("call", "chat"):
                    make_conversation(
                        ctx,
                        people[owner],
                        channel=channel,
                        external_id=f"{code}-{owner}-{channel}",
                        started_at=datetime(2026, month, day, 3, tzinfo=UTC),
                    )
            ids[f"draw {code}"] = run_draw(ctx, code, "main").id
        if code != RUNNING:
            _grade_and_publish(site, code, grader)
    grade(site, grader, _assignments(site, RUNNING)[0], "97")
    with site.writing() as ctx:
        closed = update(Period).where(Period.code == CLOSED).values(state=PeriodState.CLOSED)
        ctx.session.execute(closed)
        for owner in OWNERS:
            ids[f"stratum {owner}"] = (
                ctx.session.scalars(
                    select(Stratum.id)
                    .join(Draw, Draw.id == Stratum.draw_id)
                    .where(Draw.period == PUBLISHED, Stratum.agent_id == people[owner].id)
                ).first()
                or 0
            )


def _assignments(site: Site, code: str) -> list[int]:
    with site.reading() as ctx:
        drawn = select(Assignment.id).where(Assignment.period == code).order_by(Assignment.id)
        return list(ctx.session.scalars(drawn))


def _grade_and_publish(site: Site, code: str, grader: Account) -> None:
    for number, assignment_id in enumerate(_assignments(site, code)):
        grade(site, grader, assignment_id, f"{90 + number % 10}")
    with site.writing() as ctx:
        publish_period(ctx, code)


def _things(
    ctx: Context, ids: World, owner: str, person: Person, accounts: dict[str, Account]
) -> None:
    """Assignments in each state, and a conversation that was never drawn."""
    form = publish_scorecard(ctx, FORM)
    released = ctx.session.get_one(Conversation, ids[f"conversation {owner}"])
    first = make_assignment(ctx, released, accounts["qing"], form)
    ids[f"assignment released {owner}"] = first.id
    for name, grader in (("open", "qing"), ("draft", "qing"), ("other", "song")):
        chat = make_conversation(ctx, person, external_id=f"{name}-{owner}")
        ids[f"conversation {name} {owner}"] = chat.id
        ids[f"assignment {name} {owner}"] = make_assignment(ctx, chat, accounts[grader], form).id
    bare = make_conversation(ctx, person, external_id=f"bare-{owner}")
    ids[f"conversation bare {owner}"] = bare.id


def _evaluations(site: Site, ids: World, owner: str, person: Person, grader: Account) -> None:
    """A released evaluation with an open flag, and a draft."""
    evaluation = grade(site, grader, ids[f"assignment released {owner}"], "88")
    ids[f"evaluation {owner}"] = evaluation
    with site.writing() as ctx:
        as_grader = acting(ctx, grader)
        draft = start_evaluation(as_grader, ids[f"assignment draft {owner}"])
        ids[f"evaluation draft {owner}"] = draft
        ids[f"flag {owner}"] = raise_flag(as_grader, evaluation, reason="outstanding")


def _decided_flags(site: Site, ids: World, accounts: dict[str, Account]) -> None:
    """A flag of anna's that her lead has decided."""
    with site.writing() as ctx:
        evaluation = ids["evaluation anna"]
        again = ctx.session.scalars(select(Flag).where(Flag.id == ids["flag anna"])).one()
        lead = acting(ctx, accounts["lead"], frozenset({ids["team A"]}))
        decide_flag(lead, again.id, decision="coach", reason="Talked it through.")
        ids["flag decided anna"] = again.id
        ids["flag anna"] = raise_flag(
            acting(ctx, accounts["qing"]), evaluation, reason="other", note="Have a look."
        )
        assert again.kind is FlagKind.MANUAL


def _imports_and_jobs(site: Site, ids: World, admin: Account) -> None:
    """An import with a rejected row, a job that waits and one that was cancelled."""
    lines = (
        "external_id,channel,agent,started_at,duration_s\n"
        "I1,chat,E-ben,2026-11-18T10:00:00+08:00,60\nI2,chat,E-nobody,2026-11-18T10:00:00+08:00,60\n"
    )
    ids["import"] = start_import(
        site, actor_for(admin), BytesIO(lines.encode()), filename="november.csv"
    )
    run_pending_jobs(site)
    with site.writing() as ctx:
        ids["job cancelled"] = enqueue(ctx, "process_recording", {"recording_id": 1})
        cancel_job(ctx, ids["job cancelled"])
        ids["job waiting"] = enqueue(ctx, "process_recording", {"recording_id": 1})


def _snippets(site: Site, ids: World, writer: Account) -> None:
    with site.writing() as ctx:
        own = acting(ctx, writer)
        for name in ("kept", "archived"):
            ids[f"snippet {name}"] = add_snippet(own, SnippetText(name, f"It is {name}."))
        archive_snippet(own, ids["snippet archived"])


def fixed_clock() -> FixedClock:
    """10:00 on 20 November 2026 in Shanghai."""
    return FixedClock(datetime(2026, 11, 20, 2, 0, tzinfo=UTC))
