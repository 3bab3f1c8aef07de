"""A producer at a fair with packs on its table and a telephone in its hand.

Each function needs an application context (the fixture `db_session`) and commits what it makes.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts.models import User
from catalog.models import Producer, Variant
from core import clock
from core.db import db
from orders.models.slices import StockSlice
from promotion.models.fairs import Fair, Participation
from promotion.queries.counter import place_of
from tests.factories import make_producer, make_product, saved
from tests.people import browser_of, make_member, make_organiser

_numbers = count(1)


def make_fair(**facts: Any) -> Fair:
    """A published fair that runs from yesterday to the day after tomorrow."""
    today = clock.today()
    values = {
        "slug": f"hoi-cho-{next(_numbers)}",
        "kind": "fair",
        "name": "Hội chợ OCOP thử",
        "venue": "Nhà văn hóa",
        "starts_on": today - timedelta(days=1),
        "ends_on": today + timedelta(days=2),
        "register_until_on": today,
        "organiser_name": "Sở Công Thương",
        "published_at": clock.now(),
        "created_at": clock.now(),
    }
    organiser = facts.pop("organiser", None) or make_organiser()
    return saved(Fair(**(values | facts), organiser_id=organiser.id))


def make_booth(producer: Producer, fair: Fair | None = None, **facts: Any) -> Participation:
    """A confirmed participation of the producer."""
    fair = fair or make_fair()
    values = {"fair_id": fair.id, "producer_id": producer.id, "state": "confirmed"}
    return saved(Participation(**(values | facts)))


@dataclass
class Telephone:
    """A paired telephone and who holds it. `sync` answers the results of its items."""

    app: Flask
    client: FlaskClient
    token: str
    pack: dict[str, Any]
    producer: Producer
    booth: Participation
    owner: User
    variants: list[Variant]

    @property
    def place(self) -> str:
        return place_of(self.booth.id)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def ask_pack(self) -> TestResponse:
        return self.app.test_client().get("/api/v1/booth/pack", headers=self.headers)

    def send(self, *items: Any) -> TestResponse:
        return self.app.test_client().post(
            "/api/v1/booth/sync",
            data=json.dumps({"items": list(items)}),
            content_type="application/json",
            headers=self.headers,
        )

    def sync(self, *items: Any) -> list[dict[str, Any]]:
        answer = self.send(*items)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        results: list[dict[str, Any]] = answer.get_json()["results"]
        return results

    def sale(self, *wanted: tuple[Variant | int, int], **facts: Any) -> dict[str, Any]:
        """A sale of so many packs of each at 100,000 ₫, in cash, under the next unused code."""
        values = {
            "id": str(uuid4()),
            "kind": "sale",
            "reference": facts.get("reference") or self.pack["references"].pop(0),
            "at": clock.now().isoformat(),
            "paid_by": "cash",
            "lines": [
                {
                    "variant_id": each if isinstance(each, int) else each.id,
                    "quantity": packs,
                    "unit_price_vnd": 100_000,
                }
                for each, packs in wanted
            ],
        }
        return values | facts

    def undo(self, item: dict[str, Any], **facts: Any) -> dict[str, Any]:
        values = {
            "id": str(uuid4()),
            "kind": "undo",
            "of": item["id"],
            "at": clock.now().isoformat(),
            "reason": "Bấm nhầm",
        }
        return values | facts


def make_telephone(app: Flask, *on_hand: int, producer: Producer | None = None) -> Telephone:
    """A producer with one product for each number of packs in its shop, at a fair, with a paired telephone."""
    producer = producer or make_producer(phone="0912345678")
    variants = [
        make_product(producer=producer, variants=[{"price_vnd": 100_000, "on_hand": packs}]).variants[0]
        for packs in on_hand or (20,)
    ]
    owner = make_member(producer)
    booth = make_booth(producer)
    return pair(app, booth, owner, variants)


def pair(
    app: Flask, booth: Participation, owner: User, variants: list[Variant], name: str = "Máy của Mai"
) -> Telephone:
    """Pair a telephone at the booth."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = browser_of(app, owner)
    answer = client.post("/api/v1/booth/devices", json={"participation_id": booth.id, "name": name})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    told = answer.get_json()
    return Telephone(app, client, told["token"], told["pack"], booth.producer, booth, owner, variants)


def slice_of(telephone: Telephone, variant: Variant) -> tuple[int, int, int]:
    """Packs allotted, sold and returned of the variant at the booth, as they stand now."""
    db.session.rollback()
    row = db.session.query(StockSlice).filter_by(place=telephone.place, variant_id=variant.id).one()
    return row.allotted, row.sold, row.returned
