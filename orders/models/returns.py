"""Goods that come back, and what buyer and producer could not settle between them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime
from orders.models.orders import OrderLine, SellerOrder
from orders.models.payments import Refund
from orders.return_rules import DisputeCause, DisputeDecision, ReturnReason, ReturnState


class ReturnActor(StrEnum):
    """Who did something about a return."""

    BUYER = "buyer"
    PRODUCER = "producer"
    PLATFORM = "platform"


class ReturnRequest(Model):
    """A buyer asks to send packs of one parcel back. submission_key: of the form; sent twice, it is one.

    text: what the buyer wrote. goods_vnd, shipping_vnd: what goes back to the buyer, set when the goods were received.
    erased_at: text and pictures were taken away after their time.
    """

    __tablename__ = "return_request"
    __table_args__ = (
        CheckConstraint(one_of("reason", ReturnReason), name="reason"),
        CheckConstraint(one_of("state", ReturnState), name="state"),
        CheckConstraint("goods_vnd >= 0 AND shipping_vnd >= 0", name="amounts"),
        CheckConstraint("state = 'received' OR refund_id IS NULL", name="refund"),
        Index("ix_return_request_order", "seller_order_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seller_order_id: Mapped[int] = mapped_column(ForeignKey("seller_order.id"))
    submission_key: Mapped[str] = mapped_column(String(36), unique=True)
    reason: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    goods_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    shipping_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seller_order: Mapped[SellerOrder] = relationship()
    refund: Mapped[Refund | None] = relationship()
    lines: Mapped[list["ReturnLine"]] = relationship(order_by="ReturnLine.line_id")
    events: Mapped[list["ReturnEvent"]] = relationship(order_by="ReturnEvent.id")
    pictures: Mapped[list["ReturnPicture"]] = relationship(order_by="ReturnPicture.position")


class ReturnLine(Model):
    """So many packs of a line. sellable_quantity, damaged_quantity: what the producer found when they came back."""

    __tablename__ = "return_line"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 999", name="quantity"),
        CheckConstraint("sellable_quantity >= 0 AND damaged_quantity >= 0", name="parts_sign"),
        CheckConstraint("sellable_quantity + damaged_quantity <= quantity", name="parts"),
    )
    return_id: Mapped[int] = mapped_column(
        ForeignKey("return_request.id"), primary_key=True, autoincrement=False
    )
    line_id: Mapped[int] = mapped_column(
        ForeignKey("order_line.id"), primary_key=True, autoincrement=False, index=True
    )
    quantity: Mapped[int]
    sellable_quantity: Mapped[int] = mapped_column(default=0)
    damaged_quantity: Mapped[int] = mapped_column(default=0)
    line: Mapped[OrderLine] = relationship()


class ReturnPicture(Model):
    """A photograph of what is wrong, drawn anew; only buyer, producer and administrators see it: one WebP."""

    __tablename__ = "return_picture"
    return_id: Mapped[int] = mapped_column(
        ForeignKey("return_request.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]


class ReturnEvent(Model):
    """One step of a return, only ever added. text: what the person wrote with it; all that is ever taken away."""

    __tablename__ = "return_event"
    __table_args__ = (
        CheckConstraint(one_of("to_state", ReturnState), name="to_state"),
        CheckConstraint(one_of("actor", ReturnActor), name="actor"),
        Index("ix_return_event_return", "return_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("return_request.id"))
    from_state: Mapped[str] = mapped_column(String(10))
    to_state: Mapped[str] = mapped_column(String(10))
    actor: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    text: Mapped[str | None] = mapped_column(Text)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Dispute(Model):
    """What the platform must decide about a parcel; at most one is open. deadline_at: then the buyer is right.

    goods_vnd, shipping_vnd: what the decision gave back to the buyer.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint(one_of("cause", DisputeCause), name="cause"),
        CheckConstraint(f"decision IS NULL OR {one_of('decision', DisputeDecision)}", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("goods_vnd >= 0 AND shipping_vnd >= 0", name="amounts"),
        UniqueConstraint("seller_order_id", "opened_at", name="uq_dispute_opened"),
        Index(
            "uq_dispute_open",
            "seller_order_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
        Index("ix_dispute_deadline", "decided_at", "deadline_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seller_order_id: Mapped[int] = mapped_column(ForeignKey("seller_order.id"))
    cause: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deadline_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decision: Mapped[str | None] = mapped_column(String(10))
    decision_text: Mapped[str | None] = mapped_column(Text)
    goods_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    shipping_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    seller_order: Mapped[SellerOrder] = relationship()
