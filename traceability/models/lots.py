"""Tables of lots and of what happened to them.

What was recorded is never edited: the database refuses it (migration 0022). A wrong event is declared to be wrong by a
further row (`traceability.models.origin.ErrorDeclaration`).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from catalog.models import Document, Place, Product, Variant, one_of
from core.db import Model, UtcDateTime

if TYPE_CHECKING:
    from traceability.models.origin import ErrorDeclaration, EventDocument, EventPhoto, LotInput, SourceArea


class TraceStep(StrEnum):
    """What happened to a lot. `BIZ_STEPS` says what the standard of events calls each."""

    HARVESTING = "harvesting"
    COLLECTING = "collecting"
    PROCESSING = "processing"
    INSPECTING = "inspecting"
    PACKING = "packing"
    STORING = "storing"
    SHIPPING = "shipping"


BIZ_STEPS: Final = {
    TraceStep.HARVESTING: "commissioning",
    TraceStep.COLLECTING: "receiving",
    TraceStep.PROCESSING: "creating_class_instance",
    TraceStep.INSPECTING: "inspecting",
    TraceStep.PACKING: "packing",
    TraceStep.STORING: "storing",
    TraceStep.SHIPPING: "shipping",
}
"""Business steps of CBV 2.0 (GS1 Core Business Vocabulary, 7.1). It knows no harvest: raw goods get their identity
then, which is what it calls commissioning; buying in is receiving; making a batch creates an instance of its class."""


class LotKind(StrEnum):
    """Goods as they are sold, or raw material that goods are made of."""

    GOODS = "goods"
    RAW = "raw"


class AmountUnit(StrEnum):
    """In what raw material is counted: whole grams, millilitres or pieces."""

    GRAM = "g"
    MILLILITRE = "ml"
    PIECE = "piece"


class Lot(Model):
    """Goods of one product made together. `code` is AI 10 of GS1: 1 to 20 characters of its set.

    quantity: packs; of raw material (kind `raw`: `material` made ready for `product`) so many `unit`. variant_id: the
    pack that they were filled into, where there is only one. submission_key: of the form that opened the lot.
    """

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("length(code) BETWEEN 1 AND 20", name="code"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(
            "expires_on IS NULL OR produced_on IS NULL OR expires_on >= produced_on", name="dates"
        ),
        CheckConstraint(one_of("kind", LotKind), name="kind"),
        CheckConstraint(f"unit IS NULL OR {one_of('unit', AmountUnit)}", name="unit"),
        CheckConstraint("(kind = 'raw') = (unit IS NOT NULL AND material IS NOT NULL)", name="raw"),
        UniqueConstraint("product_id", "code", name="uq_lot_code"),
        Index("uq_lot_submission_key", "submission_key", unique=True),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    code: Mapped[str] = mapped_column(String(20))
    produced_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    quantity: Mapped[int]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(
        String(5), default=LotKind.GOODS.value, server_default=LotKind.GOODS.value
    )
    unit: Mapped[str | None] = mapped_column(String(5))
    material: Mapped[str | None] = mapped_column(String(100))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"))
    submission_key: Mapped[str | None] = mapped_column(String(36))
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    product: Mapped[Product] = relationship()
    place: Mapped[Place | None] = relationship()
    variant: Mapped[Variant | None] = relationship()
    events: Mapped[list["TraceEvent"]] = relationship(back_populates="lot", order_by="TraceEvent.happened_on")

    @property
    def is_raw(self) -> bool:
        """Raw material: it has no stamps, no price and no page of its own."""
        return self.kind == LotKind.RAW


class TraceEvent(Model):
    """A step in the life of a lot, never edited.

    happened_at: None where only the day is known. recorded_by_id: a person, told to nobody but the producer's team and
    officers. submission_key: of the form it came with, so that sending twice is one event.
    """

    __tablename__ = "trace_event"
    __table_args__ = (
        CheckConstraint(one_of("step", TraceStep), name="step"),
        Index("uq_trace_event_submission_key", "submission_key", unique=True),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    step: Mapped[str] = mapped_column(String(20))
    happened_on: Mapped[date]
    note: Mapped[str | None]
    note_en: Mapped[str | None]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    happened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("source_area.id"))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submission_key: Mapped[str | None] = mapped_column(String(36))
    lot: Mapped[Lot] = relationship(back_populates="events")
    place: Mapped[Place | None] = relationship()
    document: Mapped[Document | None] = relationship()
    area: Mapped["SourceArea | None"] = relationship()
    recorded_by: Mapped[User | None] = relationship()
    inputs: Mapped[list["LotInput"]] = relationship(back_populates="event", order_by="LotInput.id")
    photos: Mapped[list["EventPhoto"]] = relationship(back_populates="event", order_by="EventPhoto.id")
    papers: Mapped[list["EventDocument"]] = relationship(back_populates="event", order_by="EventDocument.id")
    error: Mapped["ErrorDeclaration | None"] = relationship(
        back_populates="event", foreign_keys="ErrorDeclaration.event_id"
    )

    @property
    def kind(self) -> str:
        """What EPCIS calls it: «transformation» where something went in, else «object»."""
        return "transformation" if self.inputs else "object"
