"""Exact numbers: what a number's text means, how it is written, and the one rounding."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

MAX_WHOLE_DIGITS = 15
MAX_DECIMALS = 30
MAX_TEXT = 60

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_PLAIN = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)\Z")


class NumberOutOfRange(ValueError):
    """The text is a number, but one of a size that no definition needs."""


def is_number(text: str) -> bool:
    """Say whether a plain scalar is a number in the core schema of YAML 1.2."""
    return bool(_FLOAT.match(text) or _OCTAL.match(text) or _HEXADECIMAL.match(text))


def is_plain_decimal(text: str) -> bool:
    """Say whether a text is a decimal number without an exponent."""
    return len(text) <= MAX_TEXT and bool(_PLAIN.match(text))


def read_number(text: str) -> Decimal:
    """Return the exact value of a YAML 1.2 number; raises NumberOutOfRange."""
    if len(text) > MAX_TEXT:
        raise NumberOutOfRange
    if _OCTAL.match(text) or _HEXADECIMAL.match(text):
        return within_range(Decimal(int(text, 0)))
    try:
        return within_range(Decimal(text))
    except InvalidOperation:
        raise NumberOutOfRange from None


def within_range(number: Decimal) -> Decimal:
    """Return the number itself, or raise NumberOutOfRange (NaN and infinity included)."""
    if not number.is_finite():
        raise NumberOutOfRange
    if not number:
        return Decimal(0)
    _, digits, exponent = number.as_tuple()
    trailing = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    last_place = int(exponent) + trailing
    if number.adjusted() >= MAX_WHOLE_DIGITS or -last_place > MAX_DECIMALS:
        raise NumberOutOfRange
    return number


def from_python(value: int | float | Decimal) -> Decimal:
    """Return the exact decimal meaning of a Python number; a float means its repr."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    elif isinstance(value, int) and abs(value) >= 10**MAX_WHOLE_DIGITS:
        raise NumberOutOfRange
    return within_range(Decimal(value))


def plain(number: Decimal) -> str:
    """Write a number in its shortest plain decimal form: 10, 0.5; never 10.0 or 1e1."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", "", "+0"} else text


def json_number(number: Decimal) -> int | float | Decimal:
    """Return the plainest Python number that keeps the value exactly."""
    if number == number.to_integral_value():
        return int(number)
    nearest = float(number)
    return nearest if Decimal(repr(nearest)) == number else number


def rounded(numerator: int, denominator: int, places: int) -> str:
    """Round numerator / denominator (denominator > 0) half up and write it with fixed decimals."""
    scale: int = 10**places
    scaled = (2 * numerator * scale + denominator) // (2 * denominator)
    sign = "-" if scaled < 0 else ""
    whole, rest = divmod(abs(scaled), scale)
    return f"{sign}{whole}.{rest:0{places}d}"


def rounded_fraction(value: Fraction, places: int) -> str:
    """Round a fraction half up and write it with fixed decimals."""
    return rounded(value.numerator, value.denominator, places)
