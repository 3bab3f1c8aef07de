"""Telling producers' own systems what happened: announced with the act, sent by a job, repeated until it arrives."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import delete, func, select, update

from accounts.actors import Actor
from accounts.operations.audit import record_act
from accounts.tokens import new_token
from catalog.errors import InvalidWebhookError, TooManyWebhooksError, WebhookNotFoundError
from catalog.models.webhooks import DeliveryState, EventKind, WebhookDelivery, WebhookEndpoint, WebhookEvent
from core.db import db
from core.jobs.queue import enqueue
from core.net import AddressRefusedError, checked_url

DELIVER: Final = "catalog.deliver_webhook"
ENDPOINTS_MAX: Final = 3
KEEP: Final = timedelta(days=30)
REST_AT_MOST: Final = timedelta(minutes=1)
"""An owner who tries an address shortens its rest to this and does not end it: a try may take seconds of the worker."""


def announce(
    kind: EventKind, *, producer_id: int | None, facts: Mapping[str, Any], now: datetime
) -> WebhookEvent | None:
    """Tell the systems of a producer, if any wants to hear of this kind; None if nobody does.

    Called in the transaction of what happened: told if and only if that is kept. facts: values that JSON knows, and
    nothing about persons.
    """
    if producer_id is None:
        return None
    live = (WebhookEndpoint.producer_id == producer_id, WebhookEndpoint.disabled_at.is_(None))
    wanting = [
        each for each in db.session.scalars(select(WebhookEndpoint).where(*live)) if kind in each.event_set
    ]
    return _tell(kind, wanting, producer_id=producer_id, facts=facts, now=now)


def add_endpoint(
    producer_id: int, url: str, events: Iterable[str], *, by: Actor, now: datetime, is_trusted: bool = False
) -> WebhookEndpoint:
    """An address of a producer's system that is told of `events` from now on.

    is_trusted: in tests alone, where the receiver is this computer. Raises InvalidWebhookError (field, reason) and
    TooManyWebhooksError; then nothing has changed.
    """
    wanted = sorted(set(events))
    try:
        checked_url(url, is_trusted=is_trusted)
    except AddressRefusedError as error:
        raise InvalidWebhookError(field="url", reason=error.facts["reason"]) from None
    if not wanted or not set(wanted) <= set(EventKind) - {EventKind.PING}:
        raise InvalidWebhookError(field="events", reason="missing")
    present = select(func.count()).select_from(WebhookEndpoint)
    present = present.where(WebhookEndpoint.producer_id == producer_id, WebhookEndpoint.removed_at.is_(None))
    if (db.session.scalar(present) or 0) >= ENDPOINTS_MAX:
        raise TooManyWebhooksError(most=ENDPOINTS_MAX)
    endpoint = WebhookEndpoint(
        producer_id=producer_id,
        url=url,
        events=" ".join(wanted),
        salt=new_token(),
        created_by_id=by.user_id,
        created_at=now,
    )
    db.session.add(endpoint)
    db.session.flush()
    _note("catalog.add_webhook", endpoint, by, now, {"events": wanted})
    return endpoint


def get_endpoint(producer_id: int, endpoint_id: int) -> WebhookEndpoint:
    """The address of a producer, locked. Raises WebhookNotFoundError for one of somebody else or removed."""
    own = (
        WebhookEndpoint.id == endpoint_id,
        WebhookEndpoint.producer_id == producer_id,
        WebhookEndpoint.removed_at.is_(None),
    )
    endpoint = db.session.scalar(select(WebhookEndpoint).where(*own).with_for_update())
    if endpoint is None:
        raise WebhookNotFoundError(endpoint_id=endpoint_id)
    return endpoint


def rotate_secret(endpoint: WebhookEndpoint, *, by: Actor, now: datetime) -> None:
    """Give the address a new secret; the old one signs too for a day, so that the receiver can change over."""
    endpoint.previous_salt, endpoint.rotated_at = endpoint.salt, now
    endpoint.salt = new_token()
    _note("catalog.rotate_webhook_secret", endpoint, by, now, {})


def remove_endpoint(endpoint: WebhookEndpoint, *, by: Actor, now: datetime) -> None:
    """Tell this address nothing more, and show it no more. Its log stays until it is old."""
    disable(endpoint, by=by, now=now)
    endpoint.removed_at = now
    _note("catalog.remove_webhook", endpoint, by, now, {})


def disable(endpoint: WebhookEndpoint, *, by: Actor | None, now: datetime) -> None:
    """Tell this address nothing for the time being; what was waiting is given up. by: None for the house."""
    endpoint.disabled_at = endpoint.disabled_at or now
    endpoint.disabled_by_id = by.user_id if by else None
    waiting = (
        WebhookDelivery.endpoint_id == endpoint.id,
        WebhookDelivery.state == DeliveryState.PENDING.value,
    )
    db.session.execute(
        update(WebhookDelivery)
        .where(*waiting)
        .values(state=DeliveryState.DEAD.value, next_at=None, last_fault="switched_off")
    )


def enable(endpoint: WebhookEndpoint, *, by: Actor, now: datetime) -> None:
    """Tell the address again. What was given up may be sent again from the log."""
    endpoint.disabled_at = endpoint.disabled_by_id = None
    endpoint.failing_since_at = None
    _shorten_rest(endpoint, now)
    _note("catalog.enable_webhook", endpoint, by, now, {})


def send_ping(endpoint: WebhookEndpoint, *, now: datetime) -> WebhookEvent | None:
    """Send an event without meaning, to try the address; one that failed lately is tried within a minute."""
    _shorten_rest(endpoint, now)
    return _tell(EventKind.PING, [endpoint], producer_id=endpoint.producer_id, facts={}, now=now)


def replay(producer_id: int, delivery_id: int, *, by: Actor, now: datetime) -> WebhookDelivery:
    """Send an event again, with the same id and body, whether it arrived before or not; as soon as `send_ping`.

    Raises WebhookNotFoundError for one of somebody else, or if its address is switched off.
    """
    delivery = db.session.scalar(
        select(WebhookDelivery)
        .join(WebhookEndpoint)
        .where(WebhookDelivery.id == delivery_id, WebhookEndpoint.producer_id == producer_id)
        .where(WebhookEndpoint.disabled_at.is_(None))
        .with_for_update(of=WebhookDelivery)
    )
    if delivery is None:
        raise WebhookNotFoundError(delivery_id=delivery_id)
    delivery.state = DeliveryState.PENDING.value
    delivery.attempts = 0
    delivery.asked_at = delivery.next_at = now
    _shorten_rest(delivery.endpoint, now)
    _ask(delivery, at=now, now=now)
    _note("catalog.replay_webhook", delivery.endpoint, by, now, {"delivery": delivery.id})
    return delivery


def forget_old(*, now: datetime) -> None:
    """Forget events, and how their telling went, after a month."""
    old = select(WebhookEvent.id).where(WebhookEvent.happened_at < now - KEEP)
    db.session.execute(delete(WebhookDelivery).where(WebhookDelivery.event_id.in_(old)))
    db.session.execute(delete(WebhookEvent).where(WebhookEvent.happened_at < now - KEEP))


def _tell(
    kind: EventKind,
    endpoints: Iterable[WebhookEndpoint],
    *,
    producer_id: int,
    facts: Mapping[str, Any],
    now: datetime,
) -> WebhookEvent | None:
    told = list(endpoints)
    if not told:
        return None
    event = WebhookEvent(
        id=f"evt_{uuid4().hex}", producer_id=producer_id, kind=kind.value, facts=dict(facts), happened_at=now
    )
    db.session.add(event)
    db.session.flush()
    for endpoint in told:
        delivery = WebhookDelivery(
            endpoint_id=endpoint.id,
            event_id=event.id,
            state=DeliveryState.PENDING.value,
            attempts=0,
            asked_at=now,
            next_at=now,
        )
        db.session.add(delivery)
        db.session.flush()
        _ask(delivery, at=now, now=now)
    return event


def _shorten_rest(endpoint: WebhookEndpoint, now: datetime) -> None:
    if endpoint.rest_until_at is not None:
        endpoint.rest_until_at = min(endpoint.rest_until_at, now + REST_AT_MOST)


def _ask(delivery: WebhookDelivery, *, at: datetime, now: datetime) -> None:
    enqueue(DELIVER, key=f"webhook:{delivery.id}", run_after_at=at, now=now, delivery_id=delivery.id)


def _note(verb: str, endpoint: WebhookEndpoint, by: Actor, now: datetime, facts: Mapping[str, Any]) -> None:
    record_act(
        verb,
        by=by,
        subject=f"webhook:{endpoint.id}",
        after=facts,
        producer_id=endpoint.producer_id,
        now=now,
    )
