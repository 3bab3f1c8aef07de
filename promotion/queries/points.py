"""Reads of points of introduction and sale."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from catalog.models import Product
from core.db import db
from core.places import Vintage, find_commune_by_code, find_province_by_code
from promotion.errors.points import PointNotFoundError
from promotion.models.points import PointProduct, SalesPoint
from promotion.opening_hours import SameDays, is_open, same_days, week_of
from promotion.permissions.reports import can_keep_point_in

LISTED_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class PointLine:
    """A point as lists and its page show it. place: «Phường Ba Đình, Hà Nội»."""

    point: SalesPoint
    place: str
    province: str
    days: tuple[SameDays, ...]
    is_open: bool
    goods_count: int

    @property
    def is_pickup(self) -> bool:
        """Whether orders can be fetched here, if the producer brings them."""
        pickup = self.point.pickup_point
        return pickup is not None and pickup.withdrawn_at is None


def list_sales_points(
    now: datetime,
    *,
    province_code: str | None = None,
    product_slug: str | None = None,
    is_open_now: bool = False,
) -> tuple[PointLine, ...]:
    """Points that are shown, by province and name: of a province, holding a product, or open at `now`."""
    query = _shown().order_by(SalesPoint.province_code, SalesPoint.name, SalesPoint.id).limit(LISTED_MAX)
    if province_code:
        query = query.where(SalesPoint.province_code == province_code)
    if product_slug:
        held = select(PointProduct.point_id).join(Product).where(Product.slug == product_slug)
        query = query.where(SalesPoint.id.in_(held))
    lines = _lines(db.session.scalars(query).all(), now)
    return tuple(line for line in lines if line.is_open or not is_open_now)


def get_sales_point(slug: str, now: datetime) -> PointLine:
    """The point of that address. Raises PointNotFoundError, also for one that is withdrawn."""
    point = db.session.scalar(_shown().where(SalesPoint.slug == slug))
    if point is None:
        raise PointNotFoundError(slug=slug)
    return _lines([point], now)[0]


def list_held_ids(point_id: int) -> list[int]:
    """Numbers of the listed products that the point holds, by name."""
    return list(
        db.session.scalars(
            select(PointProduct.product_id)
            .join(Product)
            .where(PointProduct.point_id == point_id, Product.is_listed.is_(True))
            .order_by(Product.name, Product.id)
        )
    )


def count_points_with(product_id: int) -> int:
    """How many points that are shown hold the product."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(PointProduct)
            .join(SalesPoint, SalesPoint.id == PointProduct.point_id)
            .where(PointProduct.product_id == product_id, SalesPoint.withdrawn_at.is_(None))
        )
        or 0
    )


def list_kept_points(actor: Actor) -> Sequence[SalesPoint]:
    """Points that the person may keep, withdrawn ones last."""
    query = select(SalesPoint).order_by(
        SalesPoint.withdrawn_at.is_not(None), SalesPoint.province_code, SalesPoint.name, SalesPoint.id
    )
    found = db.session.scalars(query.limit(LISTED_MAX)).all()
    return [point for point in found if can_keep_point_in(actor, point.province_code)]


def get_kept_point(actor: Actor, point_id: int) -> SalesPoint:
    """The point, if the person may keep it. Raises PointNotFoundError."""
    point = db.session.get(SalesPoint, point_id)
    if point is None or not can_keep_point_in(actor, point.province_code):
        raise PointNotFoundError(point_id=point_id)
    return point


def list_own_points(producer_id: int) -> Sequence[SalesPoint]:
    """Points whose list of goods the producer keeps."""
    return db.session.scalars(
        select(SalesPoint)
        .where(SalesPoint.keeper_id == producer_id, SalesPoint.withdrawn_at.is_(None))
        .order_by(SalesPoint.name, SalesPoint.id)
    ).all()


def get_own_point(producer_id: int, point_id: int) -> SalesPoint:
    """The point, if the producer keeps its list. Raises PointNotFoundError."""
    point = db.session.get(SalesPoint, point_id)
    if point is None or point.keeper_id != producer_id or point.withdrawn_at is not None:
        raise PointNotFoundError(point_id=point_id)
    return point


def list_choosable(point: SalesPoint, producer_id: int | None, words: str) -> Sequence[Product]:
    """Products for the list of a point: those that it holds, then listed ones whose name or producer has the words.

    producer_id: of that producer only, all of them; None: of any, 50 at most.
    """
    held = select(PointProduct.product_id).where(PointProduct.point_id == point.id)
    query = select(Product).where(Product.is_listed.is_(True)).options(joinedload(Product.producer))
    if producer_id is not None:
        query = query.where(Product.producer_id == producer_id)
    else:
        likes = Product.name.icontains(words, autoescape=True) if words else Product.id.in_(held)
        query = query.where(or_(Product.id.in_(held), likes))
    return db.session.scalars(
        query.order_by(Product.id.not_in(held), Product.name, Product.id).limit(250)
    ).all()


def _shown() -> Select[SalesPoint]:
    return (
        select(SalesPoint)
        .where(SalesPoint.withdrawn_at.is_(None))
        .options(joinedload(SalesPoint.pickup_point), joinedload(SalesPoint.keeper))
    )


def _lines(points: Sequence[SalesPoint], now: datetime) -> list[PointLine]:
    counts = dict(
        db.session.execute(
            select(PointProduct.point_id, func.count())
            .join(Product)
            .where(PointProduct.point_id.in_([point.id for point in points]), Product.is_listed.is_(True))
            .group_by(PointProduct.point_id)
        ).all()
    )
    return [_line(point, counts.get(point.id, 0), now) for point in points]


def _line(point: SalesPoint, goods_count: int, now: datetime) -> PointLine:
    week = week_of(point.hours)
    province = find_province_by_code(point.province_code, Vintage.SINCE_2025_07)
    commune = find_commune_by_code(point.commune_code) if point.commune_code else None
    name = province.short_name if province else ""
    return PointLine(
        point=point,
        place=f"{commune.name}, {name}" if commune else name,
        province=name,
        days=same_days(week),
        is_open=is_open(week, now),
        goods_count=goods_count,
    )
