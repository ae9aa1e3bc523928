"""Which format a transcript file has, by what is in it, and what it says."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import Any, NamedTuple

import orjson

from qa_app.domain.conversation import Direction
from qa_app.domain.errors import Problem
from qa_app.domain.transcripts import (
    aliyun,
    amazon_pca,
    amazon_transcribe,
    assemblyai,
    azure_conversation,
    azure_speech,
    bedrock,
    contact_lens,
    cues,
    deepgram,
    native,
    plain_text,
    vcon,
    whisper,
    wtf,
)
from qa_app.domain.transcripts.build import build
from qa_app.domain.transcripts.model import MAX_BYTES, Found, Notes, Transcript

UNKNOWN = ""
FOREIGN_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Format(NamedTuple):
    """A format in JSON. The first that fits is taken, so the more particular ones come first."""

    name: str
    fits: Callable[[object], bool]
    read: Callable[[Any, Notes], Found]


JSON_FORMATS = (
    Format(vcon.FORMAT, vcon.fits, vcon.read),
    Format(contact_lens.FORMAT, contact_lens.fits, contact_lens.read),
    Format(amazon_pca.FORMAT, amazon_pca.fits, amazon_pca.read),
    Format(bedrock.FORMAT, bedrock.fits, bedrock.read),
    Format(amazon_transcribe.FORMAT, amazon_transcribe.fits, amazon_transcribe.read),
    Format(deepgram.FORMAT, deepgram.fits, deepgram.read),
    Format(azure_speech.FORMAT, azure_speech.fits, azure_speech.read),
    Format(azure_conversation.FORMAT, azure_conversation.fits, azure_conversation.read),
    Format(aliyun.FORMAT, aliyun.fits, aliyun.read),
    Format(wtf.FORMAT, wtf.fits, wtf.read),
    Format(whisper.FORMAT, whisper.fits, whisper.read),
    Format(assemblyai.FORMAT, assemblyai.fits, assemblyai.read),
    Format(plain_text.FORMAT, plain_text.fits, plain_text.read_object),
)
TRIED = (
    native.FORMAT,
    *(one.name for one in JSON_FORMATS if one.name != plain_text.FORMAT),
    cues.VTT,
    cues.SRT,
    plain_text.FORMAT,
)
"""The names of all formats, as they are told of a file that is none of them."""


def recognise(data: bytes, *, zone: tzinfo = UTC, direction: Direction | None = None) -> Transcript:
    """Read a transcript file of any format known here.

    `zone` is that of times without offset; `direction` helps to guess who speaks first. Whatever
    is wrong is in `problems`: nothing is raised, whatever the bytes are.
    """
    if len(data) > MAX_BYTES:
        return _refused("too_large", f"The file is larger than {MAX_BYTES >> 20} MB.")
    if data.startswith(FOREIGN_MARKS):
        return _refused("encoding", "The file is UTF-16 or UTF-32: save it as UTF-8.")
    data = data.removeprefix(codecs.BOM_UTF8)
    stripped = data.lstrip()
    if not stripped:
        return _refused("empty_file", "The file is empty.")
    if stripped[:1] in b"{[" and not _is_bracketed_text(stripped):
        return _from_json(stripped, zone, direction)
    return _from_text(data, zone, direction)


def _is_bracketed_text(data: bytes) -> bool:
    """`[Agent]: hello` and `[00:00:01] Agent: hello` begin as a list of JSON does."""
    if data[:1] != b"[":
        return False
    following = data[1:64].lstrip()[:1]
    return following not in b'{["]' and b"]" in data[:128].split(b"\n")[0]


def _from_json(data: bytes, zone: tzinfo, direction: Direction | None) -> Transcript:
    try:
        document = _parsed(data)
    except (ValueError, RecursionError) as error:
        detail = " ".join(str(error).split())[:120]
        return _refused("not_json", f"This is no JSON: {detail}.")
    for one in JSON_FORMATS:
        if one.fits(document):
            notes = Notes()
            found = one.read(document, notes)
            return _built(one.name, found, notes, zone, direction)
    if native.fits(document):
        return native.read(document, zone)
    return _unknown()


def _parsed(data: bytes) -> Any:
    """Parsed JSON; NaN and Infinity, which Python programs write, are read as null."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        if b"NaN" not in data and b"Infinity" not in data:
            raise
        return json.loads(data, parse_constant=lambda _name: None)


def _from_text(data: bytes, zone: tzinfo, direction: Direction | None) -> Transcript:
    notes = Notes()
    text = _decoded(data, notes)
    if text is None:
        return _unknown()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if cues.is_vtt(text.lstrip()):
        found, form = cues.read(text.lstrip(), notes), cues.VTT
    elif cues.is_srt(text):
        found, form = cues.read(text, notes), cues.SRT
    elif not text.lstrip().startswith("<") and plain_text.is_dialogue(text):
        found, form = plain_text.read(text, notes), plain_text.FORMAT
    else:
        return _unknown()
    return _built(form, found, notes, zone, direction)


def _decoded(data: bytes, notes: Notes) -> str | None:
    """UTF-8, else GB18030; None for what is no text."""
    if b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    notes.warn("", "gb18030", "The file is no UTF-8 and was read as GB18030.")
    return text


def _built(
    form: str, found: Found, notes: Notes, zone: tzinfo, direction: Direction | None
) -> Transcript:
    return build(
        found.form or form,
        found.turns,
        notes,
        zone=zone,
        names=found.names,
        direction=direction,
        merges=found.merges,
    )


def _unknown() -> Transcript:
    message = f"This is no known format of a transcript. Tried: {', '.join(TRIED)}."
    return _refused("unknown_format", message)


def _refused(code: str, message: str) -> Transcript:
    return Transcript(UNKNOWN, problems=(Problem("", code, message),))
