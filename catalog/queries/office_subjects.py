"""One product or producer as officers see it: all that is on record, whoever may see what of it in public."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Membership, User
from catalog.models import Certification, Product, RenewalDossier
from catalog.queries.recognitions import list_recognitions
from catalog.queries.view_models import RecognitionView
from catalog.stars import EXTENSION_DAYS, RENEWAL_CLOSES_DAYS, RENEWAL_OPENS_DAYS
from core.db import db


@dataclass(frozen=True, slots=True)
class RenewalWindow:
    """When a renewal dossier may be filed: first and last day, and how long it could run on. Art. 7(6)(a), 12(3)."""

    opens_on: date
    closes_on: date
    runs_on_until: date


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A person of a producer's team. phone: masked, its last three digits only."""

    name: str
    role: str
    is_assisting: bool
    phone: str | None


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A product with its whole history. records: Certification rows by id, with dossiers and withdrawals."""

    product: Product
    speaking: RecognitionView | None
    others: tuple[RecognitionView, ...]
    records: dict[int, Certification]
    window: RenewalWindow | None


def get_product_record(product: Product, on: date) -> ProductRecord:
    """All recognitions of `product` with what followed them, judged for `on`."""
    speaking, others = list_recognitions(product.id, on)
    records = db.session.scalars(
        select(Certification)
        .where(Certification.product_id == product.id)
        .options(
            joinedload(Certification.revocation),
            joinedload(Certification.document),
            selectinload(Certification.dossiers).joinedload(RenewalDossier.refusal),
        )
    )
    window = renewal_window(speaking.expires_on) if speaking and speaking.expires_on else None
    return ProductRecord(product, speaking, others, {each.id: each for each in records}, window)


def renewal_window(expires_on: date) -> RenewalWindow:
    """The days between which a renewal is filed for a recognition whose last day is `expires_on`."""
    return RenewalWindow(
        expires_on - timedelta(days=RENEWAL_OPENS_DAYS),
        expires_on - timedelta(days=RENEWAL_CLOSES_DAYS),
        expires_on + timedelta(days=EXTENSION_DAYS),
    )


def list_team(producer_id: int) -> list[TeamMember]:
    """Who works for the producer now; telephone numbers are masked."""
    rows = db.session.execute(
        select(User.name, User.phone, Membership.role, Membership.is_assisting)
        .join(User, User.id == Membership.user_id)
        .where(Membership.producer_id == producer_id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    return [
        TeamMember(name or "", role, is_assisting, masked(phone)) for name, phone, role, is_assisting in rows
    ]


def masked(phone: str | None) -> str | None:
    """The last three digits of a number: enough to tell two apart on the telephone, not enough to call."""
    return f"••• ••• {phone[-3:]}" if phone else None
