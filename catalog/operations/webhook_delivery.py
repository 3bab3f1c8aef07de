"""One try at telling one address: what is sent, and what follows from how it went. The sending itself is the job's."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from accounts.models import User
from accounts.operations.notices import notify_user
from catalog.models.webhooks import DeliveryState, WebhookDelivery, WebhookEndpoint
from catalog.operations.webhooks import DELIVER, disable
from catalog.webhook_signatures import KEY_PURPOSE, secret_of, signature_header
from core.db import db
from core.jobs.queue import enqueue
from core.keys import KeyRing
from core.text import clean_line

WAITS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
)
"""After the first, second … failure; the last one from then on."""
GIVE_UP_AFTER: Final = timedelta(days=3)
SWITCH_OFF_AFTER: Final = timedelta(days=5)
"""Without a single arrival in between."""
SLOW_SECONDS: Final = 1.0
REST_FOR_SECOND: Final = 9
"""A receiver that answers slowly rests so long for each second that it took: it gets a tenth of the worker's time."""
SPACED: Final = timedelta(seconds=1)
"""How far apart messages to a slow receiver come back, so that not all of them do at the end of each rest."""
BOTH_SECRETS_FOR: Final = timedelta(days=1)
EXCERPT_CHARS: Final = 300
AGENT: Final = "ChoOCOP-Webhook/1"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent where. attempt: counts the tries, so that a late outcome is not taken for a newer one's."""

    delivery_id: int
    attempt: int
    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """status: of the answer, None if there was none and `fault` says why. excerpt: beginning of the answer.

    seconds: how long it took.
    """

    status: int | None
    fault: str | None = None
    excerpt: str = ""
    seconds: float = 0.0

    @property
    def has_arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def begin_delivery(delivery_id: int, keys: KeyRing, *, now: datetime) -> Letter | None:
    """What to send now; None if there is nothing, or not yet: an address that fails or is slow is left in peace.

    Called again after a crash it sends again: receivers know an event by its id.
    """
    delivery = db.session.get(WebhookDelivery, delivery_id, with_for_update=True, populate_existing=True)
    if delivery is None or delivery.state != DeliveryState.PENDING:
        return None
    endpoint = delivery.endpoint
    if now - delivery.asked_at >= GIVE_UP_AFTER:
        _give_up(delivery)
        return None
    if endpoint.rest_until_at is not None and now < endpoint.rest_until_at:
        _ask_again(delivery, endpoint.rest_until_at + SPACED * _count_before(delivery), now)
        return None
    delivery.attempts += 1
    body = body_of(delivery)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "Ocop-Event": delivery.event.kind,
        "Ocop-Event-Id": delivery.event_id,
        "Ocop-Signature": signature_header(body, secrets_of(endpoint, keys, now=now), now),
    }
    return Letter(delivery.id, delivery.attempts, endpoint.url, body, headers)


def end_delivery(letter: Letter, outcome: Outcome, *, now: datetime) -> None:
    """Note how it went: arrived, to be tried again, or given up. An address that fails for days is switched off."""
    delivery = db.session.get(
        WebhookDelivery, letter.delivery_id, with_for_update=True, populate_existing=True
    )
    if delivery is None or delivery.attempts != letter.attempt or delivery.state != DeliveryState.PENDING:
        return
    endpoint = delivery.endpoint
    delivery.last_at = now
    delivery.last_status, delivery.last_fault = outcome.status, outcome.fault
    delivery.last_excerpt = clean_line(outcome.excerpt)[:EXCERPT_CHARS] or None
    if outcome.has_arrived:
        delivery.state, delivery.next_at = DeliveryState.DELIVERED.value, None
        endpoint.failing_since_at = None
        is_slow = outcome.seconds > SLOW_SECONDS
        rest = timedelta(seconds=outcome.seconds * REST_FOR_SECOND)
        endpoint.rest_until_at = now + rest if is_slow else None
        return
    endpoint.failing_since_at = endpoint.failing_since_at or now
    again_at = now + WAITS[min(delivery.attempts, len(WAITS)) - 1]
    endpoint.rest_until_at = again_at
    if again_at - delivery.asked_at >= GIVE_UP_AFTER:
        _give_up(delivery)
    else:
        _ask_again(delivery, again_at, now)
    if now - endpoint.failing_since_at >= SWITCH_OFF_AFTER and endpoint.is_live:
        _switch_off(endpoint, now)


def body_of(delivery: WebhookDelivery) -> bytes:
    """The event as JSON, the same bytes at every try."""
    event = delivery.event
    told = {
        "id": event.id,
        "kind": event.kind,
        "happened_at": f"{event.happened_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "producer_id": event.producer_id,
        "data": event.facts,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def secrets_of(endpoint: WebhookEndpoint, keys: KeyRing, *, now: datetime) -> list[str]:
    """All secrets that sign for an address now, the newest first.

    The one before signs for a day after it was replaced, and as long as SECRET_KEY_FALLBACKS holds a former key of
    the house, what was made with it signs too.
    """
    salts = [endpoint.salt]
    if endpoint.previous_salt and endpoint.rotated_at and now - endpoint.rotated_at < BOTH_SECRETS_FOR:
        salts.append(endpoint.previous_salt)
    return [secret_of(salt, key) for key in keys.derive_all(KEY_PURPOSE) for salt in salts]


def _give_up(delivery: WebhookDelivery) -> None:
    delivery.state, delivery.next_at = DeliveryState.DEAD.value, None


def _ask_again(delivery: WebhookDelivery, at: datetime, now: datetime) -> None:
    delivery.next_at = at
    enqueue(DELIVER, key=f"webhook:{delivery.id}", run_after_at=at, now=now, delivery_id=delivery.id)


def _count_before(delivery: WebhookDelivery) -> int:
    """How many messages wait for a slow receiver before this one; none where it fails: there all come back at once."""
    if delivery.endpoint.failing_since_at is not None:
        return 0
    waiting = select(func.count()).where(
        WebhookDelivery.endpoint_id == delivery.endpoint_id,
        WebhookDelivery.state == DeliveryState.PENDING.value,
        WebhookDelivery.id < delivery.id,
    )
    return db.session.scalar(waiting) or 0


def _switch_off(endpoint: WebhookEndpoint, now: datetime) -> None:
    disable(endpoint, by=None, now=now)
    person = db.session.get(User, endpoint.created_by_id)
    subject, text = _SWITCHED_OFF["en" if person and person.language == "en" else "vi"]
    notify_user(endpoint.created_by_id, subject, text, now=now)


_SWITCHED_OFF: Final = {
    "vi": (
        "Đã tắt địa chỉ nhận thông báo",
        (
            "Phần mềm của bạn không nhận được thông báo nào trong năm ngày nên Chợ OCOP đã tắt địa chỉ đó. "
            "Sửa xong, bạn bật lại ở trang «Thông báo cho phần mềm»."
        ),
    ),
    "en": (
        "Address for messages switched off",
        (
            "Your program took no message for five days, so Chợ OCOP switched its address off. "
            "Once it works, switch it on again on the page «Messages to your programs»."
        ),
    ),
}
