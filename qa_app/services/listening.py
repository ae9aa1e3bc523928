"""Writes about who heard, saw or took away what: listenings, masks lifted, exports."""

from __future__ import annotations

from dataclasses import asdict

from qa_app.domain.errors import InvalidInput, Problem
from qa_app.queries.conversations import (
    UNMASKED,
    ConversationFilters,
    get_conversation,
    is_unmasked,
    relation_of,
)
from qa_app.queries.recordings import PLAYED, is_listening
from qa_app.security.context import Context
from qa_app.security.permissions import Permission
from qa_app.security.policy import require
from qa_app.services.audit import record

REASON_MIN, REASON_MAX = 4, 500


def note_listening(
    ctx: Context, conversation_id: int, recording_id: int, version: str = ""
) -> None:
    """Enter a listening in the audit trail, once for all the parts that a player asks for.

    `version`: whether it was heard masked or unmasked, where anything is masked in it.
    """
    if not is_listening(ctx, conversation_id, version):
        heard = {"heard": version} if version else {}
        record(ctx, PLAYED, "conversation", conversation_id, recording=recording_id, **heard)


def unmask_conversation(ctx: Context, conversation_id: int, *, reason: str) -> None:
    """Show the actor this customer's data until the end of the day; the entry is the permit.

    Raises NotFound, NotAllowed, InvalidInput.
    """
    row = get_conversation(ctx, conversation_id)
    require(ctx.actor, Permission.CONVERSATION_UNMASK, relation_of(ctx, row))
    given = " ".join(reason.split())
    if not REASON_MIN <= len(given) <= REASON_MAX:
        message = "Give a reason of 4 to 500 characters."
        raise InvalidInput([Problem("reason", "bad_reason", message)])
    if not is_unmasked(ctx, conversation_id):
        record(ctx, UNMASKED, "conversation", conversation_id, reason=given)


def note_export(ctx: Context, form: str, filters: ConversationFilters) -> None:
    """Enter in the audit trail that a list of conversations was taken away as a file."""
    require(ctx.actor, Permission.CONVERSATION_LIST)
    chosen = {
        name: str(value) for name, value in asdict(filters).items() if value not in ("", None)
    }
    record(ctx, "conversation.exported", "conversation", "list", form=form, filters=chosen)
