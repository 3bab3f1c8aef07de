"""Products, lots and stamps for tests; a test names only what matters to it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.models import Certification, Place, Producer, Product, Revocation, Source, Variant
from core import clock as present
from core.db import db, transaction
from traceability.models import Lot, Stamp, StampRun
from traceability.operations.lots import open_lot
from traceability.operations.stamps import issue_stamps

GTIN = "09521234500018"
OTHER_GTIN = "09521234500025"

Make = Callable[..., Any]


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """An application context that ends with the test."""
    with app.app_context():
        yield


@pytest.fixture
def make_product(context: None) -> Make:
    """A listed product with a recognition in force, a producer in former Bình Dương, and a GTIN."""
    made = 0

    def make(**facts: Any) -> Product:
        nonlocal made
        made += 1
        gtin = facts.pop("gtin", None)
        certification = facts.pop("certification", {})
        now = present.now()
        place = Place(
            vintage="before_2025_07",
            commune="Xã An Sơn",
            district="TP. Thuận An",
            province="Tỉnh Bình Dương",
            old_province_code="74",
            current_commune="Phường Lái Thiêu",
            current_province_code="79",
            current_province="Thành phố Hồ Chí Minh",
            conversion="exact",
        )
        producer = Producer(
            slug=f"htx-{made}",
            name="HTX Trái cây An Sơn",
            kind="cooperative",
            place=place,
            is_demonstration=True,
        )
        values = {
            "slug": f"mang-cut-{made}",
            "name": "Măng cụt sấy An Sơn",
            "name_en": "Dried mangosteen",
            "group_no": 1,
            "producer": producer,
            "recorded_at": now,
            "is_demonstration": True,
        }
        product = Product(**(values | facts))
        if gtin:
            product.variants.append(Variant(label="250 g", gtin=gtin, price_vnd=90_000))
        if certification is not None:
            _certify(product, made, certification)
        with transaction():
            db.session.add(product)
        return product

    return make


def _certify(product: Product, number: int, facts: dict[str, Any]) -> None:
    revoked_on = facts.pop("revoked_on", None)
    values = {
        "record_key": f"r{number}",
        "stars": 4,
        "decision_number": "123/QĐ-UBND",
        "decided_on": date(2025, 6, 1),
        "expires_on": date(2028, 6, 1),
        "expiry_basis": "source",
        "evidence_level": "B",
        "recorded_at": present.now(),
        "source": Source(key=f"s{number}", publisher="Báo"),
    }
    certification = Certification(**(values | facts))
    product.certifications.append(certification)
    if revoked_on is not None:
        certification.revocation = Revocation(
            decision_number="9/QĐ",
            revoked_on=revoked_on,
            ground="misuse_of_mark",
            authority_name="UBND tỉnh",
            recorded_at=present.now(),
        )


@pytest.fixture
def make_lot(make_product: Make) -> Make:
    """A lot of 100 packs, good for another half year."""

    def make(product: Product | None = None, **facts: Any) -> Lot:
        product = product or make_product()
        values = {
            "code": "L2611",
            "quantity": 100,
            "produced_on": present.today() - timedelta(days=20),
            "expires_on": present.today() + timedelta(days=180),
        }
        with transaction():
            return open_lot(product, now=present.now(), **(values | facts))

    return make


@pytest.fixture
def make_stamps(make_lot: Make) -> Make:
    """Codes of a new run, one by default."""

    def make(lot: Lot | None = None, count: int = 1, **facts: Any) -> list[str]:
        lot = lot or make_lot()
        with transaction():
            run = issue_stamps(lot, count, now=present.now(), **facts)
        return codes_of(run)

    return make


@pytest.fixture
def make_stamp(make_stamps: Make) -> Make:
    """The code of one new stamp."""

    def make(lot: Lot | None = None, **facts: Any) -> str:
        return str(make_stamps(lot, 1, **facts)[0])

    return make


def codes_of(run: StampRun) -> list[str]:
    """The codes of a run, in the order of issue."""
    return list(db.session.scalars(select(Stamp.code).where(Stamp.run_id == run.id).order_by(Stamp.id)))
