"""Reasons that files were given, kept in English, in the reader's language.

Every sentence that readers and rules say about a row stands here once, so that it is translated;
`%(name)s` is what they quote from the file.
"""

from __future__ import annotations

from qa_app.web.presenters.phrasebook import N_, Phrasebook

SENTENCES = (
    N_("A carriage return stands where no line ends: save the file with ordinary lines."),
    N_("A cell is longer than %(count)s characters: is a quotation mark not closed?"),
    N_("A line holds one JSON object."),
    N_("A newer job of the same key does this work."),
    N_("A single file brings no recording and no transcript file along."),
    N_("A single file brings no recording along. It is taken without sound."),
    N_("A text belongs here."),
    N_("A turn is a mapping with speaker and text."),
    N_("A turn with to_ms needs from_ms."),
    N_("Give turns or transcript, not both."),
    N_("It ended before it started."),
    N_("It has several recordings; the first was taken."),
    N_("It holds a control character."),
    N_("It is a whole number from 1 to 5."),
    N_("It is longer than %(count)s characters."),
    N_("It lasted longer than 31 days."),
    N_("Milliseconds are a whole number from 0."),
    N_("More than one party has the role agent."),
    N_("No party has the role agent."),
    N_("Only its first %(count)s characters were taken."),
    N_("Seconds are a number from 0 to %(count)s."),
    N_("The archive has more than %(count)s entries."),
    N_("The archive is damaged: %(detail)s."),
    N_("The archive unpacks to more than %(count)s MB."),
    N_("The entry %(name)s has a name that no file may have."),
    N_("The entry %(name)s is encrypted."),
    N_("The entry %(name)s is no ordinary file."),
    N_("The entry %(name)s is packed in a way that is not read here."),
    N_("The entry %(name)s is packed more than %(count)s to 1."),
    N_("The entry %(name)s leads out of the archive."),
    N_("The entry %(name)s stands there twice."),
    N_("There is no room to unpack the archive."),
    N_("The channel is call or chat."),
    N_("The clock was set forward over this local time."),
    N_("The column %(name)s is not known and was left out."),
    N_("The conversation has a submitted evaluation and is not changed any more."),
    N_("The conversation stands in the frame of a draw: its %(parts)s is not changed any more."),
    N_("The direction is inbound or outbound."),
    N_("The direction is not known."),
    N_("The duration cannot be used."),
    N_("The file %(name)s cannot be opened."),
    N_("The file %(name)s is empty."),
    N_("The file %(name)s lies outside the import folder."),
    N_("The file is UTF-16 or UTF-32: save it as UTF-8."),
    N_("The file is empty."),
    N_("The header cannot be read: %(detail)s."),
    N_("The line is longer than %(count)s bytes."),
    N_("The offset is not one of whole minutes."),
    N_("The path has to lie inside the import folder."),
    N_("The recording's path was left out."),
    N_("The row has %(cells)s cells, the header %(count)s."),
    N_("The row has cells to the right of the header's last."),
    N_("The row has more cells than the header has columns."),
    N_("The row's number is out of order."),
    N_("The sheet says that it ends at row %(says)s; %(last)s is its last."),
    N_("The speaker is agent, customer or system."),
    N_("The table has more than %(count)s columns."),
    N_("The text has more than %(count)s characters."),
    N_("The text holds a character that is none (NUL or half a surrogate pair)."),
    N_("The text of a turn is missing."),
    N_("The text of all turns together is too long."),
    N_("The turn ends before it starts."),
    N_("The turns are a list."),
    N_("The workbook is damaged: %(detail)s."),
    N_("The workbook is empty."),
    N_("The workbook unpacks to more than is allowed."),
    N_("The worker stopped in the middle of this job, each time it was tried."),
    N_("The year is not between %(first)s and %(last)s."),
    N_("There are at most %(count)s tags of at most %(length)s characters."),
    N_("There are more than %(count)s turns."),
    N_("There is no file %(name)s in the import folder."),
    N_("There is no file %(name)s in the import folder. It is taken without sound."),
    N_("There is no recording and no text in it."),
    N_("There is nobody with the employee number %(number)s."),
    N_("This ZIP archive is no XLSX workbook."),
    N_("This is an old XLS workbook: save it as XLSX."),
    N_("This is missing."),
    N_("The folder holds no data file."),
    N_("This is no vCon."),
    N_("This column stands there twice."),
    N_("This column is missing."),
    N_("Nobody here matches the agent."),
    N_("Several people match the agent."),
    N_("The file cannot be read."),
    N_("This is no CSV: %(detail)s."),
    N_("This is no JSON: %(detail)s."),
    N_("This is no table of text."),
    N_("This local time happened twice that day; the first was taken."),
    N_("This one stands there twice; the first is taken."),
    N_("This sheet was left out: %(reason)s"),
    N_("A file has a name of at most %(count)s characters and a type."),
    N_("A list belongs here."),
    N_("A time span looks like 00:00:01.000 --> 00:00:04.000."),
    N_("An object belongs here."),
    N_("Blocks without a time were left out: %(count)s."),
    N_("Files are a list of at most %(count)s."),
    N_("It holds several conversations, of which the first was taken."),
    N_("Its times are seconds, although this format has milliseconds."),
    N_("Lines that nobody speaks were left out: %(count)s."),
    N_("This is no known format of a transcript. Tried: %(formats)s."),
    N_("Nothing is said in it."),
    N_("The file does not say who is who, so it was guessed: %(names)s."),
    N_("The file is larger than %(count)s MB."),
    N_("The file is no UTF-8 and was read as GB18030."),
    N_("The kind is note or recalled."),
    N_("The uploaded file is no longer here. Choose it again."),
    N_("This is no time from the start of the recording."),
    N_("Times can be moved by at most an hour."),
    N_("Turns out of the order of time were sorted: %(count)s."),
    N_("Turns that begin before their speaker has ended: %(count)s."),
    N_("Turns that end before they start keep only their start: %(count)s."),
    N_("Turns without a speaker were given to the one before: %(count)s."),
    N_("Turns without an end keep only their start: %(count)s."),
    N_("Turns without text were left out: %(count)s."),
    N_("Words are [place in the text, from_ms, to_ms], in the order of the text."),
    N_("Write seconds such as 1.5 or -0.8."),
    N_("Write date and time as ISO 8601, like 2026-11-01T10:00:00+08:00."),
)


def reason_text(reason: str) -> str:
    """A reason, which may be several sentences about several columns."""
    return " ".join(_part(part) for part in reason.split("; ")) if reason else ""


def _part(part: str) -> str:
    """A sentence, or one that is led by a place or a column."""
    known = PHRASES.known(part)
    if known is not None:
        return known
    lead, colon, rest = part.partition(": ")
    return f"{lead}: {_part(rest)}" if colon else part


PHRASES = Phrasebook(SENTENCES)
