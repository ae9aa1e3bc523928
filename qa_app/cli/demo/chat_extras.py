"""What happens around the messages of some demo chats: waits, pictures, notes, recalled messages.

Own writing. Nothing is put between the messages: graders' evidence counts them.
"""

from __future__ import annotations

from random import Random
from typing import Any

NOTES = {
    "zh": (
        "客户情绪比较急，后续请优先跟进。",
        "已转物流同事核实，明天上午回访。",
        "老客户，注意语气。",
    ),
    "en": (
        "The customer is upset; please follow up first thing.",
        "Passed to the carrier team, call back tomorrow morning.",
        "A regular customer, mind the tone.",
    ),
}
RECALLED = {
    "zh": ("这个不归我们管。", "发错了，不好意思。"),
    "en": ("That is not our business.", "Sorry, that was meant for somebody else."),
}
PICTURES = {"zh": "包装破损.jpg", "en": "damaged box.jpg"}
WAIT_S = (75, 320)


def waits(rng: Random, speakers: list[str]) -> list[int]:
    """Seconds by which each message comes later than written; few chats have a wait."""
    later, late = 0, []
    answers = [
        index
        for index, speaker in enumerate(speakers)
        if speaker == "agent" and index and speakers[index - 1] == "customer"
    ]
    slow = rng.choice(answers) if answers and rng.random() < 0.25 else None
    for index in range(len(speakers)):
        later += rng.randint(*WAIT_S) if index == slow else 0
        late.append(later)
    return late


def add_picture(rng: Random, language: str, turns: list[dict[str, Any]]) -> None:
    """A customer's picture, in one chat of eight."""
    said = [turn for turn in turns if turn["speaker"] == "customer"]
    if said and rng.random() < 0.125:
        rng.choice(said)["files"] = [{"name": PICTURES[language], "type": "image"}]


def last_words(rng: Random, language: str) -> list[dict[str, Any]]:
    """What follows the last message: a recalled one in a tenth, a note in a sixth of the chats."""
    turns: list[dict[str, Any]] = []
    if rng.random() < 0.1:
        text = rng.choice(RECALLED[language])
        turns.append({"speaker": "agent", "text": text, "kind": "recalled"})
    if rng.random() < 0.16:
        turns.append({"speaker": "agent", "text": rng.choice(NOTES[language]), "kind": "note"})
    return turns
