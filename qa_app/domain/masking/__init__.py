"""Hides personal data in text, sign by sign, so that every place stays where it was.

Recognised: phones, resident identity numbers, bank cards, e-mails, licence plates, addresses,
passports, accounts of messengers; in half-width, full-width and spoken digits, in groups, and over
several turns of one speaker. One module each; all of them take time that grows with the text only.
"""

from qa_app.domain.masking.checks import is_bank_card, is_resident_identity
from qa_app.domain.masking.found import Hidden, Kind
from qa_app.domain.masking.text import MASK, mask, mask_reference, personal_data
from qa_app.domain.masking.turns import TurnHit, mask_turns, personal_data_of_turns

__all__ = [
    "MASK",
    "Hidden",
    "Kind",
    "TurnHit",
    "is_bank_card",
    "is_resident_identity",
    "mask",
    "mask_reference",
    "mask_turns",
    "personal_data",
    "personal_data_of_turns",
]
