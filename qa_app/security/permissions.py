"""Everything that can be asked for, alphabetically: `thing:deed`."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """A deed; `policy.py` says who may do it, and to what."""

    ACCOUNT_MANAGE = "account:manage"
    AUDIT_READ = "audit:read"
    CONVERSATION_IMPORT = "conversation:import"
    CONVERSATION_LIST = "conversation:list"
    CONVERSATION_READ = "conversation:read"
    CONVERSATION_UNMASK = "conversation:unmask"
    DRAW_READ = "draw:read"
    DRAW_RUN = "draw:run"
    EVALUATION_ACKNOWLEDGE = "evaluation:acknowledge"
    EVALUATION_GRADE = "evaluation:grade"
    EVALUATION_LIST = "evaluation:list"
    EVALUATION_READ = "evaluation:read"
    FIGURE_READ = "figure:read"
    FLAG_DECIDE = "flag:decide"
    FLAG_LIST = "flag:list"
    FLAG_RAISE = "flag:raise"
    JOB_MANAGE = "job:manage"
    JOB_READ = "job:read"
    PEOPLE_IMPORT = "people:import"
    PEOPLE_READ = "people:read"
    PERIOD_PUBLISH = "period:publish"
    PERIOD_READ = "period:read"
    PLAN_PUBLISH = "plan:publish"
    PLAN_READ = "plan:read"
    RECORDING_LISTEN = "recording:listen"
    SCORECARD_PUBLISH = "scorecard:publish"
    SCORECARD_READ = "scorecard:read"
