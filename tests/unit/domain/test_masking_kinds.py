"""Every kind of personal data in the forms that people write and say it, and what looks like it."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_app.domain.masking import Kind, mask, mask_turns, personal_data, personal_data_of_turns
from tests.unit.domain.masking_corpus import with_personal_data, without_personal_data

KINDS = [
    (Kind.PHONE, "打13800138000", "打•••••••••00"),
    (Kind.PHONE, "138 - 0013 - 8000", "••• - •••• - ••00"),
    (Kind.PHONE, "一三八，嗯，零零一三，八零零零", "•••，•，••••，••零零"),
    (Kind.PHONE, "8613800138000", "•••••••••••00"),
    (Kind.PHONE, "400-820-8820", "•••-•••-••20"),
    (Kind.PHONE, "座机是62345678", "座机是••••••78"),
    (Kind.PHONE, "four one five, five five five, two six seven one", None),
    (Kind.IDENTITY, "一一零一零五一九四九一二三一零零二叉", "••••••••••••••••••"),
    (Kind.CARD, "卡号 4111 1111 1111 1111", "卡号 •••• •••• •••• ••11"),
    (Kind.EMAIL, "zhang.san@example.com", "•••••.•••@•••••••.com"),
    (Kind.PLATE, "我的车京A12345到了", "我的车•••••••到了"),
    (Kind.PLATE, "京A·D12345", "••·••••••"),
    (Kind.PLATE, "京Ａ １２３４５", "•• •••••"),
    (Kind.PLATE, "粤B 12345F", None),
    (Kind.PLATE, "沪AD12345", "••••••••"),
    (Kind.PLATE, "粤Z1234港", "•••••••"),
    (Kind.PLATE, "my license plate is 432 LSA.", "my license plate is ••• •••."),
    (Kind.ADDRESS, "寄到北京市朝阳区建国路88号3号楼2单元501室。", "寄到••••••••••••••••••••••。"),
    (Kind.ADDRESS, "住在阳光小区3栋2单元501", None),
    (Kind.ADDRESS, "I live at 221 Baker Street, London", None),
    (Kind.ADDRESS, "1800 West 9th Street, Apt 4B", "•••• •••• ••• ••••••, ••• ••"),
    (Kind.PASSPORT, "护照号E12345678", "护照号•••••••••"),
    (Kind.PASSPORT, "passport number is AB1234567", "passport number is •••••••••"),
    (Kind.ACCOUNT, "加我微信号zhangsan_88", "加我微信号••••••••_••"),
    (Kind.ACCOUNT, "QQ是12345678", "QQ是••••••••"),
]
NOT = [
    "这条路5号开通",
    "地铁2号线",
    "我知道1号到",
    "新Mate40多少钱",
    "138.00 1500.00",
    "139.168.100.200",
    "36，37，38，39，40，41，42，43",
    "订单号4111111111111111",
    "15-11-2026 100",
    "2 minutes down the road",
    "one of three, two of four, five",
    "微信支付 500 元",
    "wechat payment was declined",
    "QQ音乐2024年会员",
    "13,800,138,000元",
    "等了三四五分钟",
]


@pytest.mark.parametrize(("kind", "text", "shown"), KINDS)
def test_each_kind_is_told_and_hidden(kind: Kind, text: str, shown: str | None) -> None:
    assert kind in {hit.kind for hit in personal_data(text)}
    assert mask(text) != text
    if shown is not None:
        assert mask(text) == shown


@pytest.mark.parametrize("text", NOT)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert mask(text) == text


def test_of_a_held_out_corpus_ninety_nine_of_a_hundred_are_hidden() -> None:
    seen, missed = Counter[str](), Counter[str]()
    for sentence in with_personal_data(seed=20261118, count=3000):
        seen[sentence.kind] += 1
        at = sentence.text.index(sentence.secret)
        shown = mask(sentence.text)[at : at + len(sentence.secret)]
        missed[sentence.kind] += sum(sign.isalnum() for sign in shown) > 2
    assert {kind: missed[kind] * 100 <= count for kind, count in seen.items()} == {
        "phone": True,
        "identity": True,
        "card": True,
    }


def test_of_ordinary_sentences_less_than_one_of_a_hundred_is_touched() -> None:
    touched = [
        sentence.text
        for sentence in without_personal_data(seed=20261118, count=3000)
        if mask(sentence.text) != sentence.text
    ]
    assert len(touched) <= 30, touched[:10]


def said(*texts: str) -> list[dict[str, str]]:
    """The customer's turns; those that begin with `A:` are the agent's."""
    return [
        {"speaker": "agent", "text": text[2:]}
        if text.startswith("A:")
        else {"speaker": "customer", "text": text}
        for text in texts
    ]


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (["我的号码是一三八", "零零一三", "八零零零，对"], ["我的号码是•••", "••••", "••零零，对"]),
        (["138", "A:嗯", "0013", "A:好的您说", "8000"], ["•••", "嗯", "••••", "好的您说", "••00"]),
        (["138 0013", "A:一三八零零一三", "8000"], ["••• ••••", "一三八零零一三", "••00"]),
        (["一共138", "0013那个", "8000"], None),
        (["138", "A:这件我们先说一下别的事情好吗因为我还没打开系统请稍等", "0013", "8000"], None),
        (["价格是138", "还有1500", "2600"], None),
        (["four one five", "five five five", "two six seven one"], None),
    ],
)
def test_a_number_said_in_pieces(texts: list[str], shown: list[str] | None) -> None:
    turns = said(*texts)
    masked = [turn["text"] for turn in mask_turns(turns)]
    if shown is not None:
        assert masked == shown
    elif texts[0] == "four one five":
        assert masked[0] == "•••• ••• ••••"
    else:
        assert masked == [turn["text"] for turn in turns]


def test_pieces_say_their_turn_and_kind() -> None:
    hits = list(personal_data_of_turns(said("一三八", "零零一三", "八零零零")))
    assert [(turn, hit.begin, hit.end, hit.kind) for turn, hit in hits] == [
        (0, 0, 3, Kind.PHONE),
        (1, 0, 4, Kind.PHONE),
        (2, 0, 4, Kind.PHONE),
    ]


def test_names_of_files_are_masked_too() -> None:
    turns = [{"speaker": "customer", "text": "", "files": [{"name": "13800138000.jpg"}]}]
    assert mask_turns(turns)[0]["files"][0]["name"] == "•••••••••00.jpg"


UNITS = [
    "4 ",
    "1",
    "a@",
    "00 1",
    "+1 ",
    "京A1 ",
    "路1号",
    "1号楼",
    "12 a b ",
    "QQ1 ",
    "one two three ",
]


@given(st.sampled_from(UNITS), st.integers(1, 60), st.sampled_from(["", "x", "号", "@b.cn", "室"]))
def test_repeated_pieces_keep_their_places(unit: str, times: int, end: str) -> None:
    text = unit * times + end
    assert len(mask(text)) == len(text)


@given(st.lists(st.text(alphabet="138零一八 ，嗯ab", max_size=12), max_size=12), st.integers(0, 9))
def test_turns_keep_their_lengths(texts: list[str], seed: int) -> None:
    chance = random.Random(seed)
    turns = [{"speaker": chance.choice(["agent", "customer"]), "text": text} for text in texts]
    masked = mask_turns(turns)
    assert [len(turn["text"]) for turn in masked] == [len(text) for text in texts]
