"""Lists of codes for use without a network: those that were made, and what goes into one."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from catalog.queries.view_models import CertificateView, RecognitionView
from core.clock import vietnam_date
from core.db import db
from traceability.errors import PackNotFoundError
from traceability.models import SealKeyList, Stamp, StampRun
from traceability.models.packs import OfflinePack
from traceability.packs import PackLot, PackRecall
from traceability.queries.lots import get_lot_page
from traceability.queries.stamp_states import is_confirmed_copy, is_in_force, is_withdrawn
from traceability.queries.view_models import LotPage, RecallView

CHUNK_ROWS: Final = 5_000


def list_packs() -> Sequence[OfflinePack]:
    """Lists that were made, by title; without their files."""
    made = select(OfflinePack).where(OfflinePack.made_at.is_not(None)).order_by(OfflinePack.title)
    return db.session.scalars(made).all()


def get_pack(name: str) -> OfflinePack:
    """The list of that name, once it was made. Raises PackNotFoundError."""
    pack = find_made_pack(name)
    if pack is None:
        raise PackNotFoundError(name=name)
    return pack


def find_made_pack(name: str) -> OfflinePack | None:
    """The list of that name if it was made, None else; without its file."""
    pack = db.session.scalar(select(OfflinePack).where(OfflinePack.name == name))
    return pack if pack is not None and pack.made_at is not None else None


def find_root_key() -> str | None:
    """The key that signed the list of keys published last, as verifiers write it; None before the first list."""
    return db.session.scalar(select(SealKeyList.root).order_by(SealKeyList.id.desc()).limit(1))


def pack_lots(lot_id: int, on: date) -> Iterator[PackLot]:
    """What a list tells of a lot on `on`: one entry, and one more for each recall of single packs of it."""
    page = get_lot_page(lot_id, on)
    codes: dict[int, list[str]] = {}
    for code, run_id, number in _codes(lot_id):
        recalls = (at for at, each in enumerate(page.unit_recalls) if each.covers(run_id, number))
        codes.setdefault(next(recalls, -1), []).append(code)
    for which, held in sorted(codes.items()):
        recall = page.recall or (page.unit_recalls[which] if which >= 0 else None)
        yield _pack_lot(page, held, recall)


def _codes(lot_id: int) -> Iterator[tuple[str, int, int]]:
    last = 0
    found = (
        select(Stamp.id, Stamp.code, Stamp.run_id, Stamp.number)
        .join(StampRun, StampRun.id == Stamp.run_id)
        .where(StampRun.lot_id == lot_id, is_in_force(), ~is_withdrawn(), ~is_confirmed_copy())
        .order_by(Stamp.id)
        .limit(CHUNK_ROWS)
    )
    while rows := db.session.execute(found.where(Stamp.id > last)).all():
        for row in rows:
            yield row.code, row.run_id, row.number
        last = rows[-1].id


def _pack_lot(page: LotPage, codes: list[str], recall: RecallView | None) -> PackLot:
    recognition = page.recognition
    stars = recognition.stars_shown if recognition is not None and recall is None else None
    return PackLot(
        code=page.code,
        name=page.product.name,
        name_en=page.product.name_en,
        producer=page.producer.name if page.producer else None,
        gtins=page.gtins,
        expires_on=page.expires_on,
        stars=stars,
        stars_until=_last_day_of_stars(recognition) if recognition is not None and stars else None,
        certificates=tuple(map(_words, page.certificates)),
        recall=_recall(recall) if recall is not None else None,
        codes=codes,
    )


def _last_day_of_stars(recognition: RecognitionView) -> date | None:
    """The last day on which a phone may show them, as known when the list is made: it hears of nothing later."""
    until = recognition.extended_until or recognition.expires_on
    first_without = recognition.revoked_on
    if until is None or first_without is None:
        return until
    return min(until, first_without - timedelta(days=1))


def _recall(recall: RecallView) -> PackRecall:
    return PackRecall(
        reason=recall.reason,
        instruction=recall.instruction,
        contact=recall.contact,
        opened_on=vietnam_date(recall.opened_at),
    )


def _words(certificate: CertificateView) -> str:
    until = certificate.expires_on.isoformat() if certificate.expires_on else None
    return " · ".join(filter(None, (certificate.kind, certificate.number, until)))
