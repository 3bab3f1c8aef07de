"""Stripe's objects as its API writes them, of what the imitation remembers. Members that nobody here reads are left out
where the library does not miss them; those that are given have Stripe's names and kinds.
"""

from typing import Any, Final
from urllib.parse import quote

Fields = dict[str, Any]

API_VERSION: Final = "2026-10-28.endive"
FEE_PER_MILLE: Final = 39
FEE_FIXED: Final = 8_000
"""3.9 % and 8,000 dong: about what Stripe asks for a foreign card elsewhere; made up for dong."""


def session(identity: str, asked: Fields, *, amount: int, currency: str, now: int, base: str) -> Fields:
    """A new checkout session of `asked`, the parameters of its creation."""
    return {
        "id": identity,
        "object": "checkout.session",
        "amount_subtotal": amount,
        "amount_total": amount,
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "created": now,
        "currency": currency,
        "customer": None,
        "customer_details": {"email": asked["customer_email"]} if "customer_email" in asked else None,
        "customer_email": asked.get("customer_email"),
        "expires_at": int(asked.get("expires_at", now + 24 * 3600)),
        "livemode": False,
        "locale": asked.get("locale"),
        "metadata": dict(asked.get("metadata", {})),
        "mode": asked["mode"],
        "payment_intent": None,
        "payment_method_types": list(asked.get("payment_method_types", {"0": "card"}).values()),
        "payment_status": "unpaid",
        "status": "open",
        "success_url": asked.get("success_url"),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{base}/pay/{quote(identity)}",
    }


def payment_intent(identity: str, of: Fields, asked: Fields, *, now: int) -> Fields:
    """The payment intent behind the session `of`, which nobody has paid yet."""
    data = asked.get("payment_intent_data", {})
    return {
        "id": identity,
        "object": "payment_intent",
        "amount": of["amount_total"],
        "amount_received": 0,
        "created": now,
        "currency": of["currency"],
        "description": data.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": dict(data.get("metadata", {})),
        "payment_method_types": of["payment_method_types"],
        "status": "requires_payment_method",
        "transfer_group": data.get("transfer_group"),
    }


def charge(identity: str, of: Fields, *, balance: str | None, now: int) -> Fields:
    """A charge for the payment intent `of`; balance: the balance transaction of one that succeeded."""
    is_paid = balance is not None
    return {
        "id": identity,
        "object": "charge",
        "amount": of["amount"],
        "amount_captured": of["amount"] if is_paid else 0,
        "amount_refunded": 0,
        "balance_transaction": balance,
        "captured": is_paid,
        "created": now,
        "currency": of["currency"],
        "disputed": False,
        "failure_code": None if is_paid else "card_declined",
        "livemode": False,
        "metadata": dict(of["metadata"]),
        "paid": is_paid,
        "payment_intent": of["id"],
        "payment_method_details": {"card": {"brand": "visa", "last4": "4242"}, "type": "card"},
        "refunded": False,
        "status": "succeeded" if is_paid else "failed",
    }


def balance_transaction(identity: str, source: str, *, amount: int, currency: str, now: int) -> Fields:
    """What a charge brought after the fee."""
    fee = amount * FEE_PER_MILLE // 1000 + FEE_FIXED
    return {
        "id": identity,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now + 7 * 86400,
        "created": now,
        "currency": currency,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [{"amount": fee, "currency": currency, "type": "stripe_fee"}],
        "net": amount - fee,
        "source": source,
        "status": "pending",
        "type": "charge",
    }


def refund(identity: str, of: Fields, asked: Fields, *, amount: int, status: str, now: int) -> Fields:
    """A refund of the charge `of`."""
    return {
        "id": identity,
        "object": "refund",
        "amount": amount,
        "charge": of["id"],
        "created": now,
        "currency": of["currency"],
        "failure_reason": None,
        "metadata": dict(asked.get("metadata", {})),
        "payment_intent": of["payment_intent"],
        "reason": asked.get("reason"),
        "status": status,
    }


def event(identity: str, kind: str, thing: Fields, *, now: int) -> Fields:
    """What is told of `thing`, as it is at this moment."""
    return {
        "id": identity,
        "object": "event",
        "api_version": API_VERSION,
        "created": now,
        "data": {"object": thing},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def page(things: list[Fields], path: str, *, limit: int, starting_after: str | None) -> Fields:
    """A page of a list, the newest first."""
    newest_first = things[::-1]
    if starting_after is not None:
        names = [each["id"] for each in newest_first]
        newest_first = newest_first[names.index(starting_after) + 1 :] if starting_after in names else []
    return {
        "object": "list",
        "data": newest_first[:limit],
        "has_more": len(newest_first) > limit,
        "url": path,
    }


def error(kind: str, message: str, *, code: str | None = None, param: str | None = None) -> Fields:
    """The body of a refusal."""
    told = {"type": kind, "message": message, "code": code, "param": param}
    return {"error": {name: value for name, value in told.items() if value is not None}}
