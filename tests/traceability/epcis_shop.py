"""A producer whose systems hand in events by key, and events to hand in."""

import json
from typing import Any

from core import clock as present
from core.db import transaction
from tests.factories import make_producer, make_product
from tests.people import make_member
from tests.support.api_shop import key_of
from traceability.models import TraceStep
from traceability.operations.lots import open_lot, record_trace_event

GTIN, OTHER_GTIN = "09521234500018", "09521234500025"
EPCIS = "/api/v1/epcis"
CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"


def event_of(number: int = 1, **change: Any) -> dict[str, Any]:
    made = {
        "type": "ObjectEvent",
        "eventTime": f"2026-01-15T07:{number % 60:02d}:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "quantityList": [{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/L1", "quantity": number}],
        "action": "OBSERVE",
        "bizStep": "storing",
        "disposition": "in_progress",
        "readPoint": {"id": "geo:10.24,106.37"},
    }
    return {name: value for name, value in {**made, **change}.items() if value is not None}


def document_of(*events: dict[str, Any], **head: Any) -> dict[str, Any]:
    made = {
        "@context": [CONTEXT, {"ex": "https://example.org/voc/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-01-15T08:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }
    return {**made, **head}


class Shop:
    """A producer with one lot of a product with a GTIN, one of another producer, and a key."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.producer = make_producer()
        self.product = make_product(name="Xoài sấy", producer=self.producer, variants=[{"gtin": GTIN}])
        other = make_product(
            slug="khac", producer=make_producer(slug="khac"), variants=[{"gtin": OTHER_GTIN}]
        )
        self.owner = make_member(self.producer)
        with transaction():
            self.lot = open_lot(self.product, "L1", 40, now=present.now())
            self.other_lot = open_lot(other, "L1", 40, now=present.now())
            record_trace_event(self.lot, TraceStep.PACKING, present.today(), now=present.now())
        self.lot_id, self.other_lot_id = self.lot.id, self.other_lot.id
        self.key = key_of(self.producer.id, self.owner, ("events:write",))

    def post(self, path: str, body: Any, *, key: str | None = None, **headers: str) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {
            "Authorization": f"Bearer {key or self.key}",
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.client.post(f"{EPCIS}/{path}", data=content, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"{EPCIS}/{path}", headers={"Authorization": f"Bearer {self.key}", **headers})


def events_in(answer: Any) -> list[dict[str, Any]]:
    return answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
