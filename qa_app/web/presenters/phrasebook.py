"""Sentences that other layers say in English, recognised and said in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask_babel import gettext as _

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def N_(text: str) -> str:  # noqa: N802 - the marker that the extraction of texts looks for
    return text


class Phrasebook:
    """Known sentences; `%(name)s` stands for what they quote, with or without quotation marks."""

    def __init__(self, sentences: Iterable[str]) -> None:
        known = sorted(set(sentences), key=len, reverse=True)
        self._static = frozenset(text for text in known if not PLACEHOLDER.search(text))
        self._quoting = [(_shape(text), text) for text in known if PLACEHOLDER.search(text)]

    def say(self, sentence: str) -> str:
        """The sentence in the reader's language; one that is not known stays as it is."""
        return self.known(sentence) or sentence

    def known(self, sentence: str) -> str | None:
        """The sentence in the reader's language; none when it is not known."""
        if sentence in self._static:
            return str(_(sentence))
        for shape, text in self._quoting:
            match = shape.fullmatch(sentence)
            if match is not None:
                return str(_(text, **match.groupdict()))
        return None


def _shape(text: str) -> re.Pattern[str]:
    parts = PLACEHOLDER.split(text)
    shapes = [
        f"'?(?P<{part}>.*?)'?" if number % 2 else re.escape(part)
        for number, part in enumerate(parts)
    ]
    return re.compile("".join(shapes), re.DOTALL)
