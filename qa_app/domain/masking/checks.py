"""Arithmetic of numbers that carry their own check: identity numbers and bank cards."""

from __future__ import annotations

import re

_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9Xx]")
_CARD = re.compile(
    r"(?:62[0-9]{14,17}|4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|3[47][0-9]{13}"
    r"|3(?:0[0-5]|[68][0-9]|09|9[0-9])[0-9]{11}|9558[0-9]{15}"
    r"|2(?:2[2-9]|[3-6][0-9]|7[01])[0-9]{13}|2720[0-9]{12}|[3-6][0-9]{15,18})"
)
CARD_LENGTHS = (19, 18, 17, 16, 15, 14, 13)


def is_resident_identity(number: str) -> bool:
    """Whether 18 signs are an identity number: a possible date and the right check sign.

    Source: GB 11643-1999 (ISO 7064, MOD 11-2).
    """
    if not _EIGHTEEN.fullmatch(number):
        return False
    month, day = int(number[10:12]), int(number[12:14])
    if number[6:8] not in ("18", "19", "20") or not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    total = sum(int(sign) * (1 << (17 - place)) for place, sign in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def is_bank_card(number: str) -> bool:
    """Whether the digits begin and end as those of a card do (ISO/IEC 7812: issuer, Luhn)."""
    return bool(_CARD.fullmatch(number)) and passes_luhn(number)


def passes_luhn(number: str) -> bool:
    """Luhn's check over all digits."""
    signs = number.encode()
    plain, doubled = signs[-1::-2], signs[-2::-2].translate(_DOUBLED)
    return (sum(plain) - ord("0") * len(plain) + sum(doubled)) % 10 == 0
