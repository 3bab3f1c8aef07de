"""Events over HTTP: handed in by key, asked for by everybody."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import Draft7Validator
from sqlalchemy import func, select

from accounts.models.audit import AuditEvent
from catalog.errors import InvalidParameterError
from catalog.models import Product, Variant
from core import clock as present
from core.db import db, transaction
from tests.factories import make_producer, make_product
from tests.people import make_member
from tests.support.api_shop import key_of
from tests.support.vectors import note_cases, vectors_json
from traceability.epcis.event_hash import hash_id
from traceability.epcis.questions import read_query
from traceability.epcis.rules import document_faults
from traceability.models import TraceEvent, TraceStep
from traceability.models.epcis import EpcisCapture, EpcisEvent
from traceability.operations.lots import open_lot, record_trace_event
from transparency.models import LogEntry
from transparency.queries.entries import find_entry

GTIN, OTHER_GTIN = "09521234500018", "09521234500025"
EPCIS = "/api/v1/epcis"
CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
pytestmark = pytest.mark.usefixtures("db_session")


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


@pytest.fixture
def shop(client):
    return Shop(client)


def count() -> int:
    return db.session.scalar(select(func.count(EpcisEvent.id)).where(EpcisEvent.capture_id.is_not(None))) or 0


def events_in(answer: Any) -> list[dict[str, Any]]:
    return answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


def test_a_document_is_taken_in_and_its_record_says_so(shop):
    answer = shop.post("capture", document_of(event_of(1, **{"ex:batch": "7"}), event_of(2)))

    assert answer.status_code == 202
    job = answer.json
    assert (job["running"], job["success"], job["eventCount"], job["capturedCount"]) == (False, True, 2, 2)
    assert answer.headers["Location"] == f"http://market.test{EPCIS}/capture/{job['captureID']}"
    assert answer.headers["GS1-EPCIS-Version"] == "2.0.0"
    assert answer.headers["GS1-CBV-Version"] == "2.0.0"
    assert shop.get(f"capture/{job['captureID']}").json == job
    assert shop.get("capture").json["captures"] == [job]
    row = db.session.scalars(select(EpcisEvent).where(EpcisEvent.capture_id.is_not(None))).first()
    assert row.lot_id == shop.lot_id
    assert hash_id(json.loads(row.document)) == hash_id(
        event_of(1, **{"ex:batch": "7"}), document_of()["@context"]
    )
    entry = find_entry("trace_event.captured", f"epcis_event:{row.id}")
    assert entry.facts["hash"] == row.event_name
    assert db.session.scalars(select(AuditEvent.verb)).all().count("traceability.capture_events") == 1


def test_handing_in_again_does_nothing_again(shop):
    shop.post("capture", document_of(event_of(1)))

    again = shop.post("capture", document_of(event_of(1), event_of(1)))

    assert (again.status_code, again.json["success"], again.json["capturedCount"]) == (202, True, 0)
    assert count() == 1


@pytest.mark.parametrize(("behaviour", "taken"), [(None, 0), ("rollback", 0), ("proceed", 2)])
def test_one_wrong_event_takes_all_back_unless_the_sender_says_proceed(shop, behaviour, taken):
    headers = {"GS1_Capture_Error_Behaviour": behaviour} if behaviour else {}
    sent = document_of(event_of(1), event_of(2, bizStep="transforming"), event_of(3))

    answer = shop.post("capture", sent, Accept_Language="en", **headers)

    assert answer.status_code == 202
    assert (answer.json["success"], answer.json["capturedCount"]) == (False, taken)
    (error,) = answer.json["errors"]
    assert error["pointer"] == "/epcisBody/eventList/1/bizStep"
    assert error["detail"].endswith("is no word of the Core Business Vocabulary 2.0")
    assert count() == taken


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"quantityList": [{"epcClass": f"https://id.gs1.org/01/{OTHER_GTIN}/10/L1"}]}, "not_yours"),
        ({"quantityList": [{"epcClass": "https://id.gs1.org/01/09520123456788/10/L1"}]}, "not_yours"),
        (
            {"epcList": ["urn:epc:id:sgtin:952123.4050001.A", f"https://x.test/01/{OTHER_GTIN}/21/B"]},
            "not_yours",
        ),
        ({"eventID": f"ni:///sha-256;{'0' * 64}?ver=CBV2.0"}, "wrong_hash"),
        ({"ex:by": "chi.lan@example.com"}, "personal"),
        ({"readPoint": {"id": "https://x.test/" + "a" * 400}}, "too_long"),
    ],
)
def test_events_about_others_people_or_with_a_false_identity_are_refused(shop, change, reason):
    entries = db.session.scalar(select(func.count(LogEntry.seq)))

    answer = shop.post("capture", document_of(event_of(1, **change)))
    single = shop.post("events", {"@context": document_of()["@context"], **event_of(1, **change)})

    assert [each["reason"] for each in answer.json["errors"]] == [reason]
    assert (single.status_code, single.json["errors"][0]["reason"]) == (422, reason)
    assert count() == 0
    assert db.session.scalar(select(func.count(LogEntry.seq))) == entries


def test_an_event_of_ours_is_never_altered_from_outside(shop):
    own = db.session.scalars(select(EpcisEvent)).one()
    wrong = json.loads(own.document) | {
        "errorDeclaration": {"declarationTime": "2026-02-01T00:00:00Z", "reason": "did_not_occur"}
    }

    answer = shop.post("events", {**wrong, "@context": [CONTEXT, wrong["@context"]]})

    assert (answer.status_code, answer.json["errors"][0]["reason"]) == (422, "own_event")
    assert db.session.scalar(select(func.count(TraceEvent.id))) == 1
    assert count() == 0


def test_one_event_is_made_once(shop):
    event = {"@context": CONTEXT, **event_of(1)}

    first, second = shop.post("events", event), shop.post("events", event)

    assert (first.status_code, second.status_code) == (201, 409)
    assert first.json["eventID"] == hash_id(event)
    assert count() == 1
    found = shop.client.get(first.headers["Location"].removeprefix("http://market.test"))
    assert found.json["eventID"] == first.json["eventID"]


def test_an_event_declared_wrong_is_told_with_its_declaration(shop):
    event = {"@context": CONTEXT, **event_of(1)}
    name = shop.post("events", event).json["eventID"]
    declared = {"declarationTime": "2026-02-01T00:00:00Z", "reason": "incorrect_data"}

    answer = shop.post("events", {**event, "eventID": name, "errorDeclaration": declared})

    assert answer.status_code == 201
    told = shop.client.get(f"{EPCIS}/events/{quote(name, safe='')}").json
    assert (told["eventID"], told["errorDeclaration"]) == (name, declared)
    wrong = events_in(shop.client.get(f"{EPCIS}/events?EXISTS_errorDeclaration=true"))
    assert [each["eventID"] for each in wrong] == [name]


def test_another_event_under_the_same_identity_is_refused(shop):
    sent = document_of(event_of(1, eventID="urn:uuid:1"), event_of(2, eventID="urn:uuid:1"))

    answer = shop.post("capture", sent)
    shop.post("capture", document_of(event_of(1, eventID="urn:uuid:1")))
    later = shop.post("capture", document_of(event_of(3, eventID="urn:uuid:1")))

    assert [each["reason"] for each in answer.json["errors"]] == ["taken"]
    assert [each["reason"] for each in later.json["errors"]] == ["taken"]
    assert count() == 1


HOSTILE = [
    b"",
    b"{",
    b"[" * 100_000,
    b'{"a":' * 40 + b"1" + b"}" * 40,
    b'{"type":"EPCISDocument","type":"EPCISDocument"}',
    b'{"a": NaN}',
    b'{"a": 1e999}',
    b'{"a": ' + b"9" * 5000 + b"}",
    b'{"a": "\\ud800"}',
    b'{"a": "\\u0000"}',
    b"\xff\xfe",
]


def test_hostile_json_is_refused_and_nothing_is_kept(shop):
    answers = [shop.post(path, content) for content in HOSTILE for path in ("capture", "events")]

    assert {(each.status_code, each.mimetype) for each in answers} == {(400, "application/problem+json")}
    assert db.session.scalar(select(func.count(EpcisCapture.id))) == 0


def test_what_is_too_large_too_many_or_no_document_is_refused(shop):
    large = shop.post("capture", b'"' + b"a" * 2_000_001 + b'"')
    many = shop.post("capture", document_of(*[event_of(1)] * 501))
    query = shop.post("capture", document_of(type="EPCISQueryDocument"))
    bare = shop.post("capture", [1])
    text = shop.post("capture", b"{}", Content_Type="text/plain")
    behaviour = shop.post("capture", document_of(), GS1_Capture_Error_Behaviour="maybe")

    codes = [each.status_code for each in (large, many, query, bare, text, behaviour)]
    assert codes == [413, 422, 422, 422, 415, 422]
    assert many.json["errors"][0]["reason"] == "too_many"
    assert db.session.scalar(select(func.count(EpcisCapture.id))) == 0


def test_only_a_key_with_the_scope_hands_in_and_sees_its_own(shop):
    rival = make_producer(slug="doi-thu")
    rival_key = key_of(rival.id, make_member(rival), ("events:write",))
    weak = key_of(shop.producer.id, shop.owner, ("listings:read",))
    job = shop.post("capture", document_of(event_of(1))).json["captureID"]

    assert shop.client.post(f"{EPCIS}/capture", json=document_of()).status_code == 401
    assert shop.post("capture", document_of(event_of(2)), key=weak).status_code == 403
    stranger = shop.client.get(f"{EPCIS}/capture/{job}", headers={"Authorization": f"Bearer {rival_key}"})
    assert stranger.status_code == 404
    refused = shop.post("capture", document_of(event_of(2)), key=rival_key).json
    assert [each["reason"] for each in refused["errors"]] == ["not_yours"]
    assert count() == 1


CHOICES: list[tuple[str, set[int]]] = [
    ("", {1, 2, 3}),
    ("EQ_bizStep=storing", {1, 2}),
    ("EQ_bizStep=storing,shipping", {1, 2, 3}),
    ("EQ_bizStep=https://ref.gs1.org/cbv/BizStep-shipping", {3}),
    ("EQ_bizLocation=x:none", set()),
    ("EQ_readPoint=geo:10.24,106.37", {1, 2, 3}),
    ("EQ_disposition=in_transit", {3}),
    ("EQ_action=OBSERVE&eventType=ObjectEvent", {1, 2, 3}),
    (f"MATCH_epcClass=https://id.gs1.org/01/{GTIN}/10/L1", {1, 2, 3}),
    ("MATCH_epcClass=urn:epc:class:lgtin:952123.0450001.L1", {1, 2, 3}),
    (f"MATCH_epc=https://id.gs1.org/01/{GTIN}/10/L1", set()),
    ("MATCH_anyEPC=urn:epc:id:sgtin:952123.0450001.7", {3}),
    ("GE_eventTime=2026-01-15T07:02:00%2B07:00", {2, 3}),
    ("GE_eventTime=2026-01-15T07:02:00+07:00&LT_eventTime=2026-01-15T00:03:00Z", {2}),
    ("GE_quantity=2&LT_quantity=3", {2}),
    ("EXISTS_errorDeclaration=true", set()),
    ("eventCountLimit=1&orderBy=eventTime&orderDirection=ASC", {1}),
]


def test_the_parameters_choose(shop):
    shop.post(
        "capture",
        document_of(
            event_of(1),
            event_of(2),
            event_of(
                3, bizStep="shipping", disposition="in_transit", epcList=["urn:epc:id:sgtin:952123.0450001.7"]
            ),
        ),
    )

    failures = []
    for query, numbers in CHOICES:
        told = events_in(shop.client.get(f"{EPCIS}/events?{query}"))
        found = {each["quantityList"][0]["quantity"] for each in told if each["bizStep"] != "packing"}
        if found != numbers:
            failures.append((query, found))

    assert failures == []


REFUSED = [
    "EQ_bizSteps=storing",
    "GE_eventTime=yesterday",
    "GE_eventTime=2026-01-15",
    "EQ_action=SHIPPED",
    "eventType=Event",
    "perPage=0",
    "perPage=101",
    "perPage=x",
    "perPage=1&perPage=2",
    "nextPageToken=abc",
    "nextPageToken=W10",
    "eventCountLimit=-1",
    "orderDirection=SIDEWAYS",
    "GE_quantity=1e9",
    "EQ_bizStep=",
    "MATCH_epc=" + "a" * 500,
]


def test_a_parameter_that_cannot_be_used_is_named(client):
    failures = []
    for query in REFUSED:
        answer = client.get(f"{EPCIS}/events?{query}")
        told = (answer.status_code, answer.mimetype, (answer.json or {}).get("parameter"))
        if told != (422, "application/problem+json", query.partition("=")[0]):
            failures.append((query, told))

    assert failures == []


def test_the_published_query_is_understood_and_the_invalid_one_refused():
    folder = "openepcis-test-resources"
    note_cases(folder, 2)
    question = read_query(vectors_json(folder, "Query/Queries/SimpleEventQuery.json"))

    assert question.event_types == ("ObjectEvent", "AggregationEvent")
    assert question.event_count_limit == 100
    with pytest.raises(InvalidParameterError):
        read_query(vectors_json(folder, "Query/Queries/Invalid/Query_with_invalid_values.json"))


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_pages_follow_one_another_without_gap_or_repetition(shop, direction):
    shop.post("capture", document_of(*[event_of(number) for number in range(1, 8)]))
    address, seen = f"{EPCIS}/events?EQ_bizStep=storing&perPage=3&orderDirection={direction}", []
    while address:
        answer = shop.client.get(address)
        seen.append([each["quantityList"][0]["quantity"] for each in events_in(answer)])
        link = answer.headers.get("Link", "")
        address = link.partition(">")[0].removeprefix("<http://market.test")

    numbers = list(range(1, 8)) if direction == "ASC" else list(range(7, 0, -1))
    assert seen == [numbers[:3], numbers[3:6], numbers[6:]]


def test_the_answer_is_valid_by_the_published_schema(shop):
    shop.post("capture", document_of(event_of(1, **{"ex:batch": "7"})))
    schema = Draft7Validator(
        vectors_json("epcis-schema", "epcis-json-schema.json"), format_checker=Draft7Validator.FORMAT_CHECKER
    )

    answer = shop.client.get(f"{EPCIS}/events", headers={"Accept": "application/ld+json"})

    assert answer.content_type == "application/ld+json"
    assert len(events_in(answer)) == 2
    assert [error.message for error in schema.iter_errors(answer.json)] == []
    assert document_faults(answer.json) == []


def test_events_of_goods_that_are_not_public_are_told_to_nobody(shop):
    hidden = make_product(
        slug="an", producer=shop.producer, is_listed=False, variants=[{"gtin": "09521234500032"}]
    )
    with transaction():
        lot = open_lot(hidden, "H1", 5, now=present.now())
        record_trace_event(lot, TraceStep.PACKING, present.today(), now=present.now())
    name = "https://id.gs1.org/01/09521234500032/10/H1"
    made = shop.post("events", {"@context": CONTEXT, **event_of(1, quantityList=[{"epcClass": name}])})

    assert made.status_code == 201
    assert shop.client.get(made.headers["Location"].removeprefix("http://market.test")).status_code == 404
    assert "H1" not in shop.client.get(f"{EPCIS}/events").text
    assert "H1" not in shop.client.get(f"{EPCIS}/epcs").text
    assert events_in(shop.client.get(f"{EPCIS}/epcs/{quote(name, safe='')}/events")) == []


def test_events_are_gone_through_by_what_they_say(shop):
    shop.post("capture", document_of(event_of(1, bizLocation={"id": "https://id.gs1.org/414/9521234500010"})))

    def members(name: str) -> list[str]:
        return shop.client.get(f"{EPCIS}/{name}").json["member"]

    assert members("eventTypes") == ["ObjectEvent"]
    assert members("bizSteps") == ["packing", "storing"]
    assert members("dispositions") == ["in_progress"]
    assert members("readPoints") == ["geo:10.24,106.37"]
    assert members("bizLocations") == ["https://id.gs1.org/414/9521234500010"]
    assert members("epcs") == [f"https://id.gs1.org/01/{GTIN}/10/L1"]
    for name, value, found in (
        ("eventTypes", "ObjectEvent", 2),
        ("bizSteps", "storing", 1),
        ("dispositions", "in_progress", 1),
        ("readPoints", "geo:10.24,106.37", 1),
        ("bizLocations", "https://id.gs1.org/414/9521234500010", 1),
        ("epcs", f"https://id.gs1.org/01/{GTIN}/10/L1", 2),
        ("bizSteps", "shipping", 0),
    ):
        answer = shop.client.get(f"{EPCIS}/{name}/{quote(value, safe='')}/events")
        assert (name, answer.status_code, len(events_in(answer))) == (name, 200, found)
    assert shop.client.get(f"{EPCIS}/nothing").status_code == 404
    page = shop.client.get(f"{EPCIS}/bizSteps?perPage=1")
    assert page.json["member"] == ["packing"]
    following = page.headers["Link"].partition(">")[0].removeprefix("<http://market.test")
    assert shop.client.get(following).json["member"] == ["storing"]


def test_every_address_tells_its_methods_and_versions(client):
    for path, methods in (
        ("capture", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("events", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("eventTypes", {"GET", "HEAD", "OPTIONS"}),
    ):
        answer = client.options(f"{EPCIS}/{path}")
        assert answer.status_code == 200
        assert set(answer.headers["Allow"].split(", ")) == methods
        assert answer.headers["GS1-EPCIS-Version"] == "2.0.0"


def test_a_stamp_code_and_our_own_address_name_a_lot(shop):
    plain = make_product(slug="khong-ma", producer=shop.producer, variants=[{}])
    with transaction():
        lot = open_lot(plain, "P1", 5, now=present.now())
    name = f"http://market.test/api/v1/lots/{lot.id}"
    made = shop.post("events", {"@context": CONTEXT, **event_of(1, quantityList=[{"epcClass": name}])})

    assert made.status_code == 201
    row = db.session.scalars(select(EpcisEvent).where(EpcisEvent.capture_id.is_not(None))).one()
    assert (row.lot_id, row.product_id) == (lot.id, plain.id)
    assert present.now() - row.recorded_at < timedelta(days=1)
    assert db.session.scalar(select(Variant.gtin).where(Variant.product_id == plain.id)) is None
    assert db.session.get(Product, plain.id).is_listed
