"""What must always be true of vouchers (invariant I8)."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select

from core.db import db
from core.invariants import Facts, invariant
from orders.models.orders import Order
from orders.models.vouchers import Voucher, VoucherUse


@invariant("I8", "a voucher is used within its limits, its count is true, and no total is below 0")
def vouchers_that_do_not_add_up() -> Iterator[Facts]:
    """Vouchers whose count is not that of their live uses or beyond a limit, and orders that cost less than nothing."""
    live = (
        select(VoucherUse.voucher_id, func.count().label("uses"))
        .where(VoucherUse.released_at.is_(None))
        .group_by(VoucherUse.voucher_id)
        .subquery()
    )
    uses = func.coalesce(live.c.uses, 0)
    rows = db.session.execute(
        select(Voucher.id, Voucher.used, Voucher.use_limit, uses.label("uses"))
        .outerjoin(live, live.c.voucher_id == Voucher.id)
        .where(or_(Voucher.used != uses, uses > Voucher.use_limit))
        .order_by(Voucher.id)
    )
    for row in rows:
        yield {"voucher_id": row.id, "used": row.used, "uses": row.uses, "use_limit": row.use_limit}
    persons = db.session.execute(
        select(VoucherUse.voucher_id, func.count().label("uses"), Voucher.person_limit)
        .join(Voucher, Voucher.id == VoucherUse.voucher_id)
        .where(VoucherUse.released_at.is_(None))
        .group_by(VoucherUse.voucher_id, VoucherUse.person_key, Voucher.person_limit)
        .having(func.count() > Voucher.person_limit)
        .order_by(VoucherUse.voucher_id)
    )
    for row in persons:
        yield {"voucher_id": row.voucher_id, "uses": row.uses, "person_limit": row.person_limit}
    for order_id, total_vnd in db.session.execute(
        select(Order.id, Order.total_vnd).where(Order.total_vnd < 0)
    ):
        yield {"order_id": order_id, "total_vnd": total_vnd}
