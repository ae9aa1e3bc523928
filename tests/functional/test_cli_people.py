"""`qa-app people import`: all rows looked at, each mistake at its place, the same file again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from qa_app.models import Account, AuditEntry, Membership, Person, Team
from qa_app.services.site import Site
from tests.infrastructure.commands import Command

HEADER = "employee_no,name,team,lead,from,to,probation_until,email,login"
ROWS = (
    "E1,安娜,North,no,2026-01-01,,2026-12-31,anna@example.com,anna",
    "E2,Ben,North,,2026-01-01,2026-10-31,,,",
    "E2,Ben,South,,2026-11-01,,,,",
    "E9,Lina,North,yes,2026-01-01,,,,lina",
)
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(*rows: str, header: str = HEADER, name: str = "people.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return to_file


def memberships(site: Site) -> list[tuple[object, ...]]:
    with site.reading() as ctx:
        rows = ctx.session.execute(
            select(
                Person.employee_no,
                Person.name,
                Team.code,
                Membership.is_lead,
                Membership.from_date,
                Membership.to_date,
            )
            .join(Membership, Membership.person_id == Person.id)
            .join(Team, Team.id == Membership.team_id)
            .order_by(Person.employee_no, Membership.from_date)
        )
        return [tuple(row) for row in rows]


START, END, NEXT = date(2026, 1, 1), date(2026, 10, 31), date(2026, 11, 1)
EXPECTED = [
    ("E1", "安娜", "North", False, START, None),
    ("E2", "Ben", "North", False, START, END),
    ("E2", "Ben", "South", False, NEXT, None),
    ("E9", "Lina", "North", True, START, None),
]


def test_people_teams_and_accounts_come_from_one_file(
    site: Site, command: Command, write: Write
) -> None:
    report = command("people", "import", write(*ROWS), "--json").document()
    assert report["rejected"] == report["warnings"] == []
    assert (report["created"], report["updated"], report["unchanged"]) == (3, 1, 0)
    assert [one["login"] for one in report["accounts"]] == ["anna", "lina"]
    assert all(one["password"] for one in report["accounts"])
    assert memberships(site) == EXPECTED
    with site.reading() as ctx:
        accounts = ctx.session.execute(select(Account.login, Account.role)).all()
        anna = select(Person.email, Person.probation_until).where(Person.employee_no == "E1")
        details = ctx.session.execute(anna).one()
    assert {tuple(row) for row in accounts} == {("anna", "agent"), ("lina", "lead")}
    assert tuple(details) == ("anna@example.com", date(2026, 12, 31))


def test_the_same_file_again_changes_nothing(site: Site, command: Command, write: Write) -> None:
    path = write(*ROWS)
    command("people", "import", path)
    again = command("people", "import", path, "--json").document()
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 4)
    assert again["accounts"] == []
    assert memberships(site) == EXPECTED


def test_a_workbook_says_what_a_csv_says(site: Site, command: Command, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "人员"
    sheet.append(HEADER.split(","))
    for row in ROWS:
        cells: list[object] = list(row.split(","))
        cells[4] = date.fromisoformat(str(cells[4]))
        sheet.append(cells)
    sheet.append(["", "nobody"])
    path = tmp_path / "people.xlsx"
    book.save(path)
    report = command("people", "import", path, "--json").document(code=1)
    assert memberships(site) == EXPECTED
    assert [one["where"] for one in report["rejected"]] == ["people.xlsx!人员:6"]


def test_each_broken_row_is_named_at_its_line_and_stops_no_other(
    site: Site, command: Command, write: Write
) -> None:
    path = write(
        ROWS[0],
        ",No number,North,,,,,,",
        "E3,,North,,,,,,",
        "E4,Dora,North,perhaps,,,,,",
        "E5,Eve,North,,2026-13-01,,,,",
        "E6,Finn,North,,2026-06-01,2026-05-01,,,",
        "E 7,Gina,North,,,,,,",
        "E8,Hugo,North,,,,,,Bad Login",
        "E1,安娜,South,,2026-06-01,,,,",
        ROWS[3],
    )
    answer = command("people", "import", path, "--json")
    report = answer.document(code=1)
    places = [one["where"] for one in report["rejected"]]
    assert places == [f"people.csv:{line}" for line in range(3, 11)]
    assert all(one["reason"] for one in report["rejected"])
    assert [row[0] for row in memberships(site)] == ["E1", "E9"]
    in_words = command("people", "import", path)
    assert in_words.code == 1
    assert "people.csv:3: " in in_words.err


def test_all_mistakes_of_a_row_are_named_at_once(command: Command, write: Write) -> None:
    path = write(",,North,perhaps,yesterday,,,,")
    report = command("people", "import", path, "--json").document(code=1)
    (rejected,) = report["rejected"]
    assert all(name in rejected["reason"] for name in ("employee_no", "name", "lead", "from"))


def test_unknown_columns_are_told_and_missing_ones_refused(command: Command, write: Write) -> None:
    told = write("E1,Anna,red", header="employee_no,name,shirt")
    report = command("people", "import", told, "--json").document()
    assert [one["where"] for one in report["warnings"]] == ["people.csv"]
    assert "shirt" in report["warnings"][0]["reason"]
    refused = command("people", "import", write("North", header="team"), "--json").document(code=1)
    assert [one["code"] for one in refused["problems"]] == ["missing_column"] * 2


def test_excel_s_and_old_chinese_encodings_are_read(
    site: Site, command: Command, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    for encoding in ("utf-8-sig", "gb18030"):
        path.write_text(f"{HEADER}\n{ROWS[0]}\n", encoding=encoding)
        command("people", "import", path, "--json").document()
        assert memberships(site) == EXPECTED[:1]


def test_every_change_of_a_membership_has_its_entry(
    site: Site, command: Command, write: Write
) -> None:
    command("people", "import", write(*ROWS[:2]))
    command("people", "import", write(ROWS[0], ROWS[1], ROWS[2]))
    with site.reading() as ctx:
        entries = ctx.session.execute(
            select(AuditEntry.action, AuditEntry.subject_id).order_by(AuditEntry.seq)
        ).all()
    found = [tuple(row) for row in entries if row.action.startswith("person.")]
    assert found == [("person.created", "E1"), ("person.created", "E2"), ("person.updated", "E2")]
