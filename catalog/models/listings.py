"""What a producer's workspace keeps of listings: label facts, seasons, drafts, history, counts of stock, reviews.

Changes, counts and reviews are history: rows are only added (a review is decided once). A draft holds what was typed,
as it was typed; nothing of it is shown in the shop before it is taken over.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from catalog.models.register import BigId, Producer, Product, Variant, one_of
from core.db import Model, UtcDateTime


class ChangeKind(StrEnum):
    """What a row of the history tells of."""

    CREATE = "create"
    EDIT = "edit"
    UNDO = "undo"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"


class ReviewState(StrEnum):
    """What an officer made of a new listing. `lifted`: a listing taken down before may be published again."""

    WAITING = "waiting"
    SEEN = "seen"
    CHANGES_ASKED = "changes_asked"
    TAKEN_DOWN = "taken_down"
    LIFTED = "lifted"


class ProductLabel(Model):
    """What the label of a product states beyond the register's own columns. What is not stated is null.

    shelf_life_days: from the day of making. alcohol: as printed, «29% vol».
    """

    __tablename__ = "product_label"
    __table_args__ = (CheckConstraint("shelf_life_days > 0", name="shelf_life_days"),)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, autoincrement=False)
    origin: Mapped[str | None]
    usage: Mapped[str | None]
    usage_en: Mapped[str | None]
    warnings: Mapped[str | None]
    warnings_en: Mapped[str | None]
    allergens: Mapped[str | None]
    allergens_en: Mapped[str | None]
    alcohol: Mapped[str | None] = mapped_column(String(40))
    shelf_life_days: Mapped[int | None]
    product: Mapped[Product] = relationship()


class ProductSeason(Model):
    """The months in which a product is sold, one bit each, January the lowest; without a row all the year."""

    __tablename__ = "product_season"
    __table_args__ = (CheckConstraint("months BETWEEN 1 AND 4094", name="months"),)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, autoincrement=False)
    months: Mapped[int]
    product: Mapped[Product] = relationship()


class Vacation(Model):
    """Days, both included, on which a producer sells nothing. Ended early: from `ended_at` on it counts no more."""

    __tablename__ = "vacation"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="days"),
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    producer: Mapped[Producer] = relationship()


class SaleStop(Model):
    """While it has not ended, nothing of the product is sold, whatever season and stock say.

    subject: what stopped it, a row of a package above: «recall:12».
    """

    __tablename__ = "sale_stop"
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    subject: Mapped[str] = mapped_column(String(40), unique=True)
    stopped_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProductChange(Model):
    """One change of a listing. before, after: the fields that changed, flat («name», «pack.12.price_vnd»).

    by: None for the program itself. assisted_for_id: where an assisting officer acted, the member who let them in.
    """

    __tablename__ = "product_change"
    __table_args__ = (
        CheckConstraint(one_of("kind", ChangeKind), name="kind"),
        CheckConstraint("(kind = 'undo') = (undoes_id IS NOT NULL)", name="undoes"),
        Index("ix_product_change_product", "product_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    kind: Mapped[str] = mapped_column(String(10))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("product_change.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    assisted_for_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    product: Mapped[Product] = relationship()
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    assisted_for: Mapped[User | None] = relationship(foreign_keys=[assisted_for_id])


class StockReason(StrEnum):
    """Why stock moved. `opening`: there when the pack was recorded. `count`: somebody counted.

    `allot`: taken along to a place of sale; `back`: brought back from there (`orders.models.slices`).
    `elsewhere`: sold on another platform (`promotion.models.points`).
    """

    OPENING = "opening"
    COUNT = "count"
    SALE = "sale"
    RETURN = "return"
    ALLOT = "allot"
    BACK = "back"
    ELSEWHERE = "elsewhere"


class StockMovement(Model):
    """One change of what is on the shelf: `on_hand_before` became `on_hand_after`. Only ever added.

    Those of a pack sum to what is there of it (invariant I1). subject: what it is about («order:OCK7M2Q9XTR»).
    """

    __tablename__ = "stock_movement"
    __table_args__ = (
        CheckConstraint("on_hand_before >= 0 AND on_hand_after >= 0", name="on_hand"),
        CheckConstraint(one_of("reason", StockReason), name="reason"),
        Index("ix_stock_movement_variant", "variant_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    on_hand_before: Mapped[int]
    on_hand_after: Mapped[int]
    reason: Mapped[str] = mapped_column(String(10), default=StockReason.COUNT.value, server_default="count")
    subject: Mapped[str | None] = mapped_column(String(40))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    variant: Mapped[Variant] = relationship()
    by: Mapped[User | None] = relationship()


class ListingDraft(Model):
    """What members are typing for a product. base: the facts of the product, flat, when the draft was opened.

    At most one is open for a product. submission_key: of the form that asked for a new listing.
    """

    __tablename__ = "listing_draft"
    __table_args__ = (
        CheckConstraint("closed_at IS NOT NULL OR closed_by_id IS NULL", name="closed"),
        Index(
            "uq_listing_draft_open",
            "product_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    submission_key: Mapped[str | None] = mapped_column(String(36), unique=True)
    base: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    product: Mapped[Product] = relationship()
    fields: Mapped[list["DraftField"]] = relationship(back_populates="draft", order_by="DraftField.name")


class DraftField(Model):
    """One field of a draft as typed. version: counts its changes, so that two phones do not overwrite each other."""

    __tablename__ = "draft_field"
    draft_id: Mapped[int] = mapped_column(
        ForeignKey("listing_draft.id"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    typed: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    draft: Mapped[ListingDraft] = relationship(back_populates="fields")
    changed_by: Mapped[User] = relationship()


class ListingReview(Model):
    """An officer's look at a listing that was published. The newest row of a product speaks for it."""

    __tablename__ = "listing_review"
    __table_args__ = (
        CheckConstraint(one_of("state", ReviewState), name="state"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by"),
        Index("ix_listing_review_product", "product_id", "id"),
        Index("ix_listing_review_state", "state", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    state: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)
    product: Mapped[Product] = relationship()
    decided_by: Mapped[User | None] = relationship()
