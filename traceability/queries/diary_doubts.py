"""Doubts about the records of lots: for the lot's page, the producer's things to do, and officers."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload

from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Product
from catalog.queries.office_notes import is_closed
from catalog.queries.office_scope import products_of
from catalog.queries.todo_cards import Todo
from core.db import ID_MAX, db
from traceability.models import DiaryDoubt, Lot

STATES: Final = ("open", "closed", "all")
SUBJECT: Final = "diary_doubt"


def list_lot_doubts(lot_id: int) -> list[DiaryDoubt]:
    """What is open about the lot, the oldest first."""
    return list(
        db.session.scalars(
            select(DiaryDoubt)
            .where(DiaryDoubt.lot_id == lot_id, *_is_open())
            .order_by(DiaryDoubt.id)
            .options(joinedload(DiaryDoubt.other_lot).joinedload(Lot.product))
        )
    )


def diary_todos(producer_id: int, on: date) -> Iterator[Todo]:
    """One card for all lots whose records are to be looked at. One statement."""
    row: Any = db.session.execute(
        select(
            func.count(func.distinct(DiaryDoubt.lot_id)).label("lots"),
            func.max(DiaryDoubt.found_at).label("found_at"),
            func.min(Lot.code).label("code"),
            func.min(DiaryDoubt.lot_id).label("lot_id"),
        )
        .join(Lot, Lot.id == DiaryDoubt.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(Product.producer_id == producer_id, *_is_open())
    ).one()
    if row.lots:
        path = f"/lots/{row.lot_id}" if row.lots == 1 else "/lots"
        roles = frozenset({"owner", "editor", "packer"})
        yield Todo(
            kind="diary_doubts", path=path, noted_at=row.found_at, count=row.lots, name=row.code, roles=roles
        )


def list_doubted_lots(producer_id: int) -> frozenset[int]:
    """The lots of the producer about which something is open."""
    rows = db.session.scalars(
        select(DiaryDoubt.lot_id)
        .join(Lot, Lot.id == DiaryDoubt.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(Product.producer_id == producer_id, *_is_open())
    )
    return frozenset(rows)


def list_office_doubts(
    actor: Actor, state: str, *, page: int = 1, per_page: int = 50
) -> tuple[list[DiaryDoubt], int]:
    """A page of the doubts about lots in the area of `actor`, the oldest open ones first, and how many there are.

    Open: nobody closed it and the records still look so.
    """
    query = _of_area(actor)
    if state == "open":
        query = query.where(*_is_open())
    elif state == "closed":
        query = query.where(is_closed(SUBJECT, DiaryDoubt.id.expression) | DiaryDoubt.gone_at.is_not(None))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = DiaryDoubt.id.asc() if state == "open" else DiaryDoubt.id.desc()
    rows = db.session.scalars(
        query.order_by(order).limit(per_page).offset((page - 1) * per_page).options(*_PARTS)
    )
    return list(rows), total


def get_office_doubt(actor: Actor, doubt_id: int) -> DiaryDoubt:
    """The doubt, if its lot lies in the area of `actor`. Raises NotYoursError."""
    found = db.session.scalar(_of_area(actor).where(DiaryDoubt.id == min(doubt_id, ID_MAX)).options(*_PARTS))
    if found is None:
        raise NotYoursError(doubt_id=doubt_id)
    return found


def count_open_doubts(actor: Actor) -> int:
    """How many doubts of the area are open."""
    return list_office_doubts(actor, "open", per_page=1)[1]


_PARTS: Final[tuple[Any, ...]] = (
    joinedload(DiaryDoubt.lot).joinedload(Lot.product).joinedload(Product.producer),
    joinedload(DiaryDoubt.other_lot).joinedload(Lot.product).joinedload(Product.producer),
)


def _is_open() -> tuple[Any, ...]:
    return DiaryDoubt.gone_at.is_(None), ~is_closed(SUBJECT, DiaryDoubt.id.expression)


def _of_area(actor: Actor) -> Select[DiaryDoubt]:
    lot = aliased(Lot)
    return (
        select(DiaryDoubt)
        .join(lot, lot.id == DiaryDoubt.lot_id)
        .join(Product, Product.id == lot.product_id)
        .where(products_of(actor))
    )
