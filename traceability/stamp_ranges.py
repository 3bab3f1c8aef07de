"""Ranges of stamps: numbers from first to last, both included, and what follows from them for one stamp. Pure.

A stamp goes ordered → printed → activated → attached to an order → sold → opened; withdrawn ends it at any point.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

Range = tuple[int, int]
"""First and last number, both included."""


class StampState(StrEnum):
    """Where one stamp stands. `attached`: on a pack of an order that has not left; `sold`: that has."""

    ORDERED = "ordered"
    PRINTED = "printed"
    ACTIVATED = "activated"
    ATTACHED = "attached"
    SOLD = "sold"
    OPENED = "opened"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class StampStory:
    """What is on record of one stamp, by its own rows or by a range that holds its number."""

    is_printed: bool = False
    is_activated: bool = False
    is_attached: bool = False
    is_sold: bool = False
    is_opened: bool = False
    is_withdrawn: bool = False


def state_of(story: StampStory) -> StampState:
    """The furthest state that is on record; a withdrawn stamp is withdrawn whatever was before."""
    steps = (
        (story.is_withdrawn, StampState.WITHDRAWN),
        (story.is_opened, StampState.OPENED),
        (story.is_sold, StampState.SOLD),
        (story.is_attached, StampState.ATTACHED),
        (story.is_activated, StampState.ACTIVATED),
        (story.is_printed, StampState.PRINTED),
    )
    return next((state for is_so, state in steps if is_so), StampState.ORDERED)


def merged(ranges: Iterable[Range]) -> list[Range]:
    """The same numbers in as few ranges as there can be, in order."""
    whole: list[Range] = []
    for first, last in sorted(ranges):
        if whole and first <= whole[-1][1] + 1:
            whole[-1] = (whole[-1][0], max(whole[-1][1], last))
        else:
            whole.append((first, last))
    return whole


def count_of(ranges: Iterable[Range]) -> int:
    """How many numbers the ranges hold, each counted once."""
    return sum(last - first + 1 for first, last in merged(ranges))


def without(span: Range, taken: Iterable[Range]) -> list[Range]:
    """What is left of `span` without the numbers of `taken`."""
    first, end = span
    left: list[Range] = []
    for start, stop in merged(taken):
        if stop < first or start > end:
            continue
        if start > first:
            left.append((first, start - 1))
        first = stop + 1
    if first <= end:
        left.append((first, end))
    return left


def is_in(number: int, ranges: Sequence[Range]) -> bool:
    """Whether one of the ranges holds `number`."""
    return any(first <= number <= last for first, last in ranges)
