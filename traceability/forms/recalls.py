"""What a form about a recall tells, as plain checked values."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

from traceability.errors import InvalidRecallError
from traceability.models import RecallScope
from traceability.operations.recalls import RecallWords
from traceability.stamp_codes import CodeStatus, parse

CODES_MAX: Final = 5_000
_PIECE: Final = re.compile(r"[,;\n]+")
_UNTIL: Final = re.compile(r"\s+(?:-|–|đến|tới|to)\s+|\s*\.\.+\s*|\s*…\s*", re.IGNORECASE)
"""Between the first and the last code of a range: a code may hold hyphens itself, so one needs spaces around it."""


@dataclass(frozen=True, slots=True)
class RecallForm:
    """A recall as it was sent. lots, product: numbers of rows; codes: as typed."""

    submission_key: str
    scope: str = RecallScope.LOTS.value
    product: int | None = None
    lots: frozenset[int] = frozenset()
    codes: str = ""
    words: dict[str, str] = field(default_factory=dict)
    is_drill: bool = False

    @classmethod
    def empty(cls, *, lots: Collection[int] = (), product_id: int | None = None) -> "RecallForm":
        """A form to be filled in, about some lots or a product if they are given."""
        return cls(str(uuid4()), product=product_id, lots=frozenset(lots))

    @classmethod
    def parse(cls, sent: Any) -> "RecallForm":
        """What was sent (a MultiDict). A key that is none is replaced: the form counts as a new one."""
        try:
            key = str(UUID(sent.get("submission_key", "")))
        except ValueError:
            key = str(uuid4())
        scope = sent.get("scope", "")
        return cls(
            submission_key=key,
            scope=scope if scope in set(RecallScope) else RecallScope.LOTS.value,
            product=_number(sent.get("product", "")),
            lots=frozenset(number for text in sent.getlist("lots") if (number := _number(text)) is not None),
            codes=sent.get("codes", ""),
            words={
                name: sent.get(name, "") for name in ("reason", "risk", "instruction", "refund", "contact")
            },
            is_drill=sent.get("is_drill") == "1",
        )

    @property
    def recall_words(self) -> RecallWords:
        """The words that people are told."""
        return RecallWords(
            reason=self.words.get("reason", ""),
            risk=self.words.get("risk", ""),
            instruction=self.words.get("instruction", ""),
            refund=self.words.get("refund", ""),
            contact=self.words.get("contact", ""),
        )


def read_codes(typed: str) -> list[tuple[str, str]]:
    """First and last code of each range in `typed`; a single code is both.

    Codes stand one on a line or parted by commas; a range as «first - last» or «first đến last». Raises
    InvalidRecallError (`codes`, `too_many`) for what is no code.
    """
    pieces = [piece.strip() for piece in _PIECE.split(typed) if piece.strip()]
    if not pieces:
        raise InvalidRecallError(field="codes", value="", reason="codes")
    if len(pieces) > CODES_MAX:
        raise InvalidRecallError(field="codes", value=len(pieces), reason="too_many")
    return [_range_of(_UNTIL.split(piece)) for piece in pieces]


def _range_of(ends: Sequence[str]) -> tuple[str, str]:
    codes = [parse(end) for end in ends]
    bad = next((end for end, code in zip(ends, codes, strict=True) if code.status is not CodeStatus.OK), None)
    if bad is not None or not 1 <= len(codes) <= 2:
        raise InvalidRecallError(field="codes", value=(bad or "")[:40], reason="codes")
    return str(codes[0].code), str(codes[-1].code)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
