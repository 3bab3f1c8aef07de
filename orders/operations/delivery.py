"""Setting how goods are delivered: a producer's terms, what its goods need, fees, and points of collection."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.models import Producer, Product
from core.db import db
from core.places import Vintage, find_commune_by_code, find_province_by_code
from orders.delivery_terms import DeliveryKind, OwnScope, RateStep
from orders.errors import InvalidRatesError, InvalidTermsError, PointNotFoundError
from orders.models.delivery import (
    DeliveryRate,
    DeliveryTerms,
    PackWeight,
    PickupPoint,
    ProducerPoint,
    ProductHandling,
    RateTable,
)
from orders.rate_sheets import digest_of

HANDOVER_MAX_DAYS: Final = 30
MONEY_MAX_VND: Final = 100_000_000
WEIGHT_MAX_G: Final = 1_000_000
TRANSIT_MAX_DAYS: Final = 60
_HOURS_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsFacts:
    """What a producer offers, as checked values; see `orders.delivery_terms.SenderTerms`."""

    handover_days: int
    send_weekdays: str
    sends_by_carrier: bool
    free_from_vnd: int | None
    own_scope: OwnScope
    own_fee_vnd: int
    own_free_from_vnd: int | None
    own_days: int
    pickup_hours: str | None
    minimum_vnd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingFacts:
    """What a product needs on the way. weights_g: by number of the pack; a pack left out is worked out."""

    packaging_g: int | None
    is_fragile: bool
    is_chilled: bool
    max_transit_days: int | None
    weights_g: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTableFacts:
    """From when to when a table of fees counts, and whose it is (None: the platform's)."""

    producer_id: int | None
    valid_from_on: date
    valid_to_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointFacts:
    """A point of collection, or a fair."""

    kind: DeliveryKind
    name: str
    address: str
    province_code: str
    commune_code: str | None
    hours: str
    from_on: date | None
    until_on: date | None
    run_by: str
    phone: str | None
    fee_vnd: int


def set_terms(
    producer: Producer, facts: TermsFacts, points: Mapping[int, int], *, by: Actor, now: datetime
) -> DeliveryTerms:
    """Keep what `producer` offers. points: days until goods lie at each point that it brings goods to, by its number.

    Raises InvalidTermsError, also for a producer that could send nothing at all, and for a point by invitation to which
    the producer does not bring goods already; then nothing has changed.
    """
    _check_terms(facts)
    _check_points(producer.id, points)
    if (
        not facts.sends_by_carrier
        and facts.own_scope is OwnScope.NONE
        and facts.pickup_hours is None
        and not points
    ):
        raise InvalidTermsError(field="sends_by_carrier", reason="nothing_offered")
    db.session.refresh(producer, with_for_update={"of": Producer})
    terms = db.session.get(DeliveryTerms, producer.id)
    before = _told(terms) if terms is not None else None
    if terms is None:
        terms = DeliveryTerms(producer_id=producer.id)
        db.session.add(terms)
    for name, value in asdict(facts).items():
        setattr(terms, name, value)
    terms.own_scope, terms.changed_at = facts.own_scope.value, now
    db.session.execute(delete(ProducerPoint).where(ProducerPoint.producer_id == producer.id))
    for point_id, days in sorted(points.items()):
        db.session.add(ProducerPoint(producer_id=producer.id, point_id=point_id, days=days))
    db.session.flush()
    record_act(
        "orders.set_delivery_terms",
        by=by,
        subject=f"producer:{producer.id}",
        before=before,
        after=_told(terms) | {"points": {str(each): days for each, days in sorted(points.items())}},
        producer_id=producer.id,
        now=now,
    )
    return terms


def set_handling(product: Product, facts: HandlingFacts, *, by: Actor, now: datetime) -> ProductHandling:
    """Keep what `product` needs on the way. Raises InvalidTermsError; then nothing has changed."""
    own = {variant.id for variant in product.variants}
    for field, value, largest in (
        ("packaging_g", facts.packaging_g, 100_000),
        ("max_transit_days", facts.max_transit_days, TRANSIT_MAX_DAYS),
    ):
        if value is not None and not 0 <= value <= largest:
            raise InvalidTermsError(field=field, reason="out_of_range")
    for variant_id, weight_g in facts.weights_g.items():
        if variant_id not in own:
            raise InvalidTermsError(field=f"weight-{variant_id}", reason="not_yours")
        if not 1 <= weight_g <= WEIGHT_MAX_G:
            raise InvalidTermsError(field=f"weight-{variant_id}", reason="out_of_range")
    db.session.refresh(product, with_for_update={"of": Product})
    handling = db.session.get(ProductHandling, product.id)
    if handling is None:
        handling = ProductHandling(product_id=product.id)
        db.session.add(handling)
    handling.packaging_g, handling.max_transit_days = facts.packaging_g, facts.max_transit_days
    handling.is_fragile, handling.is_chilled = facts.is_fragile, facts.is_chilled
    handling.changed_at = now
    db.session.execute(delete(PackWeight).where(PackWeight.variant_id.in_(own)))
    for variant_id, weight_g in sorted(facts.weights_g.items()):
        db.session.add(PackWeight(variant_id=variant_id, weight_g=weight_g))
    db.session.flush()
    told = asdict(facts) | {"weights_g": {str(each): g for each, g in sorted(facts.weights_g.items())}}
    record_act(
        "orders.set_handling",
        by=by,
        subject=f"product:{product.id}",
        after=told,
        producer_id=product.producer_id,
        now=now,
    )
    return handling


def record_rates(
    steps: Sequence[RateStep], facts: RateTableFacts, *, by: Actor | None, now: datetime
) -> tuple[RateTable, bool]:
    """Let a table of fees count from a day on; with it, whether it is new (the same one sent twice is not).

    steps: none ends a producer's own fees. Raises InvalidRatesError for a platform's table without rows or dates that
    are turned round; then nothing has changed. Nothing is ever edited: a mistake is overruled by a table of the same
    first day, of which the last recorded counts.
    """
    if not steps and facts.producer_id is None:
        raise InvalidRatesError(reason="no_rows")
    if facts.valid_to_on is not None and facts.valid_to_on < facts.valid_from_on:
        raise InvalidRatesError(reason="dates")
    digest = digest_of(steps)
    latest = db.session.scalar(
        select(RateTable)
        .where(RateTable.producer_id.is_not_distinct_from(facts.producer_id))
        .order_by(RateTable.id.desc())
        .limit(1)
    )
    if latest is not None and (latest.digest, latest.valid_from_on, latest.valid_to_on) == (
        digest,
        facts.valid_from_on,
        facts.valid_to_on,
    ):
        return latest, False
    table = RateTable(
        **asdict(facts), digest=digest, recorded_by_id=by.user_id if by else None, recorded_at=now
    )
    db.session.add(table)
    db.session.flush()
    if steps:
        rows = [asdict(step) | {"zone": step.zone.value, "table_id": table.id} for step in steps]
        db.session.execute(insert(DeliveryRate), rows)
    record_act(
        "orders.record_rates",
        by=by,
        subject=f"rate_table:{table.id}",
        after={"valid_from_on": facts.valid_from_on.isoformat(), "rows": len(steps), "digest": digest},
        producer_id=facts.producer_id,
        now=now,
    )
    return table, True


def save_point(point_id: int | None, facts: PointFacts, *, by: Actor, now: datetime) -> PickupPoint:
    """Keep a point of collection, a new one without `point_id`. Raises PointNotFoundError, InvalidTermsError."""
    _check_point(facts)
    point = PickupPoint() if point_id is None else db.session.get(PickupPoint, point_id)
    if point is None:
        raise PointNotFoundError(point_id=point_id)
    for name, value in asdict(facts).items():
        setattr(point, name, value)
    point.kind = facts.kind.value
    db.session.add(point)
    db.session.flush()
    record_act(
        "orders.save_point", by=by, subject=f"pickup_point:{point.id}", after={"name": facts.name}, now=now
    )
    return point


def withdraw_point(point_id: int, *, by: Actor, now: datetime) -> PickupPoint:
    """Offer the point no more; orders that go there still do. Raises PointNotFoundError."""
    point = db.session.get(PickupPoint, point_id, with_for_update=True)
    if point is None:
        raise PointNotFoundError(point_id=point_id)
    if point.withdrawn_at is None:
        point.withdrawn_at = now
        db.session.flush()
        record_act("orders.withdraw_point", by=by, subject=f"pickup_point:{point.id}", now=now)
    return point


def _check_terms(facts: TermsFacts) -> None:
    for field in ("handover_days", "own_days"):
        if not 0 <= getattr(facts, field) <= HANDOVER_MAX_DAYS:
            raise InvalidTermsError(field=field, reason="out_of_range")
    for field in ("free_from_vnd", "own_fee_vnd", "own_free_from_vnd", "minimum_vnd"):
        value = getattr(facts, field)
        if value is not None and not 0 <= value <= MONEY_MAX_VND:
            raise InvalidTermsError(field=field, reason="out_of_range")
    days = facts.send_weekdays
    if not days or any(day not in "1234567" for day in days) or len(set(days)) != len(days):
        raise InvalidTermsError(field="send_weekdays", reason="missing")
    if facts.pickup_hours is not None and not 0 < len(facts.pickup_hours) <= _HOURS_MAX:
        raise InvalidTermsError(field="pickup_hours", reason="missing")


def _check_points(producer_id: int, points: Mapping[int, int]) -> None:
    taken_in = select(ProducerPoint.point_id).where(ProducerPoint.producer_id == producer_id)
    known = set(
        db.session.scalars(
            select(PickupPoint.id).where(
                PickupPoint.id.in_(points),
                PickupPoint.withdrawn_at.is_(None),
                ~PickupPoint.is_by_invitation | PickupPoint.id.in_(taken_in),
            )
        )
    )
    for point_id, days in points.items():
        if point_id not in known:
            raise InvalidTermsError(field="points", reason="unknown")
        if not 0 <= days <= HANDOVER_MAX_DAYS:
            raise InvalidTermsError(field=f"days-{point_id}", reason="out_of_range")


def _check_point(facts: PointFacts) -> None:
    for field in ("name", "address", "hours", "run_by"):
        if not getattr(facts, field):
            raise InvalidTermsError(field=field, reason="missing")
    if facts.kind not in {DeliveryKind.PICKUP_POINT, DeliveryKind.PICKUP_FAIR}:
        raise InvalidTermsError(field="kind", reason="unknown")
    if find_province_by_code(facts.province_code, Vintage.SINCE_2025_07) is None:
        raise InvalidTermsError(field="province_code", reason="unknown")
    commune = find_commune_by_code(facts.commune_code) if facts.commune_code else None
    if facts.commune_code and (commune is None or commune.province_code != facts.province_code):
        raise InvalidTermsError(field="commune_code", reason="unknown")
    if facts.from_on and facts.until_on and facts.until_on < facts.from_on:
        raise InvalidTermsError(field="until_on", reason="out_of_range")
    if facts.kind is DeliveryKind.PICKUP_FAIR and (facts.from_on is None or facts.until_on is None):
        raise InvalidTermsError(field="from_on", reason="missing")
    if not 0 <= facts.fee_vnd <= MONEY_MAX_VND:
        raise InvalidTermsError(field="fee_vnd", reason="out_of_range")


def _told(terms: DeliveryTerms) -> dict[str, Any]:
    return {
        column.key: getattr(terms, column.key)
        for column in DeliveryTerms.__table__.columns
        if column.key not in {"producer_id", "changed_at"}
    }
