"""Tables of lists of codes for use without a network (`traceability.packs`): which lots, and the file as last made."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, UtcDateTime
from traceability.models.lots import Lot


class OfflinePack(Model):
    """A list by its name in addresses. file, made_at: as last made, none before; made anew, it replaces the old one."""

    __tablename__ = "offline_pack"
    __table_args__ = (CheckConstraint("(file IS NULL) = (made_at IS NULL)", name="made"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    file: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str | None] = mapped_column(String(64))
    byte_count: Mapped[int] = mapped_column(default=0)
    code_count: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lots: Mapped[list[Lot]] = relationship(secondary="offline_pack_lot", order_by=Lot.id)


class OfflinePackLot(Model):
    """A lot whose codes are in a list."""

    __tablename__ = "offline_pack_lot"
    pack_id: Mapped[int] = mapped_column(ForeignKey("offline_pack.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
