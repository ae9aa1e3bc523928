"""Players that stop reading in the middle of a long call, on the embedded server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import update

from qa_app.adapters.clock import SystemClock
from qa_app.models import Recording
from qa_app.models.recording import RecordingState
from qa_app.services.site import Site
from tests.factories import make_person, make_specialist
from tests.factories.recordings import make_call
from tests.infrastructure.ports import LOOPBACK, free_port, wait_until_listening
from tests.infrastructure.sites import SignIn

ROOT = Path(__file__).parents[2]
PLAYERS = 12  # more than the server has threads
SIZE = 40 << 20


@contextmanager
def embedded_server(site: Site) -> Iterator[int]:
    """The port of `qa-app serve`."""
    port = free_port()
    environ = os.environ | {
        "QA_DATA_DIR": str(site.settings.data_dir),
        "QA_DATABASE_URL": site.settings.database_url,
        "QA_SECRET_KEY": site.settings.secret_key,
    }
    program = "from qa_app.app import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "serve", "--port", str(port)],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until_listening(port, process)
        yield port
    finally:
        process.kill()
        process.wait()


def long_call(site: Site) -> int:
    """A call whose sound is larger than all the buffers on its way."""
    stored = site.store.put(BytesIO(bytes(SIZE)))
    with site.writing() as ctx:
        call = make_call(ctx, make_person(ctx), stored)
        ctx.session.execute(
            update(Recording).values(
                state=RecordingState.READY,
                playback_key=stored.key,
                playback_mime="audio/wav",
                playback_size=stored.size,
                processed_at=ctx.clock.now(),
            )
        )
        return call.id


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("qa_session")
    assert cookie is not None
    return f"qa_session={cookie.value}"


def paused_player(port: int, call_id: int, cookie: str) -> socket.socket:
    """Asks for the whole sound, takes its beginning, and reads no further."""
    player = socket.create_connection((LOOPBACK, port), 20)
    player.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    lines = (
        f"GET /conversations/{call_id}/sound HTTP/1.1",
        f"Host: {LOOPBACK}",
        f"Cookie: {cookie}",
        "Range: bytes=0-",
    )
    player.sendall("\r\n".join((*lines, "", "")).encode())
    assert player.recv(100).startswith(b"HTTP/1.1 206")
    return player


def test_paused_players_leave_the_site_to_others(
    site: Site, client: FlaskClient, sign_in: SignIn
) -> None:
    site.clock = SystemClock()
    call_id = long_call(site)
    with site.writing() as ctx:
        account = make_specialist(ctx)
    sign_in(client, account)
    cookie = cookie_of(client)
    with ExitStack() as players, embedded_server(site) as port:
        for _ in range(PLAYERS):
            players.enter_context(paused_player(port, call_id, cookie))
        other = HTTPConnection(LOOPBACK, port, timeout=20)
        headers = {"Cookie": cookie, "Range": f"bytes={SIZE - 5}-"}
        other.request("GET", f"/conversations/{call_id}/sound", headers=headers)
        answer = other.getresponse()
        assert (answer.status, answer.read()) == (206, bytes(5))
        other.close()
