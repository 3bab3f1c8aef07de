"""Buyers of recalled goods: found by lot and by code, written to once, and never in a drill."""

import pytest
from sqlalchemy import func, select

from core import clock
from core.db import db, transaction
from core.messages.models import Message
from orders.jobs.recalls import tell_recall
from orders.models.news import OrderNews
from orders.models.orders import OrderLine
from orders.queries.recall_buyers import recall_buyers
from tests.orders.desk_shop import _books_agree, owner, place, product, send
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
