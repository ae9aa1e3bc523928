"""What a snippet may be: its limits, and the words in it that the desk fills in."""

from __future__ import annotations

from dataclasses import dataclass

from qa_app.domain.errors import Problem

TITLE_LIMIT, TEXT_LIMIT, QUESTION_LIMIT = 80, 1000, 120
CHANNELS = ("", "call", "chat")


@dataclass(frozen=True, slots=True)
class SnippetText:
    """A snippet as somebody wrote it; `channel` and `question_id` empty: offered everywhere."""

    title: str
    text: str
    channel: str = ""
    question_id: str = ""

    def cleaned(self) -> SnippetText:
        """Without the spaces around, line ends as one kind."""
        text = "\n".join(line.rstrip() for line in self.text.splitlines()).strip()
        return SnippetText(
            " ".join(self.title.split()), text, self.channel.strip(), self.question_id.strip()
        )

    def problems(self) -> list[Problem]:
        """Everything that keeps it from being kept."""
        found = []
        if not 1 <= len(self.title) <= TITLE_LIMIT:
            found.append(Problem("title", "bad_title", "Give a title of at most 80 characters."))
        if not 1 <= len(self.text) <= TEXT_LIMIT:
            found.append(Problem("text", "bad_text", "Write a text of at most 1000 characters."))
        if self.channel not in CHANNELS:
            found.append(Problem("channel", "unknown_channel", "There is no such channel."))
        if len(self.question_id) > QUESTION_LIMIT:
            found.append(Problem("question_id", "bad_question", "There is no such question."))
        return found
