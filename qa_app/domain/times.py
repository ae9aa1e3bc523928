"""ISO 8601 texts of the interchange as instants, also without an offset (handbook 3 §7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

FIRST_YEAR, LAST_YEAR = 1970, 2200
SHORTEST_TEXT = len("2026-11-01T10:00")
LONGEST_TEXT = 40


class BadTime(ValueError):
    """A time that cannot be read; `code` is bad_time or time_never_was."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_instant(value: object, zone: tzinfo) -> tuple[datetime, bool]:
    """Read an ISO 8601 text, or a datetime that a spreadsheet gave: (UTC instant, doubled).

    A time without offset is local time of `zone`. Where the clock is set back a local time
    happens twice: the first is taken, and `doubled` is true. Where it is set forward a local
    time never happens: it is refused. Raises BadTime.
    """
    moment = value if isinstance(value, datetime) else _parse(value)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise BadTime("bad_time", f"The year is not between {FIRST_YEAR} and {LAST_YEAR}.")
    if moment.tzinfo is not None:
        return moment.astimezone(UTC), False
    first = moment.replace(tzinfo=zone, fold=0)
    early, late = first.utcoffset(), first.replace(fold=1).utcoffset()
    if early is None or late is None:
        raise ValueError("the zone has no offset")
    if early < late:
        raise BadTime("time_never_was", "The clock was set forward over this local time.")
    return (moment - early).replace(tzinfo=UTC, fold=0), early > late


def whole_seconds(span: timedelta) -> int:
    """A span rounded half up to a whole second."""
    return (span + timedelta(microseconds=500_000)) // timedelta(seconds=1)


def iso_utc(instant: datetime) -> str:
    """An aware UTC instant as text ending in Z; milliseconds only where there are any."""
    text = instant.isoformat(timespec="milliseconds" if instant.microsecond >= 1000 else "seconds")
    return text[:-6] + "Z"


def _parse(value: object) -> datetime:
    if isinstance(value, str) and SHORTEST_TEXT <= len(value) <= LONGEST_TEXT:
        try:
            if value[4] == "-" and value[7] == "-" and value[10] in "T ":
                return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise BadTime("bad_time", "Write date and time as ISO 8601, like 2026-11-01T10:00:00+08:00.")
