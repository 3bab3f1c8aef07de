"""From which lots the packs of a line come: the first to expire first, and of no lot more than was made of it.

A lot must still be good on the last day of the promised delivery, and not be recalled. Packs beyond what the lots on
record have left come from no recorded lot. The rows of `lot_take` are locked in the order of their numbers before they
are read, so that of two who take from a lot the second sees what the first left (invariant I2).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import BindParameter, Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from catalog.models import Variant
from core.db import db
from orders.models.orders import OrderLine, SellerOrder
from orders.models.stock import LineLot, LotTake
from traceability.models import Lot, LotKind
from traceability.queries.recalls import lot_is_recalled

_TAKES: Final = cast("Table", LotTake.__table__)
_LINE_LOTS: Final = cast("Table", LineLot.__table__)
_LOT, _TAKE = Lot.__table__.c, _TAKES.c
_LINE, _SELLER, _VARIANT = OrderLine.__table__.c, SellerOrder.__table__.c, Variant.__table__.c
_FROM: Final = _LINE_LOTS.c
# Put together once: every order asks these.
_OF_LINES: Final[BindParameter[Any]] = bindparam("line_ids", expanding=True)
_LINES: Final = (
    select(_LINE.id, _VARIANT.product_id, _SELLER.promised_to_on)
    .select_from(OrderLine.__table__)
    .join(Variant.__table__, _VARIANT.id == _LINE.variant_id)
    .join(SellerOrder.__table__, _SELLER.id == _LINE.seller_order_id)
    .where(_LINE.id.in_(_OF_LINES))
    .order_by(_LINE.id)
)
# Lots of the goods, not of raw material, that nobody recalls and that have packs left, the first to expire first.
_USABLE: Final = (
    select(_LOT.id, _LOT.product_id, _LOT.quantity, _LOT.expires_on)
    .select_from(Lot.__table__)
    .outerjoin(LotTake.__table__, _TAKE.lot_id == _LOT.id)
    .where(
        _LOT.kind == LotKind.GOODS.value,
        _LOT.product_id.in_(
            select(_VARIANT.product_id)
            .select_from(OrderLine.__table__)
            .join(Variant.__table__, _VARIANT.id == _LINE.variant_id)
            .where(_LINE.id.in_(_OF_LINES))
        ),
        ~lot_is_recalled(_LOT.id, _LOT.product_id),
        func.coalesce(_TAKE.taken, 0) < _LOT.quantity,
    )
    .order_by(_LOT.expires_on.is_(None), _LOT.expires_on, _LOT.id)
)
_ADD: Final = (
    update(_TAKES).where(_TAKE.lot_id == bindparam("of_lot")).values(taken=_TAKE.taken + bindparam("packs"))
)


def take_from_lots(packs_of_lines: Mapping[int, int]) -> None:
    """Choose lots for so many packs of each line, by number of the line, and note them."""
    of_lines, connection = {"line_ids": list(packs_of_lines)}, db.session.connection()
    lots = connection.execute(_USABLE, of_lines).all()
    if not lots:
        return
    rows = connection.execute(_LINES, of_lines).all()
    free = _free_packs(lots)
    chosen: dict[tuple[int, int], int] = {}
    for row in rows:
        good = [lot for lot in lots if lot.product_id == row.product_id and _is_good(lot, row.promised_to_on)]
        left = packs_of_lines[row.id]
        for lot in good:
            packs = min(left, free[lot.id])
            if packs:
                chosen[row.id, lot.id] = packs
                free[lot.id] -= packs
                left -= packs
    _note(chosen)


def keep_from_lots(packs_of_lines: Mapping[int, int]) -> None:
    """So many packs stay in each line, by its number: what lots gave it beyond goes back, the last to expire first."""
    given = _give_back(packs_of_lines)
    for (line_id, lot_id), packs in given.items():
        _change(line_id, lot_id, quantity=_FROM.quantity - packs)


def bring_back_to_lots(line_id: int, packs: int) -> None:
    """`packs` of a line that had been sent are for sale again, out of the lots that they came from."""
    with_lot = sum(row.quantity - row.returned_quantity for row in _locked_lots_of([line_id]))
    given = _give_back({line_id: with_lot - packs})
    for (_line_id, lot_id), count in given.items():
        _change(line_id, lot_id, returned_quantity=_FROM.returned_quantity + count)


def _is_good(lot: Any, until: date) -> bool:
    return lot.expires_on is None or lot.expires_on >= until


def _free_packs(lots: Sequence[Any]) -> dict[int, int]:
    """Packs left of each lot, its row locked from here on."""
    rows = [
        {"lot_id": lot.id, "quantity": lot.quantity, "taken": 0}
        for lot in sorted(lots, key=lambda lot: int(lot.id))
    ]
    insert_new = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert_new(_TAKES).on_conflict_do_nothing(), rows)
    return {row.lot_id: row.quantity - row.taken for row in _locked([lot.id for lot in lots])}


def _locked(lot_ids: Iterable[int]) -> Sequence[Any]:
    return db.session.execute(
        select(_TAKE.lot_id, _TAKE.quantity, _TAKE.taken)
        .where(_TAKE.lot_id.in_(sorted(lot_ids)))
        .order_by(_TAKE.lot_id)
        .with_for_update()
    ).all()


def _note(chosen: Mapping[tuple[int, int], int]) -> None:
    if not chosen:
        return
    insert_new = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    rows = [
        {"line_id": line_id, "lot_id": lot_id, "quantity": packs, "returned_quantity": 0}
        for (line_id, lot_id), packs in chosen.items()
    ]
    statement: Any = insert_new(_LINE_LOTS)
    # A line that is held again (paid late) may take from a lot that it gave back before.
    again = {"quantity": _FROM.quantity + statement.excluded.quantity}
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["line_id", "lot_id"], set_=again), rows
    )
    _add_to_lots(chosen, sign=1)


def _add_to_lots(packs_of: Mapping[tuple[int, int], int], *, sign: int) -> None:
    sums: defaultdict[int, int] = defaultdict(int)
    for (_line_id, lot_id), packs in packs_of.items():
        sums[lot_id] += sign * packs
    for lot_id, packs in sorted(sums.items()):
        db.session.execute(_ADD, {"of_lot": lot_id, "packs": packs})


def _give_back(packs_of_lines: Mapping[int, int]) -> dict[tuple[int, int], int]:
    """Which lots get how many packs back, by line and lot, so that so many stay; `lot_take` is changed already."""
    given: dict[tuple[int, int], int] = {}
    left = dict(packs_of_lines)
    for row in _locked_lots_of(left):
        present = row.quantity - row.returned_quantity
        kept = min(present, max(0, left[row.line_id]))
        left[row.line_id] -= kept
        if present > kept:
            given[row.line_id, row.lot_id] = present - kept
    _add_to_lots(given, sign=-1)
    return given


def _locked_lots_of(line_ids: Iterable[int]) -> Sequence[Any]:
    """What lots gave the lines, the first to expire first; their rows of `lot_take` are locked before it is read."""
    of_lines = _FROM.line_id.in_(sorted(line_ids))
    _locked(db.session.scalars(select(_FROM.lot_id).where(of_lines).distinct()).all())
    return db.session.execute(
        select(_FROM.line_id, _FROM.lot_id, _FROM.quantity, _FROM.returned_quantity)
        .join(Lot.__table__, _LOT.id == _FROM.lot_id)
        .where(of_lines)
        .order_by(_FROM.line_id, _LOT.expires_on.is_(None), _LOT.expires_on, _LOT.id)
    ).all()


def _change(line_id: int, lot_id: int, **values: Any) -> None:
    of_line = (_FROM.line_id == line_id, _FROM.lot_id == lot_id)
    db.session.execute(update(_LINE_LOTS).where(*of_line).values(**values))
