"""Tables of where goods come from: areas, inputs, photographs and papers of events, errors declared, templates."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from catalog.models import Place, Producer, one_of
from catalog.models.evidence import EvidenceFile
from core.db import Model, UtcDateTime
from traceability.models.lots import AmountUnit, Lot, TraceEvent, TraceStep


class ErrorReason(StrEnum):
    """Why an event is wrong. Source: CBV 2.0, error reasons (GS1 Core Business Vocabulary, 7.5)."""

    DID_NOT_OCCUR = "did_not_occur"
    INCORRECT_DATA = "incorrect_data"


class SourceArea(Model):
    """Land or water that raw material comes from. Its facts are never edited; one that has changed is retired.

    code: of the planting or farming area, if an authority gave one. cell: the south-western corner of a square of 0.01
    degree (about 1 km), «10.24,106.37»; nothing finer is ever kept.
    """

    __tablename__ = "source_area"
    __table_args__ = (
        UniqueConstraint("submission_key", name="uq_source_area_submission_key"),
        Index("ix_source_area_producer", "producer_id", "name"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    submission_key: Mapped[str | None] = mapped_column(String(36))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    name: Mapped[str] = mapped_column(String(100))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    code: Mapped[str | None] = mapped_column(String(40))
    cell: Mapped[str | None] = mapped_column(String(16))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    producer: Mapped[Producer] = relationship()
    place: Mapped[Place] = relationship()


class LotInput(Model):
    """What went into a lot with an event: of a raw lot (or another lot of goods), or straight from an area.

    Void where its event was declared to be wrong. quantity: whole `unit`.
    """

    __tablename__ = "lot_input"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(one_of("unit", AmountUnit), name="unit"),
        CheckConstraint("(input_lot_id IS NULL) <> (area_id IS NULL)", name="from"),
        CheckConstraint("input_lot_id IS NULL OR input_lot_id <> lot_id", name="not_itself"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("trace_event.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    input_lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("source_area.id"), index=True)
    quantity: Mapped[int]
    unit: Mapped[str] = mapped_column(String(5))
    event: Mapped[TraceEvent] = relationship(back_populates="inputs")
    lot: Mapped[Lot] = relationship(foreign_keys=lot_id)
    input_lot: Mapped[Lot | None] = relationship(foreign_keys=input_lot_id)
    area: Mapped[SourceArea | None] = relationship()


class EventPhoto(Model):
    """A photograph of an event, drawn anew without what the camera wrote beside it; the file that came is not kept.

    key: 20 hexadecimal digits, of its content. A photograph that shows what it should not is taken away: the row
    stays, the files go.
    """

    __tablename__ = "event_photo"
    __table_args__ = (
        UniqueConstraint("event_id", "key", name="uq_event_photo_key"),
        CheckConstraint("(removed_at IS NULL) = (sha256 IS NOT NULL)", name="removed"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("trace_event.id"), index=True)
    key: Mapped[str] = mapped_column(String(20), index=True)
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    card_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    event: Mapped[TraceEvent] = relationship(back_populates="photos")


class EventDocument(Model):
    """A private paper behind an event (a test report, a bill of purchase): seen by the team and officers only."""

    __tablename__ = "event_document"
    __table_args__ = (UniqueConstraint("event_id", "evidence_id", name="uq_event_document_evidence"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("trace_event.id"), index=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_file.id"), index=True)
    event: Mapped[TraceEvent] = relationship(back_populates="papers")
    evidence: Mapped[EvidenceFile] = relationship()


class ErrorDeclaration(Model):
    """An event said to be wrong, with the event that takes its place, if one does. Source: EPCIS 2.0, 7.4.1.2."""

    __tablename__ = "error_declaration"
    __table_args__ = (
        CheckConstraint(one_of("reason", ErrorReason), name="reason"),
        CheckConstraint("corrective_event_id IS NULL OR corrective_event_id <> event_id", name="not_itself"),
        UniqueConstraint("event_id", name="uq_error_declaration_event"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("trace_event.id"))
    reason: Mapped[str] = mapped_column(String(14))
    corrective_event_id: Mapped[int | None] = mapped_column(ForeignKey("trace_event.id"), index=True)
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    event: Mapped[TraceEvent] = relationship(back_populates="error", foreign_keys=event_id)
    corrective: Mapped[TraceEvent | None] = relationship(foreign_keys=corrective_event_id)
    declared_by: Mapped[User | None] = relationship()


class EventTemplate(Model):
    """What a producer writes again and again of a step, by its own name. One removed is offered no more."""

    __tablename__ = "event_template"
    __table_args__ = (CheckConstraint(one_of("step", TraceStep), name="step"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    step: Mapped[str] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(String(300))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("source_area.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    area: Mapped[SourceArea | None] = relationship()


class DiaryDoubt(Model):
    """Something about the records of lots that a person should look at: found by comparing, never a verdict.

    key: what was found of which lots, so that it is told once. other_lot_id: with which it was compared.
    gone_at: since when it is found no more (an event was corrected).
    """

    __tablename__ = "diary_doubt"
    __table_args__ = (UniqueConstraint("key", name="uq_diary_doubt_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    other_lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lot: Mapped[Lot] = relationship(foreign_keys=lot_id)
    other_lot: Mapped[Lot | None] = relationship(foreign_keys=other_lot_id)
