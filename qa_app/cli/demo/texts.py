"""Writes demo conversations: service calls and chats, good and bad ones, in Chinese and English.
Pure: the same `rng` gives the same conversation. Nothing of the database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from random import Random
from typing import TypeVar

from qa_app.cli.demo.texts_en import ENGLISH
from qa_app.cli.demo.texts_model import (
    DemoConversation,
    Exchange,
    Fault,
    Phrases,
    Quality,
    Scenario,
    Turn,
)
from qa_app.cli.demo.texts_slots import Slots
from qa_app.cli.demo.texts_zh import CHINESE

__all__ = ["DemoConversation", "Fault", "Quality", "Turn", "generate"]

T = TypeVar("T")

LANGUAGES = {"zh": CHINESE, "en": ENGLISH}

MINOR = (Fault.NO_FOLLOW_UP, Fault.NO_HOLD_NOTICE, Fault.NO_EMPATHY, Fault.NO_CLOSING)
MAJOR = (Fault.NO_GREETING, Fault.NO_IDENTITY_CHECK, Fault.IMPATIENCE, Fault.INTERRUPTION)
SEVERE = (Fault.WRONG_GUIDANCE, Fault.FORBIDDEN_PHRASE)

_SYLLABLE = re.compile(r"[\u4e00-\u9fff]|\d|[aeiouy]+", re.IGNORECASE)


def generate(
    rng: Random,
    channel: str,
    language: str,
    quality: Quality | str,
    *,
    agent: str | None = None,
    on: date | None = None,
) -> DemoConversation:
    """One conversation of `channel` call or chat, in `language` zh or en.

    `agent` is the name by which the agent introduces themself, `on` the day it takes place.
    """
    phrases, quality = LANGUAGES[language], Quality(quality)
    scenario = rng.choice(phrases.scenarios)
    slots = Slots(rng, phrases, scenario, channel, agent, on or date(2026, 11, rng.randint(1, 28)))
    faults = _faults(rng, channel, quality)
    script = _Script(rng, phrases, scenario, slots, channel, faults)
    script.write()
    return DemoConversation(
        channel=channel,
        language=language,
        key=scenario.key,
        topic=scenario.topic,
        product=slots.product,
        queue=scenario.queue,
        customer=slots.customer,
        disposition=_disposition(rng, faults, language),
        satisfaction=_satisfaction(rng, faults),
        quality=quality,
        faults=faults,
        evidence=script.evidence,
        turns=_timed(rng, channel, script.lines),
    )


def _faults(rng: Random, channel: str, quality: Quality) -> frozenset[Fault]:
    major = [f for f in MAJOR if channel == "call" or f is not Fault.INTERRUPTION]
    match quality:
        case Quality.EXCELLENT:
            return frozenset()
        case Quality.GOOD:
            return frozenset(rng.sample(MINOR, rng.choice((0, 1, 1))))
        case Quality.FAIR:
            chosen = [
                *rng.sample(MINOR, rng.choice((1, 2))),
                *rng.sample(major, rng.choice((0, 1))),
            ]
            return frozenset(chosen)
        case Quality.POOR:
            chosen = [
                *rng.sample(MINOR, rng.choice((1, 2))),
                *rng.sample(major, rng.choice((1, 2))),
            ]
            return frozenset([*chosen, *rng.sample(SEVERE, rng.choice((1, 1, 2)))])


def _satisfaction(rng: Random, faults: frozenset[Fault]) -> int:
    lost = sum(0.3 if f in MINOR else 0.9 if f in MAJOR else 1.5 for f in faults)
    return max(1, min(5, round(4.9 - lost + rng.gauss(0, 0.6))))


OUTCOMES: dict[str, dict[str, tuple[str, ...]]] = {
    "zh": {"good": ("已解决", "已解决", "需跟进"), "bad": ("未解决", "未解决", "已升级")},
    "en": {"good": ("Solved", "Solved", "To follow up"), "bad": ("Not solved", "Escalated")},
}


def _disposition(rng: Random, faults: frozenset[Fault], language: str) -> str:
    return rng.choice(OUTCOMES[language]["bad" if faults & set(SEVERE) else "good"])


class _Script:
    """Writes the lines of one conversation, step by step."""

    def __init__(
        self,
        rng: Random,
        phrases: Phrases,
        scenario: Scenario,
        slots: Slots,
        channel: str,
        faults: frozenset[Fault],
    ) -> None:
        self._rng, self._phrases, self._scenario = rng, phrases, scenario
        self._slots, self._faults, self._is_chat = slots, faults, channel == "chat"
        self._case = rng.randrange(len(scenario.found))  # what is found decides what helps
        self.lines: list[tuple[str, str]] = []
        self.evidence: dict[Fault, int] = {}

    def write(self) -> None:
        self._open()
        self._understand()
        self._look_up()
        self._solve()
        self._end()

    def _open(self) -> None:
        phrases = self._phrases
        if self._is_chat:
            self._say("system", phrases.joined)
        rude = Fault.NO_GREETING in self._faults
        self._agent(phrases.no_greeting if rude else phrases.greeting)
        if rude:
            self._note(Fault.NO_GREETING)
        hello, problem = self._pick(phrases.hello), self._pick(self._scenario.problem)
        if hello.endswith(", ") and not problem.startswith(("I ", "I'")):
            problem = problem[0].lower() + problem[1:]
        self._customer((hello + problem,))
        if Fault.NO_EMPATHY not in self._faults:
            self._agent(phrases.empathy)

    def _understand(self) -> None:
        if Fault.NO_IDENTITY_CHECK not in self._faults:
            self._exchange(self._pick(self._phrases.identity))
        most = 3 if self._is_chat else 2
        asks = self._rng.sample(
            self._scenario.asks, self._rng.randint(1, min(most, len(self._scenario.asks)))
        )
        for place, (question, answer) in enumerate(asks):
            lead = self._pick(self._phrases.noted) if self._rng.random() < 0.35 else ""
            self._agent((_joined(lead, question),))
            self._customer((answer,))
            if place == 0 and Fault.IMPATIENCE in self._faults:
                impatience, reply = self._pick(self._phrases.impatient)
                self._agent((impatience,))
                self._note(Fault.IMPATIENCE)
                self._customer((reply,))
        if Fault.INTERRUPTION in self._faults:
            before, interruption = self._pick(self._phrases.interrupted)
            self._customer((before,))
            self._agent((interruption,))
            self._note(Fault.INTERRUPTION)

    def _look_up(self) -> None:
        lead = ""
        if Fault.NO_HOLD_NOTICE in self._faults:
            waiting, answer = self._pick(self._phrases.silence)
            self._customer((waiting,))
            self._agent((answer,))
            self._note(Fault.NO_HOLD_NOTICE)
        else:
            self._agent(self._phrases.hold)
            self._customer(self._phrases.held)
            lead = self._pick(self._phrases.thanks_for_waiting)
        self._agent((lead + self._scenario.found[self._case],))

    def _solve(self) -> None:
        self._slots.look_ahead()
        if Fault.WRONG_GUIDANCE in self._faults:
            self._agent(self._scenario.wrong)
            self._note(Fault.WRONG_GUIDANCE)
            doubt, answer = self._pick(self._phrases.doubt)
            self._customer((doubt,))
            self._agent((answer,))
        else:
            self._agent((self._scenario.fix[self._case],))
            for question, answer in self._extras():
                self._customer((question,))
                self._agent((answer,))
        if Fault.FORBIDDEN_PHRASE in self._faults:
            provoking, forbidden = self._pick(self._phrases.forbidden)
            self._customer((provoking,))
            self._agent((forbidden,))
            self._note(Fault.FORBIDDEN_PHRASE)
        upset = bool(self._faults & {*MAJOR, *SEVERE})
        self._customer(self._phrases.grudging if upset else self._phrases.accept)

    def _extras(self) -> Sequence[Exchange]:
        most = len(self._scenario.extra) if self._is_chat else 1
        return self._rng.sample(self._scenario.extra, self._rng.randint(0, most))

    def _end(self) -> None:
        if Fault.NO_FOLLOW_UP not in self._faults:
            self._agent(self._phrases.follow_up)
        if Fault.NO_CLOSING in self._faults:
            self._agent(self._phrases.abrupt)
            self._note(Fault.NO_CLOSING)
            return
        if self._rng.random() < 0.7:
            self._agent(self._phrases.anything_else)
            self._customer(self._phrases.nothing_else)
        self._agent(self._phrases.closing)
        if self._rng.random() < 0.6:
            self._customer(self._phrases.bye)

    def _note(self, fault: Fault) -> None:
        """The fault is in what was said last."""
        self.evidence[fault] = len(self.lines) - 1

    def _exchange(self, exchange: Exchange) -> None:
        self._agent((exchange[0],))
        self._customer((exchange[1],))

    def _agent(self, variants: Sequence[str]) -> None:
        self._say("agent", self._pick(variants))

    def _customer(self, variants: Sequence[str]) -> None:
        text = self._pick(variants)
        if self._is_chat:
            for part in _typed(self._rng, text):
                self._say("customer", part)
        else:
            self._say("customer", text)

    def _say(self, speaker: str, template: str) -> None:
        text = self._slots.fill(template)
        if self.lines and self.lines[-1][0] == speaker and not self._is_chat:
            text = _joined(self.lines.pop()[1], text)
        self.lines.append((speaker, text))

    def _pick(self, variants: Sequence[T]) -> T:
        return self._rng.choice(variants)


def _joined(first: str, second: str) -> str:
    """Two sentences in one breath."""
    space = " " if first and first[-1].isascii() and not first.endswith(" ") else ""
    return f"{first}{space}{second}"


def _typed(rng: Random, text: str) -> list[str]:
    """What a customer types: often without a full stop, sometimes in two messages."""
    comma = text.find("，", len(text) // 4)
    if 0 < comma < len(text) - 6 and rng.random() < 0.25:
        return [text[:comma], text[comma + 1 :].removesuffix("。")]
    if rng.random() < 0.5:
        text = text.removesuffix("。")
        if text.count(".") == 1:
            text = text.removesuffix(".")
    if rng.random() < 0.25 and not text.startswith(("I ", "I'")):
        text = text[:1].lower() + text[1:]
    return [text]


def _timed(rng: Random, channel: str, lines: Sequence[tuple[str, str]]) -> tuple[Turn, ...]:
    """When each turn happens: a chat message at a moment, speech from its beginning to its end."""
    turns, at = [], 0
    for speaker, text in lines:
        syllables = len(_SYLLABLE.findall(text))
        if channel == "chat":
            at += 0 if speaker == "system" else round(2000 + 350 * syllables + rng.random() * 9000)
            turns.append(Turn(speaker, text, at, at))
        else:
            begin = at + rng.randint(250, 900)
            at = begin + 300 + 190 * syllables
            turns.append(Turn(speaker, text, begin, at))
    return tuple(turns)
