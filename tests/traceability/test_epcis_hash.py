"""The hash of an event: what changes it, what does not, and the published cases."""

import json
from copy import deepcopy
from hashlib import sha256
from typing import Any

import pytest

from tests.support.vectors import note_cases, vectors
from traceability.epcis.documents import note_hash
from traceability.epcis.event_hash import (
    document_hashes,
    events_of,
    hash_id,
    ignored_fields,
    prehash,
    utc_instant,
)
from traceability.epcis.identifiers import canonical_identifier

FOLDER = "epcis-event-hash"
WRONG_PREHASHES = {("epcisDocWithCustomSchemaInContext", 1)}
"""The published text is not that of the published hash (docs/vectors.md)."""

EVENT: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventTime": "2026-01-15T07:30:00.000+07:00",
    "eventTimeZoneOffset": "+07:00",
    "quantityList": [
        {"epcClass": "https://id.gs1.org/01/09520123456788/10/L2", "quantity": 12.50, "uom": "KGM"},
        {"epcClass": "https://market.test/01/09520123456788/10/L1", "quantity": 3},
    ],
    "action": "ADD",
    "bizStep": "commissioning",
    "readPoint": {"id": "https://market.test/place/25000"},
    "ilmd": {"shop:batch": "L1", "cbvmda:bestBeforeDate": "2027-01-01"},
}
CONTEXT = ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"shop": "https://market.test/voc/"}]


def test_the_text_that_is_hashed_names_every_field_in_one_order() -> None:
    assert prehash(EVENT, CONTEXT) == (
        "eventType=ObjectEventeventTime=2026-01-15T00:30:00.000ZeventTimeZoneOffset=+07:00"
        "quantityListquantityElementepcClass=https://id.gs1.org/01/09520123456788/10/L1quantity=3"
        "quantityElementepcClass=https://id.gs1.org/01/09520123456788/10/L2quantity=12.5uom=KGM"
        "action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-commissioningreadPointid=https://market.test/place/25000"
        "ilmd{https://market.test/voc/}batch=L1{urn:epcglobal:cbv:mda:}bestBeforeDate=2027-01-01"
    )
    digest = sha256(prehash(EVENT, CONTEXT).encode()).hexdigest()
    assert hash_id(EVENT, CONTEXT) == f"ni:///sha-256;{digest}?ver=CBV2.0"


@pytest.mark.parametrize(
    "change",
    [
        {"eventID": "urn:uuid:0"},
        {"recordTime": "2026-02-01T00:00:00Z"},
        {"errorDeclaration": {"declarationTime": "2026-02-01T00:00:00Z", "reason": "incorrect_data"}},
        {"eventTime": "2026-01-15T00:30:00Z"},
        {"bizStep": "https://ref.gs1.org/cbv/BizStep-commissioning"},
        {"bizStep": "cbv:BizStep-commissioning"},
        {"bizStep": "urn:epcglobal:cbv:bizstep:commissioning"},
        {"quantityList": list(reversed(EVENT["quantityList"]))},
        {"epcList": []},
    ],
)
def test_another_way_of_writing_the_same_has_the_same_hash(change: dict[str, Any]) -> None:
    assert hash_id({**EVENT, **change}, CONTEXT) == hash_id(EVENT, CONTEXT)


@pytest.mark.parametrize(
    "change",
    [
        {"eventTime": "2026-01-15T00:30:00.001Z"},
        {"eventTimeZoneOffset": "+00:00"},
        {"action": "OBSERVE"},
        {"bizStep": "packing"},
        {"disposition": "active"},
        {"quantityList": EVENT["quantityList"][:1]},
        {"shop:remark": "x"},
        {"ilmd": {"shop:batch": "L2", "cbvmda:bestBeforeDate": "2027-01-01"}},
    ],
)
def test_another_fact_gives_another_hash(change: dict[str, Any]) -> None:
    assert hash_id({**EVENT, **change}, CONTEXT) != hash_id(EVENT, CONTEXT)


def test_a_field_to_be_ignored_does_not_count() -> None:
    event = {**EVENT, "shop:remark": "x"}

    assert hash_id(event, CONTEXT, ["shop:remark"]) == hash_id(EVENT, CONTEXT)
    assert ignored_fields({"shop:ignoreFields": ["shop:remark"]}) == ("shop:remark",)


def test_hashing_changes_nothing() -> None:
    before = deepcopy(EVENT)

    hash_id(EVENT, CONTEXT)

    assert before == EVENT


def test_a_note_is_told_as_a_salted_hash() -> None:
    salt = bytes(range(16))

    assert note_hash(salt, "Kho lạnh", None) == sha256(salt + '["Kho lạnh",null]'.encode()).hexdigest()
    assert note_hash(bytes(16), "Kho lạnh", None) != note_hash(salt, "Kho lạnh", None)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("urn:epc:id:sgtin:952012.1345678.A1", "https://id.gs1.org/01/19520123456785/21/A1"),
        ("urn:epc:class:lgtin:952012.1345678.L.1", "https://id.gs1.org/01/19520123456785/10/L.1"),
        ("urn:epc:idpat:sgtin:952012.1345678.*", "https://id.gs1.org/01/19520123456785"),
        ("urn:epc:id:sgln:952012.345678.0", "https://id.gs1.org/414/9520123456788"),
        ("urn:epc:id:sgln:952012.345678.7", "https://id.gs1.org/414/9520123456788/254/7"),
        (
            "https://shop.example/SEAL/01/09520123456788/10/L1/21/S1",
            "https://id.gs1.org/01/09520123456788/21/S1",
        ),
        ("https://shop.example/01/09520123456788/22/A/10/L1", "https://id.gs1.org/01/09520123456788/10/L1"),
        ("https://shop.example/01/09520123456788?17=270101", "https://id.gs1.org/01/09520123456788"),
        ("https://shop.example/01/0952012345678", None),
        ("https://shop.example/01/09520123456788/x", None),
        ("https://shop.example/T/7K3QX9M2RVBH8", None),
        ("urn:epc:id:sgtin:952012", None),
        ("urn:epc:id:sgtin:abc.def.ghi", None),
        ("urn:epc:id:none:1.2.3", None),
        ("text", None),
    ],
)
def test_identifiers_have_one_form(text: str, canonical: str | None) -> None:
    assert canonical_identifier(text) == canonical


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-15T07:30:00+07:00", "2026-01-15T00:30:00.000Z"),
        ("2026-01-15T00:30:00.9995Z", "2026-01-15T00:30:01.000Z"),
        ("2026-01-15T00:30:00.1414Z", "2026-01-15T00:30:00.141Z"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"),
    ],
)
def test_times_are_utc_with_milliseconds(text: str, instant: str) -> None:
    assert utc_instant(text) == instant


@pytest.mark.parametrize(
    "text", ["2026-01-15", "2026-01-15T07:30:00", "2026-13-15T07:30:00Z", "22-07-2026", ""]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time zone|month"):
        utc_instant(text)


def test_the_published_hashes_and_texts() -> None:
    """Every published document gives the published hashes, and the published texts but for one that is stale."""
    failures, run = [], 0
    for path in sorted((vectors(FOLDER) / "examples").glob("*.jsonld")):
        document = json.loads(path.read_text(encoding="utf-8"))
        hashes = path.with_suffix(".hashes").read_text(encoding="utf-8").split()
        texts = [
            line for line in path.with_suffix(".prehashes").read_text(encoding="utf-8").split("\n") if line
        ]
        made = [prehash(each, document["@context"], ignored_fields(document)) for each in events_of(document)]
        assert len(made) == len(hashes) == len(texts)
        for number, (found, wanted) in enumerate(zip(document_hashes(document), hashes, strict=True)):
            run += 1
            is_stale = (path.stem, number) in WRONG_PREHASHES
            if found != wanted or (made[number] == texts[number]) is is_stale:
                failures.append((path.name, number))
    note_cases(FOLDER, run)

    assert failures == []
    assert run >= 30
