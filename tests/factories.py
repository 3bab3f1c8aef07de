"""Products as pages show them, written straight into the database; a test names only what matters to it.

Each function needs an application context (the fixture `db_session`) and commits what it makes.
"""

from datetime import date
from itertools import count
from typing import Any, TypeVar

from catalog.models import (
    Certification,
    Place,
    Producer,
    Product,
    RenewalDossier,
    Revocation,
    Source,
    Variant,
)
from catalog.operations.products import refresh_search_text
from catalog.operations.stock_levels import note_opening
from core import clock as present
from core.db import db, transaction

BEN_TRE = {
    "vintage": "before_2025_07",
    "commune": "Phường 7",
    "district": "Thành phố Bến Tre",
    "province": "Tỉnh Bến Tre",
    "old_province_code": "83",
    "current_commune_code": "28789",
    "current_commune": "Phường Bến Tre",
    "current_province_code": "86",
    "current_province": "Tỉnh Vĩnh Long",
    "conversion": "whole",
}

_numbers = count(1)
Row = TypeVar("Row")


def make_place(**facts: Any) -> Place:
    """An address in former Bến Tre, now Vĩnh Long."""
    return saved(Place(**(BEN_TRE | facts)))


def make_producer(**facts: Any) -> Producer:
    """A cooperative in former Bến Tre."""
    number = next(_numbers)
    values = {"slug": f"htx-dua-{number}", "name": "HTX Dừa", "kind": "cooperative"}
    place = facts.pop("place", None) or make_place()
    return saved(Producer(**(values | facts), place=place))


def make_product(**facts: Any) -> Product:
    """A listed product in stock at 125,000 ₫ for 500 g, with 4 stars in force until 1 June 2028.

    certification: facts of it, None for none. variants: facts of each pack.
    """
    number = next(_numbers)
    certification = facts.pop("certification", {})
    packs = facts.pop("variants", [{}])
    values = {
        "slug": f"keo-dua-{number}",
        "name": "Kẹo dừa",
        "group_no": 1,
        "is_for_sale": True,
        "illustration": "sweets",
        "recorded_at": present.now(),
    }
    producer = facts.pop("producer", None) or make_producer()
    product = Product(**(values | facts), producer=producer)
    for position, pack in enumerate(packs, start=1):
        product.variants.append(_variant(position, pack))
    if certification is not None:
        certify(product, **certification)
    saved(product)
    with transaction():
        refresh_search_text(product)
        for variant in product.variants:
            note_opening(variant, now=present.now())
    return product


def make_register_entry(**facts: Any) -> Product:
    """An entry of the register: not for sale, no pack, its source named."""
    source = saved(
        Source(
            key=f"S{next(_numbers)}",
            publisher="Báo Nông nghiệp",
            title="Danh sách công nhận",
            url="https://example.vn/ds",
        )
    )
    return make_product(**({"is_for_sale": False, "variants": [], "source": source} | facts))


def _variant(position: int, facts: dict[str, Any]) -> Variant:
    values = {"label": "500 g", "net_quantity": 500, "net_unit": "g", "price_vnd": 125_000, "on_hand": 30}
    return Variant(**(values | {"position": position} | facts))


def certify(product: Product, **facts: Any) -> Certification:
    """Add a recognition to `product`; `revoked_on` and `filed_on` add what follows it."""
    number = next(_numbers)
    revoked_on, filed_on = facts.pop("revoked_on", None), facts.pop("filed_on", None)
    values = {
        "record_key": f"r{number}",
        "stars": 4,
        "decision_number": "123/QĐ-UBND",
        "decided_on": date(2025, 6, 1),
        "expires_on": date(2028, 6, 1),
        "expiry_basis": "source",
        "evidence_level": "B",
        "authority_level": "province",
        "authority_name": "UBND tỉnh Bến Tre",
        "recorded_at": present.now(),
    }
    source = facts.pop("source", None) or Source(key=f"C{number}", publisher="Báo Đồng Khởi")
    certification = Certification(**(values | facts), source=source)
    if certification.expires_on is None:
        certification.expiry_basis = None
    if revoked_on is not None:
        certification.revocation = Revocation(
            decision_number="9/QĐ-UBND",
            revoked_on=revoked_on,
            ground="misuse_of_mark",
            authority_name="UBND tỉnh Bến Tre",
            recorded_at=present.now(),
        )
    if filed_on is not None:
        certification.dossiers.append(
            RenewalDossier(reference="PĐK-1", filed_on=filed_on, recorded_at=present.now())
        )
    product.certifications.append(certification)
    return certification


def saved(row: Row) -> Row:
    """Commit one row; requests of the test see it."""
    with transaction():
        db.session.add(row)
    return row
