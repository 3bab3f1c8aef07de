"""Recognitions of products with their revocations and renewal dossiers, judged for a day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from catalog.models import Certification, Document, RenewalDossier, RenewalRefusal, Revocation, Source
from catalog.queries.view_models import DocumentView, RecognitionView, RevocationView, SourceView
from catalog.stars import (
    EXTENSION_DAYS,
    CertificationState,
    RecognitionFacts,
    effective_index,
    stars_on,
    state_on,
)
from core.db import db


def recognition_facts(product_ids: Sequence[int]) -> dict[int, list[RecognitionFacts]]:
    """What the records say of each product, in the order of recording. One statement; products without are absent."""
    rows = db.session.execute(recognition_rows().where(Certification.product_id.in_(product_ids)))
    return facts_by_product(rows)


def recognition_rows() -> Select[*tuple[Any, ...]]:
    """SELECT of certification id, product id and the facts of every recognition, one row for each dossier."""
    return (
        select(
            Certification.id,
            Certification.product_id,
            Certification.stars,
            Certification.decision_number,
            Certification.decided_on,
            Certification.expires_on,
            Revocation.revoked_on,
            RenewalDossier.filed_on,
            RenewalRefusal.refused_on,
        )
        .outerjoin(Revocation, Revocation.certification_id == Certification.id)
        .outerjoin(RenewalDossier, RenewalDossier.certification_id == Certification.id)
        .outerjoin(RenewalRefusal, RenewalRefusal.dossier_id == RenewalDossier.id)
        .order_by(Certification.id, RenewalDossier.filed_on, RenewalDossier.id)
    )


def facts_by_product(rows: Iterable[Any]) -> dict[int, list[RecognitionFacts]]:
    """The rows of `recognition_rows` as facts by product."""
    # Several dossiers of one certificate come one after another: the latest filed overwrites the earlier.
    by_certification = {row[0]: (row[1], RecognitionFacts(*row[2:])) for row in rows}
    facts: defaultdict[int, list[RecognitionFacts]] = defaultdict(list)
    for product_id, each in by_certification.values():
        facts[product_id].append(each)
    return dict(facts)


def list_recognitions(
    product_id: int, on: date
) -> tuple[RecognitionView | None, tuple[RecognitionView, ...]]:
    """The recognition that speaks for the product on `on`, and all others, latest decided first. One statement."""
    rows = _read_all((product_id,)).get(product_id, [])
    speaking = _speaking(rows, on)
    others = [row for row in rows if speaking is None or row.id != speaking.id]
    others.sort(key=lambda row: (row.decided_on or date.min, row.id), reverse=True)
    return speaking, tuple(_view(row, on, None, is_replaced=_is_before(row, speaking)) for row in others)


def speaking_recognitions(product_ids: Sequence[int], on: date) -> dict[int, RecognitionView]:
    """The recognition that speaks for each of the products on `on`. One statement; products without are absent."""
    found = {product_id: _speaking(rows, on) for product_id, rows in _read_all(product_ids).items()}
    return {product_id: view for product_id, view in found.items() if view is not None}


def _read_all(product_ids: Sequence[int]) -> dict[int, list[Certification]]:
    """The recognitions of each product in the order of recording, with all that belongs to them."""
    rows = db.session.scalars(
        select(Certification)
        .where(Certification.product_id.in_(product_ids))
        .order_by(Certification.id)
        .options(
            joinedload(Certification.source),
            joinedload(Certification.document),
            joinedload(Certification.revocation),
            joinedload(Certification.dossiers).joinedload(RenewalDossier.refusal),
        )
    ).unique()
    found: defaultdict[int, list[Certification]] = defaultdict(list)
    for row in rows:
        found[row.product_id].append(row)
    return dict(found)


def _speaking(rows: Sequence[Certification], on: date) -> RecognitionView | None:
    facts = [row.facts for row in rows]
    index = effective_index(facts, on)
    return None if index is None else _view(rows[index], on, stars_on(facts, on))


def source_view(source: Source | None) -> SourceView | None:
    """`source` for showing."""
    if source is None:
        return None
    return SourceView(
        key=source.key,
        publisher=source.publisher,
        title=source.title,
        published_on=source.published_on,
        url=source.url,
    )


def document_view(document: Document | None) -> DocumentView | None:
    """`document` for showing."""
    if document is None:
        return None
    return DocumentView(
        sha256=document.sha256,
        title=document.title,
        media_type=document.media_type,
        byte_count=document.byte_count,
        page_count=document.page_count,
    )


def _is_before(row: Certification, speaking: RecognitionView | None) -> bool:
    if row.decided_on is None or speaking is None or speaking.decided_on is None:
        return False
    return row.decided_on <= speaking.decided_on


def _view(
    row: Certification, on: date, stars_shown: int | None, *, is_replaced: bool = False
) -> RecognitionView:
    facts = row.facts
    state = state_on(facts, on)
    is_extended = state is CertificationState.EXTENDED and row.expires_on is not None
    return RecognitionView(
        id=row.id,
        stars_shown=stars_shown,
        stars_recorded=row.stars,
        state=state.value,
        decision_number=row.decision_number,
        decided_on=row.decided_on,
        recognised_year=row.recognised_year,
        expires_on=row.expires_on,
        expiry_basis=row.expiry_basis,
        extended_until=row.expires_on + timedelta(days=EXTENSION_DAYS)
        if is_extended and row.expires_on
        else None,
        authority_level=row.authority_level,
        authority_name=row.authority_name,
        criteria_version=row.criteria_version,
        evidence_level=row.evidence_level,
        score=None if row.score is None else float(row.score),
        note=row.note,
        revocation=_revocation_view(row.revocation),
        renewal_filed_on=facts.renewal_filed_on,
        renewal_refused_on=facts.renewal_refused_on,
        is_replaced=is_replaced,
        source=source_view(row.source),
        document=document_view(row.document),
    )


def _revocation_view(revocation: Revocation | None) -> RevocationView | None:
    if revocation is None:
        return None
    return RevocationView(
        decision_number=revocation.decision_number,
        revoked_on=revocation.revoked_on,
        ground=revocation.ground,
        authority_name=revocation.authority_name,
    )
