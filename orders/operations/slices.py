"""Packs taken along to a place of sale: allotted, sold there, brought back, counted.

What a slice holds has left the shop's stock, so of shop and place only one can sell a pack. Every change is one guarded
UPDATE, of the shop's stock first and then of the slice, in the order of the variants' numbers; each leaves a row.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from catalog.operations.stock_levels import bring_along_back, recount_along, take_along
from core.db import ID_MAX, db
from orders.errors import InvalidSliceError, ShortStockError, SliceShortError
from orders.models.slices import SliceMove, SliceMovement, StockSlice
from orders.queries.slices import left_at
from traceability.queries.recalls import recalled_variants

PACKS_MAX: Final = 100_000
"""Nobody takes more of one kind along. Ours."""
_SLICES: Final = cast("Table", StockSlice.__table__)
_SLICE: Final = _SLICES.c
_LEFT: Final = _SLICE.allotted - _SLICE.sold - _SLICE.returned


def allot(
    place: str,
    quantities: Mapping[int, int],
    *,
    by: Actor | None,
    now: datetime,
    subject: str | None = None,
) -> None:
    """Take packs out of the shop along to a place: all of them, or nothing.

    place: «participation:5». quantities: packs by number of the variant, 1 or more each; that they are the producer's
    sees to the caller. subject: the order that they are for, None for packs that somebody carries there. Raises
    ShortStockError (shortfalls: packs that may be had; 0 while a lot of the product is being
    recalled) and InvalidSliceError; then nothing has changed. Safe beside buyers of the web shop.
    """
    _require_packs(quantities)
    recalled = dict.fromkeys(recalled_variants(quantities), 0)
    shortfalls = recalled or take_along(quantities, _by_id(by), subject=place, now=now)
    if shortfalls:
        raise ShortStockError(shortfalls=shortfalls)
    for variant_id, packs in sorted(quantities.items()):
        _change(place, variant_id, SliceMove.ALLOT, {"allotted": packs}, by=by, now=now, subject=subject)


def bring_back(place: str, quantities: Mapping[int, int], *, by: Actor | None, now: datetime) -> None:
    """Put packs of a place on the shop's shelf again.

    Raises SliceShortError (left) and InvalidSliceError; then nothing has changed.
    """
    _require_packs(quantities)
    _require_left(place, quantities)
    bring_along_back(quantities, _by_id(by), subject=place, now=now)
    for variant_id, packs in sorted(quantities.items()):
        _change(place, variant_id, SliceMove.BACK, {"returned": packs}, by=by, now=now)


def sell_from_slice(
    place: str, quantities: Mapping[int, int], *, subject: str, by: Actor | None, now: datetime
) -> None:
    """Sell packs over the counter. Raises SliceShortError (left: packs there); then nothing has changed."""
    _require_packs(quantities)
    _require_left(place, quantities)
    for variant_id, packs in sorted(quantities.items()):
        _change(place, variant_id, SliceMove.SALE, {"sold": packs}, by=by, now=now, subject=subject)


def take_back_sold(
    place: str, quantities: Mapping[int, int], *, subject: str, by: Actor | None, now: datetime
) -> None:
    """Packs that were sold over the counter lie there again: the sale was undone."""
    _require_packs(quantities)
    for variant_id, packs in sorted(quantities.items()):
        _change(place, variant_id, SliceMove.UNDO, {"sold": -packs}, by=by, now=now, subject=subject)


def keep_for_parcel(
    place: str, quantities: Mapping[int, int], *, subject: str, by: Actor | None, now: datetime
) -> None:
    """Packs of a place were sold to be sent: they count as the shop's again, reserved for that order in one step.

    The caller writes down the hold. Raises SliceShortError; then nothing has changed.
    """
    _require_packs(quantities)
    _require_left(place, quantities)
    bring_along_back(quantities, _by_id(by), subject=subject, now=now, is_reserved=True)
    for variant_id, packs in sorted(quantities.items()):
        _change(place, variant_id, SliceMove.PARCEL, {"returned": packs}, by=by, now=now, subject=subject)


def correct_count(
    place: str, counts: Mapping[int, int], note: str, *, by: Actor | None, now: datetime
) -> dict[int, int]:
    """Somebody counted what lies at a place: the books follow, with a row for each difference.

    counts: packs by number of the variant, 0 or more. note: why they differ, as told. Answers the differences (found
    too many: above 0). Raises InvalidSliceError for a count of what nobody took along that is not 0.
    """
    if any(not 0 <= packs <= PACKS_MAX or not 1 <= number <= ID_MAX for number, packs in counts.items()):
        raise InvalidSliceError(field="counts", reason="out_of_range")
    _lock(place, counts)
    differences = {
        number: counts[number] - left
        for number, left in left_at(place, counts).items()
        if counts[number] != left
    }
    recount_along(differences, _by_id(by), subject=place, now=now)
    for number, more in sorted(differences.items()):
        change = {"allotted": more} if more > 0 else {"returned": -more}
        _change(place, number, SliceMove.COUNT, change, by=by, now=now, note=note)
    return differences


def _change(
    place: str,
    variant_id: int,
    kind: SliceMove,
    change: Mapping[str, int],
    *,
    by: Actor | None,
    now: datetime,
    subject: str | None = None,
    note: str | None = None,
) -> None:
    """One guarded UPDATE and its row. Raises SliceShortError, after which the caller's transaction must not be kept."""
    if change.get("allotted"):
        _make(place, variant_id, now)
    counts = {name: change.get(name, 0) for name in ("allotted", "sold", "returned")}
    slice_id = db.session.scalar(
        update(_SLICES)
        .where(_SLICE.place == place, _SLICE.variant_id == variant_id)
        .where(_LEFT + counts["allotted"] - counts["sold"] - counts["returned"] >= 0)
        .where(_SLICE.sold + counts["sold"] >= 0)
        .values(**{name: _SLICE[name] + packs for name, packs in counts.items()}, changed_at=now)
        .returning(_SLICE.id)
    )
    if slice_id is None:
        raise SliceShortError(place=place, left=left_at(place, [variant_id]))
    db.session.execute(
        insert(SliceMovement),
        {
            **counts,
            "slice_id": slice_id,
            "kind": kind.value,
            "subject": subject,
            "note": note,
            "by_id": _by_id(by),
            "moved_at": now,
        },
    )


def _make(place: str, variant_id: int, now: datetime) -> None:
    of_dialect: Any = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    empty = {"place": place, "variant_id": variant_id, "allotted": 0, "sold": 0, "returned": 0}
    db.session.execute(of_dialect.insert(_SLICES).values(**empty, changed_at=now).on_conflict_do_nothing())


def _require_packs(quantities: Mapping[int, int]) -> None:
    if not quantities:
        raise InvalidSliceError(field="packs", reason="none")
    for variant_id, packs in quantities.items():
        if not 1 <= variant_id <= ID_MAX or not 1 <= packs <= PACKS_MAX:
            raise InvalidSliceError(field="packs", reason="out_of_range", variant_id=variant_id)


def _require_left(place: str, quantities: Mapping[int, int]) -> None:
    """Say what is short of all packs at once; the rows are locked, so that the UPDATE that follows finds the same."""
    _lock(place, quantities)
    left = left_at(place, quantities)
    if any(left[number] < packs for number, packs in quantities.items()):
        raise SliceShortError(place=place, left=left)


def _lock(place: str, quantities: Mapping[int, int]) -> None:
    db.session.execute(
        select(_SLICE.id)
        .where(_SLICE.place == place, _SLICE.variant_id.in_(sorted(quantities)))
        .order_by(_SLICE.variant_id)
        .with_for_update()
    )


def _by_id(by: Actor | None) -> int | None:
    return by.user_id if by else None
