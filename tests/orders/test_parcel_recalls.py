"""Recalled goods stay in the house by lot, by code and by product; whoever got them all the same is told."""

import pytest
from sqlalchemy import select

from core import clock
from core.db import db, transaction
from core.jobs.models import Job
from orders.errors import RecalledGoodsError
from orders.jobs.recalls import tell_recall
from orders.models.shipments import EventSource
from orders.models.stock import LineLot
from orders.operations.desk import confirm_order, hand_over, pack_order
from orders.operations.packing import bind_code
from orders.operations.shipments import MANUAL, ToldEvent, open_shipment, record_event
from orders.queries.desk_order import get_desk_order
from orders.queries.parcel_recalls import open_recalls_in
from orders.tracking import ShipmentStatus
from tests.orders.counter_shop import sell, taken_along
from tests.orders.desk_shop import _books_agree, do, owner, packs_of, place, product, stands
from tests.orders.test_recalls import WORDS, start, told
from traceability.models import Recall, Stamp
from traceability.operations.lots import open_lot
from traceability.operations.recalls import RecallGoods, end_recall, open_recall
from traceability.operations.stamps import issue_stamps
from traceability.queries.recalls import ranges_of_codes

__all__ = ["_books_agree", "owner", "place", "product"]


def make_lot(product, code, packs=6):
    with transaction():
        lot = open_lot(product, code, packs, now=clock.now())
        run = issue_stamps(lot, packs, now=clock.now())
    return lot, list(db.session.scalars(select(Stamp.code).where(Stamp.run_id == run.id)))


def packed(part, owner):
    do(confirm_order, part, by=owner)
    do(pack_order, part, by=owner)
    return part


def asked():
    """Keys of the jobs that tell buyers of recalls."""
    db.session.rollback()
    return list(db.session.scalars(select(Job.key).where(Job.name == "orders.tell_recall").order_by(Job.id)))


def planned_from_one_bound_from_another(product, place, owner):
    """A packed parcel planned from one lot with a code of another lot in it."""
    _planned, _ = make_lot(product, "L1")
    part = place(1)
    other, codes = make_lot(product, "L2")
    do(confirm_order, part, by=owner)
    do(bind_code, part, codes[0], by=owner)
    do(pack_order, part, by=owner)
    lots = select(LineLot.lot_id).where(LineLot.line_id == part.lines[0].id)
    assert other.id not in db.session.scalars(lots).all()
    return part, other, codes


@pytest.mark.parametrize("scope", ["lots", "units", "product"])
def test_a_parcel_with_a_recalled_code_stays_in_the_house_though_planned_from_another_lot(
    product, place, owner, scope
):
    part, other, codes = planned_from_one_bound_from_another(product, place, owner)
    goods = {
        "lots": {"lots": (db.session.merge(other),)},
        "units": {"ranges": ranges_of_codes(product.id, codes[:1])},
        "product": {},
    }
    recall_id = start(product, **goods[scope])

    with pytest.raises(RecalledGoodsError) as refused:
        do(hand_over, part, by=owner)

    assert refused.value.facts["recall_ids"] == (recall_id,)
    assert stands(part) == ("confirmed", "cod_due", "packed")
    assert packs_of(product) == (10, 1)
    assert get_desk_order(product.producer_id, part.code).is_recalled


def test_recalls_of_other_goods_do_not_keep_a_parcel(product, place, owner):
    part, _other, codes = planned_from_one_bound_from_another(product, place, owner)
    third, _ = make_lot(product, "L3")
    start(product, lots=(db.session.merge(third),))
    start(product, ranges=ranges_of_codes(product.id, codes[1:2]))
    start(product, is_drill=True)
    closed = start(product)
    with transaction():
        end_recall(db.session.get_one(Recall, closed), reason="Xong", now=clock.now())

    assert open_recalls_in(part.id) == []
    assert do(hand_over, part, by=owner)
    assert not any(":" in key for key in asked())


def test_packs_of_no_recorded_lot_stay_while_the_whole_product_is_recalled(product, place, owner):
    part = packed(place(1), owner)
    start(product)

    with pytest.raises(RecalledGoodsError):
        do(hand_over, part, by=owner)

    assert stands(part) == ("confirmed", "cod_due", "packed")


def test_the_buyer_of_a_parcel_that_its_carrier_fetched_during_a_recall_is_told_once(product, place, owner):
    part = packed(place(1), owner)
    with transaction():
        shipment = open_shipment(part, carrier=MANUAL, is_by_system=False, now=clock.now())
    recall_id = start(product)
    tell_recall(recall_id)
    assert told() == []

    for key, status in (("1", ShipmentStatus.HANDED_OVER), ("2", ShipmentStatus.DELIVERED)):
        notice = ToldEvent(
            key=key, source=EventSource.CARRIER, code=key, status=status, happened_at=clock.now()
        )
        with transaction():
            record_event(shipment, notice, now=clock.now())
    assert asked() == [str(recall_id), f"{recall_id}:{part.id}"]
    for _twice in range(2):
        tell_recall(recall_id)

    assert [to for _, to, _ in told()] == ["+84912345678"]


def test_whoever_buys_recalled_goods_over_a_counter_is_told(db_session):
    variant = taken_along()
    with transaction():
        recall = open_recall(RecallGoods(product=variant.product), WORDS, now=clock.now())
    recall_id = recall.id
    tell_recall(recall_id)

    part = sell((variant, 1), phone="+84912345678")
    tell_recall(recall_id)

    assert asked() == [str(recall_id), f"{recall_id}:{part.id}"]
    assert [to for _, to, _ in told()] == ["+84912345678"]
