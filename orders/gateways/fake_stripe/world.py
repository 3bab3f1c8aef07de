"""What the imitation remembers, and what can happen to it. One lock around every act: requests come in threads."""

import copy
import json
import secrets
from collections.abc import Callable
from threading import RLock
from typing import Any, Final

from core import clock
from orders.gateways.fake_stripe import objects
from orders.gateways.fake_stripe.objects import Fields

MINIMUM_SECONDS: Final = 30 * 60
MAXIMUM_SECONDS: Final = 24 * 3600
AMOUNT_MAX: Final = 99_999_999
"""Eight digits, Stripe's limit for most currencies."""

_KNOWN_OF_SESSION: Final = frozenset(
    {
        "cancel_url",
        "client_reference_id",
        "customer_email",
        "expires_at",
        "expand",
        "line_items",
        "locale",
        "metadata",
        "mode",
        "payment_intent_data",
        "payment_method_types",
        "submit_type",
        "success_url",
    }
)


class RefusedError(Exception):
    """What Stripe would refuse: status and body of its answer."""

    def __init__(self, status: int, body: Fields) -> None:
        super().__init__(body["error"]["message"])
        self.status = status
        self.body = body


class World:
    """All objects of one account in test mode, in the order in which they were made.

    letters: raw bodies of all notices so far, in order. listeners: told of each as it is written.
    """

    def __init__(self, base: str = "") -> None:
        self.base = base
        self.lock = RLock()
        self.things: dict[str, dict[str, Fields]] = {
            kind: {} for kind in ("session", "intent", "charge", "balance", "refund")
        }
        self.events: list[Fields] = []
        self.letters: list[bytes] = []
        self.listeners: list[Callable[[bytes], None]] = []
        self.refunds_wait = False
        self._asked: dict[str, Fields] = {}

    def open_session(self, asked: Fields) -> Fields:
        """Make a checkout session."""
        now = _now()
        amount, currency = _checked(asked, now)
        with self.lock:
            made = objects.session(
                _name("cs_test"), asked, amount=amount, currency=currency, now=now, base=self.base
            )
            self.things["session"][made["id"]] = made
            self._asked[made["id"]] = asked
            return made

    def pay(self, session_id: str, *, is_declined: bool = False) -> Fields:
        """The buyer types a card into the page. A declined one leaves the session open."""
        with self.lock:
            of = self.get("session", session_id)
            if of["status"] != "open" or of["expires_at"] <= _now():
                raise refused("This Checkout Session is no longer open.", code="resource_missing")
            now = _now()
            intent = self._intent(of, now)
            balance = None if is_declined else _name("txn")
            charge = objects.charge(_name("ch"), intent, balance=balance, now=now)
            self.things["charge"][charge["id"]] = charge
            intent["latest_charge"] = charge["id"]
            if balance is None:
                intent["last_payment_error"] = {"code": "card_declined", "type": "card_error"}
                self.tell("charge.failed", charge)
                self.tell("payment_intent.payment_failed", intent)
                return of
            self.things["balance"][balance] = objects.balance_transaction(
                balance, charge["id"], amount=intent["amount"], currency=intent["currency"], now=now
            )
            intent.update(status="succeeded", amount_received=intent["amount"], last_payment_error=None)
            of.update(status="complete", payment_status="paid", url=None)
            self.tell("charge.succeeded", charge)
            self.tell("payment_intent.succeeded", intent)
            self.tell("checkout.session.completed", of)
            return of

    def expire(self, session_id: str) -> Fields:
        """Close an open session; nobody can pay on it any more."""
        with self.lock:
            of = self.get("session", session_id)
            if of["status"] != "open":
                raise refused(
                    'Only Checkout Sessions with a status in ["open"] can be expired. '
                    f"This Checkout Session has a status of `{of['status']}`."
                )
            of.update(status="expired", url=None)
            self.tell("checkout.session.expired", of)
            return of

    def refund(self, asked: Fields) -> Fields:
        """Give back all or part of a payment."""
        with self.lock:
            intent = self.get("intent", asked.get("payment_intent", ""))
            charge = self.get("charge", intent["latest_charge"] or "")
            left = charge["amount_captured"] - charge["amount_refunded"]
            amount = _whole(asked["amount"], "amount") if "amount" in asked else left
            if left == 0:
                raise refused(
                    f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
                )
            if not 0 < amount <= left:
                raise refused(
                    f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                    param="amount",
                )
            status = "pending" if self.refunds_wait else "succeeded"
            made = objects.refund(_name("re"), charge, asked, amount=amount, status=status, now=_now())
            self.things["refund"][made["id"]] = made
            charge["amount_refunded"] += amount
            charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
            self.tell("refund.created", made)
            self.tell("charge.refunded", charge)
            return made

    def end_refund(self, refund_id: str, *, is_failed: bool = False) -> Fields:
        """The bank says that a refund arrived, or that it could not be given."""
        with self.lock:
            of = self.get("refund", refund_id)
            of["status"] = "failed" if is_failed else "succeeded"
            if is_failed:
                of["failure_reason"] = "expired_or_canceled_card"
                charge = self.get("charge", of["charge"])
                charge["amount_refunded"] -= of["amount"]
                charge["refunded"] = False
            self.tell("refund.failed" if is_failed else "refund.updated", of)
            return of

    def get(self, kind: str, identity: str) -> Fields:
        """The object itself, not a copy."""
        found = self.things[kind].get(identity)
        if found is None:
            raise RefusedError(
                404,
                objects.error(
                    "invalid_request_error",
                    f"No such {kind}: '{identity}'",
                    code="resource_missing",
                    param="id",
                ),
            )
        return found

    def close_overdue(self) -> None:
        """Expire what nobody paid in time, as Stripe does by itself."""
        with self.lock:
            for each in list(self.things["session"].values()):
                if each["status"] == "open" and each["expires_at"] <= _now():
                    self.expire(each["id"])

    def tell(self, kind: str, thing: Fields) -> bytes:
        """Write a notice of `thing` as it is now; answers its raw body."""
        told = objects.event(_name("evt"), kind, copy.deepcopy(thing), now=_now())
        raw = json.dumps(told, indent=2, ensure_ascii=False).encode()
        with self.lock:
            self.events.append(told)
            self.letters.append(raw)
        for listener in self.listeners:
            listener(raw)
        return raw

    def _intent(self, of: Fields, now: int) -> Fields:
        if of["payment_intent"] is None:
            made = objects.payment_intent(_name("pi"), of, self._asked[of["id"]], now=now)
            self.things["intent"][made["id"]] = made
            of["payment_intent"] = made["id"]
        return self.things["intent"][of["payment_intent"]]


def refused(message: str, *, code: str | None = None, param: str | None = None) -> RefusedError:
    """A refusal of what was asked, status 400."""
    return RefusedError(400, objects.error("invalid_request_error", message, code=code, param=param))


def _checked(asked: Fields, now: int) -> tuple[int, str]:
    """Amount and currency of a session. Raises RefusedError where Stripe would refuse its parameters."""
    for name in asked:
        if name not in _KNOWN_OF_SESSION:
            raise refused(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
    for needed in ("mode", "success_url", "line_items"):
        if needed not in asked:
            raise refused(f"Missing required param: {needed}.", code="parameter_missing", param=needed)
    if asked["mode"] != "payment":
        raise refused("The imitation knows the mode «payment» only.", param="mode")
    if len(asked.get("client_reference_id", "")) > 200:
        raise refused("client_reference_id is too long", param="client_reference_id")
    _check_end(asked, now)
    return _sum_of(asked["line_items"])


def _check_end(asked: Fields, now: int) -> None:
    if "expires_at" not in asked:
        return
    until = _whole(asked["expires_at"], "expires_at")
    if not now + MINIMUM_SECONDS <= until <= now + MAXIMUM_SECONDS:
        raise refused(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
            param="expires_at",
        )


def _sum_of(items: Fields) -> tuple[int, str]:
    amount, currencies = 0, set()
    for item in items.values():
        price = item.get("price_data", {})
        currencies.add(price.get("currency"))
        amount += _whole(price.get("unit_amount"), "unit_amount") * _whole(item.get("quantity"), "quantity")
    if len(currencies) != 1 or not 0 < amount <= AMOUNT_MAX:
        raise refused("The total amount or its currency cannot be taken.", param="line_items")
    return amount, str(currencies.pop())


def _whole(value: Any, name: str) -> int:
    text = str(value)
    if not text.isascii() or not text.isdigit():
        raise refused(f"Invalid integer: {text}", code="parameter_invalid_integer", param=name)
    return int(text)


def _now() -> int:
    return int(clock.now().timestamp())


def _name(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"
