"""Recognitions of products with their revocations and renewal dossiers, judged for a day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, bindparam, select

from catalog.models import Certification, Document, RenewalDossier, RenewalRefusal, Revocation, Source
from catalog.queries.view_models import DocumentView, RecognitionView, RevocationView, SourceView
from catalog.recognition_rules import with_revocations, withdrawn_with
from catalog.stars import (
    EXTENSION_DAYS,
    CertificationState,
    RecognitionFacts,
    effective_index,
    stars_on,
    state_on,
)
from core.db import db
from core.rows import RowParts


class _Record(NamedTuple):
    """A recognition with what belongs to it; the first four are rows, with the names of their models."""

    certification: Any
    source: Any
    document: Any
    revocation: Any
    facts: RecognitionFacts


def recognition_facts(product_ids: Sequence[int]) -> dict[int, list[RecognitionFacts]]:
    """What the records say of each product, in the order of recording. One statement; products without are absent."""
    return facts_by_product(db.session.execute(_FACTS, {"product_ids": product_ids}).all())


def recognition_rows() -> Select[*tuple[Any, ...]]:
    """SELECT of certification id, product id and the facts of every recognition, one row for each dossier."""
    return _with_dossiers(
        select(
            _CERTIFICATION.id,
            _CERTIFICATION.product_id,
            _CERTIFICATION.stars,
            _CERTIFICATION.decision_number,
            _CERTIFICATION.decided_on,
            _CERTIFICATION.expires_on,
            _REVOCATION.revoked_on,
            _DOSSIER.filed_on,
            _REFUSAL.refused_on,
        )
    )


def _with_dossiers(columns: Select[Any]) -> Select[*tuple[Any, ...]]:
    """`columns` of recognitions, revocations, dossiers and refusals, joined; the latest filed dossier comes last."""
    return (
        columns.select_from(Certification.__table__)
        .outerjoin(Revocation.__table__, _REVOCATION.certification_id == _CERTIFICATION.id)
        .outerjoin(RenewalDossier.__table__, _DOSSIER.certification_id == _CERTIFICATION.id)
        .outerjoin(RenewalRefusal.__table__, _REFUSAL.dossier_id == _DOSSIER.id)
        .order_by(_CERTIFICATION.id, _DOSSIER.filed_on, _DOSSIER.id)
    )


def facts_by_product(rows: Iterable[Any]) -> dict[int, list[RecognitionFacts]]:
    """The rows of `recognition_rows` as facts by product."""
    # Several dossiers of one certificate come one after another: the latest filed overwrites the earlier.
    by_certification = {row[0]: (row[1], RecognitionFacts(*row[2:])) for row in rows}
    facts: defaultdict[int, list[RecognitionFacts]] = defaultdict(list)
    for product_id, each in by_certification.values():
        facts[product_id].append(each)
    return {product_id: with_revocations(each) for product_id, each in facts.items()}


def list_recognitions(
    product_id: int, on: date
) -> tuple[RecognitionView | None, tuple[RecognitionView, ...]]:
    """The recognition that speaks for the product on `on`, and all others, latest decided first. One statement."""
    records = _read_all((product_id,)).get(product_id, [])
    speaking = _speaking(records, on)
    others = [record for record in records if speaking is None or record.certification.id != speaking.id]
    others.sort(key=lambda each: (each.facts.decided_on or date.min, each.certification.id), reverse=True)
    return speaking, tuple(_view(each, on, None, is_replaced=_is_before(each, speaking)) for each in others)


def speaking_recognitions(product_ids: Sequence[int], on: date) -> dict[int, RecognitionView]:
    """The recognition that speaks for each of the products on `on`. One statement; products without are absent."""
    found = {product_id: _speaking(records, on) for product_id, records in _read_all(product_ids).items()}
    return {product_id: view for product_id, view in found.items() if view is not None}


def _read_all(product_ids: Sequence[int]) -> dict[int, list[_Record]]:
    """The recognitions of each product in the order of recording, with all that belongs to them."""
    by_certification: dict[int, _Record] = {}
    for row in db.session.execute(_RECORDS, {"product_ids": product_ids}).all():
        certification, source, document, revocation, dossier, refusal = _PARTS.take_apart(row)
        # Several dossiers of one certificate come one after another: the latest filed overwrites the earlier.
        facts = _facts(certification, revocation, dossier, refusal)
        by_certification[certification.id] = _Record(certification, source, document, revocation, facts)
    found: defaultdict[int, list[_Record]] = defaultdict(list)
    for record in by_certification.values():
        found[record.certification.product_id].append(record)
    return {product_id: _covered(records) for product_id, records in found.items()}


def _covered(records: list[_Record]) -> list[_Record]:
    """`records` of one product, each with the withdrawal of its decision."""
    covered = withdrawn_with([record.facts for record in records])
    facts = with_revocations([record.facts for record in records])
    return [
        record._replace(
            revocation=records[covered[at]].revocation if at in covered else None, facts=facts[at]
        )
        for at, record in enumerate(records)
    ]


def _facts(certification: Any, revocation: Any, dossier: Any, refusal: Any) -> RecognitionFacts:
    return RecognitionFacts(
        stars=certification.stars,
        decision_number=certification.decision_number,
        decided_on=certification.decided_on,
        expires_on=certification.expires_on,
        revoked_on=revocation.revoked_on if revocation else None,
        renewal_filed_on=dossier.filed_on if dossier else None,
        renewal_refused_on=refusal.refused_on if refusal else None,
    )


def _speaking(records: Sequence[_Record], on: date) -> RecognitionView | None:
    facts = [record.facts for record in records]
    index = effective_index(facts, on)
    return None if index is None else _view(records[index], on, stars_on(facts, on))


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


def _is_before(record: _Record, speaking: RecognitionView | None) -> bool:
    decided_on = record.facts.decided_on
    if decided_on is None or speaking is None or speaking.decided_on is None:
        return False
    return decided_on <= speaking.decided_on


def _view(
    record: _Record, on: date, stars_shown: int | None, *, is_replaced: bool = False
) -> RecognitionView:
    row, facts = record.certification, record.facts
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
        revocation=_revocation_view(record.revocation),
        renewal_filed_on=facts.renewal_filed_on,
        renewal_refused_on=facts.renewal_refused_on,
        is_replaced=is_replaced,
        source=source_view(record.source),
        document=document_view(record.document),
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


# Put together once: building a statement costs as much as running it.
_CERTIFICATION, _REVOCATION = Certification.__table__.c, Revocation.__table__.c
_DOSSIER, _REFUSAL = RenewalDossier.__table__.c, RenewalRefusal.__table__.c
_SOURCE, _DOCUMENT = Source.__table__.c, Document.__table__.c
_OF_PRODUCTS: Final = _CERTIFICATION.product_id.in_(bindparam("product_ids", expanding=True))
_FACTS: Final = recognition_rows().where(_OF_PRODUCTS)
_UNSEEN: Final = frozenset(
    {"record_key", "recorded_at", "stored_at", "source_id", "document_id", "reference"}
)
_PARTS: Final = RowParts(
    *(
        [column for column in part if column.name not in _UNSEEN]
        for part in (_CERTIFICATION, _SOURCE, _DOCUMENT, _REVOCATION, _DOSSIER, _REFUSAL)
    )
)
_RECORDS: Final = (
    _with_dossiers(select(*_PARTS.columns))
    .outerjoin(Source.__table__, _SOURCE.id == _CERTIFICATION.source_id)
    .outerjoin(Document.__table__, _DOCUMENT.id == _CERTIFICATION.document_id)
    .where(_OF_PRODUCTS)
)
