"""Makers of rows for tests. What a test is about is stated by the test; the rest has defaults."""

from tests.factories.conversations import make_conversation
from tests.factories.grading import make_assignment, make_evaluation, publish_form
from tests.factories.people import (
    make_account,
    make_agent,
    make_lead,
    make_person,
    make_specialist,
    make_team,
)

__all__ = [
    "make_account",
    "make_agent",
    "make_assignment",
    "make_conversation",
    "make_evaluation",
    "make_lead",
    "make_person",
    "make_specialist",
    "make_team",
    "publish_form",
]
