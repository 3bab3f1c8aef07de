"""What producers send about stamps: orders of runs, ranges, sheets to print. Numbers may be typed, or codes scanned."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from core.db import ID_MAX
from core.text import clean_line
from traceability.errors import InvalidSheetError
from traceability.forms.codes import read_code
from traceability.models import StampKind
from traceability.stamp_codes import parse

TYPED_MAX: Final = 400
"""A sealed address has some 190 characters; a hand scanner types all of it."""
REASON_MAX: Final = 200
SPOILED_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class RunForm:
    """A run as ordered. count: labels for packs, or 1 code for the lot. wrong: field to reason."""

    kind: StampKind
    count: int
    typed_count: str
    is_sealed: bool
    is_active: bool
    wrong: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, sent: Mapping[str, str]) -> "RunForm":
        kind = StampKind.LOT if sent.get("kind") == StampKind.LOT else StampKind.UNIT
        typed = clean_line(sent.get("count", ""))[:20]
        count = 1 if kind is StampKind.LOT else whole_number(typed)
        wrong = {} if count else {"count": "count"}
        return cls(kind, count or 0, typed, sent.get("sealed") == "yes", sent.get("active") == "yes", wrong)


@dataclass(frozen=True, slots=True)
class Mark:
    """One end of a range as typed or scanned: a number of the run, or a code of it. Both None: neither."""

    typed: str
    number: int | None
    code: str | None

    @classmethod
    def read(cls, typed: str, own_host: str) -> "Mark":
        text = clean_line(typed)[:TYPED_MAX]
        number = whole_number(text)
        if number is not None:
            return cls(text, number, None)
        return cls(text, None, parse(read_code(text, own_host).code).code)


@dataclass(frozen=True, slots=True)
class SheetForm:
    """How labels are to be printed. spoiled: positions of the first sheet left out. copies: of the code of a lot.

    is_unsealed: without the seals of a sealed run.
    """

    layout: str
    start: int
    spoiled: tuple[int, ...]
    typed_spoiled: str
    copies: int
    reason: str
    is_unsealed: bool
    wrong: Mapping[str, str]

    @classmethod
    def parse(cls, sent: Mapping[str, str]) -> "SheetForm":
        start, copies = whole_number(sent.get("start", "1")), whole_number(sent.get("copies", "1"))
        typed = clean_line(sent.get("spoiled", ""))[:TYPED_MAX]
        spoiled = tuple(whole_number(word) or 0 for word in typed.replace(",", " ").split())
        wrong = {}
        if not start:
            wrong["start"] = "number"
        if not copies or copies > MOST_COPIES:
            wrong["copies"] = "number"
        if 0 in spoiled or len(spoiled) > SPOILED_MAX:
            wrong["spoiled"] = "number"
        reason = clean_line(sent.get("reason", ""))[:REASON_MAX]
        is_unsealed = sent.get("unsealed") == "yes"
        return cls(
            sent.get("layout", ""), start or 1, spoiled, typed, copies or 1, reason, is_unsealed, wrong
        )

    def refuse_wrong(self) -> None:
        """Raises InvalidSheetError where something is no number."""
        for name, reason in self.wrong.items():
            raise InvalidSheetError(field=name, value="", reason=reason)


MOST_COPIES: Final = 100_000


def whole_number(typed: str) -> int | None:
    """A number from 1 on as people type it («1.200»), None if it is none."""
    digits = typed.strip().replace(".", "").replace(" ", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        return None
    number = int(digits)
    return number if 1 <= number <= ID_MAX else None
