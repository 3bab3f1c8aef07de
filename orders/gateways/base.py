"""What every payment service is asked, whichever it is. Never called inside a transaction: decide, commit, call.

A call that is repeated after a crash or a lost answer must find what the first one made: each is known by a key.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """One asking for money, as a service is told of it. reference: our code, which comes back in its notices.

    order_code: what the buyer knows the order by. email: where the service may send its own receipt.
    """

    payment_id: int
    reference: str
    attempt: int
    amount_vnd: int
    order_code: str
    language: str
    email: str | None
    expires_at: datetime | None

    @property
    def idempotency_key(self) -> str:
        return f"payment-{self.payment_id}-{self.reference}-{self.attempt}"


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """Money to be sent back. external_id, external_charge: of the payment, at the service. attempt: 1 or more."""

    refund_id: int
    payment_id: int
    amount_vnd: int
    external_id: str | None
    external_charge: str | None
    attempt: int = 1

    @property
    def idempotency_key(self) -> str:
        return f"refund-{self.refund_id}-{self.attempt}"


@dataclass(frozen=True, slots=True)
class StartedPayment:
    """external_id: the service's name for it, kept on the payment. redirect_url: where the buyer goes to pay."""

    external_id: str | None
    redirect_url: str | None


@dataclass(frozen=True, slots=True)
class SentRefund:
    """external_id: the service's name for the refund. is_settled: it says at once that the money went."""

    external_id: str
    is_settled: bool


class GatewayError(Exception):
    """The service did not do it. is_final: it never will, so that asking again is no use."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final


class Gateway(Protocol):
    """A payment service. Both calls raise GatewayError; asked twice with the same key, they answer the same."""

    def start(self, payment: PaymentFacts, return_url: str) -> StartedPayment:
        """Open a page on which the buyer pays. return_url: where the buyer comes back to, whatever happened."""
        ...

    def refund(self, refund: RefundFacts) -> SentRefund:
        """Send money back by the way it came."""
        ...
