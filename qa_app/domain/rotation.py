"""Who grades what: an agent's evaluations over many graders, the load over all (handbook 6)."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ToAssign:
    """A picked conversation; `barred` are the graders who may not have it, the agent among them."""

    key: str
    agent: str
    barred: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Rotation:
    """Grader by key, and the keys that nobody may grade."""

    graders: Mapping[str, str]
    unassignable: tuple[str, ...]


def rotate(
    graders: Sequence[str],
    picks: Sequence[ToAssign],
    *,
    already: Mapping[tuple[str, str], int] | None = None,
    salt: str = "",
) -> Rotation:
    """Give each pick a grader, the same way every time.

    An agent's evaluations are spread over as many graders as possible; among such spreads the
    load of the graders is as even as it can be (differing by one at most where nobody is
    barred). `already` counts what earlier draws of the half gave, by (agent, grader). `salt`,
    e.g. plan and period, decides ties, so that no agent always meets the same grader first.
    """
    board = _Board(graders, already or {}, salt)
    unassignable = tuple(pick.key for pick in _in_turn(picks) if not board.place(pick))
    board.even_out()
    return Rotation({key: grader for key, (_, grader) in board.placed.items()}, unassignable)


def _in_turn(picks: Iterable[ToAssign]) -> list[ToAssign]:
    """Agent by agent, those with least choice first within each."""
    order: dict[str, int] = {}
    listed = list(picks)
    for pick in listed:
        order.setdefault(pick.agent, len(order))
    return sorted(listed, key=lambda pick: (order[pick.agent], -len(pick.barred)))


class _Board:
    """The state of an assignment under way."""

    def __init__(
        self, graders: Sequence[str], already: Mapping[tuple[str, str], int], salt: str
    ) -> None:
        self.graders = list(dict.fromkeys(graders))
        self.salt = salt
        self.met: Counter[tuple[str, str]] = Counter(already)
        self.load = Counter(dict.fromkeys(self.graders, 0))
        for (_, grader), count in already.items():
            if grader in self.load:
                self.load[grader] += count
        self.placed: dict[str, tuple[ToAssign, str]] = {}

    def place(self, pick: ToAssign) -> bool:
        """Give `pick` to the grader whom its agent met least, then to the least loaded."""
        free = [grader for grader in self.graders if grader not in pick.barred]
        if not free:
            return False
        chosen = min(
            free,
            key=lambda grader: (
                self.met[pick.agent, grader],
                self.load[grader],
                self._draw_lots(pick.agent, grader),
            ),
        )
        self._give(pick, chosen)
        return True

    def _draw_lots(self, agent: str, grader: str) -> bytes:
        return hashlib.sha256(f"{self.salt}\n{agent}\n{grader}".encode()).digest()

    def _give(self, pick: ToAssign, grader: str) -> None:
        if pick.key in self.placed:
            before = self.placed[pick.key][1]
            self.met[pick.agent, before] -= 1
            self.load[before] -= 1
        self.placed[pick.key] = (pick, grader)
        self.met[pick.agent, grader] += 1
        self.load[grader] += 1

    def even_out(self) -> None:
        """Pass picks along from the busiest to the idlest while no agent's spread suffers."""
        while moves := self._moves_that_help():
            for pick, grader in moves:
                self._give(pick, grader)

    def _moves_that_help(self) -> list[tuple[ToAssign, str]]:
        hand_overs = self._hand_overs()
        for giver in sorted(self.graders, key=lambda one: -self.load[one]):
            moves = self._path_from(giver, hand_overs)
            if moves:
                return moves
        return []

    def _hand_overs(self) -> dict[str, dict[str, ToAssign]]:
        """For each grader, to whom one pick could go without hurting its agent's spread."""
        found: dict[str, dict[str, ToAssign]] = {grader: {} for grader in self.graders}
        for pick, giver in self.placed.values():
            met = self.met[pick.agent, giver]
            for taker in self.graders:
                if taker not in pick.barred and self.met[pick.agent, taker] < met:
                    found[giver].setdefault(taker, pick)
        return found

    def _path_from(
        self, giver: str, hand_overs: Mapping[str, Mapping[str, ToAssign]]
    ) -> list[tuple[ToAssign, str]]:
        """The shortest chain of hand-overs from `giver` to someone with two picks fewer."""
        came: dict[str, tuple[str, ToAssign]] = {}
        queue = deque([giver])
        while queue:
            current = queue.popleft()
            if self.load[current] <= self.load[giver] - 2:
                return self._trace(current, giver, came)
            for taker, pick in hand_overs[current].items():
                if taker != giver and taker not in came:
                    came[taker] = (current, pick)
                    queue.append(taker)
        return []

    @staticmethod
    def _trace(
        end: str, giver: str, came: Mapping[str, tuple[str, ToAssign]]
    ) -> list[tuple[ToAssign, str]]:
        moves, current = [], end
        while current != giver:
            before, pick = came[current]
            moves.append((pick, current))
            current = before
        return moves
