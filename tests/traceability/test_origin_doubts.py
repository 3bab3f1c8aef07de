"""Doubts about the records of lots, for the producer and for officers of the area."""

from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.db import db, transaction
from tests import people
from tests.factories import make_product
from traceability.models import DiaryDoubt, Lot, TraceEvent, TraceStep
from traceability.operations.diary_doubts import compare_diaries
from traceability.operations.event_photos import StoredPhoto
from traceability.operations.events import EventFacts, InputFacts, record_event
from traceability.operations.lots import RawFacts, open_lot, open_raw_lot
from traceability.queries.diary_doubts import diary_todos


@pytest.fixture(autouse=True)
def _without_tokens(app: Any, db_session: Any) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def product() -> Any:
    return make_product(
        slug="xoai-say",
        name="Xoài sấy",
        variants=[{"label": "Túi 100 g", "net_quantity": 100, "net_unit": "g"}],
    )


@pytest.fixture
def browser(app: Any, product: Any) -> Any:
    return people.browser_of(app, people.make_member(product.producer, "packer"))


def home(product: Any) -> str:
    return f"/workspace/{product.producer_id}"


def doubted(product: Any) -> tuple[Lot, Lot]:
    """Two lots that show one photograph; the second gave more than went into it."""
    photo = StoredPhoto("0123456789abcdef0123", 10, 10, "0" * 64, "1" * 64)
    with transaction():
        raw = open_raw_lot(product, "R1", RawFacts("Xoài tươi", 500, "g"), now=clock.now())
        lots = [open_lot(product, code, 10, now=clock.now()) for code in ("D1", "D2")]
        for lot in lots:
            shown = EventFacts(step=TraceStep.PACKING, happened_at=clock.now(), photos=(photo,))
            record_event(lot, shown, by=None, now=clock.now())
        went_in = (InputFacts(quantity=600, unit="g", lot=raw),)
        made = EventFacts(step=TraceStep.PROCESSING, happened_at=clock.now(), inputs=went_in)
        record_event(lots[1], made, by=None, now=clock.now())
        compare_diaries(now=clock.now())
    return lots[0], lots[1]


def test_what_looks_copied_or_cannot_be_is_told_to_the_producer_once_and_goes_when_corrected(
    browser, product
):
    first, second = doubted(product)
    with transaction():
        compare_diaries(now=clock.now())  # once more: the same doubts

    kinds = sorted((each.kind, each.lot_id) for each in db.session.scalars(select(DiaryDoubt)))
    raw_id = db.session.scalars(select(Lot.id).where(Lot.kind == "raw")).one()
    assert kinds == [("impossible_yield", second.id), ("overdrawn", raw_id), ("same_photo", second.id)]
    assert "(D1)" in browser.get(f"{home(product)}/lots/{second.id}").text
    assert "(D2)" not in browser.get(f"{home(product)}/lots/{first.id}").text
    [card] = diary_todos(product.producer_id, clock.today())
    assert (card.kind, card.count) == ("diary_doubts", 2)

    address = f"{home(product)}/lots/{second.id}/events"
    made = db.session.scalars(select(TraceEvent.id).where(TraceEvent.step == "processing")).one()
    browser.post(f"{address}/{made}/error", data={"reason": "did_not_occur"})
    with transaction():
        compare_diaries(now=clock.now())

    open_kinds = db.session.scalars(select(DiaryDoubt.kind).where(DiaryDoubt.gone_at.is_(None))).all()
    assert open_kinds == ["same_photo"]


def test_officers_of_the_area_see_a_doubt_and_close_it_with_what_came_of_it(app, product):
    doubted(product)
    doubt_id = db.session.scalars(select(DiaryDoubt.id).where(DiaryDoubt.kind == "same_photo")).one()
    officer = people.browser_of(app, people.make_officer())
    far = people.browser_of(app, people.make_officer(province_code=people.LAO_CAI))
    address = f"/office/diary-doubts/{doubt_id}"

    page = officer.get(address).text
    assert far.get(address).status_code == 404
    assert officer.post(f"{address}/closure", data={"result": ""}).status_code == 422
    assert officer.post(f"{address}/closure", data={"result": "Đã chụp lại ảnh."}).status_code == 303

    assert "D1" in page
    assert "D2" in page
    assert address not in officer.get("/office/diary-doubts").text
    assert address in officer.get("/office/diary-doubts?state=closed").text
    assert [each.count for each in diary_todos(product.producer_id, clock.today())] == [2]
