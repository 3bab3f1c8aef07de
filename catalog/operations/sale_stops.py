"""Stops of sale that packages above ask for: what they know is told to the pages of the shop by a row of its own."""

from datetime import datetime

from sqlalchemy import update

from catalog.models.listings import SaleStop
from core.db import db


def stop_sale(product_id: int, subject: str, *, now: datetime) -> None:
    """Sell nothing of the product from now on. subject: what stops it, «recall:12», once each."""
    db.session.add(SaleStop(product_id=product_id, subject=subject, stopped_at=now))
    db.session.flush()


def end_sale_stop(subject: str, *, now: datetime) -> None:
    """What `subject` stopped is sold again, unless something else stops it too. Harmless when repeated."""
    ending = (SaleStop.subject == subject, SaleStop.ended_at.is_(None))
    db.session.execute(update(SaleStop).where(*ending).values(ended_at=now))
