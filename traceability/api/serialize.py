"""From what is known of a code to the shape of the answer. Pure: nothing is read, nothing judged.

`site`: address of the site in the language of the answer, without a slash at the end.
"""

from datetime import UTC, date

from catalog.api.serialize import (
    certificate_json,
    certification_json,
    document_json,
    place_json,
    product_json,
)
from catalog.queries.entries import ProductEntry
from core.clock import vietnam_date
from traceability.api.shapes import FirstScanJson, LotJson, RecallJson, StampJson, TraceEventJson
from traceability.queries.view_models import EventView, FirstLook, LotPage, RecallView, ScanPage


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
        "opened_on": vietnam_date(recall.opened_at).isoformat(),
        "closed_on": _day(vietnam_date(recall.closed_at)) if recall.closed_at else None,
    }


def _first_scan_json(look: FirstLook) -> FirstScanJson:
    return {"hour": f"{look.hour_at.astimezone(UTC):%Y-%m-%dT%H:00Z}", "province": look.province}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
