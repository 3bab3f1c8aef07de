"""From what is known of a code to the shape of the answer. Pure: nothing is read, nothing judged.

`site`: address of the site in the language of the answer, without a slash at the end.
"""

from datetime import UTC, date, datetime

from catalog.api.serialize import (
    certificate_json,
    certification_json,
    document_json,
    place_json,
    product_json,
)
from catalog.queries.entries import ProductEntry
from core.clock import vietnam_date
from traceability.api.shapes import (
    FirstScanJson,
    LotJson,
    RecallJson,
    RecallStatusJson,
    StampJson,
    TraceEventJson,
)
from traceability.models import Recall, RecallScope, RecallStage
from traceability.queries.view_models import EventView, FirstLook, LotPage, RecallView, ScanPage
from traceability.verdicts import Verdict


def stamp_json(page: ScanPage, product: ProductEntry | None, site: str) -> StampJson:
    """A verdict with all that stands behind it. product: that of the lot; None without a lot."""
    lot = page.lot
    recognition = lot.recognition if lot else None
    return {
        "code": page.code,
        "verdict": page.verdict,
        "product": product_json(product, site) if product else None,
        "lot": _lot_json(lot, site) if lot else None,
        "certification": certification_json(recognition, site) if recognition else None,
        "scanned_before": page.scanned_before,
        "first_scan": _first_scan_json(page.first_look) if page.first_look else None,
        "is_lot_code": not page.is_unit,
        "withdrawn_on": _day(vietnam_date(page.withdrawn_at)) if page.withdrawn_at else None,
        "withdrawn_reason": page.withdrawn_reason,
        "recall": _recall_json(page.recall) if page.recall else None,
        "doubts": list(page.doubt) if page.doubt and page.verdict is Verdict.CHECK_FURTHER else [],
        "copied_on": _day(vietnam_date(page.copied_at)) if page.copied_at else None,
    }


def recall_status_json(recall: Recall, site: str) -> RecallStatusJson:
    """A recall as it stands, with its goods."""
    warned, closed = recall.step(RecallStage.WARNED), recall.step(RecallStage.CLOSED)
    return {
        "id": recall.id,
        "scope": RecallScope(recall.scope),
        "status": "closed" if closed else "warned" if warned else "opened",
        "disposition": "recalled",
        "product": {
            "slug": recall.product.slug,
            "name": recall.product.name,
            "url": f"{site}/products/{recall.product.slug}",
        },
        "lots": [each.lot.code for each in recall.lots],
        "pack_count": sum(each.last - each.first + 1 for each in recall.ranges) if recall.ranges else None,
        "reason": recall.reason,
        "risk": recall.risk,
        "instruction": recall.instruction,
        "refund": recall.refund,
        "contact": recall.contact,
        "opened_at": _instant(recall.opened_at),
        "warned_at": _instant(warned.taken_at) if warned else None,
        "closed_at": _instant(closed.taken_at) if closed else None,
    }


def _lot_json(lot: LotPage, site: str) -> LotJson:
    return {
        "code": lot.code,
        "produced_on": _day(lot.produced_on),
        "expires_on": _day(lot.expires_on),
        "place": place_json(lot.origin),
        "recall": _recall_json(lot.recall) if lot.recall else None,
        "past_recalls": [_recall_json(each) for each in lot.past_recalls],
        "events": [_event_json(each, site) for each in lot.events],
        "certificates": [certificate_json(each, site) for each in lot.certificates],
    }


def _event_json(event: EventView, site: str) -> TraceEventJson:
    return {
        "step": event.step,
        "happened_on": event.happened_on.isoformat(),
        "happened_at": _instant(event.happened_at) if event.happened_at else None,
        "error": event.error.reason if event.error else None,
        "note": event.note,
        "note_en": event.note_en,
        "place": place_json(event.place),
        "document": document_json(event.document, site),
    }


def _recall_json(recall: RecallView) -> RecallJson:
    return {
        "reason": recall.reason,
        "instruction": recall.instruction,
        "contact": recall.contact,
        "risk": recall.risk,
        "refund": recall.refund,
        "opened_on": vietnam_date(recall.opened_at).isoformat(),
        "closed_on": _day(vietnam_date(recall.closed_at)) if recall.closed_at else None,
    }


def _first_scan_json(look: FirstLook) -> FirstScanJson:
    return {"hour": f"{look.hour_at.astimezone(UTC):%Y-%m-%dT%H:00Z}", "province": look.province}


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
