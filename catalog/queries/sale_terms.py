"""On what terms goods are sold on a day, and which papers of the seller are missing for it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, or_, select

from catalog.certificates import CertificateState, certificate_state
from catalog.models import Certificate, Product
from catalog.models.evidence import CertificateWithdrawal
from catalog.models.listings import ProductLabel
from catalog.sale_rules import FREE, SaleTerms, ruled_sets, sale_terms
from core.db import db

_PRODUCT, _LABEL = Product.__table__.c, ProductLabel.__table__.c
_CERTIFICATE, _WITHDRAWAL = Certificate.__table__.c, CertificateWithdrawal.__table__.c
_RULED: Final = (
    select(_PRODUCT.id, _PRODUCT.producer_id, _PRODUCT.criteria_set, _LABEL.alcohol)
    .select_from(Product.__table__)
    .outerjoin(ProductLabel.__table__, _LABEL.product_id == _PRODUCT.id)
    .where(
        _PRODUCT.id.in_(bindparam("product_ids", expanding=True)),
        _PRODUCT.criteria_set.in_(bindparam("ruled_sets", expanding=True)),
    )
)
_HELD: Final = (
    select(
        _CERTIFICATE.kind,
        _CERTIFICATE.number,
        _CERTIFICATE.issued_on,
        _CERTIFICATE.expires_on,
        _CERTIFICATE.product_id,
        _CERTIFICATE.producer_id,
    )
    .where(
        _CERTIFICATE.kind.in_(bindparam("kinds", expanding=True)),
        or_(
            _CERTIFICATE.product_id.in_(bindparam("product_ids", expanding=True)),
            _CERTIFICATE.producer_id.in_(bindparam("producer_ids", expanding=True)),
        ),
        ~select(_WITHDRAWAL.id).where(_WITHDRAWAL.certificate_id == _CERTIFICATE.id).exists(),
    )
    .order_by(_CERTIFICATE.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsTerms:
    """terms: of these goods on the day. missing: papers that are asked for and not in force; then they are not sold.

    numbers: of the papers in force, by kind, as they stand on the record.
    """

    terms: SaleTerms = FREE
    missing: tuple[str, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()

    @property
    def is_sellable(self) -> bool:
        return not self.missing


UNRULED: Final = GoodsTerms()


def list_sale_terms(product_ids: Sequence[int], on: date) -> dict[int, GoodsTerms]:
    """Terms by product, only of products that some rule speaks of (others: `UNRULED`).

    One statement where there is none, else two.
    """
    if not product_ids:
        return {}
    wanted = {"product_ids": product_ids, "ruled_sets": sorted(ruled_sets())}
    rows = db.session.execute(_RULED, wanted).all()
    terms = {row.id: sale_terms(row.criteria_set, row.alcohol, on) for row in rows}
    kinds = sorted({paper for each in terms.values() for paper in each.papers})
    held = _held(rows, kinds, on) if kinds else {}
    return {row.id: _goods_terms(terms[row.id], held.get(row.id, {})) for row in rows}


def get_sale_terms(product_id: int, on: date) -> GoodsTerms:
    """Terms of one product."""
    return list_sale_terms([product_id], on).get(product_id, UNRULED)


def _held(rows: Sequence[Any], kinds: Sequence[str], on: date) -> dict[int, dict[str, str]]:
    """Numbers of papers in force, by product and kind; those of the producer count for all of its goods."""
    wanted = {
        "kinds": kinds,
        "product_ids": [row.id for row in rows],
        "producer_ids": [row.producer_id for row in rows if row.producer_id is not None],
    }
    in_force = [
        each
        for each in db.session.execute(_HELD, wanted).all()
        if certificate_state(each.issued_on, each.expires_on, each.number, on) is CertificateState.IN_FORCE
    ]
    held: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for row in rows:
        for each in in_force:
            is_of_producer = each.producer_id is not None and each.producer_id == row.producer_id
            if each.product_id == row.id or is_of_producer:
                held[row.id][each.kind] = each.number
    return held


def _goods_terms(terms: SaleTerms, held: dict[str, str]) -> GoodsTerms:
    return GoodsTerms(terms=terms, missing=terms.missing_papers(held), numbers=tuple(sorted(held.items())))
