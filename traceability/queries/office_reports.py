"""Reports about stamps within an officer's area: a report lies where the product of its stamp does."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select

from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Product
from catalog.queries.office_notes import is_closed
from catalog.queries.office_scope import products_of
from core.db import db
from traceability.models import Lot, Stamp, StampReport, StampRun

STATES: Final = ("open", "closed", "all")


@dataclass(frozen=True, slots=True)
class OfficeReport:
    """A report and the product that its stamp is on; None where no stamp of that code is known."""

    report: StampReport
    product: Product | None


def list_reports(
    actor: Actor, state: str, *, page: int = 1, per_page: int = 50
) -> tuple[list[OfficeReport], int]:
    """A page of the reports in the area of `actor`, the oldest open ones first, and how many there are.

    What names no known stamp lies nowhere: the nation's officers look after it.
    """
    query = _reports(actor)
    if state != "all":
        closed = is_closed("stamp_report", StampReport.id.expression)
        query = query.where(closed if state == "closed" else ~closed)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = StampReport.id.asc() if state == "open" else StampReport.id.desc()
    rows = db.session.execute(query.order_by(order).limit(per_page).offset((page - 1) * per_page))
    return [OfficeReport(report, product) for report, product in rows], total


def get_report(actor: Actor, report_id: int) -> OfficeReport:
    """The report, if it lies in the area of `actor`. Raises NotYoursError."""
    found = db.session.execute(_reports(actor).where(StampReport.id == report_id)).first()
    if found is None:
        raise NotYoursError(report_id=report_id)
    return OfficeReport(found[0], found[1])


def count_open_reports(actor: Actor) -> int:
    """How many reports of the area are open."""
    return list_reports(actor, "open", per_page=1)[1]


def _reports(actor: Actor) -> Select[Any]:
    query: Select[Any] = select(StampReport, Product)  # type: ignore[assignment]
    return (
        query.outerjoin(Stamp, Stamp.code == StampReport.code)
        .outerjoin(StampRun, StampRun.id == Stamp.run_id)
        .outerjoin(Lot, Lot.id == StampRun.lot_id)
        .outerjoin(Product, Product.id == Lot.product_id)
        .where(_lies_in(actor))
    )


def _lies_in(actor: Actor) -> ColumnElement[bool]:
    known = Product.id.is_not(None) & products_of(actor)
    return or_(known, Product.id.is_(None)) if _is_national(actor) else known


def _is_national(actor: Actor) -> bool:
    return any(post.level == "nation" for post in actor.posts)
