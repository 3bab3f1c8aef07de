"""Addresses for messages of a producer, and the log of what was sent there."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.models.webhooks import WebhookDelivery, WebhookEndpoint
from core.db import db

LOG_MAX: Final = 50


def list_endpoints(producer_id: int) -> Sequence[WebhookEndpoint]:
    """Addresses that are not removed, the first made first."""
    own = (WebhookEndpoint.producer_id == producer_id, WebhookEndpoint.removed_at.is_(None))
    return db.session.scalars(select(WebhookEndpoint).where(*own).order_by(WebhookEndpoint.id)).all()


def list_deliveries(producer_id: int) -> Sequence[WebhookDelivery]:
    """The latest messages to a producer's addresses, removed ones included, the latest first."""
    return db.session.scalars(
        select(WebhookDelivery)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(WebhookEndpoint.producer_id == producer_id)
        .options(joinedload(WebhookDelivery.event), joinedload(WebhookDelivery.endpoint))
        .order_by(WebhookDelivery.id.desc())
        .limit(LOG_MAX)
    ).all()
