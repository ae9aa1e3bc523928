"""Made-up sentences with and without personal data, in every form that people write or say it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

_CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
_CHINESE_OTHER = str.maketrans("0123456789", "〇幺二三四五六七八九")
_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Sentence(NamedTuple):
    """A text, and the part of it that has to be hidden; empty where nothing has to."""

    kind: str
    text: str
    secret: str


def with_personal_data(seed: int, count: int) -> Iterator[Sentence]:
    chance = random.Random(seed)
    makers: list[tuple[str, Callable[[random.Random], str]]] = [
        ("phone", _mobile),
        ("phone", _landline),
        ("identity", _identity),
        ("card", _card),
    ]
    for _ in range(count):
        kind, make = chance.choice(makers)
        secret = make(chance)
        before, after = chance.choice(_AROUND)
        yield Sentence(kind, f"{before}{secret}{after}", secret)


def without_personal_data(seed: int, count: int) -> Iterator[Sentence]:
    chance = random.Random(seed)
    for _ in range(count):
        yield Sentence("", chance.choice(_ORDINARY)(chance), "")


_AROUND = [
    ("", ""),
    ("我的号码是", "，谢谢"),
    ("好的，您记一下：", "。"),
    ("麻烦查一下 ", " 这个"),
    ("嗯，", "，对"),
    ("请问是", "吗？"),
    ("my number is ", ", thanks"),
    ("登记的是【", "】"),
    ("尾号不对，应该是", "才对"),
    ("你好 我要改资料 ", " 改成新的 2026年11月3日之前"),
]


def _mobile(chance: random.Random) -> str:
    number = "1" + chance.choice("3456789") + _digits(chance, 9)
    form = chance.randrange(16)
    cut = [number[:3], number[3:7], number[7:]]
    if form < 3:
        return number
    if form < 8:
        return chance.choice([" ", "-", ".", " - ", "　", "—", "·"]).join(cut)
    if form == 8:
        return chance.choice(["+86 ", "+86", "86", "0086", "+86-", "(+86)", "0"]) + number
    if form == 9:
        return number.translate(_WIDE)
    if form == 10:
        return chance.choice(["，", "、", "，嗯，", " 然后 ", "。"]).join(cut).translate(_CHINESE)
    if form == 11:
        return number.translate(_CHINESE)
    if form == 12:
        return number.translate(_CHINESE_OTHER)
    if form == 13:
        return " ".join(number)
    if form == 14:
        return f"{number[:3]} {number[3:6]} {number[6:]}"
    return "，".join([number[:3].translate(_CHINESE_OTHER), number[3:7], number[7:]])


def _landline(chance: random.Random) -> str:
    area, rest = chance.choice([("010", 8), ("021", 8), ("0755", 8), ("0571", 8), ("0311", 8),
                                ("0912", 7), ("029", 8)])  # fmt: skip
    local = chance.choice("2345678") + _digits(chance, rest - 1)
    form = chance.randrange(7)
    if form == 0:
        return area + local
    if form == 1:
        return f"({area}){local}"
    if form == 2:
        return f"（{area}） {local}"
    if form == 3:
        return f"{area} {local[:4]} {local[4:]}"
    if form == 4:
        return f"+86 {area[1:]} {local}"
    if form == 5:
        return f"{area}，{local}".translate(_CHINESE)
    return f"{area}-{local}"


def _identity(chance: random.Random) -> str:
    area = chance.choice(["110105", "310104", "440305", "510107", "330106", "610113"])
    born = (
        f"{chance.randrange(1940, 2012)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    )
    body = area + born + _digits(chance, 3)
    total = sum(int(sign) * (1 << (17 - place)) for place, sign in enumerate(body))
    number = body + "10X98765432"[total % 11]
    form = chance.randrange(7)
    if form < 2:
        return number
    if form == 2:
        return number.lower()
    if form == 3:
        return f"{number[:6]} {number[6:14]} {number[14:]}"
    if form == 4:
        return number.translate(_CHINESE)
    if form == 5:
        return number.translate(_WIDE)
    return "，".join([number[:6], number[6:10], number[10:14], number[14:]]).translate(_CHINESE)


def _card(chance: random.Random) -> str:
    front, length = chance.choice([("621", 19), ("622848", 19), ("6217", 16), ("625", 16),
                                   ("4", 16), ("51", 16), ("55", 16), ("37", 15),
                                   ("3568", 16)])  # fmt: skip
    body = front + _digits(chance, length - len(front) - 1)
    number = next(body + sign for sign in "0123456789" if _luhn(body + sign))
    form = chance.randrange(6)
    cut = [number[place : place + 4] for place in range(0, len(number), 4)]
    if form < 2:
        return number
    if form == 2:
        return " ".join(cut)
    if form == 3:
        return "-".join(cut)
    if form == 4:
        return number.translate(_WIDE)
    return "，".join(cut).translate(_CHINESE)


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(number[::-1])]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def _date(chance: random.Random) -> tuple[str, str, str]:
    return (
        str(chance.randrange(2020, 2027)),
        f"{chance.randrange(1, 13):02d}",
        f"{chance.randrange(1, 29):02d}",
    )


def _time(chance: random.Random) -> str:
    return f"{chance.randrange(24):02d}:{chance.randrange(60):02d}"


def _price(chance: random.Random, most: int = 9999) -> str:
    return f"{chance.randrange(10, most)}.{chance.randrange(100):02d}"


_ORDINARY: list[Callable[[random.Random], str]] = [
    lambda r: f"这件{_price(r)}元，那件{_price(r)}元",
    lambda r: f"{_price(r)} {_price(r)} {_price(r)}",
    lambda r: f"{r.randrange(10, 999)}.00 {r.randrange(1000, 9999)}.00 {r.randrange(10, 99)}.50",
    lambda r: f"订单号{_digits(r, r.randrange(12, 20))}，麻烦看一下",
    lambda r: f"订单编号：{''.join(_date(r))}{_digits(r, r.randrange(6, 11))}",
    lambda r: f"快递单号 SF{_digits(r, 13)} 到哪了",
    lambda r: f"快递单号是{_digits(r, 15)}",
    lambda r: f"order number {_digits(r, 10)}, please",
    lambda r: f"{'-'.join(_date(r))} {_time(r)}:{r.randrange(60):02d}",
    lambda r: f"{'/'.join(_date(r))} - {'/'.join(_date(r))}",
    lambda r: f"{'-'.join(_date(r)[::-1])} {r.randrange(100, 999)}元",
    lambda r: f"{r.randrange(1, 13)}月{r.randrange(1, 29)}号下午{r.randrange(1, 6)}点{_time(r)}",
    lambda r: f"二零二六年十{r.choice('一二')}月{r.choice('一三五七九')}日",
    lambda r: f"大概{r.choice('一二三四')}{r.choice('二三四五')}百块，{r.choice('一两三四')}千也行",
    lambda r: f"尺码有{r.randrange(34, 37)}，37，38，39，40，41，42，43，{r.randrange(44, 47)}",
    lambda r: f"库存{r.randrange(100, 999)}、{r.randrange(100, 999)}、{r.randrange(10, 99)}件",
    lambda r: f"总价{r.randrange(1, 99)},{_digits(r, 3)},{_digits(r, 3)}元",
    lambda r: f"第{r.randrange(1, 30)}次了，等了{r.randrange(10, 90)}分钟",
    lambda r: f"192.168.{r.randrange(256)}.{r.randrange(256)}",
    lambda r: f"139.{r.randrange(100, 256)}.{r.randrange(10, 100)}.{r.randrange(100, 256)}",
    lambda r: f"版本 {r.randrange(1, 20)}.{r.randrange(20)}.{r.randrange(2000)}",
    lambda r: f"新Mate{r.randrange(20, 70)}和新Reno{r.randrange(5, 15)}哪个好",
    lambda r: f"坐{r.randrange(1, 20)}号线转{r.randrange(100, 999)}路",
    lambda r: f"我知道{r.randrange(1, 29)}号发货",
    lambda r: f"{r.randrange(2, 30)} minutes down the road, ${_price(r, 99)}",
    lambda r: f"I paid {r.randrange(100, 9999)}.50 on {'-'.join(_date(r))} at {_time(r)}",
    lambda r: f"微信支付{r.randrange(100, 99999)}元",
    lambda r: f"满{r.randrange(100, 300)}减{r.randrange(10, 50)}，再打{r.choice('七八九')}五折",
    lambda r: f"一二三四五六七，一共{r.randrange(7, 99)}个",
    lambda r: f"充了{r.choice('一二三')}百{r.choice('二三四')}十{r.choice('五六七')}块",
    lambda r: f"型号 E{_digits(r, 4)}-{_digits(r, 3)}，{r.randrange(1, 9)}年保修",
]
