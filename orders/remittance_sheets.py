"""A carrier's list of cash that it handed on, as rows of text. Pure.

Carriers and offices write such lists by hand or from their own systems, so columns are found by what people call them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.typed_amounts import UnreadableAmountError, typed_vnd
from core.text import clean_line, fold

CODE_MAX: Final = 60
_CODE: Final = ("ma don hang", "ma don", "client_order_code", "order_code", "code", "ma tham chieu")
_NUMBER: Final = ("ma van don", "van don", "tracking_number", "tracking", "so hieu buu gui", "label_id")
_COLLECTED: Final = (
    "tien thu ho",
    "so tien thu ho",
    "thu ho",
    "cod",
    "cod_amount",
    "collected_vnd",
    "so tien",
)
_FEE: Final = ("phi thu ho", "phi cod", "tong phi", "phi", "cuoc", "fee_vnd", "fee")


@dataclass(frozen=True, slots=True)
class RemittanceRow:
    """One parcel. codes: our code and the carrier's number as written, either may be empty. None: not an amount."""

    line: int
    code: str
    number: str
    collected_vnd: int | None
    fee_vnd: int | None

    @property
    def shown_code(self) -> str:
        return (self.code or self.number)[:CODE_MAX]


class UnknownColumnsError(ValueError):
    """The first row names no column for a parcel, or none for an amount."""


def read_rows(header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> list[RemittanceRow]:
    """The parcels of a list; rows without code and number (sums, signatures) are left out.

    rows: line number and cells. Raises UnknownColumnsError.
    """
    names = [clean_line(fold(name)) for name in header]
    code, number = _place(names, _CODE), _place(names, _NUMBER)
    collected, fee = _place(names, _COLLECTED), _place(names, _FEE)
    if collected is None or (code is None and number is None):
        raise UnknownColumnsError
    found = []
    for line, cells in rows:
        row = RemittanceRow(
            line,
            _cell(cells, code).upper(),
            _cell(cells, number).upper(),
            _amount(_cell(cells, collected)),
            0 if fee is None or not _cell(cells, fee) else _amount(_cell(cells, fee)),
        )
        if row.code or row.number:
            found.append(row)
    return found


def _place(names: Sequence[str], wanted: Iterable[str]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _cell(cells: Sequence[str], place: int | None) -> str:
    return clean_line(cells[place])[:CODE_MAX] if place is not None and place < len(cells) else ""


def _amount(text: str) -> int | None:
    try:
        return typed_vnd(text)
    except UnreadableAmountError:
        return None
