"""The one door to Stripe: its own page for typing a card (nobody types one here), refunds, and looking up.

Never called inside a transaction. What is asked twice is asked with the same key and the same parameters, so it is
done once; where the answer was lost and the key is of no more use (Stripe answers it with the stored error for ever),
what the first try made is looked for by our own reference before anything is tried anew.
Sources: Stripe's API reference (version of the library, 2026-10-28.endive); docs/decisions/0034-cards-by-stripe.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from core.card_settings import CardSettings
from orders.gateways.base import GatewayError, PaymentFacts, RefundFacts, SentRefund, StartedPayment
from orders.stripe_events import (
    CURRENCY,
    RefundState,
    SessionFacts,
    StripeEvent,
    event_of_body,
    refund_of,
    session_of,
)

if TYPE_CHECKING:
    from stripe import StripeClient, StripeObject

TIMEOUT_SECONDS: Final = 10.0
RETRIES: Final = 2
START_TIMEOUT_SECONDS: Final = 5.0
START_RETRIES: Final = 1
"""A buyer waits, and with them one of few web processes. What Stripe did unheard, the next try or the job finds."""
AMOUNT_MAX_VND: Final = 99_999_999
"""Eight digits. Source: Stripe's API reference, «amount» of a price or payment intent."""
AMOUNT_MIN_VND: Final = 15_000
"""Stripe takes nothing below the worth of half a dollar, about 13,000 dong. Source: its manual, «Currencies»."""
SESSION_OUTLIVES_HOLD: Final = timedelta(minutes=30)
"""Stripe takes no end of a session sooner than 30 minutes ahead; ours is sooner and closes the session by hand."""
LOOK_BACK: Final = timedelta(minutes=5)
LOOKED_THROUGH_MAX: Final = 2_000
PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class ChargeFee:
    """What the processor kept of a payment. currency: of the account's balance, not always dong."""

    fee: int
    currency: str


def can_pay_by_card(amount_vnd: int) -> bool:
    """Whether the sum is one that can be asked of a card."""
    return AMOUNT_MIN_VND <= amount_vnd <= AMOUNT_MAX_VND


class StripeGateway:
    """Stripe, as `settings` name the account. timeout_seconds, retries: of one call; `start` takes less."""

    def __init__(
        self, settings: CardSettings, *, timeout_seconds: float = TIMEOUT_SECONDS, retries: int = RETRIES
    ) -> None:
        self._settings = settings
        self._timeout_seconds = timeout_seconds
        self._retries = retries
        self._made: StripeClient | None = None

    def start(self, payment: PaymentFacts, return_url: str) -> StartedPayment:
        """Open Stripe's page for `payment`; the same one when asked again."""
        if payment.expires_at is None or not can_pay_by_card(payment.amount_vnd):
            raise GatewayError("amount", is_final=True)
        asked = _session_params(payment, payment.expires_at, return_url)
        hasty = StripeGateway(
            self._settings,
            timeout_seconds=min(self._timeout_seconds, START_TIMEOUT_SECONDS),
            retries=min(self._retries, START_RETRIES),
        )
        with _told():
            session = hasty._made_once(asked, payment, payment.expires_at - timedelta(days=1))
        return StartedPayment(external_id=session["id"], redirect_url=session["url"])

    def refund(self, refund: RefundFacts) -> SentRefund:
        """Send money back to the card it came from."""
        if refund.external_charge is None:
            raise GatewayError("no_charge", is_final=True)
        asked: Any = {
            "payment_intent": refund.external_charge,
            "amount": refund.amount_vnd,
            "metadata": {"refund": str(refund.refund_id), "attempt": str(refund.attempt)},
        }
        with _told():
            made = self._refunded_once(asked, refund)
        if made.status in {"failed", "canceled"}:
            raise GatewayError(made.status, is_final=True)
        return SentRefund(external_id=made.id, is_settled=made.status == "succeeded")

    def get_session(self, session_id: str) -> SessionFacts:
        """The session as it stands now."""
        with _told():
            return session_of(_plain(self._client.v1.checkout.sessions.retrieve(session_id)))

    def find_session(self, reference: str, attempt: int, *, opened_at: datetime) -> SessionFacts | None:
        """The session of our `reference`, of which we have no name: the answer that told it was lost."""
        with _told():
            found = self._find(reference, attempt, opened_at)
        return session_of(found) if found else None

    def close_session(self, session_id: str) -> SessionFacts:
        """Let nobody pay on this page any more; how it stands then: one that was paid stays paid."""
        import stripe

        with _told():
            try:
                return session_of(_plain(self._client.v1.checkout.sessions.expire(session_id)))
            except stripe.InvalidRequestError:
                return session_of(_plain(self._client.v1.checkout.sessions.retrieve(session_id)))

    def get_refund(self, refund_id: str) -> RefundState:
        """The refund as it stands now."""
        with _told():
            return refund_of(_plain(self._client.v1.refunds.retrieve(refund_id)))

    def find_fee(self, payment_intent: str) -> ChargeFee | None:
        """What Stripe kept of a payment; None as long as it does not say."""
        expand: Any = {"expand": ["latest_charge.balance_transaction"]}
        with _told():
            told = _plain(self._client.v1.payment_intents.retrieve(payment_intent, expand))
        charge = told.get("latest_charge")
        balance = charge.get("balance_transaction") if isinstance(charge, dict) else None
        if not isinstance(balance, dict):
            return None
        return ChargeFee(fee=int(balance["fee"]), currency=str(balance["currency"]))

    def events_since(self, since: datetime) -> Iterator[StripeEvent]:
        """What happened since then, the newest first. Stripe keeps it for 30 days."""
        asked: Any = {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
        with _told():
            for event in self._client.v1.events.list(asked).auto_paging_iter():
                told = _plain(event)
                yield event_of_body({**told, "object": told["data"]["object"]})

    @property
    def _client(self) -> StripeClient:
        if self._made is None:
            import stripe

            base = self._settings.stripe_api_base
            self._made = stripe.StripeClient(
                self._settings.stripe_secret_key,
                base_addresses={"api": base} if base else None,
                max_network_retries=self._retries,
                http_client=stripe.RequestsClient(timeout=self._timeout_seconds),
            )
        return self._made

    def _made_once(
        self, asked: Any, payment: PaymentFacts, opened_at: datetime
    ) -> StripeObject | dict[str, Any]:
        """A session made with `key`, or what an earlier try made. Raises errors of the library."""
        import stripe

        create, key = self._client.v1.checkout.sessions.create, payment.idempotency_key
        try:
            return create(asked, {"idempotency_key": key})
        except (stripe.IdempotencyError, stripe.APIError) as error:
            # Other words than the first time (the language was changed), or an error that this key is answered with
            # for ever: whether there is a session, only Stripe's list knows.
            if error.http_status == 409:
                raise  # the first one is still at work
            found = self._find(payment.reference, payment.attempt, opened_at)
            if found is not None:
                return found
            return create(asked, {"idempotency_key": f"{key}-again"})

    def _refunded_once(self, asked: Any, refund: RefundFacts) -> RefundState:
        import stripe

        create = self._client.v1.refunds.create
        try:
            return refund_of(_plain(create(asked, {"idempotency_key": refund.idempotency_key})))
        except (stripe.IdempotencyError, stripe.APIError, stripe.InvalidRequestError):
            listing: Any = {"payment_intent": refund.external_charge, "limit": PAGE}
            for each in self._client.v1.refunds.list(listing).auto_paging_iter():
                known = refund_of(_plain(each))
                if (known.refund_id, known.attempt) == (refund.refund_id, refund.attempt):
                    return known
            raise

    def _find(self, reference: str, attempt: int, opened_at: datetime) -> dict[str, Any] | None:
        since = int((opened_at - LOOK_BACK).timestamp())
        asked: Any = {"created": {"gte": since}, "limit": PAGE}
        for at, each in enumerate(self._client.v1.checkout.sessions.list(asked).auto_paging_iter()):
            told = _plain(each)
            facts = session_of(told)
            if (facts.reference, facts.attempt) == (reference, attempt):
                return told
            if at >= LOOKED_THROUGH_MAX:
                return None
        return None


def _session_params(payment: PaymentFacts, expires_at: datetime, return_url: str) -> Any:
    """Parameters that depend on the payment alone, so that asking again asks the same."""
    metadata = {
        "payment": str(payment.payment_id),
        "attempt": str(payment.attempt),
        "order": payment.order_code,
    }
    asked: dict[str, Any] = {
        "mode": "payment",
        "payment_method_types": ["card"],
        "client_reference_id": payment.reference,
        "metadata": metadata,
        "payment_intent_data": {"description": payment.order_code, "metadata": metadata},
        "locale": "vi" if payment.language == "vi" else "en",
        "success_url": return_url,
        "cancel_url": return_url,
        "expires_at": int((expires_at + SESSION_OUTLIVES_HOLD).timestamp()),
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": CURRENCY,
                    "unit_amount": payment.amount_vnd,
                    "product_data": {"name": payment.order_code},
                },
            }
        ],
    }
    if payment.email:
        asked["customer_email"] = payment.email
    return asked


def _plain(told: StripeObject) -> dict[str, Any]:
    plain: dict[str, Any] = told.to_dict()
    return plain


@contextmanager
def _told() -> Iterator[None]:
    """Errors of the library as those of a gateway. What was asked for may have been done all the same."""
    import stripe

    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.IdempotencyError) as error:
        raise GatewayError(type(error).__name__) from error
    except (stripe.InvalidRequestError, stripe.AuthenticationError, stripe.PermissionError) as error:
        raise GatewayError(str(error.code or type(error).__name__), is_final=True) from error
    except stripe.StripeError as error:
        raise GatewayError(str(error.code or type(error).__name__)) from error
