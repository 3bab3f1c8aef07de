"""Noting where orders, questions and visits came from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from core.db import db
from promotion.models.reach import InquirySource, OrderSource, SaleChannel, ShortLink, SourceKind, Visit

_VISITS: Final[Any] = Visit.__table__
_ORDERS: Final[Any] = OrderSource.__table__
_INQUIRIES: Final[Any] = InquirySource.__table__


@dataclass(frozen=True, slots=True)
class Visited:
    """So many visits of a link on a day (Vietnam) from a province; «» if it is not known."""

    link_id: int
    visited_on: date
    province: str
    count: int


def note_order_source(order_id: int, link_id: int | None, *, now: datetime) -> None:
    """Note the short link that led to an order of the web shop. None, or a link that is not there: nothing is noted.

    Where the order's source is noted already, it stays: repeated calls change nothing.
    """
    link = db.session.get(ShortLink, link_id) if link_id is not None else None
    if link is None:
        return
    values = {
        "order_id": order_id,
        "link_id": link.id,
        "fair_id": link.fair_id,
        "booth_id": link.source_id if link.source_kind == SourceKind.BOOTH else None,
        "channel": SaleChannel.WEB.value,
        "noted_at": now,
    }
    db.session.execute(_insert(_ORDERS).values(values).on_conflict_do_nothing())


def note_order_place(order_id: int, fair_id: int, booth_id: int | None, now: datetime) -> None:
    """Note that an order was made at a booth's counter. Repeated calls change nothing; a link that led there stays."""
    place = {"fair_id": fair_id, "booth_id": booth_id, "channel": SaleChannel.COUNTER.value}
    noted = _insert(_ORDERS).values(order_id=order_id, noted_at=now, **place)
    db.session.execute(noted.on_conflict_do_update(index_elements=["order_id"], set_=place))


def note_inquiry_source(inquiry_id: int, link_id: int | None, *, now: datetime) -> None:
    """Note the short link that led to a question. None, or a link that is not there: nothing is noted."""
    if link_id is None or db.session.scalar(select(ShortLink.id).where(ShortLink.id == link_id)) is None:
        return
    values = {"inquiry_id": inquiry_id, "link_id": link_id, "noted_at": now}
    db.session.execute(_insert(_INQUIRIES).values(values).on_conflict_do_nothing())


def record_visits(visits: Iterable[Visited]) -> None:
    """Add `visits` to the counts of their links."""
    for visit in visits:
        added = _insert(_VISITS).values(
            link_id=visit.link_id,
            visited_on=visit.visited_on,
            province=visit.province,
            visit_count=visit.count,
        )
        more = {"visit_count": _VISITS.c.visit_count + visit.count}
        keys = ["link_id", "visited_on", "province"]
        db.session.execute(added.on_conflict_do_update(index_elements=keys, set_=more))


def _insert(table: Any) -> Any:
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return of_dialect.insert(table)
