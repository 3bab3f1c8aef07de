"""What the public log says of the register: the facts of each event, and every such event on record.

Only facts of public decisions: no note, no name of a producer (a household is called after a person) stands in an
entry, which can never be taken out. `called` is how the product was called then, for readers.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.models import Certification, Product, RenewalDossier, RenewalRefusal, Revocation
from core.db import db
from transparency.leaves import instant
from transparency.sources import CALLED, Recorded, logged

CERTIFICATION: Final = "certification.recorded"
REVOCATION: Final = "revocation.recorded"
RENEWAL_FILED: Final = "renewal.filed"
RENEWAL_REFUSED: Final = "renewal.refused"

_DECISION: Final = (
    "record_key",
    "stars",
    "score",
    "decision_number",
    "decided_on",
    "recognised_year",
    "authority_level",
    "authority_name",
    "criteria_version",
    "expires_on",
    "expiry_basis",
    "evidence_level",
    "recorded_at",
)


@logged(CERTIFICATION)
def certifications() -> Iterator[Recorded]:
    """Every recognition on record."""
    evidence = (joinedload(Certification.source), joinedload(Certification.document))
    rows = select(Certification).options(joinedload(Certification.product), *evidence)
    for row in db.session.scalars(rows.order_by(Certification.id)):
        yield certification_entry(row)


@logged(REVOCATION)
def revocations() -> Iterator[Recorded]:
    """Every withdrawal on record."""
    product = joinedload(Revocation.certification).joinedload(Certification.product)
    for row in db.session.scalars(select(Revocation).options(product).order_by(Revocation.id)):
        yield revocation_entry(row)


@logged(RENEWAL_FILED)
def filed_renewals() -> Iterator[Recorded]:
    """Every dossier for renewal on record."""
    product = joinedload(RenewalDossier.certification).joinedload(Certification.product)
    for row in db.session.scalars(select(RenewalDossier).options(product).order_by(RenewalDossier.id)):
        yield renewal_entry(row)


@logged(RENEWAL_REFUSED)
def refused_renewals() -> Iterator[Recorded]:
    """Every refusal of a renewal on record."""
    dossier = joinedload(RenewalRefusal.dossier).joinedload(RenewalDossier.certification)
    rows = select(RenewalRefusal).options(dossier.joinedload(Certification.product))
    for row in db.session.scalars(rows.order_by(RenewalRefusal.id)):
        yield refusal_entry(row)


def certification_entry(row: Certification) -> Recorded:
    """Subject and facts of a recognition."""
    return f"certification:{row.id}", {
        "product_id": row.product_id,
        "source": row.source.key if row.source else None,
        "document": row.document.sha256 if row.document else None,
        CALLED: _called(row.product),
        **{name: _written(getattr(row, name)) for name in _DECISION},
    }


def revocation_entry(row: Revocation) -> Recorded:
    """Subject and facts of a withdrawal."""
    facts = ("certification_id", "decision_number", "revoked_on", "ground", "authority_name", "recorded_at")
    return f"revocation:{row.id}", _facts(row, facts, row.certification.product)


def renewal_entry(row: RenewalDossier) -> Recorded:
    """Subject and facts of a dossier for renewal."""
    facts = ("certification_id", "reference", "filed_on", "recorded_at")
    return f"renewal_dossier:{row.id}", _facts(row, facts, row.certification.product)


def refusal_entry(row: RenewalRefusal) -> Recorded:
    """Subject and facts of a refused renewal."""
    facts = ("dossier_id", "refused_on", "decision_number", "recorded_at")
    return f"renewal_refusal:{row.id}", _facts(row, facts, row.dossier.certification.product)


def _facts(row: object, names: tuple[str, ...], product: Product) -> dict[str, Any]:
    return {CALLED: _called(product), **{name: _written(getattr(row, name)) for name in names}}


def _called(product: Product) -> dict[str, str]:
    return {"product": product.name, "slug": product.slug}


def _written(value: Any) -> Any:
    """Days and instants as ISO 8601, points with two decimals as text: an entry knows no fractions."""
    match value:
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case Decimal() | float():
            return f"{value:.2f}"
        case _:
            return value
