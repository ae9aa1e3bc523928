"""Words in both languages of the interface."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Words = Annotated[str, StringConstraints(pattern=r"\S")]

LANGUAGES = ("zh", "en")


class PartialText(BaseModel):
    """Words that may be there in one language only (guides)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    zh: Words | None = None
    en: Words | None = None

    def in_language(self, language: str) -> str:
        """Return the words in a language (`zh`, `zh_CN`, `en`...), else in the other one."""
        first, second = (self.zh, self.en) if language.startswith("zh") else (self.en, self.zh)
        return first or second or ""


class Text(PartialText):
    """Words that must be there in both languages (titles)."""

    zh: Words
    en: Words
