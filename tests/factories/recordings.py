"""Recordings with real sound, made on the spot."""

from __future__ import annotations

from pathlib import Path

from qa_app.adapters.recordings_store import StoredObject
from qa_app.jobs.worker import run_pending_jobs
from qa_app.models import Conversation, Person
from qa_app.security.context import Context
from qa_app.services.recordings import register_sound
from qa_app.services.site import Site
from tests.factories.conversations import make_conversation
from tests.integration.adapters.sounds import clicks, hum, write


def store_mp3(site: Site, folder: Path, seconds: float = 4) -> StoredObject:
    """An MP3 called `call.wav`, in the site's store."""
    path = write(folder / "call.wav", hum(seconds, lanes=2), codec="mp3", container="mp3")
    return site.store.put(path)


def store_wave(site: Site, folder: Path, seconds: int = 4) -> StoredObject:
    """Plain PCM with a burst each second, in the site's store."""
    return site.store.put(write(folder / "call.bin", clicks(seconds, 1)))


def make_call(
    ctx: Context, agent: Person, stored: StoredObject | None = None, **columns: object
) -> Conversation:
    """A call, with its sound registered when it is given."""
    recording_id = None if stored is None else register_sound(ctx, stored)
    return make_conversation(
        ctx,
        agent,
        channel="call",
        recording_id=recording_id,
        **columns,  # type: ignore[arg-type]
    )


def prepare_all(site: Site) -> None:
    """Run the jobs that wait."""
    run_pending_jobs(site)
