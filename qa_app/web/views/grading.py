"""The grading desk: a conversation on the left, its scorecard on the right, saved as one goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

import scorecards
from qa_app.domain.errors import Conflict, InvalidInput, Problem
from qa_app.domain.settings import HIDDEN, RUNNING_SCORE
from qa_app.queries.grading import (
    desk,
    form_of,
    form_ref,
    next_assignment,
    what_was_said,
)
from qa_app.queries.phrases import hits_in
from qa_app.queries.settings import setting
from qa_app.queries.upcoming import Upcoming, upcoming, upcoming_as
from qa_app.security.permissions import Permission
from qa_app.security.policy import can
from qa_app.services.evaluations import (
    Saved,
    Submitted,
    save_grading,
    start_evaluation,
    submit_grading,
)
from qa_app.services.flags import raise_flag
from qa_app.services.listening import unmask_conversation
from qa_app.web.access import requires
from qa_app.web.compression import compressed
from qa_app.web.context import current_context, site, writing
from qa_app.web.errors import as_json
from qa_app.web.filters import score as show_score
from qa_app.web.forms.grading import PlainForm, read_form, read_json
from qa_app.web.presenters.conversation import sound_view, turn_rows
from qa_app.web.presenters.grading import (
    conflict_view,
    kept,
    losses_to_show,
    no_losses,
    running,
    without_points,
)
from qa_app.web.presenters.phrases import phrases_view, questions_of, with_marks
from qa_app.web.presenters.scorecard import definition_of, form_view, grading_form, problem_text

bp = Blueprint("grading", __name__, url_prefix="/grade")
bp.after_request(compressed)
GRADE = Permission.EVALUATION_GRADE


@dataclass(frozen=True, slots=True)
class Filled:
    """What the fields of the page hold, when that is not what the draft holds."""

    sheet: Mapping[str, Any]
    summary: str
    version: int
    problems: Sequence[Problem] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    theirs: Saved | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A scorecard, its canonical definition, and its sections in the reader's language."""

    scorecard: scorecards.Scorecard
    definition: Mapping[str, Any]
    sections: Sequence[Mapping[str, Any]]


@bp.get("")
@requires(GRADE)
def next_one() -> ResponseReturnValue:
    """The actor's next assignment, or the news that there is none."""
    assignment_id = next_assignment(current_context())
    if assignment_id is None:
        return render_template("grading/done.html")
    return redirect(url_for("grading.show", assignment_id=assignment_id))


@bp.get("/<int:assignment_id>")
@requires(GRADE)
def show(assignment_id: int) -> ResponseReturnValue:
    row = desk(current_context(), assignment_id)
    if row.assignment_state in ("replaced", "cancelled"):
        return render_template("grading/withdrawn.html", row=row), 409
    if row.evaluation_state not in (None, "draft"):
        return redirect(url_for("evaluations.show", evaluation_id=row.evaluation_id))
    return _page(row, Filled(row.sheet or {}, row.summary or "", row.draft_version or 0))


@bp.post("/<int:assignment_id>")
@requires(GRADE)
def send_form(assignment_id: int) -> ResponseReturnValue:
    """Save or submit without scripts: the whole sheet at once."""
    form = _form(assignment_id)
    sent = read_form(request.form, form.sections)
    submits = request.form.get("deed") == "submit" and not sent.problems
    try:
        with writing() as ctx:
            if submits:
                return _submitted(submit_grading(ctx, assignment_id, sent.draft))
            saved = save_grading(ctx, assignment_id, sent.draft)
    except InvalidInput as refusal:
        with writing() as ctx:
            saved = save_grading(ctx, assignment_id, sent.draft)
        return _form_again(assignment_id, sent, saved, [*refusal.problems, *sent.problems])
    except Conflict as conflict:
        if not isinstance(conflict.current, Saved):
            raise
        return _form_conflict(assignment_id, sent, conflict.current)
    problems = [*sent.problems, *saved.problems]
    if problems:
        return _form_again(assignment_id, sent, saved, problems)
    flash(_("The draft is saved."), "success")
    return redirect(url_for("grading.show", assignment_id=assignment_id), 303)


@bp.post("/<int:assignment_id>/draft")
@requires(GRADE)
def save(assignment_id: int) -> ResponseReturnValue:
    """Keep the changes of the desk's script; answers with the running score."""
    form = _form(assignment_id)
    draft = read_json(_json(), form.sections)
    try:
        with writing() as ctx:
            saved = save_grading(ctx, assignment_id, draft)
    except Conflict as conflict:
        return _conflict_json(assignment_id, form, conflict)
    result = scorecards.score(form.scorecard, saved.sheet).to_dict()
    return jsonify(
        {
            "version": saved.version,
            "saved_at": saved.saved_at.isoformat(),
            "running": _running(form, result),
            "problems": _problems([*saved.problems, *_answer_problems(result)]),
        }
    )


@bp.post("/<int:assignment_id>/submit")
@requires(GRADE)
def submit(assignment_id: int) -> ResponseReturnValue:
    """Take the last changes in and submit; answers with the address of the next desk."""
    form = _form(assignment_id)
    draft = read_json(_json(), form.sections)
    try:
        with writing() as ctx:
            done = submit_grading(ctx, assignment_id, draft)
            coming = upcoming_as(ctx, done.next_assignment_id)
    except InvalidInput as refusal:
        answer = as_json(refusal)
        return jsonify({**answer, "problems": _problems(refusal.problems)}), 422
    except Conflict as conflict:
        return _conflict_json(assignment_id, form, conflict)
    return jsonify(
        {
            "next": _after(done),
            "next_version": coming.draft_version if coming else 0,
            "evaluation": done.evaluation_id,
            "said": _score_said(done),
        }
    )


@bp.get("/<int:assignment_id>/next")
@requires(GRADE)
def ahead(assignment_id: int) -> ResponseReturnValue:
    """What the desk may fetch ahead: the assignment behind this one. Nothing is begun by it."""
    coming: Upcoming | None = upcoming(current_context(), assignment_id)
    if coming is None:
        return jsonify({"next": None})
    has_peaks = coming.has_sound
    peaks = url_for("recordings.peaks", conversation_id=coming.conversation_id)
    return jsonify(
        {
            "next": url_for("grading.show", assignment_id=coming.assignment_id),
            "next_version": coming.draft_version,
            "peaks": peaks if has_peaks else None,
        }
    )


@bp.post("/<int:assignment_id>/flag")
@requires(Permission.FLAG_RAISE)
def flag(assignment_id: int) -> ResponseReturnValue:
    """Ask the team lead to look at this conversation."""
    with writing() as ctx:
        evaluation_id = start_evaluation(ctx, assignment_id)
        raise_flag(
            ctx,
            evaluation_id,
            reason=request.form.get("reason", ""),
            note=request.form.get("note", ""),
        )
    message = _("The flag is raised; the team lead sees it now.")
    if request.headers.get("X-Requested-With") == "fetch":
        return jsonify({"message": message})
    flash(message, "success")
    return redirect(url_for("grading.show", assignment_id=assignment_id), 303)


@bp.post("/<int:assignment_id>/unmask")
@requires(GRADE)
def unmask(assignment_id: int) -> ResponseReturnValue:
    """Show the customer's data of this conversation, for a reason, and come back."""
    row = desk(current_context(), assignment_id)
    try:
        with writing() as ctx:
            unmask_conversation(ctx, row.conversation_id, reason=request.form.get("reason", ""))
    except InvalidInput as refusal:
        flash(" ".join(_(problem.message) for problem in refusal.problems), "error")
    return redirect(url_for("grading.show", assignment_id=assignment_id), 303)


def _page(row: Any, filled: Filled, status: int = 200) -> ResponseReturnValue:
    ctx = current_context()
    form = _known_form(row.form_digest, form_of(ctx, row))
    result = scorecards.score(form.scorecard, filled.sheet).to_dict()
    problems = [*filled.problems, *_answer_problems(result)]
    said, something_hidden = what_was_said(ctx, row)
    found = hits_in(ctx, said, row.channel, row.language)
    page = render_template(
        "grading/desk.html",
        row=row,
        form_title=form.definition["title"],
        sections=grading_form(
            row.form_digest,
            form.definition,
            filled.sheet,
            no_losses(result["questions"])
            if _hides_points()
            else losses_to_show(result["questions"]),
            problems,
            filled.typed,
        ),
        running=_running(form, result),
        summary=filled.summary,
        version=filled.version,
        problems=_named(form, problems),
        turns=turn_rows(with_marks(said, found), site().settings.zone),
        phrases=phrases_view(
            found, said, questions_of(form.sections), may_flag=can(ctx.actor, Permission.FLAG_RAISE)
        ),
        something_hidden=something_hidden,
        sound=_sound(row, said),
        left=max(1, row.left - _is_ahead()),
        theirs=_theirs(form, filled.theirs, filled.sheet),
        kept=kept,
    )
    return page, status


def _sound(row: Any, said: list[dict[str, Any]]) -> dict[str, Any] | None:
    return sound_view(
        row.conversation_id,
        row.recording_state,
        problem=row.recording_problem,
        duration_ms=row.duration_ms,
        agent_lane=row.agent_lane,
        facts=row.recording_facts,
        size=row.playback_size,
        turns=said,
    )


def _form(assignment_id: int) -> Form:
    ctx = current_context()
    row = form_ref(ctx, assignment_id)
    return _known_form(row.form_digest, form_of(ctx, row))


def _known_form(digest: str, scorecard: scorecards.Scorecard) -> Form:
    definition = definition_of(digest, scorecard)
    return Form(scorecard, definition, form_view(digest, definition))


def _running(form: Form, result: Mapping[str, Any]) -> dict[str, Any]:
    shown = running(form.definition, result)
    return without_points(shown) if _hides_points() else shown


def _hides_points() -> bool:
    return bool(setting(current_context(), RUNNING_SCORE) == HIDDEN)


def _is_ahead() -> bool:
    """Whether a browser fetches the page before the one in hand is submitted."""
    return request.headers.get("Purpose", "") == "prefetch"


def _theirs(form: Form, saved: Saved | None, mine: Mapping[str, Any]) -> dict[str, Any] | None:
    if saved is None:
        return None
    return conflict_view(
        form.sections, saved.sheet, saved.summary, saved.version, saved.saved_at, mine
    )


def _form_again(
    assignment_id: int, sent: PlainForm, saved: Saved, problems: Sequence[Problem]
) -> ResponseReturnValue:
    row = desk(current_context(), assignment_id)
    unique = list({(problem.where, problem.code): problem for problem in problems}.values())
    filled = Filled(saved.sheet, saved.summary, saved.version, unique, sent.typed)
    return _page(row, filled, 422)


def _form_conflict(assignment_id: int, sent: PlainForm, current: Saved) -> ResponseReturnValue:
    row = desk(current_context(), assignment_id)
    mine = {name: entry for name, entry in sent.draft.changes.items() if _says_something(entry)}
    filled = Filled(
        mine, sent.draft.summary or "", current.version, sent.problems, sent.typed, current
    )
    return _page(row, filled, 409)


def _says_something(entry: Mapping[str, Any]) -> bool:
    return any(part == "answer" or value for part, value in entry.items())


def _conflict_json(assignment_id: int, form: Form, error: Conflict) -> ResponseReturnValue:
    answer = as_json(error)
    if isinstance(error.current, Saved):
        answer["current"] = _theirs(form, error.current, {})
    else:
        answer["location"] = url_for("grading.show", assignment_id=assignment_id)
    return jsonify(answer), 409


def _json() -> object:
    try:
        return request.get_json(force=True)
    except (HTTPException, RecursionError):
        return None


def _answer_problems(result: Mapping[str, Any]) -> list[Problem]:
    return [Problem(*found.values()) for found in result["problems"]]


def _problems(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [{**problem.to_dict(), "message": problem_text(problem)} for problem in problems]


def _named(form: Form, problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Problems with the titles of their questions, for the list above the form."""
    titles = {q["id"]: q["title"] for section in form.sections for q in section["questions"]}
    return [
        {"where": p.where, "title": titles.get(p.where, _("Summary")), "text": problem_text(p)}
        for p in problems
    ]


def _submitted(done: Submitted) -> ResponseReturnValue:
    flash(_score_said(done), "success")
    return redirect(_after(done), 303)


def _score_said(done: Submitted) -> str:
    if done.score is None:
        return str(_("Submitted. It has no score: nothing in it counts."))
    return str(_("Submitted: %(score)s points.", score=show_score(done.score)))


def _after(done: Submitted) -> str:
    if done.next_assignment_id is None:
        return url_for("grading.next_one")
    return url_for("grading.show", assignment_id=done.next_assignment_id)
