"""How numbers, dates and durations read; templates show them through these alone."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _

from qa_app.web.context import site

NOTHING = "–"
# Written out: the library takes ten times as long, and lists are full of times.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def date_time(value: datetime | None) -> str:
    """An instant in the site's zone."""
    if value is None:
        return NOTHING
    local = value.astimezone(site().settings.zone)
    if str(get_locale()) == "zh":
        return f"{local:%Y-%m-%d %H:%M}"
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"


def day(value: date | None) -> str:
    """A date without time."""
    if value is None:
        return NOTHING
    if str(get_locale()) == "zh":
        return value.isoformat()[:10]
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def zone_hint(value: datetime | None) -> str:
    """The instant with seconds and the name of its zone, for hovering."""
    if value is None:
        return ""
    local = value.astimezone(site().settings.zone)
    return f"{local:%Y-%m-%d %H:%M:%S %z} {site().settings.timezone}"


def score(value: Decimal | str | None) -> str:
    """Points with two decimals."""
    return NOTHING if value is None else f"{Decimal(value):.2f}"


def duration(seconds: int | float | None) -> str:
    """`m:ss`, or `h:mm:ss` from an hour on."""
    if seconds is None:
        return NOTHING
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def milliseconds(value: int | None) -> str:
    """A position in sound, as `duration`."""
    return NOTHING if value is None else duration(value // 1000)


def seconds(milliseconds: int) -> float:
    """Milliseconds as the seconds that an address of a place in a sound counts in."""
    return milliseconds / 1000


def file_size(value: int | None) -> str:
    """Bytes in kB or MB."""
    if value is None:
        return NOTHING
    return f"{value / 1e6:.1f} MB" if value >= 1_000_000 else f"{value / 1e3:.0f} kB"


def localized(value: Any) -> str:
    """`{zh, en}` in the reader's language, or in the other where one is missing."""
    if not isinstance(value, dict):
        return "" if value is None else str(value)
    return str(value.get(str(get_locale())) or value.get("zh") or value.get("en") or "")


def channel(value: str | None) -> str:
    """The channel's name."""
    names: dict[str, str] = {"call": _("Recordings"), "chat": _("Chats")}
    return names.get(value or "", NOTHING)


def language_name(code: str) -> str:
    """A language tag (`zh-CN`, `en`) as the reader calls the language; unknown ones as they are."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(get_locale())
    except (UnknownLocaleError, ValueError):
        return code
    return name or code


def not_counted(kind: str) -> str:
    """Why an evaluation of this kind is in no half-month figure, in a few words."""
    if str(kind) == "lead":
        return str(_("Team lead's grading, not in the figure"))
    return str(_("For coaching, not counted"))


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        datetime=date_time,
        date=day,
        zone=zone_hint,
        score=score,
        duration=duration,
        ms=milliseconds,
        seconds=seconds,
        filesize=file_size,
        localized=localized,
        channel=channel,
        language=language_name,
        not_counted=not_counted,
    )
