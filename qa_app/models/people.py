"""People of the department, their teams, and who was where from when to when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import Key


class Team(Base):
    """A team (班组). Its code is its name in files."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)


class Person(Base):
    """Somebody with an employee number: an agent or a team lead."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    employee_no: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    probation_until: Mapped[date | None]


class Membership(Base):
    """A person's time in a team, both dates included; no `to_date`: until further notice."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("to_date IS NULL OR to_date >= from_date", name="dates_in_order"),
        Index("uq_membership_start", "person_id", "team_id", "from_date", unique=True),
        Index("ix_membership_team_id_person_id", "team_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    is_lead: Mapped[bool] = mapped_column(default=False)
    from_date: Mapped[date]
    to_date: Mapped[date | None]
