"""Where producers want to be told of changes, what happened, and how the telling went."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models.people import BigId, one_of
from core.db import Model, UtcDateTime


class EventKind(StrEnum):
    """What is told. A new kind may be added; none is renamed."""

    LISTING_PUBLISHED = "listing.published"
    LISTING_UNPUBLISHED = "listing.unpublished"
    LISTING_CHANGED = "listing.changed"
    STOCK_CHANGED = "stock.changed"
    PRICE_CHANGED = "price.changed"
    CERTIFICATE_VERIFIED = "certificate.verified"
    CERTIFICATE_REFUSED = "certificate.refused"
    RECOGNITION_RECORDED = "recognition.recorded"
    RECOGNITION_REVOKED = "recognition.revoked"
    ORDER_PLACED = "order.placed"
    ORDER_PAID = "order.paid"
    ORDER_CANCELLED = "order.cancelled"
    ORDER_HANDED_OVER = "order.handed_over"
    ORDER_DELIVERED = "order.delivered"
    PING = "ping"


class DeliveryState(StrEnum):
    """`dead`: given up on after three days; whoever reads the log may send it again."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


class WebhookEndpoint(Model):
    """An address of a producer's system.

    events: kinds with a space between. salt: from it and the key of this house the secret for signatures is made, so
    that the table holds none; previous_salt: of the secret before, which signs too until a day after `rotated_at`.
    failing_since_at: since when nothing arrived. rest_until_at: nothing is sent before. disabled_by_id: None if the
    house disabled it.
    """

    __tablename__ = "webhook_endpoint"
    __table_args__ = (
        CheckConstraint("(previous_salt IS NULL) = (rotated_at IS NULL)", name="rotated"),
        CheckConstraint("removed_at IS NULL OR disabled_at IS NOT NULL", name="removed"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[str] = mapped_column(String(400))
    salt: Mapped[str] = mapped_column(String(43))
    previous_salt: Mapped[str | None] = mapped_column(String(43))
    rotated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failing_since_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rest_until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def event_set(self) -> frozenset[str]:
        return frozenset(self.events.split())

    @property
    def is_live(self) -> bool:
        return self.disabled_at is None


class WebhookEvent(Model):
    """Something that happened to a producer's goods. facts: what is told about it, values that JSON knows."""

    __tablename__ = "webhook_event"
    __table_args__ = (CheckConstraint(one_of("kind", EventKind), name="kind"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class WebhookDelivery(Model):
    """The telling of one event to one address.

    attempts: since it was (last) asked for. last_status: of the answer; last_fault: why there was none.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint(one_of("state", DeliveryState), name="state"),
        UniqueConstraint("endpoint_id", "event_id", name="uq_webhook_delivery_event"),
        Index("ix_webhook_delivery_log", "endpoint_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoint.id"))
    event_id: Mapped[str] = mapped_column(ForeignKey("webhook_event.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_status: Mapped[int | None]
    last_fault: Mapped[str | None] = mapped_column(String(30))
    last_excerpt: Mapped[str | None] = mapped_column(String(300))
    endpoint: Mapped[WebhookEndpoint] = relationship()
    event: Mapped[WebhookEvent] = relationship()
