"""Playing at paying, for development: a page of our own with two buttons. Production refuses it in its settings."""

from orders.gateways.base import PaymentFacts, RefundFacts, SentRefund, StartedPayment


class FakeGateway:
    """Answers as a real service would, at once and without one."""

    def start(self, payment: PaymentFacts, return_url: str) -> StartedPayment:
        """The page with the two buttons: below the page that the buyer comes back to."""
        base = return_url.partition("?")[0]
        return StartedPayment(
            external_id=f"fake-{payment.idempotency_key}", redirect_url=f"{base}/fake/{payment.payment_id}"
        )

    def refund(self, refund: RefundFacts) -> SentRefund:
        """The money is back at once."""
        return SentRefund(external_id=f"fake-{refund.idempotency_key}", is_settled=True)
