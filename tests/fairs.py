"""Fairs as visitors find them, written straight into the database.

Each function needs an application context (the fixture `db_session`) and commits what it makes.
"""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from catalog.models import Producer, Product
from core import clock
from core.db import transaction
from promotion.models.fairs import Booth, BoothProduct, Fair, FairSession, Participation
from promotion.operations.fair_changes import touch_fair
from tests.factories import make_producer, saved
from tests.people import make_organiser

_numbers = count(1)


def make_fair(**facts: Any) -> Fair:
    """A published fair in Vĩnh Long that runs from yesterday to tomorrow, 8:00 to 21:00."""
    today = clock.today()
    values = {
        "slug": f"hoi-cho-{next(_numbers)}",
        "kind": "fair",
        "name": "Hội chợ OCOP Vĩnh Long",
        "venue": "Quảng trường Thử",
        "address": "1 đường Trình Diễn",
        "province_code": "86",
        "starts_on": today - timedelta(days=1),
        "ends_on": today + timedelta(days=1),
        "hours": "08:00-21:00",
        "organiser_name": "Ban tổ chức thử",
        "published_at": clock.now(),
        "created_at": clock.now(),
    }
    organiser = facts.pop("organiser", None) or make_organiser()
    whole = values | facts
    whole.setdefault("register_until_on", whole["ends_on"])
    return saved(Fair(**whole, organiser_id=organiser.id))


def make_booth(fair: Fair, code: str = "A1", **facts: Any) -> Booth:
    """A booth of one cell in the upper left corner."""
    return saved(Booth(**({"fair_id": fair.id, "code": code, "left": 1, "top": 1} | facts)))


def make_exhibitor(
    fair: Fair, *products: Product, producer: Producer | None = None, code: str | None = "A1", **facts: Any
) -> Participation:
    """A confirmed producer that shows these products. code: of a booth that is made for it; None: none yet."""
    producer = producer or (products[0].producer if products else make_producer())
    booth = make_booth(fair, code, **facts.pop("spot", {})) if code else None
    values = {"fair_id": fair.id, "producer_id": producer.id, "state": "confirmed"}
    part = saved(Participation(**(values | facts), booth_id=booth.id if booth else None))
    for position, product in enumerate(products, start=1):
        saved(BoothProduct(participation_id=part.id, product_id=product.id, position=position))
    with transaction():
        touch_fair(fair.id, now=clock.now())
    return part


def make_session(fair: Fair, starts_at: datetime, title: str = "Khai mạc", **facts: Any) -> FairSession:
    """An hour of the programme."""
    values = {
        "fair_id": fair.id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "title": title,
    }
    return saved(FairSession(**(values | facts)))
