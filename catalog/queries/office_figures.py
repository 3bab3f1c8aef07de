"""Figures of the programme in an officer's area. Each number is the length of a list that can be looked at."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select

from accounts.actors import Actor
from catalog.models import Certification, Document, Place, Producer, ProducerKind, Product
from catalog.queries.office_scope import products_of
from catalog.queries.recognitions import recognition_facts
from catalog.shares import share_percent
from catalog.stars import stars_on
from core.db import db

BLOCK: Final = 500
NO_KIND: Final = "unknown"
KINDS: Final = (*(kind.value for kind in ProducerKind), NO_KIND)
RANKS: Final = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number: how many, and the share of all of its table in percent (one decimal), None of nothing."""

    name: str
    count: int
    share_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Programme:
    """The figures of an area on a day, with the ids behind each. Only what shows stars that day is counted.

    products: ids by rank. subjects: ids of producers with such a product, by kind. Demonstrations are left out.
    """

    products: dict[int, list[int]]
    subjects: dict[str, list[int]]

    @property
    def product_figures(self) -> list[Figure]:
        """Products by stars."""
        return _figures({str(rank): len(self.products[rank]) for rank in RANKS})

    @property
    def subject_figures(self) -> list[Figure]:
        """Subjects by kind."""
        return _figures({kind: len(self.subjects[kind]) for kind in KINDS})


@dataclass(frozen=True, slots=True)
class DigitisedShare:
    """Of the recognitions of a province: how many there are, how many rest on a stored decision with the right hash.

    province_code: of today, None for those whose place is not known.
    """

    province_code: str | None
    kept_ids: tuple[int, ...]
    missing_ids: tuple[int, ...]

    @property
    def total(self) -> int:
        """All recognitions on record."""
        return len(self.kept_ids) + len(self.missing_ids)

    @property
    def share_percent(self) -> Decimal | None:
        """The share of records digitised. Source: target 0.17 and 2.13 of the published plans, 100 %."""
        return share_percent(len(self.kept_ids), self.total)


def get_programme(actor: Actor, on: date, *, with_demonstrations: bool = False) -> Programme:
    """The figures of the area of `actor` on `on`."""
    query = (
        select(Product.id, Product.producer_id, Producer.kind)
        .outerjoin(Producer, Producer.id == Product.producer_id)
        .where(products_of(actor))
        .order_by(Product.id)
    )
    if not with_demonstrations:
        query = query.where(~Product.is_demonstration)
    rows = [(row[0], row[1], row[2]) for row in db.session.execute(query)]
    products: dict[int, list[int]] = {rank: [] for rank in RANKS}
    subjects: dict[str, dict[int, None]] = {kind: {} for kind in KINDS}
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        facts = recognition_facts([row[0] for row in block])
        for product_id, producer_id, kind in block:
            rank = stars_on(facts.get(product_id, []), on)
            if rank is None:
                continue
            products[rank].append(product_id)
            if producer_id is not None:
                subjects[kind or NO_KIND][producer_id] = None
    return Programme(products, {kind: list(found) for kind, found in subjects.items()})


def list_digitised(actor: Actor, intact: set[str]) -> list[DigitisedShare]:
    """The share of records digitised in each province of the area, by code. intact: hashes of the files that hold.

    Counts every recognition on record of real products, in force or not: the target speaks of records.
    """
    rows = db.session.execute(
        select(Certification.id, Place.current_province_code, Document.sha256)
        .join(Product, Product.id == Certification.product_id)
        .outerjoin(Producer, Producer.id == Product.producer_id)
        .outerjoin(Place, Place.id == func.coalesce(Product.place_id, Producer.place_id))
        .outerjoin(Document, Document.id == Certification.document_id)
        .where(products_of(actor), ~Product.is_demonstration)
        .order_by(Certification.id)
    )
    kept: defaultdict[str | None, list[int]] = defaultdict(list)
    missing: defaultdict[str | None, list[int]] = defaultdict(list)
    for certification_id, province_code, sha256 in rows:
        (kept if sha256 in intact else missing)[province_code].append(certification_id)
    codes = sorted({*kept, *missing}, key=lambda code: code or "99")
    return [DigitisedShare(code, tuple(kept[code]), tuple(missing[code])) for code in codes]


def list_decision_hashes(actor: Actor) -> list[str]:
    """Hashes of the stored decisions that recognitions of the area rest on, each once."""
    return list(
        db.session.scalars(
            select(Document.sha256)
            .join(Certification, Certification.document_id == Document.id)
            .join(Product, Product.id == Certification.product_id)
            .where(products_of(actor))
            .distinct()
        )
    )


def read_certifications(certification_ids: tuple[int, ...], page: int, per_page: int) -> list[Any]:
    """A page of these recognitions with product and document, in their order."""
    ids = certification_ids[(page - 1) * per_page : page * per_page]
    found = db.session.execute(
        select(Certification, Product, Document.sha256)
        .join(Product, Product.id == Certification.product_id)
        .outerjoin(Document, Document.id == Certification.document_id)
        .where(Certification.id.in_(ids))
        .order_by(Certification.id)
    )
    return list(found)


def _figures(counts: dict[str, int]) -> list[Figure]:
    total = sum(counts.values())
    return [Figure(name, count, share_percent(count, total)) for name, count in counts.items()]
