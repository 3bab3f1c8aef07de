"""Tables of codes that are bound to the order that delivers them.

Numbers of orders are internal: no public page names them. The lines of orders stand in a higher package, which alone
binds and ships; here is what the trace page and the evidence of copies need.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime
from traceability.models.stamps import Stamp


class BindingAct(StrEnum):
    """What was done with a code and a line of an order."""

    BOUND = "bound"
    UNBOUND = "unbound"
    SHIPPED = "shipped"


class StampBinding(Model):
    """The code is on a pack of this line of an order. At most one line at a time.

    shipped_at: when the parcel was handed over, null before; province_code: where it goes, known from then on.
    """

    __tablename__ = "stamp_binding"
    __table_args__ = (Index("ix_stamp_binding_line", "order_line_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    stamp_id: Mapped[int] = mapped_column(ForeignKey("stamp.id"), unique=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    bound_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    province_code: Mapped[str | None] = mapped_column(String(2))
    stamp: Mapped[Stamp] = relationship()


class StampBindingStep(Model):
    """A code was bound, taken off again, or sent: only ever added. by_id: null for the program itself."""

    __tablename__ = "stamp_binding_step"
    __table_args__ = (
        CheckConstraint(one_of("act", BindingAct), name="act"),
        Index("ix_stamp_binding_step_stamp", "stamp_id", "id"),
        Index("ix_stamp_binding_step_line", "order_line_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    stamp_id: Mapped[int] = mapped_column(ForeignKey("stamp.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    act: Mapped[str] = mapped_column(String(7))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
