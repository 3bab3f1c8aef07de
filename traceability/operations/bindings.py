"""Codes on packs of orders: bound, taken off, sent. Which code belongs to which line the order's package decides.

`stamp_binding` is how it stands, `stamp_binding_step` what was done, in the same transaction.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from core.db import db
from traceability.errors import StampBoundError, StampNotBoundError
from traceability.models import BindingAct, Stamp, StampBinding, StampBindingStep


def bind_stamps(stamps: Sequence[Stamp], line_id: int, *, by_id: int | None, now: datetime) -> None:
    """Note that these stamps are on packs of the line, and put those in force that are not yet.

    Raises StampBoundError if one is on a pack of an order already, also where another packer was faster; then nothing
    has changed.
    """
    rows = [{"stamp_id": stamp.id, "order_line_id": line_id, "bound_at": now} for stamp in stamps]
    try:
        with db.session.begin_nested():
            db.session.execute(insert(StampBinding), rows)
    except IntegrityError:
        raise StampBoundError(code=stamps[0].code, is_same_line=False, is_shipped=False) from None
    ids = [stamp.id for stamp in stamps]
    db.session.execute(
        update(Stamp).where(Stamp.id.in_(ids), Stamp.activated_at.is_(None)).values(activated_at=now)
    )
    _note([(stamp.id, line_id) for stamp in stamps], BindingAct.BOUND, by_id, now)


def unbind_stamp(stamp_id: int, *, by_id: int | None, now: datetime) -> None:
    """Take a stamp off the pack that it is on. Raises StampNotBoundError if it is on none."""
    gone = db.session.execute(
        delete(StampBinding).where(StampBinding.stamp_id == stamp_id).returning(StampBinding.order_line_id)
    ).first()
    if gone is None:
        raise StampNotBoundError(code=stamp_id)
    _note([(stamp_id, gone[0])], BindingAct.UNBOUND, by_id, now)


def release_stamps(line_ids: Collection[int], *, by_id: int | None, now: datetime) -> int:
    """The lines are not sent: their codes are free again. Answers how many. Those that were sent stay."""
    gone = db.session.execute(
        delete(StampBinding)
        .where(StampBinding.order_line_id.in_(line_ids), StampBinding.shipped_at.is_(None))
        .returning(StampBinding.stamp_id, StampBinding.order_line_id)
    ).all()
    _note([(stamp_id, line_id) for stamp_id, line_id in gone], BindingAct.UNBOUND, by_id, now)
    return len(gone)


def ship_stamps(line_ids: Collection[int], *, province_code: str | None, now: datetime) -> int:
    """The packs of the lines have left the house. Answers how many codes that are. Done twice, nothing more happens.

    province_code: where they go, None where the buyer fetched them.
    """
    gone = db.session.execute(
        update(StampBinding)
        .where(StampBinding.order_line_id.in_(line_ids), StampBinding.shipped_at.is_(None))
        .values(shipped_at=now, province_code=province_code)
        .returning(StampBinding.stamp_id, StampBinding.order_line_id)
        .execution_options(synchronize_session=False)
    ).all()
    _note([(stamp_id, line_id) for stamp_id, line_id in gone], BindingAct.SHIPPED, None, now)
    return len(gone)


def _note(pairs: Sequence[tuple[int, int]], act: BindingAct, by_id: int | None, now: datetime) -> None:
    if not pairs:
        return
    db.session.execute(
        insert(StampBindingStep),
        [
            {
                "stamp_id": stamp_id,
                "order_line_id": line_id,
                "act": act.value,
                "taken_at": now,
                "by_id": by_id,
            }
            for stamp_id, line_id in pairs
        ],
    )
