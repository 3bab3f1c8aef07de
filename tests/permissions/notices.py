"""A notice of a payment service, for administrators alone."""

from core import clock
from orders.models.notices import NoticeState, PaymentNotice
from tests.factories import saved


def payment_notice() -> int:
    """The number of one that waits for a person."""
    notice = PaymentNotice(
        provider="stripe",
        notice_id="evt_of_the_tests",
        kind="checkout.session.completed",
        body={},
        received_at=clock.now(),
        state=NoticeState.PARKED.value,
        reason="unknown_order",
    )
    return saved(notice).id
