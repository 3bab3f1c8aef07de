"""Which documents of events can be taken, and what is said of the others."""

import json
from copy import deepcopy
from typing import Any

import pytest

from tests.support.vectors import note_cases, vectors
from traceability.epcis.field_rules import Fault
from traceability.epcis.rules import FAULTS_MAX, document_faults

FOLDER = "openepcis-test-resources"
NOT_TAKEN = {"SensorData_with_combined_events.json"}
"""Called valid there, but two of its sensor reports have no type, which the schema wants (docs/vectors.md)."""

CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
EVENT: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventTime": "2026-01-15T07:30:00+07:00",
    "eventTimeZoneOffset": "+07:00",
    "epcList": ["https://id.gs1.org/01/09520123456788/21/A1"],
    "action": "ADD",
    "bizStep": "commissioning",
    "disposition": "active",
}
BILL = {"type": "bill", "bizTransaction": "x:y"}
NO_TYPE = {"sensorReport": [{"value": 1}]}
TRANSFORMATION: dict[str, Any] = {
    "type": "TransformationEvent",
    "eventTime": "2026-01-15T07:30:00+07:00",
    "eventTimeZoneOffset": "+07:00",
    "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:952012.1345678.L1", "quantity": 5, "uom": "KGM"}],
    "outputQuantityList": [{"epcClass": "https://id.gs1.org/01/09520123456788/10/L1", "quantity": 9}],
}


def document(*events: dict[str, Any], **head: Any) -> dict[str, Any]:
    made = {
        "@context": [CONTEXT, {"shop": "https://market.test/voc/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-01-15T08:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }
    return {name: value for name, value in {**made, **head}.items() if value is not None}


def faults_of(**change: Any) -> list[Fault]:
    event = {name: value for name, value in {**EVENT, **change}.items() if value is not None}
    return document_faults(document(event))


def test_what_is_right_is_taken() -> None:
    association = {
        **EVENT,
        "type": "AssociationEvent",
        "parentID": "urn:epc:id:giai:952012.1",
        "childEPCs": ["urn:epc:id:sgtin:952012.1345678.A1"],
    }
    del association["epcList"]
    transaction = {
        **EVENT,
        "type": "TransactionEvent",
        "bizTransactionList": [{"type": "po", "bizTransaction": "https://market.test/po/1"}],
    }

    assert document_faults(document(EVENT, TRANSFORMATION, association, transaction)) == []
    assert document_faults({"@context": CONTEXT, **EVENT}) == []
    assert document_faults(document()) == []


@pytest.mark.parametrize(
    ("change", "at", "reason"),
    [
        ({"eventTime": None}, "eventTime", "missing"),
        ({"eventTime": "2026-01-15"}, "eventTime", "not_a_time"),
        ({"eventTime": "2026-02-30T00:00:00Z"}, "eventTime", "not_a_time"),
        ({"eventTime": 7}, "eventTime", "not_text"),
        ({"eventTimeZoneOffset": "+15:00"}, "eventTimeZoneOffset", "not_an_offset"),
        ({"action": "CREATE"}, "action", "unknown_word"),
        ({"action": None}, "action", "missing"),
        ({"epcList": None}, "epcList", "missing"),
        ({"epcList": "x"}, "epcList", "not_a_list"),
        ({"epcList": ["no address"]}, "epcList/0", "not_a_uri"),
        ({"epcList": EVENT["epcList"] * 2}, "epcList/1", "repeated"),
        ({"bizStep": "transforming"}, "bizStep", "unknown_word"),
        ({"bizStep": "https://ref.gs1.org/cbv/BizStep-transforming"}, "bizStep", "unknown_word"),
        ({"bizStep": "cbv:BizStep-transforming"}, "bizStep", "unknown_word"),
        ({"bizStep": "urn:epcglobal:cbv:bizstep:packing"}, "bizStep", "not_a_uri"),
        ({"bizStep": ["packing"]}, "bizStep", "not_text"),
        ({"disposition": "in_transport"}, "disposition", "unknown_word"),
        ({"persistentDisposition": {}}, "persistentDisposition/set", "missing"),
        ({"persistentDisposition": {"set": ["lost"]}}, "persistentDisposition/set/0", "unknown_word"),
        ({"readPoint": {}}, "readPoint/id", "missing"),
        ({"readPoint": "x:y"}, "readPoint", "not_an_object"),
        ({"sourceList": [{"type": "place", "source": "x:y"}]}, "sourceList/0/type", "unknown_word"),
        ({"sourceList": [{"source": "x:y"}]}, "sourceList/0/type", "missing"),
        ({"bizTransactionList": [BILL]}, "bizTransactionList/0/type", "unknown_word"),
        ({"quantityList": [{"epcClass": "x:y", "quantity": "two"}]}, "quantityList/0/quantity", "not_a_number"),
        ({"quantityList": [{"epcClass": "x:y", "quantity": 1e300}]}, "quantityList/0/quantity", "out_of_range"),
        ({"quantityList": [{"epcClass": "x:y", "uom": "kg"}]}, "quantityList/0/uom", "not_a_unit"),
        ({"quantityList": [{"epcClass": "x:y", "note": 1}]}, "quantityList/0/note", "unknown_field"),
        ({"ilmd": {"materialType": "soil"}}, "ilmd/materialType", "without_namespace"),
        ({"ilmd": {"soil:type": "clay"}}, "ilmd/soil:type", "unknown_namespace"),
        ({"ilmd": {"shop:type": "x"}, "action": "OBSERVE"}, "ilmd", "only_when_added"),
        ({"remark": "x"}, "remark", "without_namespace"),
        ({"errorDeclaration": {"reason": "mistake"}}, "errorDeclaration/declarationTime", "missing"),
        ({"sensorElementList": [NO_TYPE]}, "sensorElementList/0/sensorReport/0/type", "missing"),
        ({"type": "ObjectsEvent"}, "type", "unknown_type"),
        ({"type": ["ObjectEvent"]}, "type", "not_text"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(change: dict[str, Any], at: str, reason: str) -> None:
    found = [(each.pointer, each.reason) for each in faults_of(**change)]

    assert (f"/epcisBody/eventList/0/{at}", reason) in found


@pytest.mark.parametrize(
    ("head", "at"),
    [
        ({"@context": None}, "/@context"),
        ({"schemaVersion": "1.2"}, "/schemaVersion"),
        ({"creationDate": "yesterday"}, "/creationDate"),
        ({"epcisBody": None}, "/epcisBody"),
        ({"epcisBody": []}, "/epcisBody"),
        ({"epcisBody": {"eventList": {}}}, "/epcisBody/eventList"),
        ({"epcisBody": {"eventList": [1]}}, "/epcisBody/eventList/0"),
        ({"remark": 1}, "/remark"),
    ],
)
def test_a_document_of_another_form_is_refused(head: dict[str, Any], at: str) -> None:
    assert [each.pointer for each in document_faults(document(EVENT, **head))] == [at]


@pytest.mark.parametrize("what", [None, [], "x", 1, True, {}, {"type": []}, {"type": {}}])
def test_what_is_no_document_is_refused(what: Any) -> None:
    assert document_faults(what)


def test_a_transformation_needs_both_sides_or_a_name() -> None:
    one_sided = deepcopy(TRANSFORMATION)
    del one_sided["outputQuantityList"]

    refused = document_faults(document(one_sided))

    assert [(each.pointer, each.reason) for each in refused] == [
        ("/epcisBody/eventList/0/outputEPCList", "missing")
    ]
    assert (
        document_faults(document({**one_sided, "transformationID": "urn:epc:id:gdti:952012.34567.1"})) == []
    )


def test_a_context_that_cannot_be_read_may_define_any_namespace() -> None:
    event = {**EVENT, "other:remark": "x"}

    assert document_faults(document(event)) != []
    assert document_faults(document(event, **{"@context": [CONTEXT, "https://example.org/context"]})) == []


def test_not_more_faults_are_told_than_a_person_reads() -> None:
    assert len(document_faults(document(*[{**EVENT, "action": "x"}] * 500))) == FAULTS_MAX


def test_the_published_documents() -> None:
    """Each valid one is taken and each invalid one refused, but for one that the schema refuses as well."""
    root, failures, run = vectors(FOLDER), [], 0
    taken = [
        *root.glob("Capture/Documents/*.json"),
        *root.glob("Capture/Events/*.json"),
        *root.glob("Query/*.json"),
    ]
    refused = [*root.glob("Capture/Invalid/*.json"), *root.glob("Query/Invalid/*.json")]
    for path in taken + refused:
        run += 1
        faults = document_faults(json.loads(path.read_text(encoding="utf-8")))
        if bool(faults) is not (path in refused or path.name in NOT_TAKEN):
            failures.append((path.name, faults[:3]))
    note_cases(FOLDER, run)

    assert failures == []
    assert run >= 34
