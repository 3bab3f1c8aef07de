"""Runs of stamps within an officer's area: a run lies where the product of its lot does."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Product
from catalog.queries.office_scope import products_of
from core.db import ID_MAX, db
from traceability.models import Lot, StampRun


def list_office_runs(actor: Actor, *, page: int = 1, per_page: int = 50) -> tuple[list[StampRun], int]:
    """A page of the runs in the area of `actor` with lot and product, the newest first, and how many there are."""
    query = (
        select(StampRun)
        .join(Lot, Lot.id == StampRun.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(products_of(actor))
    )
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.scalars(
        query.options(joinedload(StampRun.lot).joinedload(Lot.product))
        .order_by(StampRun.id.desc())
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return list(rows), total


def get_office_run(actor: Actor, run_id: int) -> StampRun:
    """The run, if it lies in the area of `actor`. Raises NotYoursError."""
    found = db.session.scalar(
        select(StampRun)
        .join(Lot, Lot.id == StampRun.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(StampRun.id == min(run_id, ID_MAX), products_of(actor))
        .options(joinedload(StampRun.lot).joinedload(Lot.product))
    )
    if found is None:
        raise NotYoursError(run_id=run_id)
    return found
