"""Reads of imports: what is there already of the rows at hand, and pages of past imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import JSON, Row, cast, func, literal, select
from sqlalchemy.orm import Session

from qa_app.domain.errors import NotFound
from qa_app.domain.vcon import KnownPerson
from qa_app.models import (
    Account,
    Conversation,
    Evaluation,
    ImportBatch,
    ImportProblem,
    Job,
    Person,
    Recording,
)
from qa_app.models.imports import ImportState
from qa_app.queries.accounts import ACCOUNT, actor_of
from qa_app.security.context import SYSTEM, Actor, Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require

COLUMNS = (
    ImportBatch.id,
    ImportBatch.filename,
    ImportBatch.source,
    ImportBatch.format,
    ImportBatch.is_dry_run,
    ImportBatch.state,
    ImportBatch.counts,
    ImportBatch.error,
    ImportBatch.created_at,
    ImportBatch.finished_at,
    ImportBatch.job_id,
    ImportBatch.upload_key,
    Account.name.label("account"),
    Job.state.label("job_state"),
    Job.error.label("job_error"),
    Job.progress_done,
    Job.progress_total,
)


class KnownConversation(NamedTuple):
    """What an import has to know of a conversation that is there already."""

    id: int
    digest: str
    agent_id: int
    channel: str
    started_at: datetime
    recording_id: int | None


def conversations_there(
    session: Session, source: str, external_ids: Sequence[str]
) -> dict[str, KnownConversation]:
    """Those of the external ids that are there, by external id."""
    statement = select(
        Conversation.external_id,
        Conversation.id,
        Conversation.row_digest,
        Conversation.agent_id,
        Conversation.channel,
        Conversation.started_at,
        Conversation.recording_id,
    ).where(
        Conversation.source == source,
        Conversation.external_id.in_(_listed_in(session, external_ids)),
    )
    return {row[0]: KnownConversation(*row[1:]) for row in session.execute(statement)}


def _listed_in(session: Session, texts: Sequence[str]) -> Any:
    """The texts as one parameter: thousands of single ones take longer to prepare than to find."""
    document = literal(orjson.dumps(texts).decode())
    if session.get_bind().dialect.name == "sqlite":
        return select(func.json_each(document).table_valued("value").c.value)
    return select(func.json_array_elements_text(cast(document, JSON)).column_valued("value"))


def with_submitted_evaluation(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of the conversations that an evaluation was submitted for."""
    statement = select(Evaluation.conversation_id).where(
        Evaluation.conversation_id.in_(ids), Evaluation.submitted_at.is_not(None)
    )
    return set(session.scalars(statement))


def people_by_number(session: Session) -> dict[str, int]:
    """Employee number -> id of everybody."""
    rows = session.execute(select(Person.employee_no, Person.id))
    return {row.employee_no: row.id for row in rows}


def known_people(session: Session) -> list[KnownPerson]:
    """Everybody that a party of a vCon may be."""
    rows = session.execute(select(Person.employee_no, Person.name, Person.email))
    return [KnownPerson(*row) for row in rows]


def recordings_by_content(session: Session, sums: Iterable[str]) -> dict[str, int]:
    """SHA-256 -> id of the recordings that are there."""
    statement = select(Recording.sha256, Recording.id).where(Recording.sha256.in_(list(sums)))
    return {row.sha256: row.id for row in session.execute(statement)}


def import_list(ctx: Context, *, before: int | None = None, limit: int = 50) -> list[Row[Any]]:
    """Newest imports first, older than the import `before`."""
    require(ctx.actor, Permission.CONVERSATION_IMPORT)
    statement = _listed()
    if before is not None:
        statement = statement.where(ImportBatch.id < before)
    return list(ctx.session.execute(statement.order_by(ImportBatch.id.desc()).limit(limit)))


def import_row(ctx: Context, batch_id: int) -> Row[Any]:
    """One import. Raises NotFound."""
    require(ctx.actor, Permission.CONVERSATION_IMPORT)
    row = ctx.session.execute(_listed().where(ImportBatch.id == batch_id)).one_or_none()
    if row is None:
        raise NotFound("import", batch_id)
    return row


def _listed() -> Any:
    return (
        select(*COLUMNS)
        .outerjoin(Account, Account.id == ImportBatch.account_id)
        .outerjoin(Job, Job.id == ImportBatch.job_id)
    )


def import_problems(
    ctx: Context, batch_id: int, level: str, *, after: int = 0, limit: int = 100
) -> list[Row[Any]]:
    """What an import had to say, in the order of the rows; `level` is reject or warning."""
    require(ctx.actor, Permission.CONVERSATION_IMPORT)
    statement = (
        select(ImportProblem.id, ImportProblem.place, ImportProblem.reason)
        .where(
            ImportProblem.batch_id == batch_id,
            ImportProblem.level == level,
            ImportProblem.id > after,
        )
        .order_by(ImportProblem.id)
        .limit(limit)
    )
    return list(ctx.session.execute(statement))


def all_problems(ctx: Context, batch_id: int) -> Iterator[tuple[str, str, str]]:
    """Every `(level, place, reason)` of an import, memory flat."""
    require(ctx.actor, Permission.CONVERSATION_IMPORT)
    statement = (
        select(ImportProblem.level, ImportProblem.place, ImportProblem.reason)
        .where(ImportProblem.batch_id == batch_id)
        .order_by(ImportProblem.id)
        .execution_options(yield_per=1000)
    )
    for row in ctx.session.execute(statement):
        yield row.level, row.place, row.reason


def importer(session: Session, account_id: int | None, today: date) -> Actor:
    """Who asked for an import, in whose name it is done; the system for one without account."""
    if account_id is None:
        return SYSTEM
    account = session.execute(select(*ACCOUNT).where(Account.id == account_id)).one()
    return actor_of(session, account, today)


def upload_is_wanted(session: Session, upload_key: str) -> bool:
    """Whether an import that is not done needs the uploaded file, or it is a recording as well."""
    unfinished = select(ImportBatch.id).where(
        ImportBatch.upload_key == upload_key, ImportBatch.state != ImportState.DONE
    )
    if session.execute(unfinished.limit(1)).one_or_none() is not None:
        return True
    return bool(recordings_by_content(session, [upload_key]))
