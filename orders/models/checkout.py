"""What buyers have typed of a checkout that is not an order yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models import BigId
from core.db import Model, UtcDateTime


class CheckoutDraftRow(Model):
    """What was typed on the pages of a checkout, as it was typed; reached only through the basket of its cookie.

    checkout_key: the order that comes of it will have it. typed: fields of the pages by name. It is deleted with the
    order, and a day after its last change: it holds names, telephone numbers and addresses.
    """

    __tablename__ = "checkout_draft"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id", ondelete="CASCADE"), unique=True)
    checkout_key: Mapped[str] = mapped_column(String(36), unique=True)
    typed: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
