"""Writes the pages of docs/reference that say what the code says: permissions and lifecycles."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from qa_app.domain.assignment import ASSIGNMENT_LIFE  # noqa: E402
from qa_app.domain.evaluation import EVALUATION_LIFE  # noqa: E402
from qa_app.domain.flag import FLAG_LIFE  # noqa: E402
from qa_app.domain.lifecycle import Lifecycle  # noqa: E402
from qa_app.domain.people import LOGIN_ROLES  # noqa: E402
from qa_app.domain.period import PERIOD_LIFE  # noqa: E402
from qa_app.security.policy import PERSONAL, POLICY  # noqa: E402

FOLDER = ROOT / "docs" / "reference"
NOTE = "This page is written by `python tools/reference.py`; a test says when it is not current.\n"
LIVES: tuple[Lifecycle[Any, Any], ...] = (
    ASSIGNMENT_LIFE,
    EVALUATION_LIFE,
    FLAG_LIFE,
    PERIOD_LIFE,
)


def pages() -> dict[Path, str]:
    """Each page's path and text."""
    return {
        FOLDER / "permissions.md": permissions(),
        FOLDER / "lifecycles.md": lifecycles(),
    }


def permissions() -> str:
    """The policy as a table: any, own, team, grader; - for what a role may not do."""
    head = ["permission", *(role.value for role in LOGIN_ROLES)]
    rows = [
        [
            f"`{permission.value}`",
            *("-" if role not in rules else rules[role].__name__.lower() for role in LOGIN_ROLES),
        ]
        for permission, rules in sorted(POLICY.items(), key=lambda item: item[0].value)
    ]
    personal = ", ".join(f"`{permission.value}`" for permission in sorted(PERSONAL))
    return (
        f"# Permissions\n\n{NOTE}\n{_table(head, rows)}\n"
        "*any*: whoever has the role, among the rows that the role may know of. *own*: one's own "
        "conversations. *team*: conversations held in a team that one leads, and not one's own. "
        "*grader*: what was given to oneself to grade, and is not about oneself.\n\n"
        f"The command line and the job worker act for the operator in everything but {personal}.\n"
    )


def lifecycles() -> str:
    """Every lifecycle as a table and as a drawing."""
    parts = [f"# Lifecycles\n\n{NOTE}"]
    for life in LIVES:
        rows = [[old, deed, new] for (old, deed), new in life.transitions.items()]
        arrows = "\n".join(f"  {old} --> {new}: {deed}" for old, deed, new in rows)
        parts.append(
            f"\n## {life.subject.capitalize()}\n\n{_table(['from', 'deed', 'to'], rows)}\n"
            f"```mermaid\nstateDiagram-v2\n{arrows}\n```\n"
        )
    return "".join(parts)


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
