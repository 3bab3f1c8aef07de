"""Opening fairs, changing what is told of them, publishing and cancelling them."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from core.clock import vietnam_date
from core.db import db
from core.places import Vintage, find_commune_by_code, find_province_by_code
from core.text import slugify
from orders.models.delivery import PickupPoint
from promotion.errors.fairs import FairNotFoundError, FairStateError, InvalidFairError
from promotion.fair_terms import (
    AboutFacts,
    FairFacts,
    PlaceFacts,
    WhatFacts,
    faults_of,
    missing_for_publication,
)
from promotion.meeting_terms import Ended
from promotion.models.fairs import Fair
from promotion.operations.fair_changes import touch_fair
from promotion.operations.fair_news import tell_of_cancellation
from promotion.operations.fair_pickup import close_fair_pickup, open_fair_pickup
from promotion.operations.trade_meetings import end_meetings

REASON_MAX: Final = 500
_SLUG_WORD: Final = "hoi-cho"
"""For a name without any Latin letter."""


def create_fair(facts: WhatFacts, *, by: Actor, now: datetime) -> Fair:
    """Open a fair as a draft that only its organiser sees. Raises InvalidFairError (`faults` by field)."""
    _require_right(facts, now)
    fair = Fair(
        slug=_free_slug(facts),
        venue="",
        organiser_name="",
        organiser_id=by.user_id,
        created_at=now,
    )
    _take_over(fair, facts)
    db.session.add(fair)
    db.session.flush()
    _note("promotion.create_fair", fair, by=by, now=now)
    return fair


def change_fair(fair_id: int, facts: FairFacts, *, by: Actor, now: datetime) -> Fair:
    """Tell other things of a fair that is not over. Its address stays, because it is printed.

    Raises InvalidFairError (`faults` by field), FairStateError where it is over or cancelled.
    """
    fair = lock_fair(fair_id)
    require_open(fair, now)
    _require_right(facts, now)
    before = _told(fair)
    if isinstance(facts, WhatFacts):
        _require_published_holds(fair, facts)
    if isinstance(facts, PlaceFacts):
        _require_known_place(facts)
    _take_over(fair, facts)
    db.session.flush()
    _keep_pickup(fair, by=by, now=now)
    touch_fair(fair.id, now=now)
    _note("promotion.change_fair", fair, by=by, now=now, before=before)
    return fair


def publish_fair(fair_id: int, *, by: Actor, now: datetime) -> Fair:
    """Show a fair to everybody. Harmless when repeated.

    Raises FairStateError: over, cancelled, or `reason` incomplete with the `missing` groups.
    """
    fair = lock_fair(fair_id)
    require_open(fair, now)
    if fair.published_at is not None:
        return fair
    missing = missing_for_publication(
        fair.kind, fair.venue, fair.country, fair.province_code, fair.organiser_name
    )
    if missing:
        raise FairStateError(reason="incomplete", missing=missing)
    fair.published_at = now
    touch_fair(fair.id, now=now)
    _note("promotion.publish_fair", fair, by=by, now=now)
    return fair


def cancel_fair(fair_id: int, reason: str, *, by: Actor, now: datetime) -> Fair:
    """Call a fair off for good; its page tells so and why, and whoever takes part or has a meeting is written to.

    Harmless when repeated: the first reason stays. Raises FairStateError where it is over: what happened, happened;
    InvalidFairError without a reason.
    """
    fair = lock_fair(fair_id)
    if fair.cancelled_at is not None:
        return fair
    require_open(fair, now)
    if not reason or len(reason) > REASON_MAX:
        raise InvalidFairError(faults={"reason": "too_long" if reason else "missing"})
    fair.cancelled_at, fair.cancelled_by_id, fair.cancel_reason = now, by.user_id, reason
    close_fair_pickup(fair, by=by, now=now)
    end_meetings(fair.id, Ended.FAIR_CANCELLED, by=by, now=now)
    touch_fair(fair.id, now=now)
    if fair.published_at is not None:
        tell_of_cancellation(fair, now=now)
    _note("promotion.cancel_fair", fair, by=by, now=now, reason=reason)
    return fair


def lock_fair(fair_id: int) -> Fair:
    """The fair, let others who change it, its plan or its participants wait. Raises FairNotFoundError."""
    fair = db.session.scalar(
        select(Fair).where(Fair.id == fair_id).with_for_update().execution_options(populate_existing=True)
    )
    if fair is None:
        raise FairNotFoundError(fair_id=fair_id)
    return fair


def require_open(fair: Fair, now: datetime) -> None:
    """Raises FairStateError where the fair is cancelled, or over: its records are evidence then."""
    if fair.is_cancelled:
        raise FairStateError(reason="cancelled")
    if fair.is_over_on(vietnam_date(now)):
        raise FairStateError(reason="over")


def _require_right(facts: FairFacts, now: datetime) -> None:
    faults = faults_of(facts, vietnam_date(now))
    if faults:
        raise InvalidFairError(faults=faults)


def _require_known_place(facts: PlaceFacts) -> None:
    if facts.province_code and find_province_by_code(facts.province_code, Vintage.SINCE_2025_07) is None:
        raise InvalidFairError(faults={"province_code": "missing"})
    commune = find_commune_by_code(facts.commune_code) if facts.commune_code else None
    if facts.commune_code and (commune is None or commune.province_code != facts.province_code):
        raise InvalidFairError(faults={"commune": "unknown"})


def _require_published_holds(fair: Fair, facts: WhatFacts) -> None:
    """Another kind may need a province that was never told."""
    if fair.published_at is not None and missing_for_publication(
        facts.kind, fair.venue, fair.country, fair.province_code, fair.organiser_name
    ):
        raise InvalidFairError(faults={"kind": "needs_place"})


def _take_over(fair: Fair, facts: FairFacts) -> None:
    if isinstance(facts, WhatFacts):
        for name in WhatFacts.__slots__:
            setattr(fair, name, getattr(facts, name))
    elif isinstance(facts, PlaceFacts):
        for name in ("venue", "address", "country", "province_code", "commune_code", "live_url"):
            setattr(fair, name, getattr(facts, name))
    else:
        for name in AboutFacts.__slots__:
            setattr(fair, name, getattr(facts, name))


def _keep_pickup(fair: Fair, *, by: Actor, now: datetime) -> None:
    """Where orders may be fetched at the fair, the point of collection follows what is told of it."""
    point = db.session.get(PickupPoint, fair.pickup_point_id) if fair.pickup_point_id else None
    if point is None or point.withdrawn_at is not None:
        return
    if fair.province_code is None:
        close_fair_pickup(fair, by=by, now=now)
    else:
        open_fair_pickup(fair, by=by, now=now)


def _free_slug(facts: WhatFacts) -> str:
    stem = slugify(facts.name) or _SLUG_WORD
    year = f"{facts.starts_on:%Y}" if facts.starts_on else ""
    stem = stem if year in stem else f"{stem}-{year}"
    number = 1
    while db.session.scalar(select(Fair.id).where(Fair.slug == _numbered(stem, number))) is not None:
        number += 1
    return _numbered(stem, number)


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"


def _told(fair: Fair) -> dict[str, str]:
    return {
        "name": fair.name,
        "venue": fair.venue,
        "starts_on": fair.starts_on.isoformat(),
        "ends_on": fair.ends_on.isoformat(),
    }


def _note(
    verb: str,
    fair: Fair,
    *,
    by: Actor,
    now: datetime,
    before: dict[str, str] | None = None,
    reason: str | None = None,
) -> None:
    record_act(
        verb,
        by=by,
        subject=f"fair:{fair.id}",
        before=before,
        after=_told(fair),
        reason=reason,
        province_code=fair.province_code,
        now=now,
    )
