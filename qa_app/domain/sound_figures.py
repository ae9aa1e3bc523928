"""The figures of a call: who spoke how long, silence, holds, talk-over, how soon the agent answers.

Pure: from spans of speech (milliseconds) of each lane, or from the times of a transcript's turns.
What cannot be known, for want of a second lane or of times, is None and never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Span = tuple[int, int]
"""From and to, in milliseconds."""

SILENCE_MS = 3_000
HOLD_MS = 20_000
TALK_OVER_MS = 500


@dataclass(frozen=True, slots=True)
class Response:
    """How soon the agent begins to speak after the customer has stopped."""

    mean_ms: int
    longest_ms: int
    count: int


@dataclass(frozen=True, slots=True)
class SoundFigures:
    """The figures of one call; times in milliseconds, shares from 0 to 1.

    `source`: what tells who spoke: the lanes of the `sound`, the times of the `transcript`, or
    None where neither does. `lane_is_known` is False while the agent's lane is only assumed.
    """

    source: Literal["sound", "transcript"] | None
    duration_ms: int
    agent_ms: int | None = None
    customer_ms: int | None = None
    silence_ms: int | None = None
    longest_silence_ms: int | None = None
    holds: tuple[Span, ...] | None = None
    talk_over_ms: int | None = None
    talk_over_count: int | None = None
    response: Response | None = None
    lane_is_known: bool = True

    @property
    def agent_share(self) -> float | None:
        """The agent's part of all speech of the two parties, talk-over counting for both."""
        return _share(self.agent_ms, self._spoken)

    @property
    def customer_share(self) -> float | None:
        """The customer's part of all speech; the two shares add up to 1."""
        return _share(self.customer_ms, self._spoken)

    @property
    def silence_share(self) -> float | None:
        """The part of the whole call that silences of at least three seconds take."""
        return _share(self.silence_ms, self.duration_ms)

    @property
    def _spoken(self) -> int:
        return (self.agent_ms or 0) + (self.customer_ms or 0)


def sound_facts(
    speech: Sequence[Sequence[Span]],
    silent: Sequence[bool],
    duration_ms: int,
    *,
    lanes_are_same: bool = False,
) -> dict[str, Any]:
    """What is kept with a recording, whichever lane is the agent's (`Recording.facts`).

    `lanes`: for each `silent` (no sound at all) and `speech_ms`. `silence_ms`: the sum of the
    silences, which are times of at least SILENCE_MS in which no lane speaks, from the first to
    the last moment of the sound. `longest_silence_ms`: the longest time without speech, however
    short. `holds`: silences of at least HOLD_MS. Only where two lanes carry a party each:
    `talk_over_ms` and `talk_over_count`, times of at least TALK_OVER_MS in which both speak, and
    `response_ms`, a list: how lane 0 answers lane 1, and lane 1 lane 0 (see `responses`).
    """
    quiet = silences(speech, duration_ms)
    long = [span for span in quiet if _length(span) >= SILENCE_MS]
    facts: dict[str, Any] = {
        "duration_ms": duration_ms,
        "lanes": [
            {"silent": is_silent, "speech_ms": total(spans)}
            for spans, is_silent in zip(speech, silent, strict=True)
        ],
        "silence_ms": total(long),
        "longest_silence_ms": max(map(_length, quiet), default=0),
        "holds": [list(span) for span in long if _length(span) >= HOLD_MS],
        "talk_over_ms": None,
        "talk_over_count": None,
    }
    if len(speech) == 2 and not any(silent) and not lanes_are_same:
        over = talk_over(speech[0], speech[1])
        facts["talk_over_ms"], facts["talk_over_count"] = total(over), len(over)
        facts["response_ms"] = [
            _summary(responses(speech[lane], speech[1 - lane])) for lane in (0, 1)
        ]
    return facts


def figures(facts: Mapping[str, Any] | None, agent_lane: int | None) -> SoundFigures | None:
    """The figures of a recording, seen from the agent's lane; an unknown lane counts as 0.

    None without facts. One lane, or a second one without sound, tells nothing of the parties.
    """
    if not facts or "lanes" not in facts:
        return None
    lane, two = agent_lane or 0, facts.get("response_ms") if len(facts["lanes"]) == 2 else None
    holds = facts.get("holds")
    return SoundFigures(
        source="sound" if two else None,
        duration_ms=int(facts.get("duration_ms") or 0),
        agent_ms=facts["lanes"][lane]["speech_ms"] if two else None,
        customer_ms=facts["lanes"][1 - lane]["speech_ms"] if two else None,
        silence_ms=facts.get("silence_ms"),
        longest_silence_ms=facts.get("longest_silence_ms"),
        holds=None if holds is None else tuple((int(a), int(b)) for a, b in holds),
        talk_over_ms=facts.get("talk_over_ms") if two else None,
        talk_over_count=facts.get("talk_over_count") if two else None,
        response=_response(two[lane]) if two else None,
        lane_is_known=agent_lane is not None,
    )


def figures_of_turns(turns: Sequence[Mapping[str, Any]], duration_ms: int) -> SoundFigures | None:
    """What the times of the turns tell: how long each party spoke, how soon the agent answers.

    None when fewer than two turns, or only one party's, have both times. Talk-over is not taken
    from there: where one turn ends in a transcript is too rough for it.
    """
    agent, customer = _spans_of(turns, "agent"), _spans_of(turns, "customer")
    if not agent or not customer:
        return None
    return SoundFigures(
        source="transcript",
        duration_ms=duration_ms,
        agent_ms=total(agent),
        customer_ms=total(customer),
        response=_response(_summary(responses(agent, customer))),
    )


def call_figures(
    facts: Mapping[str, Any] | None,
    agent_lane: int | None,
    turns: Sequence[Mapping[str, Any]] = (),
) -> SoundFigures | None:
    """The figures of a call: of its sound, and where that has no two parties, of its turns too."""
    heard = figures(facts, agent_lane)
    if heard is not None and heard.source == "sound":
        return heard
    last = max((int(turn.get("to_ms") or 0) for turn in turns), default=0)
    read = figures_of_turns(turns, heard.duration_ms if heard else last)
    if heard is None or read is None:
        return heard or read
    return SoundFigures(
        source="transcript",
        duration_ms=heard.duration_ms,
        agent_ms=read.agent_ms,
        customer_ms=read.customer_ms,
        silence_ms=heard.silence_ms,
        longest_silence_ms=heard.longest_silence_ms,
        holds=heard.holds,
        response=read.response,
    )


def guess_agent_lane(
    turns: Sequence[Mapping[str, Any]], speech: Sequence[Sequence[Span]]
) -> int | None:
    """On which of two lanes the agent is, by when each party's turns were; None when unclear.

    Only times count in which one party alone has a turn and one lane alone speaks. What agrees
    must be at least two seconds, and twice what contradicts.
    """
    if len(speech) != 2:
        return None
    agent, customer = _spans_of(turns, "agent"), _spans_of(turns, "customer")
    agent, customer = without(agent, customer), without(customer, agent)
    first, second = without(speech[0], speech[1]), without(speech[1], speech[0])
    for_first = total(overlaps(agent, first)) + total(overlaps(customer, second))
    for_second = total(overlaps(agent, second)) + total(overlaps(customer, first))
    if max(for_first, for_second) < 2000:
        return None
    if for_first >= 2 * for_second:
        return 0
    return 1 if for_second >= 2 * for_first else None


def silences(speech: Iterable[Sequence[Span]], duration_ms: int) -> list[Span]:
    """Times in which no lane speaks."""
    found, at = [], 0
    for begin, end in [*joined(span for lane in speech for span in lane), (duration_ms,) * 2]:
        if begin > at:
            found.append((at, begin))
        at = max(at, end)
    return found


def talk_over(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """Times of at least TALK_OVER_MS in which both speak."""
    return [span for span in overlaps(left, right) if _length(span) >= TALK_OVER_MS]


def responses(answering: Sequence[Span], asking: Sequence[Span]) -> list[int]:
    """How long each answer took: from the end of speech to the other party's beginning.

    Counted wherever a span of the answering party is the first to begin after the asking party
    spoke and has stopped. One that begins while the other still speaks is an interruption, not an
    answer; further spans of the same party are no new answers.
    """
    found, asked_until, is_open = [], 0, False
    marked = [(begin, 1, end) for begin, end in answering]
    for begin, answers, end in sorted([*marked, *((begin, 0, end) for begin, end in asking)]):
        if not answers:
            asked_until, is_open = max(asked_until, end), True
        elif is_open:
            is_open = False
            if begin >= asked_until:
                found.append(begin - asked_until)
    return found


def overlaps(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """Times that are in both; each list is in order and free of overlaps."""
    found, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        begin, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if begin < end:
            found.append((begin, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return found


def without(spans: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """What of the spans is in none of the others."""
    last = max((span[1] for span in spans), default=0)
    return overlaps(spans, silences([others], last))


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, and what touches or overlaps as one."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def total(spans: Iterable[Span]) -> int:
    """Milliseconds of all spans together."""
    return sum(map(_length, spans))


def _spans_of(turns: Sequence[Mapping[str, Any]], speaker: str) -> list[Span]:
    """When a party has a turn; notes between colleagues were never said."""
    return joined(
        (int(turn["from_ms"]), int(turn["to_ms"]))
        for turn in turns
        if turn["speaker"] == speaker
        and turn.get("kind") is None
        and turn.get("from_ms") is not None
        and (turn.get("to_ms") or 0) > turn["from_ms"]
    )


def _summary(times: Sequence[int]) -> dict[str, int] | None:
    if not times:
        return None
    mean = (2 * sum(times) + len(times)) // (2 * len(times))
    return {"mean": mean, "longest": max(times), "count": len(times)}


def _response(summary: Mapping[str, int] | None) -> Response | None:
    if summary is None:
        return None
    return Response(summary["mean"], summary["longest"], summary["count"])


def _length(span: Span) -> int:
    return span[1] - span[0]


def _share(part: int | None, whole: int) -> float | None:
    return None if part is None or whole <= 0 else part / whole
