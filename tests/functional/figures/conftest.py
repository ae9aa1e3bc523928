"""A department with a published first half and a second half being graded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient

from qa_app.services.periods import publish_period
from qa_app.services.site import Site
from tests.factories.figures import (
    FIRST,
    NO_SCORE,
    SECOND,
    Department,
    grade,
    grade_all,
    make_drawn_department,
    open_assignments,
)
from tests.infrastructure.sites import SignIn

ClientOf = Callable[[str], FlaskClient]


@dataclass
class Graded:
    """The department, and its evaluations by agent, channel and half."""

    people: Department
    evaluations: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)

    def evaluation(self, agent: str, channel: str = "call", period: str = FIRST) -> int:
        return self.evaluations[agent, channel, period][0]


@pytest.fixture
def graded(site: Site) -> Graded:
    made = make_drawn_department(site, halves=(FIRST, SECOND), each=2)
    found = Graded(made)

    def note(agent: str, channel: str, scores: list[str], period: str) -> None:
        found.evaluations[agent, channel, period] = grade_all(
            site, made, agent, channel, scores, period
        )

    note("anna", "call", ["86.50", "91.25"], FIRST)
    note("anna", "chat", ["70.00", NO_SCORE], FIRST)
    note("ben", "call", ["80.00"], FIRST)
    note("carl", "chat", ["99.99", "88.00"], FIRST)
    with site.writing() as ctx:
        publish_period(ctx, FIRST)
    note("anna", "call", ["94.00"], SECOND)
    waiting = open_assignments(site, made.agents["ben"], "chat", SECOND)
    fatal = grade(site, made.accounts["qing"], waiting[0], "75.00", fatal=True)
    found.evaluations["ben", "chat", SECOND] = [fatal]
    return found


@pytest.fixture
def client_of(app: Flask, graded: Graded, sign_in: SignIn) -> ClientOf:
    """`client_of("anna")`: somebody's browser, signed in."""

    def open_one(who: str) -> FlaskClient:
        client = app.test_client()
        sign_in(client, graded.people.accounts[who])
        return client

    return open_one
