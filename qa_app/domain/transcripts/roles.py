"""Whose a label is: what a file states, else the likeliest guess, with the reason for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qa_app.domain.conversation import Direction, Speaker
from qa_app.domain.transcripts.model import (
    MAX_SAMPLE,
    UNNAMED,
    RawTurn,
    SpeakerFound,
    Transcript,
    Why,
)

Concluded = dict[str, tuple[Speaker, Why]]

AGENT_PHRASES = re.compile(
    r"customer (service|support|care)|client (service|support|care)|客户(服务|经理|专员)|客服"
)
AGENT_WORDS = re.compile(
    r"\b(agent|rep|representative|advisor|adviser|operator|csr|clerk|support|service|helpdesk)\b"
    r"|坐席|座席|话务员|接线员|专员|业务员|服务员|店小二"
)
CUSTOMER_WORDS = re.compile(
    r"\b(customer|client|caller|consumer|user|visitor|buyer|guest|member|contact)\b"
    r"|客户|顾客|用户|来电人|来电者|买家|访客|会员"
)
SYSTEM_WORDS = re.compile(
    r"\b(system|ivr|bot|robot|virtual agent|voicebot|chatbot|narrator)\b"
    r"|系统|机器人|语音导航|提示音"
)
GREETING = re.compile(
    r"thank(s| you) (so much )?for (calling|contacting|choosing)"
    r"|you'?re chatting with|you have reached|you'?ve reached"
    r"|how (can|may) i (help|assist)|what can i do for you"
    r"|很高兴为您服务|为您服务|有什么可以帮|有什么可以为您|请问您?(有)?什么.{0,6}(帮|服务)|工号.{0,12}(为您|服务)",
    re.IGNORECASE,
)
GREETING_TURNS = 2
INTRODUCTION = r"(?:my name is|this is|i am|i'm|我是|我叫|\A)\s*%s(?!\w)"
INTRODUCED_WITHIN = 300
MOST_LABELS = 50
MOST_GUESSES = 6
GUESSES = {
    Why.NAMED: "named elsewhere",
    Why.GREETING: "greets",
    Why.OTHER: "the other one",
    Why.CHANNEL: "lane",
    Why.FIRST: "speaks first",
    Why.UNKNOWN: "nobody is named",
}


def role_of(label: str) -> Speaker | None:
    """The role that a label itself names, in English or Chinese; None where it names none or two.

    `Agent (Ben)`, `客服01`, `AGENT` and `Daniel (Customer)` are such labels.
    """
    text = label.lower().replace("_", " ")
    if SYSTEM_WORDS.search(text):
        return Speaker.SYSTEM
    if AGENT_PHRASES.search(text):
        return Speaker.AGENT
    is_agent, is_customer = AGENT_WORDS.search(text), CUSTOMER_WORDS.search(text)
    if is_agent and not is_customer:
        return Speaker.AGENT
    if is_customer and not is_agent:
        return Speaker.CUSTOMER
    return None


def guess_text(transcript: Transcript) -> str:
    """A sentence that names the roles that were guessed."""
    guesses = [
        f"{one.label or '?'} = {one.role.value} ({GUESSES[one.why]})" for one in transcript.guesses
    ]
    return (
        f"The file does not say who is who, so it was guessed: {', '.join(guesses[:MOST_GUESSES])}."
    )


def conclude(
    turns: Sequence[RawTurn], names: Mapping[str, str], direction: Direction | None
) -> tuple[SpeakerFound, ...]:
    """Every label of the turns, in the order of their first words, with role and reason.

    `names` are what the file says elsewhere about its labels: participants, display names.
    """
    labels = list(dict.fromkeys(turn.label for turn in turns))
    found: Concluded = {}
    for label in labels:
        role = role_of(names.get(label, "")) or role_of(label)
        if role is not None:
            found[label] = (role, Why.STATED)
    if len(labels) == 1 and labels[0] not in found:
        found[labels[0]] = (Speaker.SYSTEM, Why.UNKNOWN)
    if UNNAMED in labels and UNNAMED not in found:
        found[UNNAMED] = (Speaker.SYSTEM, Why.UNKNOWN)
    _by_other_labels(labels, names, found)
    _by_introduction(turns, labels, found)
    _by_greeting(turns, labels, found)
    _by_channel(turns, labels, found)
    _by_order(labels, found, direction)
    return tuple(_described(label, turns, *found[label]) for label in labels)


def _by_other_labels(labels: Sequence[str], names: Mapping[str, str], found: Concluded) -> None:
    """`Ben` is whom `Agent (Ben)` names."""
    stated = [label for label in labels if label in found and label != UNNAMED]
    for label in labels[:MOST_LABELS]:
        if label in found or len(label) < 2:
            continue
        alone = re.compile(rf"(?<!\w){re.escape(label)}(?!\w)")
        roles = {
            found[other][0]
            for other in stated
            if alone.search(other) or alone.search(names.get(other, ""))
        }
        if len(roles) == 1:
            found[label] = (roles.pop(), Why.NAMED)


def _by_introduction(turns: Sequence[RawTurn], labels: Sequence[str], found: Concluded) -> None:
    """`Ben` is who says `my name is Ben` as `Agent`."""
    stated = {label: role for label, (role, why) in found.items() if why is Why.STATED}
    for label in labels[:MOST_LABELS]:
        if label in found or len(label) < 2:
            continue
        said = re.compile(INTRODUCTION % re.escape(label), re.IGNORECASE)
        roles = {
            stated[turn.label]
            for turn in turns
            if turn.label in stated and said.search(turn.text[:INTRODUCED_WITHIN])
        }
        if len(roles) == 1:
            found[label] = (roles.pop(), Why.NAMED)


def _by_greeting(turns: Sequence[RawTurn], labels: Sequence[str], found: Concluded) -> None:
    """The one who greets as a service does is the agent; the one other is the customer."""
    if not _is_open(labels, found):
        return
    said: dict[str, int] = {}
    greeters = []
    for turn in turns:
        said[turn.label] = said.get(turn.label, 0) + 1
        if said[turn.label] <= GREETING_TURNS and GREETING.search(turn.text):
            greeters.append(turn.label)
    is_one = len(set(greeters)) == 1 and greeters[0] not in found
    if is_one and not _holds(found, Speaker.AGENT):
        found[greeters[0]] = (Speaker.AGENT, Why.GREETING)


def _by_channel(turns: Sequence[RawTurn], labels: Sequence[str], found: Concluded) -> None:
    """The agent is on the first lane, the customer on the second: no more than a custom."""
    if _roles_known(found) or not _is_open(labels, found):
        return
    lanes: dict[str, set[int | None]] = {}
    for turn in turns:
        lanes.setdefault(turn.label, set()).add(turn.channel)
    open_labels = [label for label in labels if label not in found]
    numbers = {label: next(iter(lanes[label])) for label in open_labels if len(lanes[label]) == 1}
    if sorted(map(str, numbers.values())) not in (["0", "1"], ["1", "2"]):
        return
    if len(numbers) != len(open_labels):
        return
    agent, customer = sorted(open_labels, key=lambda label: numbers[label] or 0)
    found[agent] = (Speaker.AGENT, Why.CHANNEL)
    found[customer] = (Speaker.CUSTOMER, Why.CHANNEL)


def _by_order(labels: Sequence[str], found: Concluded, direction: Direction | None) -> None:
    """Who is left: the other one of two, else the first to speak answers an inbound call."""
    order = [Speaker.AGENT, Speaker.CUSTOMER]
    if direction is Direction.OUTBOUND:
        order.reverse()
    for label in labels:
        if label in found:
            continue
        if _roles_known(found):
            role = Speaker.CUSTOMER if _holds(found, Speaker.AGENT) else Speaker.AGENT
            found[label] = (role, Why.OTHER)
        else:
            found[label] = (order[0], Why.FIRST)


def _is_open(labels: Sequence[str], found: Concluded) -> bool:
    return any(label not in found for label in labels)


def _holds(found: Concluded, role: Speaker) -> bool:
    return any(known is role for known, _why in found.values())


def _roles_known(found: Concluded) -> bool:
    return _holds(found, Speaker.AGENT) or _holds(found, Speaker.CUSTOMER)


def _described(label: str, turns: Sequence[RawTurn], role: Speaker, why: Why) -> SpeakerFound:
    own = [turn for turn in turns if turn.label == label]
    sample = next((turn.text for turn in own if len(turn.text) > 12), own[0].text if own else "")
    return SpeakerFound(label, role, why, len(own), " ".join(sample.split())[:MAX_SAMPLE])
