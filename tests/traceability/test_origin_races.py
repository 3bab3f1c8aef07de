"""A form that arrives twice at the same moment is one lot and one event."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import func, select

from core import clock
from core.db import db, transaction
from tests.factories import make_product
from tests.people import actor, make_member
from traceability.errors import EventDeclaredError
from traceability.models import (
    AmountUnit,
    ErrorDeclaration,
    ErrorReason,
    Lot,
    LotInput,
    TraceEvent,
    TraceStep,
)
from traceability.operations.events import EventFacts, InputFacts, declare_error, record_event
from traceability.operations.lots import RawFacts, open_lot, open_raw_lot
from traceability.operations.opening import OpeningFacts, open_goods

KEY = "11111111-1111-4111-8111-111111111111"
SENDERS = 6


def at_once(app: Any, act: Callable[[], Any]) -> list[Any]:
    """What `SENDERS` who do the same at the same moment got, each with a session of its own."""
    gate, outcomes = Barrier(SENDERS), [None] * SENDERS

    def run(place: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    outcomes[place] = act()
            except EventDeclaredError as error:
                outcomes[place] = type(error).__name__  # type: ignore[call-overload]

    db.session.rollback()
    threads = [Thread(target=run, args=(place,)) for place in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return outcomes


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_lot_with_what_it_was_made_of_is_opened_once(app, db_session):
    product = make_product()
    member = actor(make_member(product.producer))
    with transaction():
        raw_id = open_raw_lot(product, "R1", RawFacts("Xoài", 9_000, AmountUnit.GRAM), now=clock.now()).id
    product_id, now = product.id, clock.now()

    def act() -> int:
        found = db.session.get_one(type(product), product_id)
        facts = OpeningFacts(product=found, code="L1", produced_on=None, expires_on=None, submission_key=KEY)
        source = db.session.get_one(Lot, raw_id)
        made_of = InputFacts(quantity=5_000, unit=AmountUnit.GRAM, lot=source)
        return open_goods(facts, 10, made_of=made_of, by=member, now=now).id

    outcomes = at_once(app, act)

    assert len(set(outcomes)) == 1
    assert (count(Lot), count(TraceEvent), count(LotInput)) == (2, 1, 1)


def test_an_event_is_declared_wrong_and_corrected_once(app, db_session):
    product = make_product()
    with transaction():
        lot = open_lot(product, "L1", 10, now=clock.now())
        told = EventFacts(step=TraceStep.PACKING, happened_at=clock.now() - timedelta(hours=2))
        event_id = record_event(lot, told, by=None, now=clock.now()).id
    now = clock.now()
    better = EventFacts(step=TraceStep.PACKING, happened_at=now - timedelta(hours=1), submission_key=KEY)

    def act() -> int:
        event = db.session.get_one(TraceEvent, event_id)
        return declare_error(event, ErrorReason.INCORRECT_DATA, better, by=None, now=now).id

    outcomes = at_once(app, act)

    assert sorted(str(each) for each in outcomes)[1:] == ["EventDeclaredError"] * (SENDERS - 1)
    assert (count(TraceEvent), count(ErrorDeclaration)) == (2, 1)
