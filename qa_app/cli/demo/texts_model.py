"""The parts that demo conversations are made of: scenarios, phrases of a language, the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Variants = tuple[str, ...]
Exchange = tuple[str, str]


class Quality(StrEnum):
    """How well the agent works in a conversation; what a grader is meant to find out."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class Fault(StrEnum):
    """What the agent does wrong."""

    NO_GREETING = "no_greeting"
    NO_IDENTITY_CHECK = "no_identity_check"
    NO_EMPATHY = "no_empathy"
    NO_HOLD_NOTICE = "no_hold_notice"
    NO_FOLLOW_UP = "no_follow_up"
    NO_CLOSING = "no_closing"
    INTERRUPTION = "interruption"
    IMPATIENCE = "impatience"
    WRONG_GUIDANCE = "wrong_guidance"
    FORBIDDEN_PHRASE = "forbidden_phrase"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of concern, with several ways to say each step. Slots stand in braces."""

    key: str
    topic: str
    queue: str
    goods: str
    """Which list of products it is about."""
    problem: Variants
    asks: tuple[Exchange, ...]
    """Question of the agent, answer of the customer."""
    found: Variants
    fix: Variants
    """As many as `found`: the first finding leads to the first solution."""
    wrong: Variants
    extra: tuple[Exchange, ...]
    """Question of the customer, answer of the agent."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Everything of a language that is not about one concern."""

    company: str
    products: Mapping[str, Variants]
    names: Variants
    agents: Variants
    cities: Variants
    carriers: Variants
    digits: str
    joined: str
    greeting: Variants
    no_greeting: Variants
    hello: Variants
    empathy: Variants
    identity: tuple[Exchange, ...]
    hold: Variants
    held: Variants
    silence: tuple[Exchange, ...]
    thanks_for_waiting: Variants
    noted: Variants
    impatient: tuple[Exchange, ...]
    interrupted: tuple[Exchange, ...]
    forbidden: tuple[Exchange, ...]
    doubt: tuple[Exchange, ...]
    accept: Variants
    grudging: Variants
    follow_up: Variants
    anything_else: Variants
    nothing_else: Variants
    closing: Variants
    bye: Variants
    abrupt: Variants
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one party says: agent, customer or system."""

    speaker: str
    text: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class DemoConversation:
    """A made-up conversation and what is true about it."""

    channel: str
    language: str
    key: str
    topic: str
    product: str
    queue: str
    customer: str
    disposition: str
    satisfaction: int
    quality: Quality
    faults: frozenset[Fault]
    evidence: Mapping[Fault, int]
    """The turn, counted from 0, in which a fault can be heard or read; an omission has none."""
    turns: tuple[Turn, ...]

    @property
    def duration_ms(self) -> int:
        return self.turns[-1].to_ms + 1000
