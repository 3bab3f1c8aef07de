"""Recalls: of a whole product, of lots or of single packs; and the codes that somebody may have copied.

What happened is only ever added: a recall is a row, and each of its steps (told, closed) is one with its who and when.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, Product, one_of
from core.db import Model, UtcDateTime
from traceability.models.lots import Lot
from traceability.models.stamps import StampRun


class RecallScope(StrEnum):
    """What a recall is of: every lot of a product, some lots, or single packs by their codes."""

    PRODUCT = "product"
    LOTS = "lots"
    UNITS = "units"


class RecallStage(StrEnum):
    """What was done in a recall after it was opened.

    `traced`: buyers and lots were listed. `warned`: the buyers were written to. `exported`: the data for the authority
    were taken. `closed`: it is over.
    """

    TRACED = "traced"
    WARNED = "warned"
    EXPORTED = "exported"
    CLOSED = "closed"


class RecallOpener(StrEnum):
    """Who opened a recall: the producer's own people, an officer or administrator, or the market by a command."""

    PRODUCER = "producer"
    OFFICE = "office"
    MARKET = "market"


class Recall(Model):
    """A recall of goods of one product, open until it has the step `closed`.

    reason, risk, instruction, refund, contact: what people who have the goods must know. is_drill: an exercise: nobody
    is written to and no public page changes. submission_key: of the form; sent twice, one recall. opened_by_id: null
    for a command.
    """

    __tablename__ = "recall"
    __table_args__ = (CheckConstraint(one_of("scope", RecallScope), name="scope"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    scope: Mapped[str] = mapped_column(String(8))
    is_drill: Mapped[bool] = mapped_column(default=False, server_default=false())
    reason: Mapped[str] = mapped_column(Text)
    risk: Mapped[str | None] = mapped_column(Text)
    instruction: Mapped[str] = mapped_column(Text)
    refund: Mapped[str | None] = mapped_column(Text)
    contact: Mapped[str]
    submission_key: Mapped[str | None] = mapped_column(String(36), unique=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    product: Mapped[Product] = relationship()
    lots: Mapped[list["RecallLot"]] = relationship(order_by="RecallLot.lot_id")
    ranges: Mapped[list["RecallRange"]] = relationship(order_by="RecallRange.id")
    steps: Mapped[list["RecallStep"]] = relationship(order_by="RecallStep.id")

    def step(self, stage: RecallStage) -> "RecallStep | None":
        """The step `stage`, None while it was not taken."""
        return next((each for each in self.steps if each.stage == stage), None)

    @property
    def closed_at(self) -> datetime | None:
        closed = self.step(RecallStage.CLOSED)
        return closed.taken_at if closed else None


class RecallLot(Model):
    """A lot that a recall of lots or of packs is about. A recall of a product is about all lots that it has."""

    __tablename__ = "recall_lot"
    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"), primary_key=True, autoincrement=False)
    lot_id: Mapped[int] = mapped_column(
        ForeignKey("lot.id"), primary_key=True, autoincrement=False, index=True
    )
    lot: Mapped[Lot] = relationship()


class RecallRange(Model):
    """Packs that are recalled: the stamps of a run with numbers from `first` to `last`, both included."""

    __tablename__ = "recall_range"
    __table_args__ = (CheckConstraint("first >= 1 AND last >= first", name="numbers"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"), index=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("stamp_run.id"), index=True)
    first: Mapped[int]
    last: Mapped[int]
    run: Mapped[StampRun] = relationship()


class RecallStep(Model):
    """Something that was done in a recall, each kind once. reason: for `closed`. by_id: null for the program itself."""

    __tablename__ = "recall_step"
    __table_args__ = (
        CheckConstraint(one_of("stage", RecallStage), name="stage"),
        UniqueConstraint("recall_id", "stage", name="uq_recall_step_stage"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"))
    stage: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(Text)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class Opening(Model):
    """«I bought this and opened it»: the first to say so of a stamp.

    Keeps the hour, the province and a device hash, like a look (see `Scan`).
    """

    __tablename__ = "opening"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    stamp_id: Mapped[int] = mapped_column(ForeignKey("stamp.id"), unique=True)
    claimed_hour_at: Mapped[datetime] = mapped_column(UtcDateTime)
    province: Mapped[str | None] = mapped_column(String(40))
    device_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))


class LaterOpening(Model):
    """Somebody else says to have opened what was said to be opened before."""

    __tablename__ = "later_opening"
    __table_args__ = (UniqueConstraint("stamp_id", "device_hash", name="uq_later_opening_device"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    stamp_id: Mapped[int] = mapped_column(ForeignKey("stamp.id"))
    claimed_hour_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    province: Mapped[str | None] = mapped_column(String(40))
    device_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))


class LotMarket(Model):
    """A province of today in which the producer sells packs of the lot, as the producer declared."""

    __tablename__ = "lot_market"
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True, autoincrement=False)
    province_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CloneDoubt(Model):
    """What speaks for a stamp having been copied, as last computed from its looks (`clone_evidence`).

    grade: 1 to be seen by producer and officers, 2 and 3 told to whoever scans it. reasons: words of the program,
    parted by spaces, the strongest first.
    """

    __tablename__ = "clone_doubt"
    __table_args__ = (CheckConstraint("grade BETWEEN 1 AND 3", name="grade"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    stamp_id: Mapped[int] = mapped_column(ForeignKey("stamp.id"), unique=True)
    grade: Mapped[int]
    reasons: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    assessed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decisions: Mapped[list["CloneDecision"]] = relationship(order_by="CloneDecision.id")


class CloneOutcome(StrEnum):
    """What a person decided of a doubt."""

    CONFIRMED_COPY = "confirmed_copy"
    CLEARED = "cleared"


class CloneDecision(Model):
    """A decision about a doubt, only ever added; the last one counts.

    grade: that the doubt had then: a cleared stamp is in doubt again only when more speaks for a copy than was known.
    """

    __tablename__ = "clone_decision"
    __table_args__ = (
        CheckConstraint(one_of("outcome", CloneOutcome), name="outcome"),
        Index("ix_clone_decision_doubt", "doubt_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    doubt_id: Mapped[int] = mapped_column(ForeignKey("clone_doubt.id"))
    outcome: Mapped[str] = mapped_column(String(14))
    grade: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class CloneProgress(Model):
    """Up to which look stamps were assessed: one row.

    seen_scan_id: the newest look at the last run. Looks get their numbers before they are kept, so a run takes only
    what the run before saw: by then all numbers below it are kept or given up.
    """

    __tablename__ = "clone_progress"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    done_scan_id: Mapped[int] = mapped_column(BigId)
    seen_scan_id: Mapped[int] = mapped_column(BigId)
