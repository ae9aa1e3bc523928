"""The policy says what handbook 3 §2 says: written out here by hand, and compared cell by cell."""

from __future__ import annotations

import pytest

from qa_app.domain.errors import NotAllowed
from qa_app.domain.people import LOGIN_ROLES, Role
from qa_app.security.context import SYSTEM, Actor
from qa_app.security.permissions import Permission
from qa_app.security.policy import POLICY, Relation, can, require

# Who may: . nobody; any: anything that is in scope; own: of the own conversations; team: of
# conversations held in a led team, the own ones left out; given: what was given to the actor to
# grade, and is not about the actor.
TABLE = """
                        specialist  lead  agent  manager  hr   admin
account:manage          .           .     .      .        .    any
audit:read              .           .     .      any      .    any
conversation:import     any         .     .      .        .    any
conversation:list       any         any   any    any      .    .
conversation:read       any         team  own    any      .    .
conversation:take       .           team  .      .        .    .
conversation:unmask     any         team  .      any      .    .
draw:read               any         any   .      any      .    .
draw:run                any         .     .      .        .    .
evaluation:acknowledge  .           .     own    .        .    .
evaluation:grade        given       given .      .        .    .
evaluation:list         any         any   any    any      .    .
evaluation:read         any         team  own    any      .    .
figure:read             any         any   any    any      any  .
flag:decide             .           team  .      .        .    .
flag:list               any         any   .      any      .    .
flag:raise              any         .     .      .        .    .
job:manage              any         .     .      .        .    any
job:read                any         .     .      any      .    any
people:import           .           .     .      .        .    any
people:read             any         any   .      any      .    any
period:publish          any         .     .      .        .    .
period:read             any         any   any    any      any  .
phrase:publish          any         .     .      .        .    .
phrase:read             any         any   .      any      .    .
pick:replace            any         .     .      .        .    .
plan:publish            any         .     .      .        .    .
plan:read               any         any   .      any      .    .
recording:listen        any         team  own    any      .    .
recording:mask          any         team  .      any      .    .
scorecard:publish       any         .     .      .        .    .
scorecard:read          any         any   any    any      .    .
setting:change          .           .     .      any      .    any
snippet:write           any         .     .      .        .    .
transcript:attach       any         .     .      .        .    any
"""
ME, MYSELF, SOMEBODY = 7, 70, 99
RELATIONS = {
    "own": Relation(agent_id=MYSELF, grader_id=SOMEBODY),
    "own, in a led team": Relation(agent_id=MYSELF, grader_id=SOMEBODY, in_led_team=True),
    "own team's": Relation(agent_id=SOMEBODY, grader_id=SOMEBODY, in_led_team=True),
    "other team's": Relation(agent_id=SOMEBODY, grader_id=SOMEBODY),
    "given": Relation(agent_id=SOMEBODY, grader_id=ME),
    "given, about oneself": Relation(agent_id=MYSELF, grader_id=ME),
    "nobody's": Relation(),
}
ALLOWED = {
    ".": set(),
    "any": set(RELATIONS),
    "own": {"own", "own, in a led team", "given, about oneself"},
    "team": {"own team's"},
    "given": {"given"},
}


def cells() -> list[tuple[Permission, Role, str]]:
    head, *lines = TABLE.strip("\n").splitlines()
    roles = [Role(name) for name in head.split()]
    return [
        (Permission(words[0]), role, word)
        for words in map(str.split, lines)
        for role, word in zip(roles, words[1:], strict=True)
    ]


def actor(role: Role, person_id: int | None = MYSELF) -> Actor:
    return Actor(role=role, login="me", account_id=ME, person_id=person_id)


def test_the_table_has_every_permission_and_every_role() -> None:
    assert {(permission, role) for permission, role, _ in cells()} == {
        (permission, role) for permission in Permission for role in LOGIN_ROLES
    }
    assert set(POLICY) == set(Permission)


@pytest.mark.parametrize(("permission", "role", "word"), cells(), ids=str)
def test_the_policy_is_the_table(permission: Permission, role: Role, word: str) -> None:
    who = actor(role)
    found = {name for name, relation in RELATIONS.items() if can(who, permission, relation)}
    assert found == ALLOWED[word]
    assert can(who, permission) is (word != ".")


@pytest.mark.parametrize(("permission", "role", "word"), cells(), ids=str)
def test_an_account_without_a_person_owns_nothing(
    permission: Permission, role: Role, word: str
) -> None:
    if word == "own":
        assert not can(actor(role, None), permission, RELATIONS["nobody's"])


def test_the_operator_s_commands_act_for_the_site_but_not_for_a_person() -> None:
    personal = {one for one in Permission if not can(SYSTEM, one)}
    assert personal == {
        Permission.CONVERSATION_TAKE,
        Permission.EVALUATION_ACKNOWLEDGE,
        Permission.EVALUATION_GRADE,
        Permission.FLAG_DECIDE,
        Permission.FLAG_RAISE,
        Permission.PICK_REPLACE,
    }


def test_an_administrator_can_do_nothing_to_a_score() -> None:
    admin = actor(Role.ADMIN)
    about_scores = (
        "evaluation:",
        "pick:",
        "figure:",
        "period:",
        "flag:",
        "scorecard:",
        "plan:",
        "draw:",
    )
    assert [one for one in Permission if one.startswith(about_scores) and can(admin, one)] == []


def test_what_is_not_allowed_names_the_permission() -> None:
    with pytest.raises(NotAllowed, match="account:manage"):
        require(actor(Role.AGENT), Permission.ACCOUNT_MANAGE)
