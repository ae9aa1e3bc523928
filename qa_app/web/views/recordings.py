"""The sound of a conversation in byte ranges, and the peaks that its waveform is drawn from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import structlog
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from qa_app.adapters.recordings_store import (
    CHUNK,
    RecordingMissing,
    StoreError,
    StoreUnavailable,
)
from qa_app.models.recording import RecordingState
from qa_app.queries.recordings import is_listening, sound_of
from qa_app.queries.sound_masks import MASKED, Heard, sound_for
from qa_app.security.permissions import Permission
from qa_app.services.listening import note_listening
from qa_app.web.access import requires
from qa_app.web.context import current_context, forget_snapshot, site, writing
from qa_app.web.presenters.sound import broken_masking, broken_sound
from qa_app.web.ranges import Span, Unsatisfiable, wanted_span

bp = Blueprint("recordings", __name__, url_prefix="/conversations")
# Opened alone, the browser's own player may load the sound; scripts and all else may not.
LOCKED_UP = "default-src 'none'; media-src 'self'; sandbox allow-same-origin"
PEAKS_MIME = "application/octet-stream"

log = structlog.get_logger()


@bp.get("/<int:conversation_id>/sound")
@requires(Permission.RECORDING_LISTEN)
def sound(conversation_id: int) -> ResponseReturnValue:
    """The version for the browser, whole or in one range; the listening is audited."""
    row = sound_of(current_context(), conversation_id)
    heard = sound_for(current_context(), conversation_id, row)
    if heard.state is not RecordingState.READY:
        return _not_ready(heard)
    size, etag = heard.playback_size, heard.etag
    if request.if_none_match.contains(etag):
        return _with_headers(Response(status=304), etag)
    try:
        span = wanted_span(_range_header(etag), size)
    except Unsatisfiable:
        return _no_such_range(size)
    if request.method == "HEAD":
        return _answer(heard, span)
    try:
        content = _content(heard.playback_key, span or Span(0, size))
    except StoreError as error:
        return _store_fails(error)
    if not is_listening(current_context(), conversation_id, heard.version):
        with writing() as ctx:
            note_listening(ctx, conversation_id, row.id, heard.version)
    answer = _answer(heard, span)
    answer.response = content
    answer.direct_passthrough = True
    return answer


@bp.get("/<int:conversation_id>/peaks")
@requires(Permission.RECORDING_LISTEN)
def peaks(conversation_id: int) -> ResponseReturnValue:
    """The stored peaks, in the form of adapters/audio_peaks.py; a browser asks again each time."""
    row = sound_of(current_context(), conversation_id)
    heard = sound_for(current_context(), conversation_id, row)
    if heard.state is not RecordingState.READY:
        return _not_ready(heard)
    etag = f"{heard.etag}-peaks"
    if request.if_none_match.contains(etag):
        answer = Response(status=304)
    else:
        forget_snapshot()
        try:
            answer = Response(site().store.read(heard.peaks_key), mimetype=PEAKS_MIME)
        except StoreError as error:
            return _store_fails(error)
    answer.set_etag(etag)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _content(key: str, span: Span) -> Iterable[bytes]:
    """The bytes, as the server likes them best. Raises StoreError.

    A server that takes over open files sends them by itself: a player that pauses in the middle
    of a long call, as all do, then holds none of the server's threads.
    """
    store, take_over = site().store, request.environ.get("wsgi.file_wrapper")
    path = store.path(key)
    if path is None or take_over is None:
        return store.open_range(key, *span)
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise RecordingMissing(key) from error
    except OSError as error:
        raise StoreUnavailable(error.strerror or type(error).__name__) from error
    file.seek(span.start)
    return cast("Iterable[bytes]", take_over(file, CHUNK))


def _range_header(etag: str) -> str | None:
    """The Range header, unless it is meant for another version of the sound (If-Range)."""
    condition = request.headers.get("If-Range")
    if condition is not None and condition.strip() != f'"{etag}"':
        return None
    return request.headers.get("Range")


def _answer(heard: Heard, span: Span | None) -> Response:
    answer = Response(status=200 if span is None else 206, mimetype=heard.playback_mime)
    size = heard.playback_size
    begin, end = span or Span(0, size)
    answer.headers["Content-Length"] = str(end - begin)
    if span is not None:
        answer.headers["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Content-Security-Policy"] = LOCKED_UP
    return _with_headers(answer, heard.etag)


def _with_headers(answer: Response, etag: str) -> Response:
    answer.set_etag(etag)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _no_such_range(size: int) -> Response:
    answer = Response(status=416)
    answer.headers["Content-Range"] = f"bytes */{size}"
    answer.headers["Accept-Ranges"] = "bytes"
    return answer


def _not_ready(heard: Heard) -> ResponseReturnValue:
    if heard.state is RecordingState.BROKEN:
        why = broken_masking if heard.version == MASKED else broken_sound
        message = f"{_('The recording cannot be played.')} {why(heard.problem)}"
        return _trouble("recording_broken", message), 409
    message = _("The recording is being prepared. Reload the page in a moment.")
    return _trouble("recording_waiting", message), 409, {"Retry-After": "5"}


def _store_fails(error: StoreError) -> ResponseReturnValue:
    log.error("recordings_store_failed", error=str(error), path=request.path)
    message = _("The store of recordings does not answer just now. Try again in a moment.")
    return _trouble(error.code, message), 503, {"Retry-After": "5"}


def _trouble(code: str, message: str) -> Response:
    return jsonify({"error": {"code": code, "message": message}, "problems": []})
