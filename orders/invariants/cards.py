"""What must always be true of payments by card and the notices that told of them."""

from collections.abc import Iterator

from sqlalchemy import and_, or_, select

from core.db import db
from core.invariants import Facts, invariant
from orders.models.notices import NoticeState, PaymentNotice
from orders.models.orders import PaymentMethod
from orders.models.payments import Payment, PayState


@invariant(
    "I3c", "whatever was paid by card names its charge, and whatever a notice said was paid is in the books"
)
def cards_that_do_not_agree() -> Iterator[Facts]:
    """Payments without a charge, and applied notices whose money is not there."""
    nameless = select(Payment.id).where(
        Payment.method == PaymentMethod.STRIPE.value,
        or_(Payment.state == PayState.PAID.value, Payment.received_vnd > 0),
        Payment.external_charge.is_(None),
    )
    for number in db.session.scalars(nameless):
        yield {"payment": number, "fault": "paid without a charge"}
    told = (
        select(PaymentNotice.id, PaymentNotice.body, Payment.received_vnd)
        .outerjoin(Payment, Payment.id == PaymentNotice.payment_id)
        .where(
            PaymentNotice.state == NoticeState.APPLIED.value,
            and_(PaymentNotice.provider == "stripe", PaymentNotice.kind == "checkout.session.completed"),
        )
    )
    for number, body, received_vnd in db.session.execute(told):
        said = body["object"]
        if said.get("payment_status") == "paid" and (received_vnd or 0) < said["amount_total"]:
            yield {"notice": number, "fault": "applied, and the money is not in the books"}
