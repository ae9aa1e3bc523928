"""vCon documents as transcripts: their own turns, or the transcript of a vendor inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qa_app.domain.transcripts import deepgram, wtf
from qa_app.domain.transcripts.model import Found, Notes, RawTurn, mapping, objects
from qa_app.domain.vcon import is_vcon, vcon_turns

FORMAT = "vcon"
INSIDE: tuple[tuple[Callable[[object], bool], Callable[..., Found]], ...] = (
    (wtf.fits, wtf.read),
    (deepgram.fits, deepgram.read),
)


def fits(document: object) -> bool:
    return is_vcon(document)


def read(document: Mapping[str, Any], notes: Notes) -> Found:
    turns = [
        RawTurn(
            f"turns[{number}]",
            turn["text"],
            turn["speaker"],
            turn.get("from_ms"),
            turn.get("to_ms"),
            at=turn.get("at"),
        )
        for number, turn in enumerate(vcon_turns(document))
    ]
    if turns:
        return Found(turns)
    for where, analysis in objects(document, "analysis", notes):
        body = mapping(analysis.get("body"))
        for fits_body, read_body in INSIDE:
            if fits_body(body):
                inside = Notes()
                found = read_body(body, inside)
                for problem in inside.problems:
                    notes.refuse(f"{where}.body.{problem.where}", problem.code, problem.message)
                return found
    return Found([])
