"""Personal data in text: what is hidden, what stays, and that every place stays where it was."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.masking import (
    MASK,
    is_resident_identity,
    mask,
    mask_reference,
    mask_turns,
)


def passes_luhn(number: str) -> bool:
    """The rule, written down the long way."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(number[::-1])]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


HIDDEN = [
    ("身份证110105194912310021", "身份证••••••••••••••••••"),
    ("my id card number is 110105199003074518", "my id card number is ••••••••••••••••••"),
    ("卡号4111 1111 1111 1112", "卡号•••• •••• •••• ••12"),
    ("bank card 6222021234567890123.", "bank card •••••••••••••••••23."),
    ("我的电话是13812345678，谢谢", "我的电话是•••••••••78，谢谢"),
    ("１３８ 1234-5678", "••• ••••-••78"),
    ("幺三八一二三四五六七八", "•••••••••七八"),
    ("+86 138 1234 5678", "+•• ••• •••• ••78"),
    ("010-62345678", "•••-••••••78"),
    ("(0755) 8888 6666", "(••••) •••• ••66"),
    ("call +1 (415) 555-2671", "call +• (•••) •••-••71"),
    ("or 415-555-2671.", "or •••-•••-••71."),
    ("0044 20 7946 0958", "•••• •• •••• ••58"),
    ("身份证11010519491231002X。", "身份证••••••••••••••••••。"),
    ("1 11010519491231002X", "1 ••••••••••••••••••"),
    ("卡号４１１１ １１１１ １１１１ １１１１", "卡号•••• •••• •••• ••１１"),
    ("4111 1111 1111 1111 99", "•••• •••• •••• ••11 99"),
    ("3782 822463 10005", "•••• •••••• •••05"),
    ("mail ＺＨＡＮＧ＠example.com.cn", "mail •••••＠•••••••.•••.cn"),
    ("a.b+c@x.org, please", "•.•+•@•.org, please"),
]
LEFT = [
    "",
    "订单号 20261118123456",
    "今天二零二六年十一月十八日",
    "110105194912310021",
    "卡号是多少，一共 3 张",
    "这张银行卡的单号是 20261118123456789",
    "110105199913310029",
    "I paid 128.50 on 2026-11-18 at 10:32",
    "no. 1 of 5, 412 calls",
    "mail me @ home",
    "11010519491231002Xabc",
    "0000 0000 0000 0000",
]


@pytest.mark.parametrize(("text", "shown"), HIDDEN)
def test_personal_data_is_hidden(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.parametrize("text", LEFT)
def test_other_numbers_stay(text: str) -> None:
    assert mask(text) == text


@given(st.text(alphabet=string.digits + " -@.＠１３八一三xX()+", max_size=80))
def test_masking_moves_nothing_and_is_done_after_once(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert all(new in (old, MASK) for old, new in zip(text, masked, strict=True))


@given(
    st.text(alphabet="你好ab ，", max_size=10),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.text(alphabet="谢谢cd ，", max_size=10),
)
def test_a_mobile_number_never_gets_through(before: str, number: str, after: str) -> None:
    masked = mask(before + number + after)
    assert number[:9] not in masked
    assert masked.count(MASK) >= 9


@given(st.from_regex(r"[3-6][0-9]{14,17}", fullmatch=True))
def test_a_card_number_with_its_check_digit_never_gets_through(body: str) -> None:
    number = next(body + digit for digit in string.digits if passes_luhn(body + digit))
    assert number[:10] not in mask(f"卡号 {number} 谢谢")
    assert number[:10] not in mask(f"card {number}, thanks")


def test_the_check_sign_of_an_identity_number_counts() -> None:
    assert is_resident_identity("11010519491231002X")
    assert is_resident_identity("11010519491231002x")
    assert not is_resident_identity("110105194912310021")
    assert not is_resident_identity("11010519491331002X")


def test_of_a_reference_two_signs_stay() -> None:
    assert mask_reference("CUST-00817") == "••••••••17"
    assert mask_reference("A12") == "•••"
    assert mask_reference("") == ""
    assert mask_reference(None) is None


def test_turns_keep_their_places_and_times() -> None:
    turns = [
        {"speaker": "agent", "text": "Your number?", "from_ms": 0, "to_ms": 900},
        {"speaker": "customer", "text": "138 1234 5678", "from_ms": 1000, "to_ms": 4000},
    ]
    assert mask_turns(turns) == [
        turns[0],
        {**turns[1], "text": "••• •••• ••78"},
    ]
    assert turns[1]["text"] == "138 1234 5678"


def test_nonsense_is_read_quickly() -> None:
    for text in ("4 " * 10_000, "1" * 20_000, "a@" * 10_000, "(" * 20_000, "00 1" * 5_000):
        assert len(mask(text)) == len(text)
