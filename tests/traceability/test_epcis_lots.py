"""A lot for programs: its EPCIS document, the data set of the law, and its digital product passport."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from jsonschema import Draft7Validator

from core import clock as present
from core.db import transaction
from tests.support.vectors import vectors_json
from traceability.epcis.event_hash import hash_id
from traceability.epcis.rules import document_faults
from traceability.models import AmountUnit, TraceStep
from traceability.operations.events import EventFacts, InputFacts, record_event
from traceability.operations.lots import RawFacts, open_lot, open_raw_lot, record_trace_event
from traceability.operations.stamps import issue_stamps
from traceability.passports import VIETNAM

GTIN = "09521234500018"
pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def lot(make_product):
    """A batch of 40 packs made of 60 kg of a raw lot, with two events and ten stamps."""
    product = make_product(gtin=GTIN, name="=Xoài sấy")
    now, today = present.now(), present.today()
    with transaction():
        raw = open_raw_lot(product, "R1", RawFacts("Xoài tươi", 90_000, AmountUnit.GRAM), now=now)
        record_trace_event(raw, TraceStep.HARVESTING, today - timedelta(days=3), now=now)
        batch = open_lot(product, "L1", 40, now=now, produced_on=today, expires_on=today + timedelta(days=90))
        into = (InputFacts(quantity=60_000, unit=AmountUnit.GRAM, lot=raw),)
        facts = EventFacts(step=TraceStep.PROCESSING, happened_at=now, inputs=into, note="Bà Ba làm")
        record_event(batch, facts, by=None, now=now)
        issue_stamps(batch, 10, now=now)
    return batch


def test_the_document_tells_all_events_with_their_hashes_and_no_code_or_note(client, lot):
    answer = client.get(f"/api/v1/lots/{lot.id}/epcis")

    assert answer.status_code == 200
    assert answer.content_type == "application/ld+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    document = answer.json
    events = document["epcisBody"]["eventList"]
    assert [(each["type"], each["bizStep"]) for each in events] == [
        ("ObjectEvent", "commissioning"),
        ("TransformationEvent", "creating_class_instance"),
        ("ObjectEvent", "commissioning"),
    ]
    assert events[2]["quantityList"] == [{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/L1", "quantity": 10}]
    assert [each["eventID"] for each in events] == [hash_id(each, document["@context"]) for each in events]
    assert "Bà Ba" not in answer.text
    assert document_faults(document) == []
    again = client.get(f"/api/v1/lots/{lot.id}/epcis", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_document_is_valid_by_the_published_schema(client, lot):
    schema = Draft7Validator(
        vectors_json("epcis-schema", "epcis-json-schema.json"), format_checker=Draft7Validator.FORMAT_CHECKER
    )

    document = client.get(f"/api/v1/lots/{lot.id}/epcis").json

    assert [error.message for error in schema.iter_errors(document)] == []
    vocabulary = document["epcisHeader"]["epcisMasterData"]["vocabularyList"]
    assert [(each["type"], len(each["vocabularyElementList"])) for each in vocabulary] == [
        ("urn:epcglobal:epcis:vtype:EPCClass", 2)
    ]


def test_the_data_set_says_what_is_on_record_and_names_what_is_not(client, lot):
    data = client.get(f"/api/v1/lots/{lot.id}/dataset").json

    assert (data["name"], data["lot"], data["gtin"]) == ("=Xoài sấy", "L1", GTIN)
    assert data["expires_on"] == (present.today() + timedelta(days=90)).isoformat()
    assert [each["step"] for each in data["events"]] == ["processing"]
    assert data["events"][0]["hash"].startswith("ni:///sha-256;")
    assert data["events"][0]["happened_at"] == present.now().astimezone(VIETNAM).isoformat(timespec="seconds")
    assert data["standards"][0]["kind"] == "ocop"
    assert data["unknown"] == ["images", "brand"]


def test_the_table_holds_the_same_and_runs_nothing(client, lot):
    answer = client.get(f"/api/v1/lots/{lot.id}/dataset.csv")

    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[:3] == [["letter", "fact", "value"], ["a", "name", "'=Xoài sấy"], ["b", "image", ""]]
    assert [row[0] for row in rows[1:]] == ["a", "b", "c", "d", "đ", "e", "g", "g", "g", "h", "h", "i"]


def test_the_passport_is_honest_about_what_is_unknown(client, lot):
    data = client.get(f"/api/v1/dpp/{lot.id}").json

    assert (data["@type"], data["@id"]) == ("Product", f"https://id.gs1.org/01/{GTIN}/10/L1")
    assert data["gs1:hasBatchLotNumber"] == "L1"
    assert data["manufacturer"]["name"] == "HTX Trái cây An Sơn"
    assert data["ocop:traceability"]["epcis"] == f"http://market.test/api/v1/lots/{lot.id}/epcis"
    assert data["ocop:unknown"] == ["safety_warnings", "national_portal"]
    assert data["ocop:isDemonstration"] is True


@pytest.mark.parametrize("address", ["lots/{}/epcis", "lots/{}/dataset", "lots/{}/dataset.csv", "dpp/{}"])
def test_what_nobody_offers_is_told_to_nobody(client, make_product, address):
    product = make_product(is_listed=False)
    with transaction():
        hidden = open_lot(product, "L1", 5, now=present.now())
        raw = open_raw_lot(product, "R1", RawFacts("Xoài", 5, AmountUnit.PIECE), now=present.now())
        stamped = open_lot(product, "L2", 5, now=present.now())
        issue_stamps(stamped, 1, now=present.now())

    codes = [
        client.get("/api/v1/" + address.format(each)).status_code
        for each in (hidden.id, raw.id, 10**9, 2**40, stamped.id)
    ]

    assert codes == [404, 404, 404, 404, 200]


def test_at_midnight_in_vietnam_a_recognition_is_told_as_lapsed(client, make_product, clock):
    """Judged on the day of the answer, also by who has the answer of yesterday."""
    clock.set(datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC))
    product = make_product(certification={"decided_on": date(2023, 11, 23), "expires_on": date(2026, 11, 22)})
    with transaction():
        lot = open_lot(product, "L1", 5, now=present.now())
    addresses = [f"/api/v1/lots/{lot.id}/dataset", f"/api/v1/dpp/{lot.id}"]

    before = [client.get(address) for address in addresses]
    clock.set(datetime(2026, 11, 22, 17, 0, tzinfo=UTC))
    after = [
        client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        for address, answer in zip(addresses, before, strict=True)
    ]

    told = [
        (answer.json["standards"][0], passport.json["hasCertification"][0])
        for answer, passport in (before, after)
    ]
    assert [(standard["name"], standard["is_in_force"]) for standard, _ in told] == [
        ("OCOP 4", True),
        ("OCOP", False),
    ]
    assert [each["certificationStatus"].rpartition("/")[2] for _, each in told] == [
        "CertificationActive",
        "CertificationInactive",
    ]
