"""A statement of 300 lines as a bank would print it, and what must become of each: the same every time."""

import csv
import io
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from orders.references import ALPHABET, new_reference

PLAN: Final = {
    "matched": 120,
    "underpaid": 20,
    "overpaid": 15,
    "near_reference": 20,
    "no_reference": 20,
    "several_references": 10,
    "already_paid": 15,
    "unknown_reference": 10,
    "foreign_currency": 15,
    "outgoing": 20,
    "noise": 15,
    "known": 20,
}
WITH_ORDER: Final = ("matched", "underpaid", "overpaid", "near_reference", "no_reference", "foreign_currency")
ORDERS: Final = sum(PLAN[kind] for kind in WITH_ORDER) + 2 * PLAN["several_references"]

_BEFORE: Final = ("MBVCB.{n}.", "CT DEN:{n} ", "IBFT ", "", "VCB;00{n};", "THANH TOAN QR ", "NHAN TU 0{n} ")
_AFTER: Final = (
    " chuyen tien",
    ".CT tu 0123{n} NGUOI MUA THU toi 0011",
    " thanh toan don hang FT{n}",
    "",
    "-Ma GD {n}",
)
_NOISE: Final = (
    "TRA LAI TIEN GUI",
    "NOP TIEN MAT",
    "chuyen tien mua hang",
    "GOC VON OCEAN",
    "Lãi nhập vốn kỳ 11",
)


@dataclass
class Fixture:
    """rows: cells as in the file. payers: reference -> amount of what must be paid. expected: outcomes, counted."""

    rows: list[list[str]] = field(default_factory=list)
    payers: dict[str, int] = field(default_factory=dict)
    expected: Counter[str] = field(default_factory=Counter)
    waiting_vnd: int = 0
    suggested: dict[str, str] = field(default_factory=dict)

    def csv(self) -> bytes:
        text = io.StringIO(newline="")
        head = ["Ngày GD", "Mã GD", "Số tiền", "Loại tiền", "Nội dung giao dịch", "Người chuyển"]
        csv.writer(text).writerows([["Sao kê tài khoản 0000000000", "", "", "", "", ""], head, *self.rows])
        return text.getvalue().encode("utf-8-sig")


def make_statement(orders: dict[str, int], seed: int = 4) -> Fixture:
    """A statement about `orders` (reference -> amount, `ORDERS` of them with different amounts)."""
    chance, made = random.Random(seed), Fixture()
    left = list(orders.items())
    for kind, count in PLAN.items():
        for _ in range(count):
            _add(made, kind, left, chance)
    return made


def _add(made: Fixture, kind: str, left: list[tuple[str, int]], chance: random.Random) -> None:
    number = f"FT26326{len(made.rows):05d}"
    if kind == "known":
        made.rows.append(list(chance.choice(made.rows)))
        made.expected["known"] += 1
        return
    currency = chance.choice(["USD", "EUR"]) if kind == "foreign_currency" else "VND"
    if kind in WITH_ORDER:
        code, amount = left.pop()
        amount, memo = _of_order(made, kind, number, code, amount, chance)
    else:
        amount, memo = _of_others(made, kind, left, chance)
    _write(made, kind, number, amount, currency, memo, chance)


def _of_order(
    made: Fixture, kind: str, number: str, code: str, amount: int, chance: random.Random
) -> tuple[int, str]:
    memo = _around(code, chance)
    if kind == "matched":
        made.payers[code] = amount
    elif kind == "underpaid":
        amount -= chance.randrange(1, 40) * 500
    elif kind == "overpaid":
        amount += chance.randrange(1, 40) * 500
    elif kind in ("near_reference", "no_reference"):
        made.suggested[number] = code
        memo = _around(_slip(code, chance), chance) if kind == "near_reference" else "chuyen tien mua hang"
    return amount, memo


def _of_others(
    made: Fixture, kind: str, left: list[tuple[str, int]], chance: random.Random
) -> tuple[int, str]:
    if kind == "several_references":
        (code, amount), (other, more) = left.pop(), left.pop()
        return amount + more, f"{_around(code, chance)} va {other}"
    if kind == "already_paid":
        code = chance.choice(sorted(made.payers))
        return made.payers[code], _around(code, chance)
    if kind == "unknown_reference":
        return 990_000 + len(made.rows), _around(new_reference(), chance)
    if kind == "outgoing":
        return -chance.randrange(1, 900) * 1_000, _around(chance.choice(sorted(made.payers)), chance)
    return 7_000_000 + len(made.rows), chance.choice(_NOISE)


def _write(
    made: Fixture, kind: str, number: str, amount: int, currency: str, memo: str, chance: random.Random
) -> None:
    sign = "-" if amount < 0 else chance.choice(["", "+"])
    written = f"{abs(amount):,}".replace(",", chance.choice([".", ",", ""]))
    made.rows.append(
        [
            chance.choice(["22/11/2026", "22-11-2026 09:15:00"]),
            number,
            sign + written,
            currency,
            memo,
            "NGUOI MUA THU",
        ]
    )
    made.expected["no_reference" if kind == "noise" else kind] += 1
    if kind not in ("matched", "foreign_currency", "outgoing"):
        made.waiting_vnd += amount


def _around(code: str, chance: random.Random) -> str:
    """`code` as it comes through banks: cased, spaced, with words before and after."""
    said = chance.choice([code, code.lower(), f"{code[:6]} {code[6:]}", f"{code[:2]}-{code[2:]}"])
    number = str(chance.randrange(10_000, 99_999))
    return (chance.choice(_BEFORE) + said + chance.choice(_AFTER)).replace("{n}", number)


def _slip(code: str, chance: random.Random) -> str:
    at = chance.randrange(2, len(code))
    return code[:at] + chance.choice([letter for letter in ALPHABET if letter != code[at]]) + code[at + 1 :]
