"""Packs that orders reserve, send and bring back: one guarded UPDATE for each variant, in the order of their numbers.

Two orders that want the same packs in any order so wait for each other in turn and never in a ring. All functions take
packs by number of the variant, each at least 1, summed before: two lines of one pack are one number here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import BindParameter, Integer, Table, bindparam, insert, select, update

from catalog.errors import StockBookError
from catalog.models import Variant
from catalog.models.listings import StockMovement, StockReason
from core.db import db
from core.prepared import Prepared

# Put together once: a checkout runs one for each of its packs.
_TABLE: Final = cast("Table", Variant.__table__)
_VARIANT: Final = _TABLE.c
_PACKS: Final[BindParameter[int]] = bindparam("packs", type_=Integer)
_THIS: Final = _VARIANT.id == bindparam("wanted_id")
_RESERVE: Final = Prepared(
    update(_TABLE)
    .where(_THIS, _VARIANT.on_hand - _VARIANT.reserved >= _PACKS, _VARIANT.withdrawn_at.is_(None))
    .values(reserved=_VARIANT.reserved + _PACKS)
)
_GIVE_BACK: Final = Prepared(
    update(_TABLE).where(_THIS, _VARIANT.reserved >= _PACKS).values(reserved=_VARIANT.reserved - _PACKS)
)
_SHIP: Final = (
    update(_TABLE)
    .where(_THIS, _VARIANT.reserved >= _PACKS)
    .values(reserved=_VARIANT.reserved - _PACKS, on_hand=_VARIANT.on_hand - _PACKS)
    .returning(_VARIANT.on_hand)
)
_RESTOCK: Final = (
    update(_TABLE).where(_THIS).values(on_hand=_VARIANT.on_hand + _PACKS).returning(_VARIANT.on_hand)
)
_RESTOCK_RESERVED: Final = (
    update(_TABLE)
    .where(_THIS)
    .values(on_hand=_VARIANT.on_hand + _PACKS, reserved=_VARIANT.reserved + _PACKS)
    .returning(_VARIANT.on_hand)
)
_COUNT_OUT: Final = (
    update(_TABLE)
    .where(_THIS, _VARIANT.on_hand - _VARIANT.reserved >= _PACKS)
    .values(on_hand=_VARIANT.on_hand - _PACKS)
    .returning(_VARIANT.on_hand)
)
_TAKE_ALONG: Final = _COUNT_OUT.where(_VARIANT.withdrawn_at.is_(None))
_AVAILABLE: Final = select(_VARIANT.on_hand - _VARIANT.reserved).where(_THIS, _VARIANT.withdrawn_at.is_(None))


def reserve(quantities: Mapping[int, int]) -> dict[int, int]:
    """Reserve packs for an order: all of them, or none.

    Returns {} when all are reserved; else the shortfalls, packs that may be had by number of each variant of which
    there are too few (0 for one that is withdrawn), and then nothing has changed. Safe when many buy at once: the
    UPDATE decides, not a read before it.
    """
    shortfalls: dict[int, int] = {}
    reserved: dict[int, int] = {}
    for variant_id, packs in sorted(quantities.items()):
        if _guarded(_RESERVE, variant_id, packs):
            reserved[variant_id] = packs
        else:
            shortfalls[variant_id] = db.session.scalar(_AVAILABLE, {"wanted_id": variant_id}) or 0
    if shortfalls:
        give_back(reserved)
    return shortfalls


def give_back(quantities: Mapping[int, int]) -> None:
    """Let others buy what was reserved. Raises StockBookError if fewer are reserved: somebody's books are wrong."""
    for variant_id, packs in sorted(quantities.items()):
        if not _guarded(_GIVE_BACK, variant_id, packs):
            raise StockBookError(variant_id=variant_id, packs=packs)


def ship(quantities: Mapping[int, int], *, subject: str, now: datetime) -> None:
    """Take reserved packs off the shelf: they have left the house. Each leaves a movement about `subject`.

    Raises StockBookError if fewer are reserved.
    """
    for variant_id, packs in sorted(quantities.items()):
        left = db.session.scalar(_SHIP, {"wanted_id": variant_id, "packs": packs})
        if left is None:
            raise StockBookError(variant_id=variant_id, packs=packs)
        _note(variant_id, (left + packs, left), StockReason.SALE, subject=subject, now=now)


def restock(quantities: Mapping[int, int], *, subject: str, now: datetime) -> None:
    """Put packs that came back on the shelf again. Each leaves a movement about `subject`."""
    for variant_id, packs in sorted(quantities.items()):
        present = db.session.scalar(_RESTOCK, {"wanted_id": variant_id, "packs": packs})
        if present is None:
            raise StockBookError(variant_id=variant_id, packs=packs)
        _note(variant_id, (present - packs, present), StockReason.RETURN, subject=subject, now=now)


def take_along(
    quantities: Mapping[int, int], by_id: int | None, *, subject: str, now: datetime
) -> dict[int, int]:
    """Take packs that nobody has reserved to a place of sale: all of them, or none. Each leaves a movement.

    Returns {} when all are taken; else the shortfalls as `reserve` tells them, and then nothing has changed.
    """
    shortfalls: dict[int, int] = {}
    taken: dict[int, tuple[int, int]] = {}
    for variant_id, packs in sorted(quantities.items()):
        left = db.session.scalar(_TAKE_ALONG, {"wanted_id": variant_id, "packs": packs})
        if left is None:
            shortfalls[variant_id] = db.session.scalar(_AVAILABLE, {"wanted_id": variant_id}) or 0
        else:
            taken[variant_id] = (left + packs, left)
    for variant_id, change in taken.items():
        if shortfalls:
            db.session.scalar(_RESTOCK, {"wanted_id": variant_id, "packs": change[0] - change[1]})
        else:
            _note(variant_id, change, StockReason.ALLOT, subject=subject, now=now, by_id=by_id)
    return shortfalls


def bring_along_back(
    quantities: Mapping[int, int],
    by_id: int | None,
    *,
    subject: str,
    now: datetime,
    is_reserved: bool = False,
) -> None:
    """Put packs of a place of sale on the shelf again. Each leaves a movement.

    is_reserved: for an order that holds them from the same moment on, so that nobody else can be faster.
    """
    statement = _RESTOCK_RESERVED if is_reserved else _RESTOCK
    for variant_id, packs in sorted(quantities.items()):
        _shift(statement, (variant_id, packs), StockReason.BACK, subject=subject, now=now, by_id=by_id)


def recount_along(quantities: Mapping[int, int], by_id: int | None, *, subject: str, now: datetime) -> None:
    """Packs of a place of sale were counted: so many more, or (below 0) fewer, than was written down.

    What is there more of is found in the shop and taken along; what is missing comes back on paper and is counted out.
    So the shelf holds what it held, and both is told by movements.
    """
    for variant_id, more in sorted(quantities.items()):
        packs, is_more = (variant_id, abs(more)), more > 0
        came, went = (
            (StockReason.COUNT, StockReason.ALLOT) if is_more else (StockReason.BACK, StockReason.COUNT)
        )
        _shift(_RESTOCK, packs, came, subject=subject, now=now, by_id=by_id)
        _shift(_COUNT_OUT, packs, went, subject=subject, now=now, by_id=by_id)


def _shift(
    statement: Any,
    packs: tuple[int, int],
    reason: StockReason,
    *,
    subject: str,
    now: datetime,
    by_id: int | None,
) -> None:
    """Run a guarded UPDATE that answers what is there now, and note it. packs: number of the variant, and how many."""
    variant_id, count = packs
    present = db.session.scalar(statement, {"wanted_id": variant_id, "packs": count})
    if present is None:
        raise StockBookError(variant_id=variant_id, packs=count)
    before = present + count if statement is _COUNT_OUT else present - count
    _note(variant_id, (before, present), reason, subject=subject, now=now, by_id=by_id)


def note_opening(variant: Variant, *, now: datetime) -> None:
    """Write down what was there of a new pack (flushed) when it was recorded; nothing for an empty shelf."""
    if variant.on_hand:
        _note(variant.id, (0, variant.on_hand), StockReason.OPENING, subject=None, now=now)


def _guarded(statement: Prepared, variant_id: int, packs: int) -> bool:
    return bool(statement.run({"wanted_id": variant_id, "packs": packs}))


def _note(
    variant_id: int,
    packs: tuple[int, int],
    reason: StockReason,
    *,
    subject: str | None,
    now: datetime,
    by_id: int | None = None,
) -> None:
    before, after = packs
    db.session.execute(
        insert(StockMovement),
        {
            "variant_id": variant_id,
            "on_hand_before": before,
            "on_hand_after": after,
            "reason": reason.value,
            "subject": subject,
            "by_id": by_id,
            "moved_at": now,
        },
    )
