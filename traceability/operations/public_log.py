"""Entering what is opened and recorded here into the public log, in the transaction that records it."""

from datetime import datetime

from traceability.models import Lot
from traceability.queries import logged
from transparency.operations import append


def enter_lot(lot: Lot, now: datetime) -> None:
    """Tell the log of a lot."""
    append(logged.LOT, *logged.lot_entry(lot), now)
