"""Events handed in by key: each once, about the producer's own goods, none of ours altered."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from sqlalchemy import func, select, update

from accounts.models.audit import AuditEvent
from core.db import db
from tests.factories import make_producer
from tests.people import make_member
from tests.support.api_shop import key_of
from tests.traceability.epcis_shop import (
    CONTEXT,
    EPCIS,
    OTHER_GTIN,
    Shop,
    document_of,
    event_of,
    events_in,
)
from tests.transparency.logs import rewrite
from traceability.epcis.event_hash import hash_id
from traceability.models import TraceEvent
from traceability.models.epcis import EpcisCapture, EpcisEvent
from transparency.models import LogEntry
from transparency.queries.entries import find_entry
from transparency.queries.faults import record_faults

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def shop(client):
    return Shop(client)


def count() -> int:
    return db.session.scalar(select(func.count(EpcisEvent.id)).where(EpcisEvent.capture_id.is_not(None))) or 0


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


def test_a_document_with_more_faults_than_are_told_is_refused_whole(shop):
    full_of_faults = event_of(1, **{f"unknown{number}": 1 for number in range(120)})
    without_time = {name: value for name, value in event_of(2).items() if name != "eventTime"}
    sent = document_of(full_of_faults, without_time, event_of(3, bizStep="transforming"), event_of(4))

    answer = shop.post("capture", sent, GS1_Capture_Error_Behaviour="proceed")

    assert (answer.status_code, len(answer.json["errors"])) == (422, 100)
    assert count() == 0
    assert db.session.scalar(select(func.count(EpcisCapture.id))) == 0


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


def faults_of_records():
    faults = [(str(each["subject"]), each["fault"]) for each in record_faults()]
    return [each for each in faults if each[0].startswith(("epcis_event:", "trace_event:"))]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"document": func.replace(EpcisEvent.document, "storing", "shipping")}, "hash"),
        ({"event_hash": "0" * 64, "event_name": "urn:uuid:9"}, "hash"),
        ({"document": "[]"}, "hash"),
        ({"document": func.replace(EpcisEvent.document, "incorrect_data", "other")}, None),
    ],
)
def test_an_event_that_was_rewritten_is_found_by_the_log(shop, change, fault):
    declared = {"declarationTime": "2026-02-01T00:00:00Z", "reason": "incorrect_data"}
    shop.post("capture", document_of(event_of(1), event_of(2, errorDeclaration=declared)))
    sound, wrong = db.session.scalars(
        select(EpcisEvent.id).where(EpcisEvent.capture_id.is_not(None)).order_by(EpcisEvent.is_error)
    ).all()
    assert faults_of_records() == []

    rewrite(update(EpcisEvent).where(EpcisEvent.id == (sound if fault else wrong)).values(**change))

    name = f"epcis_event:{sound if fault else wrong}"
    assert faults_of_records() == [(name, f"on record otherwise: {fault or 'declaration'}")]


def test_a_rewritten_copy_of_an_event_of_ours_is_found_by_the_log(shop):
    copy = db.session.scalars(select(EpcisEvent)).one()
    changed = copy.document.replace("packing", "shipping")
    digest = hash_id(json.loads(changed)).removeprefix("ni:///sha-256;").partition("?")[0]
    number = copy.trace_event_id

    rewrite(update(EpcisEvent).values(document=changed, event_hash=digest))

    assert faults_of_records() == [(f"trace_event:{number}", "on record otherwise: hash")]


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


def test_handed_in_by_several_at_once_it_is_taken_in_once(app, shop):
    """Each of them is answered; together they take in each event once."""
    document = document_of(*[event_of(number) for number in range(1, 6)])

    def hand_in(_number: int) -> tuple[int, int]:
        headers = {"Authorization": f"Bearer {shop.key}"}
        answer = app.test_client().post(f"{EPCIS}/capture", json=document, headers=headers)
        return answer.status_code, answer.json["capturedCount"]

    db.session.rollback()
    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(hand_in, range(4)))

    assert sorted(answers) == [(202, 0), (202, 0), (202, 0), (202, 5)]
    assert count() == 5
