"""Records of lots that look copied rather than written, and yields that cannot be. Pure.

Found by comparing, never a verdict: a person looks at each. Source: traceability design 2 (different produce with the
same default intervals), 3.4 (mass balance); our rules are told in docs/traceability.md#doubts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Final

from core.text import fold

LEAST_EVENTS: Final = 3
LEAST_WORDS: Final = 8
"""Below so many events or words of notes a diary says too little for being the same to mean anything."""
LEAST_ALIKE: Final = 3
"""Lots of one product are made in one way: so many must be the same to the day and word before it is told."""


class DoubtKind(StrEnum):
    """What was found. Most telling first: a photograph shows one moment only."""

    SAME_PHOTO = "same_photo"
    SAME_DIARY_PRODUCERS = "same_diary_producers"
    SAME_DIARY_PRODUCTS = "same_diary_products"
    SAME_DIARY_LOTS = "same_diary_lots"
    IMPOSSIBLE_YIELD = "impossible_yield"
    OVERDRAWN = "overdrawn"


@dataclass(frozen=True, slots=True)
class Entry:
    """An event that holds: what, when, and the words written of it."""

    step: str
    happened_on: date
    note: str


@dataclass(frozen=True, slots=True)
class Diary:
    """The events of one lot, the earliest first."""

    lot_id: int
    product_id: int
    producer_id: int | None
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something of a lot to be looked at; other_lot_id: with which it was compared, always an earlier one."""

    kind: DoubtKind
    lot_id: int
    other_lot_id: int | None = None

    @property
    def key(self) -> str:
        """The same for the same finding."""
        return f"{self.kind}:{self.lot_id}:{self.other_lot_id or 0}"


def same_diaries(diaries: Iterable[Diary]) -> tuple[Doubt, ...]:
    """Lots whose events, the days between them and every word are the same as those of an earlier lot.

    Of another producer or product two are enough; of the same product `LEAST_ALIKE`.
    """
    groups: dict[bytes, list[tuple[int, int, int | None]]] = defaultdict(list)
    for diary in diaries:
        mark = fingerprint(diary.entries)
        if mark is not None:
            groups[mark].append((diary.lot_id, diary.product_id, diary.producer_id))
    return tuple(doubt for lots in groups.values() if len(lots) > 1 for doubt in _doubts_among(sorted(lots)))


def fingerprint(entries: Sequence[Entry]) -> bytes | None:
    """Steps, days since the first and words without tones or case, as 32 bytes; None where too little is said."""
    words = sum(len(entry.note.split()) for entry in entries)
    if len(entries) < LEAST_EVENTS or words < LEAST_WORDS:
        return None
    first = entries[0].happened_on
    told = "\n".join(
        f"{entry.step}|{(entry.happened_on - first).days}|{' '.join(fold(entry.note).split())}"
        for entry in entries
    )
    return sha256(told.encode()).digest()


def same_photos(lots_of_photos: Mapping[str, Iterable[int]]) -> tuple[Doubt, ...]:
    """Lots that show a photograph which an earlier lot showed. lots_of_photos: key of the photograph to lots."""
    doubts = {}
    for lots in lots_of_photos.values():
        first, *later = sorted(set(lots))
        for lot_id in later:
            doubts[lot_id, first] = Doubt(DoubtKind.SAME_PHOTO, lot_id, first)
    return tuple(doubts[pair] for pair in sorted(doubts))


def _doubts_among(lots: list[tuple[int, int, int | None]]) -> list[Doubt]:
    """Each lot beside the earliest one that makes it most telling."""
    doubts = []
    for lot_id, product_id, producer_id in lots[1:]:
        earlier = [each for each in lots if each[0] < lot_id]
        foreign = next((each for each in earlier if each[2] != producer_id), None)
        other = next((each for each in earlier if each[1] != product_id), None)
        if foreign is not None:
            doubts.append(Doubt(DoubtKind.SAME_DIARY_PRODUCERS, lot_id, foreign[0]))
        elif other is not None:
            doubts.append(Doubt(DoubtKind.SAME_DIARY_PRODUCTS, lot_id, other[0]))
        elif len(lots) >= LEAST_ALIKE:
            doubts.append(Doubt(DoubtKind.SAME_DIARY_LOTS, lot_id, earlier[0][0]))
    return doubts
