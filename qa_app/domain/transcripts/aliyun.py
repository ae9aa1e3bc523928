"""Aliyun SCA dialogues: `tickets[{dialogue[{role, words, begin, end, beginTime}]}]`, in ms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_app.domain.transcripts.model import (
    Found,
    Notes,
    RawTurn,
    label_of,
    mapping,
    milliseconds,
    objects,
    text_of,
)

FORMAT = "aliyun"


def fits(document: object) -> bool:
    holder = mapping(document)
    return _ticket(holder)[1] is not None


def _ticket(document: Mapping[str, Any]) -> tuple[str, Mapping[str, Any] | None, int]:
    if isinstance(document.get("dialogue"), list):
        return "", document, 1
    tickets = document.get("tickets")
    if isinstance(tickets, list) and tickets:
        first = mapping(tickets[0])
        if isinstance(first.get("dialogue"), list):
            return "tickets[0].", first, len(tickets)
    return "", None, 0


def read(document: Mapping[str, Any], notes: Notes) -> Found:
    place, ticket, count = _ticket(document)
    if count > 1:
        message = "It holds several conversations, of which the first was taken."
        notes.warn(place, "several_conversations", message)
    turns = []
    for where, line in objects(ticket or {}, "dialogue", notes, place):
        turns.append(
            RawTurn(
                where,
                text_of(line, "words", notes, where),
                label_of(line.get("role")),
                milliseconds(line.get("begin"), 1, notes, f"{where}.begin"),
                milliseconds(line.get("end"), 1, notes, f"{where}.end"),
                at=line.get("beginTime"),
            )
        )
    return Found(turns)
