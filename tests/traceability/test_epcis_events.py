"""Our own events told as EPCIS: named, hashed, entered into the log; and valid by the published schema."""

import json
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft7Validator
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from catalog.models import Variant
from core import clock as present
from core.db import db, transaction
from tests.support.vectors import vectors_json
from tests.transparency.logs import rewrite
from traceability.epcis.event_hash import hash_id
from traceability.epcis.names import use_site
from traceability.epcis.rules import event_faults
from traceability.invariants import check_event_copies
from traceability.models import AmountUnit, ErrorReason, LotInput, TraceEvent, TraceStep
from traceability.models.epcis import EpcisEvent, EpcisIdentifier, LotName
from traceability.operations.epcis_events import keep_missing
from traceability.operations.events import EventFacts, InputFacts, declare_error, record_event
from traceability.operations.lots import RawFacts, open_lot, open_raw_lot, record_trace_event
from traceability.queries.logged_events import CAPTURED, DECLARED, RECORDED
from transparency.queries.entries import find_entry
from transparency.queries.faults import record_faults

GTIN = "09521234500018"
SITE = "http://market.test"
pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture(autouse=True)
def site(context):
    use_site(SITE)


@pytest.fixture
def lot(make_product):
    product = make_product(gtin=GTIN)
    with transaction():
        return open_lot(product, "L260115", 40, now=present.now(), produced_on=present.today())


def told() -> list[dict[str, Any]]:
    return [
        json.loads(each) for each in db.session.scalars(select(EpcisEvent.document).order_by(EpcisEvent.id))
    ]


def test_a_recorded_event_is_named_hashed_and_in_the_log(lot):
    with transaction():
        event = record_trace_event(
            lot, TraceStep.INSPECTING, present.today(), note="Chị Lan kiểm tra", now=present.now()
        )

    row = db.session.scalars(select(EpcisEvent)).one()
    document = json.loads(row.document)
    assert document["quantityList"] == [
        {"epcClass": f"https://id.gs1.org/01/{GTIN}/10/L260115", "quantity": 40}
    ]
    assert (document["action"], document["bizStep"], document["ocop:timePrecision"]) == (
        "OBSERVE",
        "inspecting",
        "day",
    )
    assert document["eventTime"] == f"{present.today().isoformat()}T00:00:00.000+07:00"
    assert "Lan" not in row.document
    assert len(document["ocop:noteHash"]) == 64
    assert hash_id(document) == row.event_name == f"ni:///sha-256;{row.event_hash}?ver=CBV2.0"
    entry = find_entry(RECORDED, f"trace_event:{event.id}")
    assert entry is not None
    assert entry.facts["hash"] == row.event_name
    assert entry.facts["lot"] == lot.id
    assert event_faults(document) == []
    assert [fault for fault in record_faults() if "trace_event" in str(fault.get("subject"))] == []


def test_two_alike_are_two_events(lot):
    with transaction():
        for _ in range(2):
            record_trace_event(lot, TraceStep.STORING, present.today(), now=present.now())

    assert db.session.scalar(select(func.count(EpcisEvent.event_hash.distinct()))) == 2


def test_a_batch_is_a_transformation_of_what_went_in(make_product):
    product = make_product()
    now = present.now()
    with transaction():
        raw = open_raw_lot(product, "R1", RawFacts("Xoài", 90_000, AmountUnit.GRAM), now=now)
        batch = open_lot(product, "L1", 30, now=now)
        into = (InputFacts(quantity=60_000, unit=AmountUnit.GRAM, lot=raw),)
        record_event(
            batch, EventFacts(step=TraceStep.PROCESSING, happened_at=now, inputs=into), by=None, now=now
        )

    (document,) = told()
    assert document["type"] == "TransformationEvent"
    assert "action" not in document
    assert document["inputQuantityList"] == [
        {"epcClass": f"{SITE}/api/v1/lots/{raw.id}", "quantity": 60_000, "uom": "GRM"}
    ]
    assert document["outputQuantityList"] == [{"epcClass": f"{SITE}/api/v1/lots/{batch.id}", "quantity": 30}]
    assert "ocop:timePrecision" not in document
    roles = db.session.execute(select(EpcisIdentifier.role, EpcisIdentifier.quantity)).all()
    assert sorted((role, quantity) for role, quantity in roles) == [
        ("inputQuantityList", 60_000.0),
        ("outputQuantityList", 30.0),
    ]


def test_a_lot_keeps_its_name_when_a_gtin_comes_and_the_site_moves(make_product):
    product = make_product()
    now = present.now()
    with transaction():
        lot = open_lot(product, "L1", 30, now=now)
        record_trace_event(lot, TraceStep.PACKING, present.today(), now=now)
    with transaction():
        db.session.add(Variant(product_id=product.id, position=9, label="Hộp", gtin=GTIN))
    use_site("https://elsewhere.test")
    with transaction():
        record_trace_event(lot, TraceStep.STORING, present.today(), now=now)

    assert [each["quantityList"][0]["epcClass"] for each in told()] == [f"{SITE}/api/v1/lots/{lot.id}"] * 2
    assert [fault for fault in record_faults() if "trace_event" in str(fault.get("subject"))] == []


def test_an_event_declared_wrong_stays_and_is_told_once_more(lot):
    now = present.now()
    with transaction():
        event = record_trace_event(lot, TraceStep.STORING, present.today(), now=now)
        better = EventFacts(step=TraceStep.SHIPPING, happened_at=now)
        declared = declare_error(event, ErrorReason.INCORRECT_DATA, better, by=None, now=now)

    first, second, wrong = db.session.scalars(select(EpcisEvent).order_by(EpcisEvent.id)).all()
    assert [first.is_error, second.is_error, wrong.is_error] == [False, False, True]
    assert wrong.event_hash == first.event_hash
    document = json.loads(wrong.document)
    assert document["errorDeclaration"]["reason"] == "incorrect_data"
    assert document["errorDeclaration"]["correctiveEventIDs"] == [second.event_name]
    assert event_faults(document) == []
    entry = find_entry(DECLARED, f"error_declaration:{declared.id}")
    assert entry is not None
    assert (entry.facts["trace_event"], entry.facts["corrective_event"]) == (event.id, second.trace_event_id)


def test_a_row_changed_behind_the_back_of_the_log_is_found(lot):
    with transaction():
        event = record_trace_event(
            lot, TraceStep.STORING, present.today(), note="Kho lạnh", now=present.now()
        )
    rewrite(update(TraceEvent).where(TraceEvent.id == event.id).values(note="Kho nóng"))

    faults = [fault for fault in record_faults() if fault.get("subject") == f"trace_event:{event.id}"]

    assert [fault["fault"] for fault in faults] == ["on record otherwise: hash"]


@pytest.mark.parametrize("table", ["epcis_event", "epcis_identifier", "lot_name"])
def test_what_was_told_is_never_changed(lot, table):
    with transaction():
        record_trace_event(lot, TraceStep.STORING, present.today(), now=present.now())

    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {_column(table)} = {_column(table)}"):
        with pytest.raises(DBAPIError, match="only ever added to"), transaction():
            db.session.execute(text(statement))


def test_the_copy_for_asking_is_made_again_and_nothing_is_healed_in_the_log(lot):
    with transaction():
        record_trace_event(lot, TraceStep.STORING, present.today(), now=present.now())
    with transaction():
        assert keep_missing() == 0
        db.session.execute(
            text(
                "INSERT INTO trace_event (lot_id, step, happened_on, recorded_at) "
                "SELECT lot_id, 'shipping', happened_on, recorded_at FROM trace_event"
            )
        )
        assert keep_missing() == 1

    faults = [str(fault["fault"]) for fault in record_faults() if "trace_event" in str(fault.get("subject"))]

    assert faults == [f"on record, but not in the log: {RECORDED}"]
    assert CAPTURED != RECORDED
    assert db.session.scalar(select(func.count(LotName.lot_id))) == 1
    assert db.session.scalar(select(func.count(LotInput.id))) == 0


def test_our_events_are_valid_by_the_published_schema(make_product, lot):
    now = present.now()
    with transaction():
        raw = open_raw_lot(lot.product, "R1", RawFacts("Xoài", 90_000, AmountUnit.GRAM), now=now)
        record_trace_event(raw, TraceStep.HARVESTING, present.today(), now=now)
        into = (InputFacts(quantity=500, unit=AmountUnit.GRAM, lot=raw),)
        facts = EventFacts(step=TraceStep.PROCESSING, happened_at=now - timedelta(hours=1), inputs=into)
        made = record_event(lot, facts, by=None, now=now)
        declare_error(made, ErrorReason.DID_NOT_OCCUR, None, by=None, now=now)
        for step in TraceStep:
            record_trace_event(lot, step, present.today(), note="x", now=now)
    schema = Draft7Validator(
        vectors_json("epcis-schema", "epcis-json-schema.json"),
        format_checker=Draft7Validator.FORMAT_CHECKER,
    )

    documents = told()

    assert len(documents) == 10
    assert [error.message for each in documents for error in schema.iter_errors(each)] == []
    assert [fault for each in documents for fault in event_faults(each)] == []


def _column(table: str) -> str:
    return {"lot_name": "site"}.get(table, "id")


def test_a_copy_that_says_something_else_than_its_hash_is_found(lot):
    with transaction():
        record_trace_event(lot, TraceStep.STORING, present.today(), now=present.now())
    assert list(check_event_copies()) == []

    rewrite(update(EpcisEvent).values(document=EpcisEvent.document.op("||")(" ")))
    assert list(check_event_copies()) == []  # a space is no fact
    rewrite(update(EpcisEvent).values(document=func.replace(EpcisEvent.document, "storing", "shipping")))

    assert [list(each) for each in check_event_copies()] == [["epcis_event_id", "event_hash"]]


def named() -> dict[int, str]:
    return {row.lot_id: row.name for row in db.session.execute(select(LotName.lot_id, LotName.name))}


@pytest.mark.slow
def test_lots_from_before_the_names_of_lots_get_the_same_ones(lot, make_product, runner):
    now, plain = present.now(), make_product()
    with transaction():
        record_trace_event(lot, TraceStep.PACKING, present.today(), now=now)
        bare = open_lot(plain, "L1", 5, now=now)
        declare_error(
            record_trace_event(bare, TraceStep.STORING, present.today(), now=now),
            ErrorReason.DID_NOT_OCCUR,
            None,
            by=None,
            now=now,
        )
    names = named()
    events = db.session.execute(select(EpcisEvent.event_name, EpcisEvent.is_error)).all()
    db.session.rollback()

    down = runner.invoke(args=["db", "downgrade", "0024"])
    up = runner.invoke(args=["db", "upgrade"])

    assert (down.exit_code, up.exit_code) == (0, 0), (down.output, up.output)
    assert named() == names
    with transaction():
        assert keep_missing() == 3
    made = db.session.execute(select(EpcisEvent.event_name, EpcisEvent.is_error)).all()
    assert sorted(map(tuple, made)) == sorted(map(tuple, events))
    assert [fault for fault in record_faults() if "trace_event" in str(fault.get("subject"))] == []
