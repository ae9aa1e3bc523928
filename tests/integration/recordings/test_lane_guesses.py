"""Which lane is the agent's, told by the transcript: before the sound is ready or after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from qa_app.domain.sound_figures import figures
from qa_app.models import AuditEntry, Conversation, Recording, Transcript
from qa_app.models.recording import RecordingState
from qa_app.services.lane_guesses import ask_to_name_lanes
from qa_app.services.site import Site
from tests.factories import make_agent
from tests.factories.hard_sounds import voices
from tests.factories.recordings import make_call, prepare_all
from tests.integration.adapters.sounds import write

FIRST = [(1.0, 5.0), (10.0, 13.0)]
SECOND = [(6.0, 9.0), (14.0, 18.0)]


def turns(agent: list[tuple[float, float]], customer: list[tuple[float, float]]) -> list[Any]:
    spans = [(*span, "agent") for span in agent] + [(*span, "customer") for span in customer]
    return [
        {"speaker": who, "text": "…", "from_ms": int(a * 1000), "to_ms": int(b * 1000)}
        for a, b, who in sorted(spans)
    ]


def a_call(site: Site, tmp_path: Path, **columns: object) -> int:
    sound = voices(25, FIRST, SECOND)
    stored = site.store.put(write(tmp_path / "call.mp3", sound, codec="mp3", container="mp3"))
    with site.writing() as ctx:
        agent, _account = make_agent(ctx)
        return make_call(ctx, agent, stored, **columns).id


def attach(site: Site, call: int, said: list[Any]) -> int | None:
    with site.writing() as ctx:
        mine = Transcript.conversation_id == call
        ctx.session.execute(update(Transcript).where(mine).values(turns=said))
        return ask_to_name_lanes(ctx, call)


def lanes(site: Site) -> list[int | None]:
    with site.reading() as ctx:
        statement = select(Conversation.agent_lane).order_by(Conversation.id)
        return list(ctx.session.scalars(statement))


def test_a_recording_that_becomes_ready_names_the_lane_by_the_turns(
    site: Site, tmp_path: Path
) -> None:
    plain, swapped, named = (
        a_call(site, tmp_path),
        a_call(site, tmp_path),
        a_call(site, tmp_path, agent_lane=0),
    )
    assert attach(site, plain, turns(FIRST, SECOND)) is None  # it is not ready yet
    attach(site, swapped, turns(SECOND, FIRST))
    attach(site, named, turns(SECOND, FIRST))
    prepare_all(site)
    assert lanes(site) == [0, 1, 0]
    with site.reading() as ctx:
        statement = select(AuditEntry.subject_id).where(
            AuditEntry.action == "conversation.lanes_named"
        )
        assert set(ctx.session.scalars(statement)) == {str(plain), str(swapped)}


def test_a_transcript_that_comes_after_the_sound_names_the_lane(site: Site, tmp_path: Path) -> None:
    call = a_call(site, tmp_path)
    prepare_all(site)
    assert lanes(site) == [None]
    assert attach(site, call, turns(SECOND, FIRST)) is not None
    prepare_all(site)
    assert lanes(site) == [1]
    with site.writing() as ctx:
        assert ask_to_name_lanes(ctx, call) is None


def test_what_is_kept_with_a_recording_gives_the_figures_of_both_lanes(
    site: Site, tmp_path: Path
) -> None:
    a_call(site, tmp_path)
    prepare_all(site)
    with site.reading() as ctx:
        row = ctx.session.execute(select(Recording.state, Recording.facts)).one()
    assert row.state is RecordingState.READY
    found, other = figures(row.facts, 0), figures(row.facts, 1)
    assert found is not None
    assert other is not None
    assert found.response is not None
    assert other.response is not None
    assert abs((found.agent_share or 0) - 0.5) < 0.05
    assert found.talk_over_ms == 0
    assert abs(found.response.mean_ms - 1000) < 150
    assert (found.response.count, other.response.count) == (1, 2)
    assert "cut_short" not in row.facts


def test_a_file_that_was_cut_short_is_ready_and_says_so(site: Site, tmp_path: Path) -> None:
    whole = write(tmp_path / "call.wav", voices(30, FIRST, SECOND)).read_bytes()
    (tmp_path / "call.wav").write_bytes(whole[: len(whole) // 2])
    stored = site.store.put(tmp_path / "call.wav")
    with site.writing() as ctx:
        agent, _account = make_agent(ctx)
        make_call(ctx, agent, stored)
    prepare_all(site)
    with site.reading() as ctx:
        row = ctx.session.execute(
            select(
                Recording.state,
                Recording.problem,
                Recording.playback_mime,
                Recording.duration_ms,
                Recording.facts,
            )
        ).one()
    assert (row.state, row.problem, row.playback_mime) == (
        RecordingState.READY,
        None,
        "audio/webm",
    )
    assert abs(row.facts["cut_short"]["have_ms"] - 15_000) < 20
    assert row.facts["cut_short"]["stated_ms"] == 30_000
    assert row.duration_ms == row.facts["cut_short"]["have_ms"]
