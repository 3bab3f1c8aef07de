"""Orders fetched at a fair: the fair as a point of collection, and the producers who bring orders there.

The checkout knows points of collection (`orders.operations.delivery`); here a fair becomes one and stays in step with
it. Whether goods can be there in time works out the checkout, for each parcel.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import delete

from accounts.actors import Actor
from accounts.operations.audit import record_act
from core.clock import vietnam_date
from core.db import db
from orders.delivery_terms import DeliveryKind
from orders.models.delivery import PickupPoint, ProducerPoint
from orders.operations.delivery import PointFacts, save_point, withdraw_point
from promotion.errors.fairs import FairStateError, InvalidFairError
from promotion.fair_terms import HOME_COUNTRY, ParticipationState
from promotion.models.fairs import Fair, Participation
from promotion.operations.fair_changes import touch_fair

BROUGHT_DAYS: Final = 0
"""The producer carries orders to its own booth: when they are handed over they are there."""


def open_fair_pickup(fair: Fair, *, by: Actor, now: datetime) -> PickupPoint:
    """Let buyers fetch orders at `fair`; called again, the point follows what the fair says now.

    Raises FairStateError (`reason`: cancelled, over), InvalidFairError (`faults`) for a fair without a place in
    Vietnam; then nothing has changed. A point that was closed is not opened again by this: a new one takes its place.
    """
    if fair.is_cancelled:
        raise FairStateError(reason="cancelled", fair_id=fair.id)
    if fair.is_over_on(vietnam_date(now)):
        raise FairStateError(reason="over", fair_id=fair.id)
    if fair.country != HOME_COUNTRY or fair.province_code is None:
        raise InvalidFairError(faults={"province_code": "missing"})
    known = _open_point(fair)
    point = save_point(known.id if known else None, _facts(fair, fair.province_code), by=by, now=now)
    point.is_by_invitation = True
    fair.pickup_point_id = point.id
    touch_fair(fair.id, now=now)
    return point


def close_fair_pickup(fair: Fair, *, by: Actor, now: datetime) -> None:
    """Offer to fetch orders at `fair` no more; orders that go there still do. Harmless when repeated."""
    point = _open_point(fair)
    if point is not None:
        withdraw_point(point.id, by=by, now=now)
        touch_fair(fair.id, now=now)


def offer_fair_pickup(participation: Participation, *, is_offered: bool, by: Actor, now: datetime) -> bool:
    """Let a confirmed producer bring orders to its fair, or no longer; answers whether it does now.

    Raises FairStateError (`reason`: not_confirmed, no_pickup); then nothing has changed. Harmless when repeated.
    """
    fair = db.session.get_one(Fair, participation.fair_id)
    point = _open_point(fair)
    if is_offered and participation.state != ParticipationState.CONFIRMED.value:
        raise FairStateError(reason="not_confirmed", fair_id=fair.id)
    if is_offered and point is None:
        raise FairStateError(reason="no_pickup", fair_id=fair.id)
    if point is None:
        return False
    # Whoever offers and whoever opens the fair wait for each other here.
    db.session.refresh(fair, with_for_update=True)
    key = (participation.producer_id, point.id)
    if (db.session.get(ProducerPoint, key) is not None) == is_offered:
        return is_offered
    if is_offered:
        db.session.add(
            ProducerPoint(producer_id=participation.producer_id, point_id=point.id, days=BROUGHT_DAYS)
        )
        db.session.flush()
    else:
        mine = ProducerPoint.producer_id == participation.producer_id
        db.session.execute(delete(ProducerPoint).where(mine, ProducerPoint.point_id == point.id))
    record_act(
        "promotion.offer_fair_pickup",
        by=by,
        subject=f"fair:{fair.id}",
        after={"is_offered": is_offered},
        producer_id=participation.producer_id,
        now=now,
    )
    touch_fair(fair.id, now=now)
    return is_offered


def _open_point(fair: Fair) -> PickupPoint | None:
    point = db.session.get(PickupPoint, fair.pickup_point_id) if fair.pickup_point_id else None
    return point if point is not None and point.withdrawn_at is None else None


def _facts(fair: Fair, province_code: str) -> PointFacts:
    return PointFacts(
        kind=DeliveryKind.PICKUP_FAIR,
        name=fair.name,
        address=", ".join(part for part in (fair.venue, fair.address) if part)[:200],
        province_code=province_code,
        commune_code=fair.commune_code,
        hours=fair.hours,
        from_on=fair.starts_on,
        until_on=fair.ends_on,
        run_by=fair.organiser_name,
        phone=fair.phone,
        fee_vnd=0,
    )
