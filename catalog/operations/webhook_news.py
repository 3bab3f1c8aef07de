"""What producers' systems are told of each act: its kind and the facts that a program needs to look further."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from catalog.models import Certification, Product, Revocation, Variant
from catalog.models.evidence import CertificateClaim, CertificateReview, ReviewOutcome
from catalog.models.listings import ChangeKind
from catalog.models.webhooks import EventKind
from catalog.operations.webhooks import announce

_OF_CHANGE: Final = {
    ChangeKind.PUBLISH: EventKind.LISTING_PUBLISHED,
    ChangeKind.UNPUBLISH: EventKind.LISTING_UNPUBLISHED,
}
_OF_REVIEW: Final = {
    ReviewOutcome.VERIFIED: EventKind.CERTIFICATE_VERIFIED,
    ReviewOutcome.REFUSED: EventKind.CERTIFICATE_REFUSED,
}


def tell_of_change(product: Product, kind: ChangeKind, after: Mapping[str, Any], *, now: datetime) -> None:
    """A listing was made, changed, published or taken off sale; each new price is told on its own too."""
    told = _OF_CHANGE.get(kind, EventKind.LISTING_CHANGED)
    facts = {"listing_id": product.id, "fields": sorted(after)}
    announce(told, producer_id=product.producer_id, facts=facts, now=now)
    for name, value in after.items():
        _variant, _dot, rest = name.partition(".")
        pack_id, _dot, field = rest.partition(".")
        if field == "price_vnd":
            facts = {"listing_id": product.id, "pack_id": int(pack_id), "price_vnd": value}
            announce(EventKind.PRICE_CHANGED, producer_id=product.producer_id, facts=facts, now=now)


def tell_of_stock(variant: Variant, *, now: datetime) -> None:
    """Packs were counted."""
    product = variant.product
    facts = {"listing_id": product.id, "pack_id": variant.id, "on_hand": variant.on_hand}
    announce(EventKind.STOCK_CHANGED, producer_id=product.producer_id, facts=facts, now=now)


def tell_of_recognition(row: Certification, *, now: datetime) -> None:
    """A recognition was put on record."""
    facts = {
        "listing_id": row.product_id,
        "stars": row.stars,
        "decision_number": row.decision_number,
        "expires_on": row.expires_on.isoformat() if row.expires_on else None,
    }
    announce(EventKind.RECOGNITION_RECORDED, producer_id=row.product.producer_id, facts=facts, now=now)


def tell_of_revocation(row: Revocation, *, now: datetime) -> None:
    """A recognition was withdrawn."""
    product = row.certification.product
    facts = {
        "listing_id": product.id,
        "decision_number": row.decision_number,
        "revoked_on": row.revoked_on.isoformat(),
    }
    announce(EventKind.RECOGNITION_REVOKED, producer_id=product.producer_id, facts=facts, now=now)


def tell_of_review(claim: CertificateClaim, review: CertificateReview, *, now: datetime) -> None:
    """An officer verified or refused a certificate."""
    kind = _OF_REVIEW.get(ReviewOutcome(review.outcome))
    if kind is not None:
        facts = {"certificate": claim.kind, "number": claim.number, "listing_id": claim.product_id}
        announce(kind, producer_id=claim.producer_id, facts=facts, now=now)
