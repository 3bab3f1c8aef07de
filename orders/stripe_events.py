"""What Stripe tells us, read into plain values, and whether it can be true of a payment of ours. Pure.

Only what we decide by is kept of a notice: names, addresses and the last digits of cards stay with Stripe.
Source: Stripe's API reference, «Event», «Checkout Session», «Refund» (version of the library, 2026-10-28.endive).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

CURRENCY: Final = "vnd"
"""Without decimals at Stripe: 250000 is 250,000 dong. Source: Stripe's manual, «Zero-decimal currencies»."""
ID_MAX_CHARS: Final = 255

SESSION_KINDS: Final = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
    }
)
REFUND_KINDS: Final = frozenset(
    {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}
)
DISPUTE_KINDS: Final = frozenset(
    {
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    }
)

_KEPT_OF_OBJECT: Final = (
    "id",
    "object",
    "amount",
    "amount_total",
    "charge",
    "client_reference_id",
    "created",
    "currency",
    "expires_at",
    "failure_reason",
    "livemode",
    "metadata",
    "mode",
    "payment_intent",
    "payment_status",
    "reason",
    "status",
)
_METADATA_MAX: Final = 10


class UnreadableEventError(ValueError):
    """Not an event as Stripe writes them, though it may be signed."""


@dataclass(frozen=True, slots=True)
class StripeEvent:
    """One notice. account: of a connected account, None for our own. fields: of the object, those of `kept`."""

    id: str
    kind: str
    is_live: bool
    account: str | None
    created: int
    fields: Mapping[str, Any]

    @property
    def object_id(self) -> str | None:
        return _text(self.fields.get("id"))

    @property
    def body(self) -> dict[str, Any]:
        """What is kept of it, values that JSON knows; `event_of_body` reads it back."""
        return {
            "id": self.id,
            "type": self.kind,
            "livemode": self.is_live,
            "account": self.account,
            "created": self.created,
            "object": dict(self.fields),
        }


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A checkout session as it stands. amount_vnd: None where Stripe names none. charge: the payment intent."""

    id: str
    reference: str | None
    attempt: int | None
    status: str | None
    is_paid: bool
    amount_vnd: int | None
    currency: str | None
    charge: str | None
    is_live: bool | None
    mode: str | None


@dataclass(frozen=True, slots=True)
class RefundState:
    """A refund as it stands. refund_id, attempt: ours, with which it was asked for. status: in Stripe's words."""

    id: str
    refund_id: int | None
    attempt: int | None
    status: str | None
    amount_vnd: int | None
    currency: str | None
    charge: str | None


def read_event(raw: bytes) -> StripeEvent:
    """The event in the body of a notice. Raises UnreadableEventError."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):  # ValueError: no JSON, no UTF-8, or a number of too many digits
        raise UnreadableEventError("not JSON") from None
    if not isinstance(told, dict) or told.get("object") != "event":
        raise UnreadableEventError("no event")
    data = told.get("data")
    thing = data.get("object") if isinstance(data, dict) else None
    if not isinstance(thing, dict):
        raise UnreadableEventError("an event about nothing")
    return _event(told, thing)


def event_of_body(body: Mapping[str, Any]) -> StripeEvent:
    """The event whose `body` was kept."""
    return _event(body, body["object"])


def session_of(fields: Mapping[str, Any]) -> SessionFacts:
    """The session that `fields` describe; what is missing or of the wrong kind is None."""
    live = fields.get("livemode")
    return SessionFacts(
        id=_text(fields.get("id")) or "",
        reference=_text(fields.get("client_reference_id")),
        attempt=_number(fields, "attempt"),
        status=_text(fields.get("status")),
        is_paid=fields.get("payment_status") == "paid",
        amount_vnd=_whole(fields.get("amount_total")),
        currency=_text(fields.get("currency")),
        charge=_text(fields.get("payment_intent")),
        is_live=live if isinstance(live, bool) else None,
        mode=_text(fields.get("mode")),
    )


def refund_of(fields: Mapping[str, Any]) -> RefundState:
    """The refund that `fields` describe; what is missing or of the wrong kind is None."""
    return RefundState(
        id=_text(fields.get("id")) or "",
        refund_id=_number(fields, "refund"),
        attempt=_number(fields, "attempt"),
        status=_text(fields.get("status")),
        amount_vnd=_whole(fields.get("amount")),
        currency=_text(fields.get("currency")),
        charge=_text(fields.get("payment_intent")),
    )


def contradiction(session: SessionFacts, *, amount_vnd: int, is_live: bool) -> str | None:
    """Why `session` cannot be about a payment of `amount_vnd`: livemode, mode, currency, amount or charge; else None.

    A signature proves who speaks, not that the right sum was paid. Source: docs/cards.md, «What is compared».
    """
    if session.is_live is not is_live:
        return "livemode"
    if session.mode != "payment":
        return "mode"
    if session.currency != CURRENCY:
        return "currency"
    if session.amount_vnd != amount_vnd:
        return "amount"
    if session.is_paid and session.charge is None:
        return "charge"
    return None


def _event(told: Mapping[str, Any], thing: Mapping[str, Any]) -> StripeEvent:
    identity, kind = _text(told.get("id")), _text(told.get("type"))
    created = told.get("created")
    if not identity or not kind or len(kind) > 80 or not isinstance(told.get("livemode"), bool):
        raise UnreadableEventError("an event without name, kind or mode")
    fields = {name: thing[name] for name in _KEPT_OF_OBJECT if name in thing}
    fields = {name: value for name, value in fields.items() if name == "metadata" or _is_plain(value)}
    metadata = _mapping(fields.get("metadata"))
    fields["metadata"] = {
        name: value for name, value in list(metadata.items())[:_METADATA_MAX] if _is_plain(value)
    }
    return StripeEvent(
        id=identity,
        kind=kind,
        is_live=bool(told["livemode"]),
        account=_text(told.get("account")),
        created=created if isinstance(created, int) and not isinstance(created, bool) else 0,
        fields=fields,
    )


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= 500 and "\x00" not in value and value.isprintable()
    return value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**63)


def _text(value: object) -> str | None:
    return (
        value if isinstance(value, str) and 0 < len(value) <= ID_MAX_CHARS and value.isprintable() else None
    )


def _number(fields: Mapping[str, Any], name: str) -> int | None:
    """A number of ours in the metadata, small enough to be compared with one of a row."""
    text = _text(_mapping(fields.get("metadata")).get(name)) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
