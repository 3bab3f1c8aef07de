"""What the public log says of certificates other than OCOP: verified by an officer, or withdrawn."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.models.evidence import CertificateClaim, CertificateReview, CertificateWithdrawal
from core.db import db
from transparency.leaves import instant
from transparency.sources import Recorded, logged

VERIFIED: Final = "certificate.verified"
WITHDRAWN: Final = "certificate.withdrawn"


@logged(VERIFIED)
def verified_certificates() -> Iterator[Recorded]:
    """Every verification on record."""
    claim = joinedload(CertificateReview.claim).joinedload(CertificateClaim.evidence)
    rows = select(CertificateReview).where(CertificateReview.certificate_id.is_not(None)).options(claim)
    for row in db.session.scalars(rows.order_by(CertificateReview.id)):
        yield verified_entry(row)


@logged(WITHDRAWN)
def withdrawn_certificates() -> Iterator[Recorded]:
    """Every withdrawal on record."""
    for row in db.session.scalars(select(CertificateWithdrawal).order_by(CertificateWithdrawal.id)):
        yield withdrawn_entry(row)


def verified_entry(row: CertificateReview) -> Recorded:
    """Subject and facts of a verification; whose certificate it is stands there as a number only."""
    claim = row.claim
    return f"certificate_review:{row.id}", {
        "certificate_id": row.certificate_id,
        "producer_id": claim.producer_id,
        "product_id": claim.product_id,
        "kind": claim.kind,
        "standard": claim.standard,
        "number": claim.number,
        "issuer": claim.issuer,
        "issued_on": claim.issued_on.isoformat(),
        "expires_on": claim.expires_on.isoformat() if claim.expires_on else None,
        "document": claim.evidence.sha256,
        "method": row.method,
        "reviewed_at": instant(row.reviewed_at),
    }


def withdrawn_entry(row: CertificateWithdrawal) -> Recorded:
    """Subject and facts of a withdrawal; the reason may speak of people and is not told."""
    return f"certificate_withdrawal:{row.id}", {
        "certificate_id": row.certificate_id,
        "withdrawn_at": instant(row.withdrawn_at),
    }
