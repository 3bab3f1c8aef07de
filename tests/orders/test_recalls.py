"""Buyers of recalled goods: found by lot and by code, written to once, and never in a drill."""

import pytest
from sqlalchemy import func, select

from core import clock
from core.db import db, transaction
from core.messages.models import Message
from orders.jobs.recalls import tell_recall
from orders.models.news import OrderNews
from orders.models.orders import OrderLine
from orders.operations.desk import Result, cancel_order, record_result, record_returned
from orders.operations.returns import ReturnWish, answer_return, ask_return, receive_return
from orders.queries.recall_buyers import recall_buyers
from orders.return_rules import ReturnState
from tests.orders.counter_shop import sell, taken_along, undo
from tests.orders.desk_shop import _books_agree, do, owner, place, product, send
from traceability.models import Recall, RecallStage, Stamp
from traceability.models.bindings import StampBinding
from traceability.operations.lots import open_lot
from traceability.operations.recalls import RecallGoods, RecallWords, end_recall, open_recall
from traceability.operations.stamps import issue_stamps
from traceability.queries.recalls import ranges_of_codes

__all__ = ["_books_agree", "owner", "place", "product"]

WORDS = RecallWords(reason="Nấm mốc", instruction="Không ăn, mang trả", contact="0294 3855 555")


@pytest.fixture
def lot(product):
    with transaction():
        return open_lot(product, "L1", 6, now=clock.now())


@pytest.fixture
def codes(lot):
    with transaction():
        run = issue_stamps(lot, 6, now=clock.now())
    return list(db.session.scalars(select(Stamp.code).where(Stamp.run_id == run.id).order_by(Stamp.number)))


def start(product, **facts):
    goods = {name: facts.pop(name) for name in ("lots", "ranges") if name in facts}
    with transaction():
        recall = open_recall(
            RecallGoods(product=db.session.merge(product), **goods), WORDS, now=clock.now(), **facts
        )
    return recall.id


def bind(part, *codes):
    with transaction():
        line = db.session.scalars(select(OrderLine).where(OrderLine.seller_order_id == part.id)).one()
        for stamp_id in db.session.scalars(select(Stamp.id).where(Stamp.code.in_(codes))).all():
            db.session.add(StampBinding(stamp_id=stamp_id, order_line_id=line.id, bound_at=clock.now()))


def told():
    """Whom messages about recalls went to, and what they say."""
    rows = select(Message).where(Message.kind == "orders.recall").order_by(Message.id)
    return [(each.channel, each.recipient, each.body) for each in db.session.scalars(rows)]


def stages(recall_id):
    db.session.rollback()
    return [each.stage for each in db.session.get_one(Recall, recall_id, populate_existing=True).steps]


def test_every_buyer_of_a_lot_is_told_once(product, place, owner, lot):
    sent = [place(1, phone="+84912345678"), place(2, phone="+84912345678"), place(1, email="lan@thu.example")]
    for part in sent:
        send(part, owner)
    waiting, other = place(2), place(3)
    send(other, owner)
    recall_id = start(product, lots=(db.session.merge(lot),))

    for _twice in range(2):
        tell_recall(recall_id)

    found = recall_buyers(db.session.get_one(Recall, recall_id))
    assert [(each.code, each.packs, each.has_left, each.told_at is not None) for each in found] == [
        (sent[0].code, {"L1": 1}, True, True),
        (sent[1].code, {"L1": 2}, True, True),
        (sent[2].code, {"L1": 1}, True, True),
        (waiting.code, {"L1": 2}, False, False),
    ]
    assert [(channel, to) for channel, to, _ in told()] == [
        ("sms", "+84912345678"),
        ("email", "lan@thu.example"),
    ]
    sms = told()[0][2]
    assert sent[0].code in sms
    assert sent[1].code in sms
    assert "Nấm mốc" in sms
    assert "http" not in sms
    assert stages(recall_id) == ["traced", "warned"]


def test_a_pack_is_found_by_its_code_and_what_has_no_codes_may_be_one(product, place, owner, lot, codes):
    with_it, without_it, unbound = place(2), place(2), place(1, phone="+84987654321", language="en")
    bind(with_it, codes[0], codes[1])
    bind(without_it, codes[2], codes[3])
    for part in (with_it, without_it, unbound):
        send(part, owner)

    recall_id = start(product, ranges=ranges_of_codes(product.id, [codes[1], codes[5]]))
    found = recall_buyers(db.session.get_one(Recall, recall_id))

    assert [(each.code, each.codes, each.is_certain) for each in found] == [
        (with_it.code, (codes[1],), True),
        (unbound.code, (), False),
    ]
    tell_recall(recall_id)
    assert [(to, "Perhaps not your pack" in body) for _, to, body in told()] == [
        ("+84912345678", False),
        ("+84987654321", True),
    ]


def test_packs_of_no_recorded_lot_are_found_where_the_whole_product_is_recalled(product, place, owner):
    """A producer need not keep lots, and may sell more than the lots on record had left."""
    without, waiting = place(2), place(1)
    send(without, owner)
    with transaction():
        open_lot(product, "L1", 2, now=clock.now())
    partly, other_pack = place(3, phone="+84987654321", language="en"), place(1, 1)
    for part in (partly, other_pack):
        send(part, owner)
    cancelled = place(1)
    do(cancel_order, cancelled, reason="Hết hàng", by=owner)
    recall_id = start(product)

    tell_recall(recall_id)

    found = recall_buyers(db.session.get_one(Recall, recall_id))
    assert [(each.code, each.packs, each.packs_without_lot, each.pack_count) for each in found] == [
        (without.code, {}, 2, 2),
        (waiting.code, {}, 1, 1),
        (partly.code, {"L1": 2}, 1, 3),
        (other_pack.code, {}, 2, 2),
    ]
    assert [each.told_at is not None for each in found] == [True, False, True, True]
    assert [(to, words) for _, to, body in told() for words in ("lô bất kỳ", "lot any") if words in body] == [
        ("+84912345678", "lô bất kỳ"),
        ("+84987654321", "lot any"),
    ]


def test_packs_of_no_recorded_lot_that_came_back_for_sale_are_with_no_buyer(product, place, owner):
    returned, sent_back = place(3), place(2)
    for part in (returned, sent_back):
        send(part, owner)
    do(record_result, returned, Result.DELIVERED, by=owner)
    do(record_result, sent_back, Result.RETURNING, by=owner)
    do(record_returned, sent_back, is_sellable=True, by=owner)
    line_id = returned.lines[0].id
    wish = ReturnWish("k1", "faulty", "Ẩm", {line_id: 2})
    with transaction():
        request = ask_return(returned, wish, by=None, now=clock.now())
        answer_return(request, ReturnState.ACCEPTED, "Được", by=owner, now=clock.now())
        receive_return(request, {line_id: 1}, {line_id: 1}, by=owner, now=clock.now())

    found = recall_buyers(db.session.get_one(Recall, start(product)))

    assert [(each.code, each.packs_without_lot) for each in found] == [(returned.code, 2)]


def test_packs_sold_over_a_counter_without_a_lot_are_found_unless_the_sale_was_undone(db_session):
    variant = taken_along()
    sold, undone = sell((variant, 3), phone="+84912345678"), sell((variant, 2))
    undo(undone)
    recall_id = start(variant.product)

    tell_recall(recall_id)

    found = recall_buyers(db.session.get_one(Recall, recall_id))
    assert [(each.code, each.packs_without_lot, each.told_at is not None) for each in found] == [
        (sold.code, 3, True)
    ]


def test_a_drill_finds_everybody_and_writes_to_nobody(product, place, owner, lot):
    send(place(2), owner)
    recall_id = start(product, is_drill=True)

    tell_recall(recall_id)

    assert len(recall_buyers(db.session.get_one(Recall, recall_id))) == 1
    assert told() == []
    assert db.session.scalar(select(func.count()).where(OrderNews.key.like("recall:%"))) == 0
    assert stages(recall_id) == ["traced", "warned"]


def test_after_a_crash_the_job_goes_on_and_nobody_is_told_twice(product, place, owner, lot, monkeypatch):
    parts = [place(1, phone=f"+8491234567{number}") for number in range(3)]
    for part in parts:
        send(part, owner)
    recall_id = start(product)
    monkeypatch.setattr("orders.jobs.recalls.BUYERS_AT_ONCE", 1)
    written = []

    def fail(*args, **facts):
        if len(written) == 2:
            raise ConnectionError
        written.append(args)
        return real(*args, **facts)

    real = __import__("orders.operations.recalls", fromlist=["_send"])._send
    monkeypatch.setattr("orders.operations.recalls._send", fail)
    with pytest.raises(ConnectionError):
        tell_recall(recall_id)
    assert stages(recall_id) == ["traced"]

    monkeypatch.setattr("orders.operations.recalls._send", real)
    tell_recall(recall_id)

    assert [to for _, to, _ in told()] == ["+84912345670", "+84912345671", "+84912345672"]
    assert stages(recall_id) == ["traced", "warned"]


def test_erased_buyers_and_closed_recalls_are_left_alone(product, place, owner, lot):
    part = place(1, email="lan@thu.example")
    send(part, owner)
    with transaction():
        part.order.phone, part.order.email, part.order.name = "", None, ""
        part.order.erased_at = clock.now()
    recall_id = start(product)
    tell_recall(recall_id)
    with transaction():
        end_recall(db.session.get_one(Recall, recall_id), reason="Xong", now=clock.now())
    tell_recall(recall_id)

    assert told() == []
    assert recall_buyers(db.session.get_one(Recall, recall_id))[0].is_erased
    assert stages(recall_id) == ["traced", "warned", RecallStage.CLOSED]
