"""Events, inputs and areas: recorded once, never edited, corrected only by a further row."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from catalog.models import Place, Variant
from core import clock as present
from core.db import db, transaction
from core.places import list_communes
from tests.people import actor, make_user
from traceability.errors import EventDeclaredError, InvalidAreaError, InvalidLotError, InvalidTraceEventError
from traceability.models import (
    AmountUnit,
    ErrorDeclaration,
    ErrorReason,
    Lot,
    LotInput,
    SourceArea,
    TraceEvent,
    TraceStep,
)
from traceability.operations.areas import AreaFacts, keep_area, record_area
from traceability.operations.events import EventFacts, InputFacts, declare_error, record_event
from traceability.operations.lots import RawFacts, open_lot, open_raw_lot
from traceability.queries.lots import get_lot_page, origin_summary
from traceability.queries.origin import list_inputs, mass_balance, used_of
from transparency.queries.entries import find_entry

Make = Callable[..., Any]
KEY = "11111111-1111-4111-8111-111111111111"
KG = AmountUnit.GRAM


def a_raw_lot(product: Any, code: str = "R1", grams: int = 100_000) -> Lot:
    with transaction():
        return open_raw_lot(product, code, RawFacts("Măng cụt tươi", grams, KG), now=present.now())


def an_event(lot: Lot, **facts: Any) -> TraceEvent:
    values = {"step": TraceStep.PROCESSING, "happened_at": present.now() - timedelta(hours=2)}
    with transaction():
        return record_event(lot, EventFacts(**(values | facts)), by=None, now=present.now())


def an_area(producer: Any, **facts: Any) -> SourceArea:
    with transaction():
        return keep_area(producer, "Vườn sông", producer.place, by=None, now=present.now(), **facts)


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_an_event_keeps_its_minute_its_day_in_vietnam_its_area_and_who_wrote_it(make_lot):
    lot = make_lot()
    area = an_area(lot.product.producer, code="VN-86-001", cell="10.24,106.37")
    member = make_user()
    happened_at = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)

    with present.freeze(datetime(2026, 11, 22, 3, tzinfo=UTC)), transaction():
        facts = EventFacts(step=TraceStep.HARVESTING, happened_at=happened_at, area=area, note=" Hái  sáng ")
        event = record_event(lot, facts, by=actor(member), now=present.now())

    assert event.happened_at == happened_at
    assert event.happened_on == date(2026, 11, 21)
    assert (event.note, event.area.cell, event.recorded_by_id) == ("Hái sáng", "10.24,106.37", member.id)
    [shown] = get_lot_page(lot.id, present.today()).events
    assert (shown.happened_at, shown.area.code, shown.place.commune) == (
        happened_at,
        "VN-86-001",
        "Phường Lái Thiêu",
    )


def test_the_same_form_sent_twice_is_one_event(make_lot):
    lot = make_lot()

    first = an_event(lot, submission_key=KEY, note="một")
    again = an_event(lot, submission_key=KEY, note="hai")

    assert again.id == first.id
    assert (count(TraceEvent), again.note) == (1, "một")


def test_the_key_of_a_form_of_another_lot_is_refused(make_lot):
    an_event(make_lot(), submission_key=KEY)
    other = make_lot()

    with pytest.raises(InvalidTraceEventError) as refused:
        an_event(other, submission_key=KEY)

    assert (refused.value.reason, count(TraceEvent)) == ("key", 1)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"happened_at": timedelta(minutes=11)}, "future"),
        ({"happened_at": None, "happened_on": date(2099, 1, 1)}, "future"),
        ({"happened_at": None}, "missing"),
        ({"happened_at": -timedelta(days=4000)}, "too_old"),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_nothing_is_recorded(make_lot, facts, reason):
    lot = make_lot()
    if isinstance(facts["happened_at"], timedelta):
        facts = {"happened_at": present.now() + facts["happened_at"]}

    with pytest.raises(InvalidTraceEventError) as refused:
        an_event(lot, **facts)

    assert (refused.value.reason, count(TraceEvent)) == (reason, 0)


def test_what_is_recorded_is_never_edited_or_deleted(make_lot):
    lot = make_lot()
    area = an_area(lot.product.producer)
    raw = a_raw_lot(lot.product)
    event = an_event(lot, inputs=(InputFacts(quantity=5, unit=KG, lot=raw),), area=area)
    with transaction():
        declare_error(event, ErrorReason.DID_NOT_OCCUR, None, by=None, now=present.now())
    attacks = (
        "UPDATE trace_event SET note = 'x'",
        "DELETE FROM trace_event",
        "UPDATE lot SET quantity = 7",
        "UPDATE lot SET code = 'X'",
        "DELETE FROM lot",
        "UPDATE lot_input SET quantity = 1",
        "DELETE FROM lot_input",
        "UPDATE error_declaration SET reason = 'incorrect_data'",
        "DELETE FROM error_declaration",
        "UPDATE source_area SET cell = '1,1'",
        "DELETE FROM source_area",
    )

    for attack in attacks:
        with pytest.raises(DBAPIError, match="only ever added to"), transaction():
            db.session.execute(text(attack))

    assert (count(TraceEvent), count(LotInput), count(ErrorDeclaration)) == (1, 1, 1)


def test_a_wrong_event_stays_beside_the_one_that_takes_its_place_and_its_inputs_count_no_more(make_lot):
    lot = make_lot()
    raw = a_raw_lot(lot.product)
    wrong = an_event(lot, inputs=(InputFacts(quantity=90_000, unit=KG, lot=raw),))
    better = EventFacts(
        step=TraceStep.PROCESSING,
        happened_at=present.now() - timedelta(hours=3),
        inputs=(InputFacts(quantity=60_000, unit=KG, lot=raw),),
    )

    with transaction():
        declared = declare_error(wrong, ErrorReason.INCORRECT_DATA, better, by=None, now=present.now())

    assert used_of(raw.id) == 60_000
    assert [each.quantity for each in list_inputs(lot.id)] == [60_000]
    events = {each.id: each for each in get_lot_page(lot.id, present.today()).events}
    assert events[wrong.id].error.corrective_id == declared.corrective_event_id
    assert events[declared.corrective_event_id].corrects_id == wrong.id
    with pytest.raises(EventDeclaredError), transaction():
        declare_error(wrong, ErrorReason.DID_NOT_OCCUR, None, by=None, now=present.now())
    assert count(ErrorDeclaration) == 1


def test_inputs_come_only_from_the_producers_own_lots_in_their_unit_and_never_in_a_circle(make_lot):
    lot, foreign = make_lot(), make_lot()
    raw = a_raw_lot(lot.product)
    half = a_raw_lot(lot.product, "R2")
    an_event(half, inputs=(InputFacts(quantity=1, unit=KG, lot=raw),))
    cases = {
        "input": InputFacts(quantity=1, unit=KG, lot=a_raw_lot(foreign.product)),
        "unit": InputFacts(quantity=1, unit=AmountUnit.PIECE, lot=raw),
        "quantity": InputFacts(quantity=0, unit=KG, lot=raw),
        "area": InputFacts(quantity=1, unit=KG, area=an_area(foreign.product.producer)),
    }

    for reason, given in cases.items():
        with pytest.raises(InvalidTraceEventError) as refused:
            an_event(lot, inputs=(given,))
        assert refused.value.reason == reason
    with pytest.raises(InvalidTraceEventError) as circle:
        an_event(raw, inputs=(InputFacts(quantity=1, unit=KG, lot=half),))

    assert circle.value.reason == "circle"
    assert count(LotInput) == 1


@pytest.mark.parametrize(("grams", "is_possible"), [(23_800, False), (23_810, True), (25_000, True)])
def test_a_yield_is_impossible_once_more_came_out_than_went_in_and_five_percent(make_lot, grams, is_possible):
    lot = make_lot(quantity=100)  # packs of 250 g: 25 kg
    with transaction():
        db.session.add(
            Variant(product_id=lot.product_id, label="250 g", net_quantity=250, net_unit="g", position=1)
        )
    an_event(lot, inputs=(InputFacts(quantity=grams, unit=KG, lot=a_raw_lot(lot.product)),))

    balance = mass_balance(lot)

    assert (balance.in_kg, balance.out_kg) == (Decimal(grams) / 1000, Decimal(25))
    assert balance.is_possible is is_possible


def test_nothing_is_said_of_a_balance_that_is_not_known(make_lot):
    lot = make_lot()

    assert mass_balance(lot) is None


def test_raw_material_is_no_goods_and_the_log_tells_which_it_is(make_lot):
    lot = make_lot()
    raw = a_raw_lot(lot.product)

    assert origin_summary(lot.product_id, present.today()).lot_count == 1
    entry, raw_entry = find_entry("lot.opened", f"lot:{lot.id}"), find_entry("lot.opened", f"lot:{raw.id}")
    assert (entry.facts["kind"], entry.facts["quantity"], entry.facts["unit"]) == ("goods", 100, None)
    assert (raw_entry.facts["kind"], raw_entry.facts["quantity"], raw_entry.facts["unit"]) == (
        "raw",
        100_000,
        "g",
    )
    assert "producer" not in str(entry.facts)


def test_a_lot_opened_twice_by_one_form_is_one_lot(make_product):
    product = make_product()

    ids = []
    for _ in range(2):
        with transaction():
            ids.append(open_lot(product, "L9", 10, now=present.now(), submission_key=KEY).id)

    assert (len(set(ids)), count(Lot)) == (1, 1)


def test_the_pack_of_a_lot_is_one_of_its_product(make_product):
    product, other = make_product(gtin="09521234500018"), make_product()

    with pytest.raises(InvalidLotError) as refused, transaction():
        open_lot(other, "L9", 10, now=present.now(), variant=product.variants[0])

    assert (refused.value.reason, count(Lot)) == ("variant", 0)


def test_an_area_keeps_a_square_of_a_kilometre_and_nothing_finer(make_product):
    producer = make_product().producer
    facts = AreaFacts(
        name="Ruộng nhà",
        province="86",
        commune=list_communes("86")[0].code,
        code=" vn-86 001",
        point="10.243127, 106.375219",
    )

    with transaction():
        area = record_area(producer, facts, by=None, now=present.now())

    assert (area.cell, area.code) == ("10.24,106.37", "VN-86001")
    assert "243" not in str([getattr(area, each.name) for each in SourceArea.__table__.columns])
    assert db.session.get_one(Place, area.place_id).street is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"commune": "99999"}, "commune"),
        ({"point": "48.85, 2.35"}, "point"),
        ({"point": "<script>"}, "point"),
        ({"code": "?"}, "code"),
    ],
)
def test_an_area_that_cannot_be_is_refused_and_nothing_is_kept(make_product, wrong, field):
    producer = make_product().producer
    values = {"name": "Ruộng", "province": "86", "commune": list_communes("86")[0].code}

    with pytest.raises(InvalidAreaError) as refused, transaction():
        record_area(producer, AreaFacts(**(values | wrong)), by=None, now=present.now())

    assert (refused.value.field, count(SourceArea)) == (field, 0)
