"""`GET /api/v1/evaluations/<id>`: a submitted evaluation as far as the account may read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify

from qa_app.api._requests import reading, requires
from qa_app.db.types import AnyRow
from qa_app.domain.people import Role
from qa_app.queries.evaluations import evaluation_detail, revisions_of
from qa_app.queries.flags import flags_of_evaluation
from qa_app.security.context import Context
from qa_app.security.permissions import Permission

bp = Blueprint("api_evaluations", __name__)


@bp.get("/evaluations/<int:evaluation_id>")
@requires(Permission.EVALUATION_READ)
def evaluation(evaluation_id: int) -> Response:
    """The revision in force with its sheet and its result; 404 for what may not be known."""
    with reading() as ctx:
        row = evaluation_detail(ctx, evaluation_id)
        document = _for_everybody(ctx, row)
        if ctx.actor.role is not Role.AGENT:
            document |= _for_the_department(ctx, row)
        return jsonify(document)


def _for_everybody(ctx: Context, row: AnyRow) -> dict[str, Any]:
    return {
        "evaluation": row.id,
        "conversation": row.conversation,
        "channel": row.channel,
        "period": row.period,
        "kind": row.kind.value,
        "state": row.state.value,
        "counts": row.kind.value == "random" and row.replaced_at is None,
        "agent": row.employee_no,
        "grader": row.grader_name,
        "scorecard": {
            "id": row.form_slug,
            "version": row.form_version,
            "digest": row.form_digest,
        },
        "score": None if row.score is None else f"{row.score:.2f}",
        "band": row.result["band"],
        "fatal": row.has_fatal,
        "summary": row.summary,
        "sheet": row.sheet,
        "result": row.result,
        "revision": row.revision,
        "revisions": [
            {
                "number": one.number,
                "score": None if one.score is None else f"{one.score:.2f}",
                "reason": one.reason,
                "at": _time(one.created_at),
            }
            for one in revisions_of(ctx, row.id)
        ],
        "submitted_at": _time(row.submitted_at),
        "released_at": _time(row.released_at),
        "acknowledged_at": _time(row.acknowledged_at),
        "acknowledge_comment": row.acknowledge_comment,
    }


def _for_the_department(ctx: Context, row: AnyRow) -> dict[str, Any]:
    """What leads, specialists and managers read besides."""
    flags = [
        {"flag": one.id, "kind": one.kind.value, "state": one.state.value, "reason": one.reason}
        for one in flags_of_evaluation(ctx, row.id)
    ]
    return {"seen_at": _time(row.seen_at), "team": row.team, "flags": flags}


def _time(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
