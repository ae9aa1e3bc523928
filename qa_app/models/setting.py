"""Settings that people change while the site runs; those of the operator are in the environment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from qa_app.db.base import Base
from qa_app.db.types import Json, UtcTime


class SiteSetting(Base):
    """One setting that differs from its default."""

    __tablename__ = "site_setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
