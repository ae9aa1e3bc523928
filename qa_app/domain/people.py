"""Roles, and what makes a login, a password, an employee number acceptable (handbook 3 §2, §6)."""

from __future__ import annotations

import re
from enum import StrEnum

from qa_app.domain.errors import Problem


class Role(StrEnum):
    """What an account may be; `system` is the command line and the job worker, never a login."""

    SPECIALIST = "specialist"
    LEAD = "lead"
    AGENT = "agent"
    MANAGER = "manager"
    HR = "hr"
    ADMIN = "admin"
    SYSTEM = "system"


LOGIN_ROLES = tuple(role for role in Role if role is not Role.SYSTEM)

LOGIN_PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
EMPLOYEE_NO_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
PASSWORD_MIN = 12
PASSWORD_MAX = 256
PRODUCT_WORDS = ("qaworkbench", "qa-workbench", "password", "质检", "123456789012", "qwertyuiop")


def password_problems(password: str, *, login: str) -> list[Problem]:
    """Everything wrong with a new password: length 12..256, not the login, not a product word.

    Source: OWASP ASVS 5.0, 6.2.1-6.2.11 (no composition rule).
    """
    problems = []
    if len(password) < PASSWORD_MIN:
        problems.append(Problem("password", "too_short", "Use at least 12 characters."))
    if len(password) > PASSWORD_MAX:
        problems.append(Problem("password", "too_long", "Use at most 256 characters."))
    folded = password.casefold()
    if login and login.casefold() in folded and len(login) >= 4:
        problems.append(Problem("password", "contains_login", "The password contains the login."))
    if any(folded.startswith(word) for word in PRODUCT_WORDS) or len(set(folded)) <= 3:
        problems.append(Problem("password", "too_common", "This password is too easy to guess."))
    return problems
