"""Events asked for by everybody: by parameters, page by page, along what they say."""

import base64
import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from jsonschema import Draft7Validator
from sqlalchemy import select

from catalog.errors import InvalidParameterError
from catalog.models import Product, Variant
from core import clock as present
from core.db import db, transaction
from tests.factories import make_producer, make_product
from tests.people import make_member
from tests.support.api_shop import key_of
from tests.support.vectors import note_cases, vectors_json
from tests.traceability.epcis_shop import CONTEXT, EPCIS, GTIN, Shop, document_of, event_of, events_in
from traceability.epcis.questions import read_query
from traceability.epcis.rules import document_faults
from traceability.models import TraceStep
from traceability.models.epcis import EpcisEvent
from traceability.operations.lots import open_lot, record_trace_event

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def shop(client):
    return Shop(client)


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


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("bizSteps", ["\ud800"]),
        ("epcs", ["a\udfff"]),
        ("bizSteps", ["\x00"]),
        ("bizSteps", [7]),
        ("queries", [-(10**30)]),
        ("queries", ["1"]),
    ],
)
def test_a_token_that_no_answer_held_is_refused(client, address, said):
    token = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")

    answer = client.get(f"{EPCIS}/{address}?nextPageToken={token}")

    assert (answer.status_code, answer.json["parameter"]) == (422, "nextPageToken")


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


def test_a_question_is_kept_under_a_name_and_asked_by_everybody(shop):
    shop.post("capture", document_of(event_of(1), event_of(2, bizStep="shipping")))
    question = {"EQ_bizStep": ["storing"], "GE_quantity": 1}

    made = shop.post("queries", {"name": "kho", "query": question})

    assert (made.status_code, made.headers["Location"]) == (201, f"http://market.test{EPCIS}/queries/kho")
    assert shop.client.get(f"{EPCIS}/queries/kho").json == {"name": "kho", "query": question}
    assert shop.client.get(f"{EPCIS}/queries").json["queries"] == [{"name": "kho", "query": question}]
    answer = shop.client.get(f"{EPCIS}/queries/kho/events")
    assert answer.json["epcisBody"]["queryResults"]["queryName"] == "kho"
    assert [each["bizStep"] for each in events_in(answer)] == ["storing"]


def test_a_name_is_given_once_and_dropped_by_its_owner_only(shop):
    rival = make_producer(slug="doi-thu")
    rival_key = key_of(rival.id, make_member(rival), ("events:write",))
    shop.post("queries", {"name": "kho", "query": {}})

    def drop(key: str) -> int:
        return shop.client.delete(
            f"{EPCIS}/queries/kho", headers={"Authorization": f"Bearer {key}"}
        ).status_code

    assert shop.post("queries", {"name": "kho", "query": {}}, key=rival_key).status_code == 409
    assert drop(rival_key) == 404
    assert shop.client.get(f"{EPCIS}/queries/kho").status_code == 200
    assert [drop(shop.key), drop(shop.key)] == [204, 404]
    assert shop.client.get(f"{EPCIS}/queries/kho/events").status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"name": "a b", "query": {}},
        {"name": ["a"], "query": {}},
        {"name": "a", "query": []},
        {"name": "a", "query": {"EQ_bizSteps": "x"}},
        {"name": "a", "query": {"EQ_bizStep": {"x": 1}}},
        {"name": "a", "query": {"perPage": 5}},
    ],
)
def test_a_question_that_cannot_be_asked_is_not_kept(shop, sent):
    assert shop.post("queries", sent).status_code == 422
    assert shop.client.get(f"{EPCIS}/queries").json["queries"] == []
