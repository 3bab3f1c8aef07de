"""What must always be true of codes on packs of orders. That a code is on one line at a time, its table says itself."""

from collections.abc import Iterator

from sqlalchemy import func, select

from core.db import db
from core.invariants import Facts, invariant
from orders.models.orders import OrderLine, SellerOrder
from orders.states import Fulfilment, Lifecycle
from traceability.models import StampBinding, StampBindingStep

_IN_HOUSE = (Fulfilment.UNFULFILLED.value, Fulfilment.PACKED.value)


@invariant("I23", "no line has more codes than packs, and a code is sent if and only if its parcel left")
def codes_that_do_not_fit() -> Iterator[Facts]:
    """Lines with too many codes, codes sent from the house or kept in a parcel that left, and codes without a story."""
    lines = select(OrderLine.id, OrderLine.quantity, func.count()).join(
        StampBinding, StampBinding.order_line_id == OrderLine.id
    )
    full = lines.group_by(OrderLine.id, OrderLine.quantity).having(func.count() > OrderLine.quantity)
    for line_id, quantity, codes in db.session.execute(full):
        yield {"line_id": line_id, "quantity": quantity, "codes": codes}
    bindings = (
        select(StampBinding.stamp_id, SellerOrder.code, SellerOrder.lifecycle, SellerOrder.fulfilment)
        .join(OrderLine, OrderLine.id == StampBinding.order_line_id)
        .join(SellerOrder, SellerOrder.id == OrderLine.seller_order_id)
    )
    is_home = SellerOrder.fulfilment.in_(_IN_HOUSE)
    is_sent = StampBinding.shipped_at.is_not(None)
    is_over = SellerOrder.lifecycle.in_((Lifecycle.CANCELLED.value, Lifecycle.RESOLVED.value))
    wrong = (is_home & (is_sent | is_over)) | (~is_home & ~is_sent)
    for stamp_id, order, lifecycle, fulfilment in db.session.execute(bindings.where(wrong)):
        yield {"stamp_id": stamp_id, "order": order, "lifecycle": lifecycle, "fulfilment": fulfilment}
    told = select(StampBindingStep.id).where(
        StampBindingStep.stamp_id == StampBinding.stamp_id,
        StampBindingStep.order_line_id == StampBinding.order_line_id,
    )
    for (stamp_id,) in db.session.execute(select(StampBinding.stamp_id).where(~told.exists())):
        yield {"stamp_id": stamp_id, "problem": "nobody bound it"}
