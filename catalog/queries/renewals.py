"""Recognitions and other certificates that end soon, by the rules of their renewal."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.certificates import CertificateState, certificate_state
from catalog.models import Certificate, Certification, Product, RenewalDossier
from catalog.models.evidence import CertificateWithdrawal
from catalog.recognition_rules import with_revocations
from catalog.reminders import OCOP_MARKS, OTHER_MARKS, due_mark, renewal_window
from catalog.stars import CertificationState, effective_index, state_on
from core.db import db

TO_FILE: Final = frozenset({CertificationState.RENEWAL_DUE, CertificationState.LAST_DAYS})
_SHOWN: Final = TO_FILE | {CertificationState.AWAITING_RENEWAL, CertificationState.EXTENDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """A recognition that ends, and when its dossier may be filed. mark: of the reminder that speaks today, if any.

    state: a `CertificationState`. opens_on, closes_on: first and last day for the dossier.
    """

    certification_id: int
    product_id: int
    producer_id: int
    product_name: str
    stars: int
    decision_number: str | None
    expires_on: date
    opens_on: date
    closes_on: date
    days_left: int
    state: str
    mark: int | None

    @property
    def is_to_file(self) -> bool:
        """Whether no dossier is on record yet."""
        return self.state in TO_FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A certificate other than OCOP that ends. mark: of the reminder that speaks today."""

    certificate_id: int
    producer_id: int
    kind: str
    number: str | None
    expires_on: date
    days_left: int
    mark: int


def list_renewals(producer_id: int, on: date) -> tuple[Renewal, ...]:
    """What a producer has to renew, or has filed and waits for; what ends first comes first."""
    products = select(Product.id).where(Product.producer_id == producer_id)
    return tuple(_renewals(_records(db.session.scalars(products)), on))


def list_endings(producer_id: int, on: date) -> tuple[Ending, ...]:
    """Certificates of a producer and its products that end within the first mark."""
    products = select(Product.id).where(Product.producer_id == producer_id)
    own = or_(Certificate.producer_id == producer_id, Certificate.product_id.in_(products))
    rows = db.session.execute(
        select(Certificate, Product.producer_id)
        .outerjoin(Product, Product.id == Certificate.product_id)
        .where(own, *_ends_soon(on))
        .order_by(Certificate.expires_on, Certificate.id)
    )
    return tuple(_endings(rows, on))


def list_producers_to_remind(on: date) -> list[int]:
    """Producers with a recognition or certificate that ends within the longest mark, by number."""
    latest = on + timedelta(days=max(OCOP_MARKS))
    by_recognition = (
        select(Product.producer_id)
        .join(Certification, Certification.product_id == Product.id)
        .where(Certification.expires_on.between(on, latest))
    )
    by_certificate = (
        select(Certificate.producer_id, Product.producer_id)
        .outerjoin(Product, Product.id == Certificate.product_id)
        .where(*_ends_soon(on))
    )
    found = set(db.session.scalars(by_recognition))
    for pair in db.session.execute(by_certificate):
        found |= set(pair)
    return sorted(each for each in found if each is not None)


def _records(product_ids: Iterable[int]) -> Sequence[Certification]:
    query = (
        select(Certification)
        .where(Certification.product_id.in_(list(product_ids)))
        .options(
            joinedload(Certification.product),
            joinedload(Certification.revocation),
            selectinload(Certification.dossiers).joinedload(RenewalDossier.refusal),
        )
        .order_by(Certification.id)
    )
    return db.session.scalars(query).all()


def _renewals(records: Sequence[Certification], on: date) -> Iterator[Renewal]:
    by_product: defaultdict[int, list[Certification]] = defaultdict(list)
    for record in records:
        by_product[record.product_id].append(record)
    speaking = []
    for own in by_product.values():
        facts = with_revocations([each.facts for each in own])
        index = effective_index(facts, on)
        if index is not None and state_on(facts[index], on) in _SHOWN:
            speaking.append(own[index])
    for record in sorted(speaking, key=lambda each: (each.expires_on or date.max, each.id)):
        if record.expires_on is not None:
            yield _renewal(record, record.expires_on, on)


def _renewal(record: Certification, expires_on: date, on: date) -> Renewal:
    window, state = renewal_window(expires_on), state_on(record.facts, on)
    return Renewal(
        certification_id=record.id,
        product_id=record.product_id,
        producer_id=record.product.producer_id or 0,
        product_name=record.product.name,
        stars=record.stars,
        decision_number=record.decision_number,
        expires_on=expires_on,
        opens_on=window.opens_on,
        closes_on=window.closes_on,
        days_left=(expires_on - on).days,
        state=state.value,
        mark=due_mark(expires_on, on, OCOP_MARKS) if state in TO_FILE else None,
    )


def _ends_soon(on: date) -> tuple[ColumnElement[bool], ...]:
    withdrawn = select(CertificateWithdrawal.certificate_id)
    latest = on + timedelta(days=max(OTHER_MARKS))
    return Certificate.expires_on.between(on, latest), Certificate.id.not_in(withdrawn)


def _endings(rows: Iterable[tuple[Certificate, int | None]], on: date) -> Iterator[Ending]:
    for row, maker_id in rows:
        state = certificate_state(row.issued_on, row.expires_on, row.number, on)
        mark = due_mark(row.expires_on, on, OTHER_MARKS) if row.expires_on else None
        holder_id = row.producer_id or maker_id
        if state is CertificateState.IN_FORCE and row.expires_on and mark and holder_id:
            yield Ending(
                certificate_id=row.id,
                producer_id=holder_id,
                kind=row.kind,
                number=row.number,
                expires_on=row.expires_on,
                days_left=(row.expires_on - on).days,
                mark=mark,
            )
