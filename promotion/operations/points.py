"""Keeping points of sale and the lists of what they hold. Source: docs/reach.md#points."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import delete, insert, select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.models import Producer, Product
from catalog.operations.changes import note_changes
from core.clock import vietnam_date
from core.db import db
from core.places import Vintage, find_commune_by_code, find_province_by_code
from core.text import slugify
from orders.delivery_terms import DeliveryKind
from orders.operations.delivery import PointFacts, save_point, withdraw_point
from promotion.errors.points import InvalidPointError
from promotion.models.points import PointKind, PointProduct, SalesPoint
from promotion.opening_hours import Week, kept, told_day
from promotion.permissions.reports import can_keep_point_in

GOODS_MAX: Final = 200
_REQUIRED: Final = ("name", "run_by", "address")
_LONGEST: Final = {
    "name": 120,
    "name_en": 120,
    "run_by": 120,
    "address": 200,
    "holidays_note": 200,
    "phone": 20,
    "decision_number": 60,
    "decided_by": 120,
}
_DAYS: Final = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
"""As shops write the days of the week on their doors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesPointFacts:
    """A point of sale as typed. «» in optional texts is None. is_pickup: whether orders can be fetched there."""

    kind: str
    name: str
    name_en: str | None
    run_by: str
    address: str
    province_code: str
    commune_code: str | None
    latitude: Decimal | None
    longitude: Decimal | None
    hours: Week
    holidays_note: str | None
    phone: str | None
    keeper_slug: str | None
    decision_number: str | None
    decided_on: date | None
    decided_by: str | None
    is_pickup: bool


def save_sales_point(
    point: SalesPoint | None, facts: SalesPointFacts, *, by: Actor, now: datetime
) -> SalesPoint:
    """Keep a point, a new one for None. Raises InvalidPointError (`field`, `reason`); nothing has changed then."""
    keeper_id = _check(facts, by, now)
    if point is None:
        point = SalesPoint(slug=_free_slug(facts.name), created_by_id=by.user_id, created_at=now)
    for field in fields(facts):
        if field.name not in {"hours", "keeper_slug", "is_pickup"}:
            setattr(point, field.name, getattr(facts, field.name))
    point.hours, point.keeper_id, point.changed_at = kept(facts.hours), keeper_id, now
    db.session.add(point)
    _keep_pickup(point, facts, by=by, now=now)
    db.session.flush()
    told = {"name": facts.name, "province_code": facts.province_code, "is_pickup": facts.is_pickup}
    record_act("promotion.save_point", by=by, subject=f"sales_point:{point.id}", after=told, now=now)
    note_changes(_held(point.id))
    return point


def withdraw_sales_point(point: SalesPoint, *, by: Actor, now: datetime) -> None:
    """Show the point no more; orders on their way to it still go there. Harmless when repeated."""
    if point.withdrawn_at is not None:
        return
    point.withdrawn_at = now
    if point.pickup_point_id is not None:
        withdraw_point(point.pickup_point_id, by=by, now=now)
    record_act("promotion.withdraw_point", by=by, subject=f"sales_point:{point.id}", now=now)
    note_changes(_held(point.id))


def set_point_goods(
    point: SalesPoint,
    product_ids: Iterable[int],
    *,
    by: Actor,
    now: datetime,
    among_producer_id: int | None = None,
) -> None:
    """Say what the point holds as of today; products that are not listed are left out.

    among_producer_id: only goods of that producer are changed; others on the list stay. Raises InvalidPointError
    (`goods`) for more than GOODS_MAX; nothing has changed then.
    """
    wanted = set(product_ids)
    if len(wanted) > GOODS_MAX:
        raise InvalidPointError(field="goods", reason="too_many")
    listed = select(Product.id).where(Product.id.in_(wanted), Product.is_listed.is_(True))
    own = select(Product.id)
    if among_producer_id is not None:
        listed = listed.where(Product.producer_id == among_producer_id)
        own = own.where(Product.producer_id == among_producer_id)
    chosen = set(db.session.scalars(listed))
    before = set(
        db.session.scalars(
            select(PointProduct.product_id).where(
                PointProduct.point_id == point.id, PointProduct.product_id.in_(own)
            )
        )
    )
    gone = PointProduct.product_id.in_(before - chosen)
    db.session.execute(delete(PointProduct).where(PointProduct.point_id == point.id, gone))
    added = [{"point_id": point.id, "product_id": each} for each in sorted(chosen - before)]
    if added:
        db.session.execute(insert(PointProduct), added)
    point.goods_as_of_on, point.changed_at = vietnam_date(now), now
    db.session.flush()
    told = {"added": sorted(chosen - before), "removed": sorted(before - chosen)}
    record_act("promotion.set_point_goods", by=by, subject=f"sales_point:{point.id}", after=told, now=now)
    note_changes(before ^ chosen)


def _check(facts: SalesPointFacts, by: Actor, now: datetime) -> int | None:
    for field in _REQUIRED:
        if not getattr(facts, field):
            raise InvalidPointError(field=field, reason="missing")
    for field, most in _LONGEST.items():
        if len(getattr(facts, field) or "") > most:
            raise InvalidPointError(field=field, reason="too_long")
    if facts.kind not in set(PointKind):
        raise InvalidPointError(field="kind", reason="unknown")
    _check_place(facts, by)
    decision = (facts.decision_number, facts.decided_on, facts.decided_by)
    if any(decision) and not all(decision):
        raise InvalidPointError(field="decision_number", reason="incomplete")
    if facts.decided_on and facts.decided_on > vietnam_date(now):
        raise InvalidPointError(field="decided_on", reason="future")
    if not facts.keeper_slug:
        return None
    keeper = db.session.scalar(select(Producer.id).where(Producer.slug == facts.keeper_slug))
    if keeper is None:
        raise InvalidPointError(field="keeper_slug", reason="unknown")
    return keeper


def _check_place(facts: SalesPointFacts, by: Actor) -> None:
    if find_province_by_code(facts.province_code, Vintage.SINCE_2025_07) is None:
        raise InvalidPointError(field="province_code", reason="unknown")
    if not can_keep_point_in(by, facts.province_code):
        raise InvalidPointError(field="province_code", reason="not_yours")
    commune = find_commune_by_code(facts.commune_code) if facts.commune_code else None
    if facts.commune_code and (commune is None or commune.province_code != facts.province_code):
        raise InvalidPointError(field="commune_code", reason="unknown")
    if (facts.latitude is None) != (facts.longitude is None):
        raise InvalidPointError(field="latitude", reason="incomplete")
    if facts.latitude is None or facts.longitude is None:
        return
    if not (6 <= facts.latitude <= 24 and 101 <= facts.longitude <= 118):
        raise InvalidPointError(field="latitude", reason="out_of_range")


def _keep_pickup(point: SalesPoint, facts: SalesPointFacts, *, by: Actor, now: datetime) -> None:
    if not facts.is_pickup:
        if point.pickup_point_id is not None:
            withdraw_point(point.pickup_point_id, by=by, now=now)
            point.pickup_point_id = None
        return
    commune = find_commune_by_code(facts.commune_code) if facts.commune_code else None
    place = PointFacts(
        kind=DeliveryKind.PICKUP_POINT,
        name=facts.name,
        address=f"{facts.address}, {commune.name}"[:200] if commune else facts.address,
        province_code=facts.province_code,
        commune_code=facts.commune_code,
        hours=hours_text(facts.hours)[:200],
        from_on=None,
        until_on=None,
        run_by=facts.run_by,
        phone=facts.phone,
        fee_vnd=0,
    )
    if not place.hours:
        raise InvalidPointError(field="hours", reason="missing")
    point.pickup_point_id = save_point(point.pickup_point_id, place, by=by, now=now).id


def hours_text(week: Week) -> str:
    """The week in a line, as it stands in orders that are fetched: «T2 07:30–17:00; T3 …», days that are open."""
    return "; ".join(f"{_DAYS[day]} {told_day(spans)}" for day, spans in enumerate(week) if spans)


def _held(point_id: int) -> list[int]:
    return list(db.session.scalars(select(PointProduct.product_id).where(PointProduct.point_id == point_id)))


def _free_slug(name: str) -> str:
    wish = slugify(name)[:100].strip("-") or "diem-ban"
    taken: Any = set(db.session.scalars(select(SalesPoint.slug).where(SalesPoint.slug.startswith(wish))))
    number = 1
    slug = wish
    while slug in taken:
        number += 1
        slug = f"{wish}-{number}"
    return slug
