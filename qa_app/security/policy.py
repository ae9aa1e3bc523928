"""The whole policy on one screen: which role may do which deed, in which relation to the thing.

Source: handbook 3 §2. `ANY`: no subject is looked at, the rows are cut by `scope.py`. A relation is
a function of the actor and the subject's `Relation`; a subject that the actor may not know of is
answered as if it did not exist (`scope.py` sees to that before the policy is asked).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qa_app.domain.errors import NotAllowed
from qa_app.domain.people import Role
from qa_app.security.context import Actor
from qa_app.security.permissions import Permission


@dataclass(frozen=True, slots=True)
class Relation:
    """What a thing has to do with people: whose conversation, whose grading, whose team then."""

    agent_id: int | None = None
    grader_id: int | None = None
    in_led_team: bool = False


Rule = Callable[[Actor, Relation | None], bool]


def ANY(_actor: Actor, _relation: Relation | None) -> bool:  # noqa: N802 - a word of the table
    """Whoever has the role."""
    return True


def OWN(actor: Actor, relation: Relation | None) -> bool:  # noqa: N802
    """The actor's own conversation (or none in particular is asked about)."""
    return relation is None or (
        actor.person_id is not None and relation.agent_id == actor.person_id
    )


def TEAM(actor: Actor, relation: Relation | None) -> bool:  # noqa: N802
    """A conversation held in a team that the actor leads, and not the actor's own."""
    if relation is None:
        return True
    return relation.in_led_team and relation.agent_id != actor.person_id


def GRADER(actor: Actor, relation: Relation | None) -> bool:  # noqa: N802
    """The actor is the one whom the grading was given to, and not the one graded."""
    if relation is None:
        return True
    return relation.grader_id == actor.account_id and (
        actor.person_id is None or relation.agent_id != actor.person_id
    )


P = Permission
SPECIALIST, LEAD, AGENT = Role.SPECIALIST, Role.LEAD, Role.AGENT
MANAGER, HR, ADMIN = Role.MANAGER, Role.HR, Role.ADMIN

POLICY: Mapping[Permission, Mapping[Role, Rule]] = {
    P.ACCOUNT_MANAGE: {ADMIN: ANY},
    P.AUDIT_READ: {MANAGER: ANY, ADMIN: ANY},
    P.CONVERSATION_IMPORT: {SPECIALIST: ANY, ADMIN: ANY},
    P.CONVERSATION_LIST: {SPECIALIST: ANY, LEAD: ANY, AGENT: ANY, MANAGER: ANY},
    P.CONVERSATION_READ: {SPECIALIST: ANY, LEAD: TEAM, AGENT: OWN, MANAGER: ANY},
    P.CONVERSATION_TAKE: {LEAD: TEAM},
    P.CONVERSATION_UNMASK: {SPECIALIST: ANY, LEAD: TEAM, MANAGER: ANY},
    P.DRAW_READ: {SPECIALIST: ANY, MANAGER: ANY, LEAD: ANY},
    P.DRAW_RUN: {SPECIALIST: ANY},
    P.EVALUATION_ACKNOWLEDGE: {AGENT: OWN},
    P.EVALUATION_GRADE: {SPECIALIST: GRADER, LEAD: GRADER},
    P.EVALUATION_LIST: {SPECIALIST: ANY, LEAD: ANY, AGENT: ANY, MANAGER: ANY},
    P.EVALUATION_READ: {SPECIALIST: ANY, LEAD: TEAM, AGENT: OWN, MANAGER: ANY},
    P.FIGURE_READ: {SPECIALIST: ANY, LEAD: ANY, AGENT: ANY, MANAGER: ANY, HR: ANY},
    P.FLAG_DECIDE: {LEAD: TEAM},
    P.FLAG_LIST: {SPECIALIST: ANY, LEAD: ANY, MANAGER: ANY},
    P.FLAG_RAISE: {SPECIALIST: ANY},
    P.JOB_MANAGE: {SPECIALIST: ANY, ADMIN: ANY},
    P.JOB_READ: {SPECIALIST: ANY, MANAGER: ANY, ADMIN: ANY},
    P.PEOPLE_IMPORT: {ADMIN: ANY},
    P.PEOPLE_READ: {SPECIALIST: ANY, LEAD: ANY, MANAGER: ANY, ADMIN: ANY},
    P.PERIOD_PUBLISH: {SPECIALIST: ANY},
    P.PERIOD_READ: {SPECIALIST: ANY, LEAD: ANY, AGENT: ANY, MANAGER: ANY, HR: ANY},
    P.PHRASE_PUBLISH: {SPECIALIST: ANY},
    P.PHRASE_READ: {SPECIALIST: ANY, LEAD: ANY, MANAGER: ANY},
    P.PICK_REPLACE: {SPECIALIST: ANY},
    P.PLAN_PUBLISH: {SPECIALIST: ANY},
    P.PLAN_READ: {SPECIALIST: ANY, LEAD: ANY, MANAGER: ANY},
    P.RECORDING_LISTEN: {SPECIALIST: ANY, LEAD: TEAM, AGENT: OWN, MANAGER: ANY},
    P.RECORDING_MASK: {SPECIALIST: ANY, LEAD: TEAM, MANAGER: ANY},
    P.SCORECARD_PUBLISH: {SPECIALIST: ANY},
    P.SCORECARD_READ: {SPECIALIST: ANY, LEAD: ANY, AGENT: ANY, MANAGER: ANY},
    P.SETTING_CHANGE: {MANAGER: ANY, ADMIN: ANY},
    P.SNIPPET_WRITE: {SPECIALIST: ANY},
    P.TRANSCRIPT_ATTACH: {SPECIALIST: ANY, ADMIN: ANY},
}

# The command line and the job worker act for the site's operator, but not for a person.
PERSONAL = frozenset(
    {
        P.CONVERSATION_TAKE,
        P.EVALUATION_ACKNOWLEDGE,
        P.EVALUATION_GRADE,
        P.FLAG_DECIDE,
        P.FLAG_RAISE,
        P.PICK_REPLACE,
    }
)


def can(actor: Actor, permission: Permission, relation: Relation | None = None) -> bool:
    """Whether `actor` may do this at all (`relation` None) or to a thing of that relation."""
    if actor.role is Role.SYSTEM:
        return permission not in PERSONAL
    rule = POLICY[permission].get(actor.role)
    return rule is not None and rule(actor, relation)


def require(actor: Actor, permission: Permission, relation: Relation | None = None) -> None:
    """Raise NotAllowed unless `can`."""
    if not can(actor, permission, relation):
        raise NotAllowed(permission.value)
