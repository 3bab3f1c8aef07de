"""Statements of accounts as banks hand them out: which row is the heading, which column says what. Pure.

No two banks write the same table, and none keeps to its own for long; so columns are known by their headings, in
Vietnamese or English, with or without marks. What cannot be read is said row by row, never guessed.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from core.text import clean_line, fold


class Field(StrEnum):
    """What a column says."""

    DAY = "day"
    REFERENCE = "reference"
    INCOMING = "incoming"
    OUTGOING = "outgoing"
    AMOUNT = "amount"
    DIRECTION = "direction"
    MEMO = "memo"
    COUNTERPARTY = "counterparty"
    CURRENCY = "currency"


HEADINGS: Final[Mapping[Field, tuple[str, ...]]] = {
    Field.DAY: (
        "ngay giao dich",
        "ngay gd",
        "thoi gian giao dich",
        "ngay hieu luc",
        "ngay hach toan",
        "ngay gio",
        "transaction date",
        "trans. date",
        "posting date",
        "value date",
        "tnx date",
        "thoi gian",
        "ngay",
        "date",
    ),
    Field.REFERENCE: (
        "so tham chieu",
        "ma tham chieu",
        "ma giao dich",
        "so but toan",
        "so giao dich",
        "so chung tu",
        "so ct",
        "so gd",
        "ma gd",
        "transaction no",
        "transaction id",
        "reference no",
        "doc no",
        "reference",
        "ref",
    ),
    Field.INCOMING: (
        "so tien ghi co",
        "phat sinh co",
        "phat sinh tang",
        "ghi co",
        "tien vao",
        "tien gui",
        "credit amount",
        "credit",
        "co",
    ),
    Field.OUTGOING: (
        "so tien ghi no",
        "phat sinh no",
        "phat sinh giam",
        "ghi no",
        "tien ra",
        "tien rut",
        "debit amount",
        "debit",
        "no",
    ),
    Field.AMOUNT: ("so tien giao dich", "so tien gd", "so tien", "gia tri", "transaction amount", "amount"),
    Field.DIRECTION: ("loai giao dich", "loai gd", "no/co", "co/no", "+/-", "d/c", "type"),
    Field.MEMO: (
        "noi dung giao dich",
        "noi dung chuyen khoan",
        "noi dung",
        "dien giai",
        "mo ta",
        "chi tiet giao dich",
        "chi tiet",
        "transactions in detail",
        "description",
        "details",
        "remarks",
    ),
    Field.COUNTERPARTY: (
        "ten nguoi chuyen",
        "don vi chuyen",
        "nguoi chuyen",
        "ten tai khoan doi ung",
        "ten doi tac",
        "tai khoan doi ung",
        "doi ung",
        "counterparty",
        "beneficiary/remitter",
        "remitter",
    ),
    Field.CURRENCY: ("loai tien", "tien te", "don vi tien te", "currency", "ccy"),
}
"""Headings as they begin, folded; the earlier in a list, the better it fits."""

HEADER_WITHIN: Final = 40
"""Rows of an address, a logo and a period stand above the table of a statement."""
_OUT: Final = frozenset({"no", "d", "dr", "debit", "-", "out", "ra", "tien ra", "ghi no"})
_TOTALS: Final = (
    "tong",
    "cong phat sinh",
    "so du",
    "du dau",
    "du cuoi",
    "total",
    "opening",
    "closing",
    "balance",
)
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})\b")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\b")
AMOUNT_MAX: Final = 10**15


class RowFault(StrEnum):
    """Why a row of a statement cannot be used."""

    DAY = "day"
    AMOUNT = "amount"
    BOTH_WAYS = "both_ways"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One transaction. number: of the row in the file. amount_vnd: below 0 for what went out, or was taken back."""

    number: int
    booked_on: date
    amount_vnd: int
    currency: str
    memo: str
    counterparty: str
    bank_reference: str


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row that cannot be read. text: what of it, for whoever looks."""

    number: int
    fault: RowFault
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """columns: which place says what. rows and faults in the order of the file."""

    columns: Mapping[Field, int]
    rows: tuple[StatementRow, ...]
    faults: tuple[FaultyRow, ...]


class UnknownLayoutError(ValueError):
    """No row of the file is the heading of a statement: day, an amount and a text are needed."""


def read_statement(rows: Sequence[tuple[int, Sequence[str]]]) -> Statement:
    """The transactions of a statement. rows: number and cells of each row of the file.

    Raises UnknownLayoutError if no heading is found within the first rows.
    """
    for at, (_number, cells) in enumerate(rows[:HEADER_WITHIN]):
        columns = columns_of(cells)
        if columns is not None:
            return _read(columns, rows[at + 1 :])
    raise UnknownLayoutError("no heading of a statement")


def columns_of(cells: Sequence[str]) -> dict[Field, int] | None:
    """Which column says what, by the headings in `cells`; None if they are not the heading of a statement."""
    folded = [" ".join(fold(cell.replace("\n", " ")).split()) for cell in cells]
    found: dict[Field, int] = {}
    for field, headings in HEADINGS.items():
        place = _place_of(folded, headings, frozenset(found.values()))
        if place is not None:
            found[field] = place
    has_amount = Field.INCOMING in found or Field.AMOUNT in found
    return found if Field.DAY in found and Field.MEMO in found and has_amount else None


def amount_of(text: str) -> int | None:
    """Whole dong of «1.250.000», «1,250,000.00», «1250000», «+ 1 250 000 VND», «(5.000)»; None for anything else.

    A fraction other than nothing is no amount in dong. Empty counts as 0.
    """
    bare = re.sub(r"(?i)vnd|vnđ|[đ₫\s\u00a0']", "", text)
    is_negative = bare.startswith(("-", "(")) or bare.endswith("-")
    bare = bare.strip("+-()")
    if not bare:
        return 0
    whole = re.fullmatch(r"([0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]+)(?:[.,]0{1,2})?", bare)
    if whole is None or len({sign for sign in whole[1] if sign in ".,"}) > 1:
        return None
    amount = int(re.sub(r"[.,]", "", whole[1]))
    if amount >= AMOUNT_MAX:
        return None
    return -amount if is_negative else amount


def day_of(text: str) -> date | None:
    """The day in «22/11/2026 14:05:10», «22-11-26», «2026-11-22»: the day comes first, as everywhere in Vietnam."""
    year_first, day_first = _YEAR_FIRST.search(text), _DAY_FIRST.search(text)
    if year_first:
        year, month, day = (int(part) for part in year_first.groups())
    elif day_first:
        day, month, year = (int(part) for part in day_first.groups())
        year += 2000 if year < 100 else 0
    else:
        return None
    try:
        return datetime(year, month, day).date()  # noqa: DTZ001 (a day, no instant)
    except ValueError:
        return None


def _place_of(folded: Sequence[str], headings: Sequence[str], taken: frozenset[int]) -> int | None:
    for is_whole in (True, False):
        for heading in headings:
            for place, cell in enumerate(folded):
                if place in taken:
                    continue
                fits = cell == heading if is_whole else len(heading) > 3 and heading in cell
                if fits:
                    return place
    return None


def _read(columns: Mapping[Field, int], rows: Sequence[tuple[int, Sequence[str]]]) -> Statement:
    good: list[StatementRow] = []
    faults: list[FaultyRow] = []
    seen: dict[str, int] = {}
    for number, cells in rows:
        told = {field: _cell(cells, place) for field, place in columns.items()}
        if not _is_transaction(told, cells):
            continue
        row = _row(number, told, seen)
        if isinstance(row, StatementRow):
            good.append(row)
        else:
            faults.append(row)
    return Statement(columns, tuple(good), tuple(faults))


def _row(number: int, told: Mapping[Field, str], seen: dict[str, int]) -> StatementRow | FaultyRow:
    day = day_of(told[Field.DAY])
    if day is None:
        return FaultyRow(number, RowFault.DAY, told[Field.DAY])
    amount = _signed(told)
    if isinstance(amount, RowFault):
        text = " / ".join(told.get(field, "") for field in (Field.INCOMING, Field.OUTGOING, Field.AMOUNT))
        return FaultyRow(number, amount, text.strip(" /"))
    memo = told[Field.MEMO]
    currency = (told.get(Field.CURRENCY) or "VND").strip().upper().replace("VNĐ", "VND")[:3] or "VND"
    reference = told.get(Field.REFERENCE, "")[:80] or _fingerprint(day, amount, memo, seen)
    counterparty = told.get(Field.COUNTERPARTY, "")[:200]
    return StatementRow(number, day, amount, currency, memo, counterparty, reference)


def _signed(told: Mapping[Field, str]) -> int | RowFault:
    """A credit below nothing is one that the bank took back: it stays below. A debit is money out with either sign."""
    if Field.INCOMING in told:
        came, went = (amount_of(told.get(field, "")) for field in (Field.INCOMING, Field.OUTGOING))
        if came is None or went is None or (came == 0 and went == 0):
            return RowFault.AMOUNT
        return RowFault.BOTH_WAYS if came and went else came or -abs(went)
    amount = amount_of(told[Field.AMOUNT])
    if not amount:
        return RowFault.AMOUNT
    direction = fold(told.get(Field.DIRECTION, "")).strip()
    return -abs(amount) if direction in _OUT else amount


def _is_transaction(told: Mapping[Field, str], cells: Sequence[str]) -> bool:
    """Rows of sums, balances and repeated headings are none."""
    first = fold(next((cell for cell in cells if cell.strip()), ""))
    if not first or first.startswith(_TOTALS) or fold(told[Field.MEMO]).startswith(_TOTALS):
        return False
    return columns_of(cells) is None and bool(told[Field.DAY] or told[Field.MEMO])


def _fingerprint(day: date, amount_vnd: int, memo: str, seen: dict[str, int]) -> str:
    """A name for a line to which the bank gives none; like lines of a day are counted, so each has its own."""
    said = f"{day.isoformat()}|{amount_vnd}|{' '.join(memo.split()).upper()}"
    seen[said] = seen.get(said, 0) + 1
    return f"#{hashlib.sha256(f'{said}|{seen[said]}'.encode()).hexdigest()[:32]}"


def _cell(cells: Sequence[str], place: int) -> str:
    return clean_line(cells[place]) if place < len(cells) else ""
