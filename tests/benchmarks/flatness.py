"""Whether the desk stays as quick when the site grows: the same deeds at 1,000 rows and at more."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import String, cast, func, insert, literal, select, true

from qa_app.db.unit_of_work import plain
from qa_app.models import Conversation
from qa_app.services.sampling_draws import run_draw
from qa_app.services.site import Site
from tests.benchmarks import measure
from tests.benchmarks.bench import Bench
from tests.benchmarks.client import Client
from tests.benchmarks.desk import Timed, Writer
from tests.benchmarks.measure import Row
from tests.benchmarks.world import (
    PERIOD,
    analyse,
    environment,
    open_site,
    run_command,
    served,
    write_chats,
)

FIRST = 1000
TIMES = range(30)


def rows(bench: Bench) -> Iterator[Row]:
    folder = bench.folder / "flat"
    folder.mkdir()
    url = bench.new_database("flat")
    site, env = open_site(folder, url), environment(folder, url)
    chats = folder / "chats.jsonl"
    write_chats(chats, FIRST)
    run_command(env, "conversations", "import", str(chats), "--json")
    with site.writing() as ctx:
        run_draw(ctx, PERIOD, "bench")
    sizes = sorted({FIRST, 100_000, bench.largest} - {0})
    for number, size in enumerate(size for size in sizes if size <= max(bench.largest, FIRST)):
        seconds = measure.once(lambda size=size: grow(site, size))
        if size > FIRST:
            yield measure.amount(f"growing to {size:,} conversations", seconds, "s", None)
        with served(env) as (port, _, pid):
            yield from deeds(Client(port, f"grader{number}"), size, pid)
    site.close()


def deeds(client: Client, size: int, pid: int) -> Iterator[Row]:
    floor = Timed(lambda _: client.get("/health"), range(100), pid)
    path = client.open_next()[0]
    for name, act, goal in (
        ("open", lambda _: client.get(path), 8),
        ("next + open", lambda _: client.open_next(), 8),
        ("save a draft", Writer(client).save, None),
        ("submit", Writer(client).submit, 8),
        ("list", lambda _: client.get("/conversations/"), 15),
    ):
        timed = Timed(act, TIMES, pid)
        yield from timed.rows(f"{name}, {size:,} conversations", floor, goal)


def grow(site: Site, size: int) -> None:
    """Copies of the first conversations, without their texts, until there are `size`."""
    columns = [column for column in Conversation.__table__.columns if column.name != "id"]
    copies = select(literal(1).label("number")).cte("copies", recursive=True)
    copies = copies.union_all(
        select(copies.c.number + 1).where(copies.c.number < size // FIRST - 1)
    )
    suffix = literal("-") + cast(copies.c.number, String)
    copied = [column + suffix if column.name == "external_id" else column for column in columns]
    rows = select(*copied).select_from(Conversation).join(copies, true())
    with site.writing() as ctx:
        there = plain(ctx.session).scalar(select(func.count()).select_from(Conversation)) or 0
        first = select(Conversation.id).order_by(Conversation.id).limit(FIRST).subquery()
        missing = rows.where(
            Conversation.id.in_(select(first.c.id)), copies.c.number >= there // FIRST
        )
        if there < size:
            plain(ctx.session).execute(insert(Conversation).from_select(columns, missing))
    analyse(site)
