"""Quotations: good until their last day, ended once, accepted once, nobody else's."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from core import clock as present
from core.db import db, transaction
from orders.models.orders import Order
from orders.models.stock import HoldState, StockHold
from promotion.errors.trade import (
    InvalidTradeError,
    QuotationStateError,
    RfqStateError,
    TradeAccountError,
)
from promotion.models.trade import NoteKind, Quotation, QuotationEnd, Rfq, RfqNote, TradeAccount
from promotion.operations.trade_quotations import (
    accept_quotation,
    refuse_quotation,
    withdraw_quotation,
)
from promotion.operations.trade_requests import AskedLine, note_lost, note_sample
from promotion.queries.trade_requests import get_of_producer, list_of_producer
from promotion.quotation_terms import OfferedLine, QuotationFault, QuotationState, Stage, deposit_of, state_of
from tests.factories import make_product
from tests.people import make_member, make_user
from tests.promotion.test_trade_story import broken, text_of
from tests.promotion.trade_shop import (
    accept,
    ask,
    day,
    hand_of,
    make_account,
    make_trade_shop,
    part_of,
    quote,
)

HOSTILE = '<script>alert(1)</script> & "x" %s {{ 7*7 }} \u202eevil'


def orders() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Order.id))) or 0


def test_a_quotation_is_good_until_the_end_of_its_last_day_in_vietnam(db_session, clock):
    shop = make_trade_shop()
    quotation = quote(shop, valid_until_on=day(2))
    clock.move(timedelta(days=2))
    last = present.now().replace(hour=16, minute=59, second=59)  # 23:59:59 in Vietnam
    by = shop.buyer_actor

    with pytest.raises(QuotationStateError) as refused, transaction():
        accept_quotation(db.session.get_one(Quotation, quotation.id), by=by, now=last + timedelta(seconds=1))
    assert refused.value.facts["state"] == "expired"
    assert orders() == 0
    with transaction():
        accept_quotation(db.session.get_one(Quotation, quotation.id), by=by, now=last)
    assert orders() == 1


@pytest.mark.parametrize(
    ("outcome", "offset", "state"),
    [
        (None, 0, "open"),
        (None, 1, "expired"),
        (None, -5, "open"),
        ("refused", -5, "refused"),
        ("accepted", 9, "accepted"),
    ],
)
def test_how_a_quotation_stands(outcome, offset, state):
    last = present.today()
    assert state_of(outcome, last, on=last + timedelta(days=offset)) == QuotationState(state)


def test_a_deposit_is_rounded_to_whole_dong():
    assert [deposit_of(total, percent) for total, percent in ((101, 50), (999, 33), (1, 100), (7, 0))] == [
        51,
        330,
        1,
        0,
    ]


def test_two_acceptances_at_once_make_one_order(app, db_session):
    shop = make_trade_shop()
    number, by = quote(shop).id, shop.buyer_actor
    gate, made = threading.Barrier(4), []

    def press() -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    made.append(
                        accept_quotation(db.session.get_one(Quotation, number), by=by, now=present.now()).id
                    )
            finally:
                db.session.remove()

    hands = [threading.Thread(target=press) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert len(set(made)) == 1
    assert orders() == 1
    assert broken() == []


def test_a_later_version_replaces_the_open_one_and_only_one_is_ever_accepted(db_session):
    shop = make_trade_shop()
    rfq = ask(shop)
    first, second = quote(shop, rfq), quote(shop, rfq, freight_vnd=0)

    with pytest.raises(QuotationStateError) as refused:
        accept(shop, first)
    assert refused.value.facts["state"] == "replaced"
    order = accept(shop, second)
    with pytest.raises(RfqStateError):
        quote(shop, rfq)
    assert (order.total_vnd, orders()) == (25_000_000, 1)
    assert second.number.endswith("-2")


def test_what_was_withdrawn_refused_or_ended_is_not_accepted(db_session):
    shop = make_trade_shop()
    by, now = shop.buyer_actor, present.now()
    withdrawn, refused, lost = quote(shop), quote(shop), quote(shop)
    with transaction():
        withdraw_quotation(db.session.get_one(Quotation, withdrawn.id), "", by=by, now=now)
    with transaction():
        refuse_quotation(db.session.get_one(Quotation, refused.id), "đắt", by=by, now=now)
    with transaction():
        note_lost(db.session.get_one(Rfq, lost.rfq_id), "không mua", is_buyer=True, by=by, now=now)

    for each, error in (
        (withdrawn, QuotationStateError),
        (refused, QuotationStateError),
        (lost, RfqStateError),
    ):
        with pytest.raises(error):
            accept(shop, each)
    assert orders() == 0
    views = {view.rfq.id: view for view in list_of_producer(shop.producer.id, present.today())}
    assert (views[lost.rfq_id].stage, views[lost.rfq_id].lost_because) == (Stage.LOST, "không mua")


def test_what_was_sent_cannot_be_changed_in_the_database(db_session):
    shop = make_trade_shop()
    quote(shop)

    for statement in (
        "UPDATE quotation SET total_vnd = 1",
        "UPDATE quotation_line SET unit_price_vnd = 1",
        "DELETE FROM quotation",
    ):
        with pytest.raises(DatabaseError, match="only ever added to"):
            db.session.execute(text(statement))
        db.session.rollback()


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"price_vnd": 0}, QuotationFault.PRICE),
        ({"price_vnd": -1}, QuotationFault.PRICE),
        ({"quantity": 100_001}, QuotationFault.QUANTITY),
        ({"freight_vnd": -1}, QuotationFault.FREIGHT),
        ({"discount_vnd": 25_000_001}, QuotationFault.DISCOUNT),
        ({"deposit_percent": 101}, QuotationFault.DEPOSIT),
        ({"deposit_vnd": 25_500_001}, QuotationFault.DEPOSIT),
        ({"valid_until_on": -1}, QuotationFault.VALID_UNTIL),
        ({"valid_until_on": 181}, QuotationFault.VALID_UNTIL),
        ({"ready_on": -1}, QuotationFault.READY_ON),
        ({"cancel_until_on": 11}, QuotationFault.CANCEL_UNTIL),
        ({"lines": ()}, QuotationFault.LINES),
    ],
)
def test_what_cannot_be_offered_is_refused_and_nothing_sent(db_session, facts, fault):
    facts = {name: day(value) if name.endswith("_on") else value for name, value in facts.items()}
    shop = make_trade_shop()

    with pytest.raises(InvalidTradeError) as refused:
        quote(shop, **facts)

    assert refused.value.facts["field"] == fault
    db.session.rollback()
    assert db.session.scalar(select(func.count(Quotation.id))) == 0


def test_goods_of_another_producer_are_not_offered_nor_asked_for_twice(db_session):
    shop = make_trade_shop()
    other = make_product().variants[0]

    with pytest.raises(InvalidTradeError):
        quote(shop, lines=(OfferedLine(other.id, 1, 5),))
    twice = (AskedLine(1, shop.variant.id), AskedLine(2, shop.variant.id))
    with pytest.raises(InvalidTradeError):
        ask(shop, lines=twice)
    with pytest.raises(InvalidTradeError):
        ask(shop, lines=(AskedLine(1, 999_999),))


def test_a_basket_of_several_producers_is_one_request_each(db_session):
    shop = make_trade_shop()
    other = make_trade_shop()
    by = shop.buyer_actor
    ask(
        shop,
        lines=(
            AskedLine(60, shop.variant.id),
            AskedLine(70, other.variant.id),
            AskedLine(5, None, "nhãn riêng", other.producer.id),
        ),
    )

    db.session.rollback()
    mine = list_of_producer(shop.producer.id, present.today())
    theirs = list_of_producer(other.producer.id, present.today())
    assert [len(view.rfq.lines) for view in (*mine, *theirs)] == [1, 2]
    assert theirs[0].rfq.lines[1].words == "nhãn riêng"
    assert by.user_id == shop.buyer.id


def test_only_verified_buyers_ask_and_suspended_ones_keep_their_history(db_session):
    shop = make_trade_shop()
    quotation = quote(shop)
    with transaction():
        db.session.get_one(TradeAccount, shop.account.id).state = "suspended"

    with pytest.raises(TradeAccountError):
        ask(shop)
    with pytest.raises(TradeAccountError):
        accept(shop, quotation)
    with pytest.raises(TradeAccountError):
        quote(shop, quotation.rfq)
    assert orders() == 0
    assert get_of_producer(shop.producer.id, quotation.rfq_id, present.today()).stage is Stage.QUOTED


def test_a_free_sample_is_an_order_and_its_buyer_tells_what_it_thinks(db_session):
    shop = make_trade_shop()
    rfq = ask(shop, 2, kind="sample")
    order_id = accept(shop, quote(shop, rfq, quantity=2, price_vnd=0, freight_vnd=0)).id
    by, number = shop.buyer_actor, rfq.id
    with transaction():
        note_sample(db.session.get_one(Rfq, number), NoteKind.RECEIVED, "", by=by, now=present.now())
    for _ in range(2):
        with transaction():
            note_sample(db.session.get_one(Rfq, number), NoteKind.RECEIVED, "", by=by, now=present.now())
    with transaction():
        note_sample(db.session.get_one(Rfq, number), NoteKind.FEEDBACK, HOSTILE, by=by, now=present.now())

    part = part_of(order_id)
    assert (part.lifecycle, part.payment, part.total_vnd) == ("confirmed", "paid", 0)
    kinds = [note.kind for note in db.session.scalars(select(RfqNote).order_by(RfqNote.id))]
    assert kinds == ["received", "feedback"]
    assert db.session.scalars(select(StockHold)).one().state == HoldState.COMMITTED
    with pytest.raises(InvalidTradeError):
        ask(shop, 21, kind="sample")
    assert broken() == []


def test_what_is_anothers_is_not_found(app, db_session):
    shop, other = make_trade_shop(), make_trade_shop()
    quotation = quote(shop)
    rfq_id, number = quotation.rfq_id, quotation.id
    stranger, rival = hand_of(app, other.buyer), hand_of(app, other.owner)
    theirs, mine = f"/workspace/{other.producer.id}/trade", f"/workspace/{shop.producer.id}/trade"

    for path in (
        f"/trade/requests/{rfq_id}",
        f"/trade/quotations/{number}.pdf",
        "/trade/requests/99999999999999999999",
    ):
        assert stranger.get(path).status_code == 404
    for path in (
        f"{theirs}/requests/{rfq_id}",
        f"{theirs}/quotations/{number}.pdf",
        mine,
        f"{mine}/requests/{rfq_id}",
        f"{mine}/ladders",
    ):
        assert rival.get(path).status_code == 404
    assert stranger.post(f"/trade/quotations/{number}/acceptance").status_code == 404
    assert stranger.post(f"/trade/quotations/{number}/refusal").status_code == 404
    assert orders() == 0
    assert db.session.scalar(select(func.count(QuotationEnd.quotation_id))) == 0


def test_packers_see_what_is_asked_for_and_no_price(app, db_session):
    shop = make_trade_shop()
    rfq_id = quote(shop).rfq_id
    packer = hand_of(app, make_member(shop.producer, "packer"))
    desk = f"/workspace/{shop.producer.id}/trade"

    page = packer.get(desk)

    assert page.status_code == 200
    assert "Siêu thị Sao Việt" in page.text
    assert "25.500.000" not in page.text
    assert [
        packer.get(f"{desk}{path}").status_code for path in (f"/requests/{rfq_id}", "/ladders", "/meetings")
    ] == [404] * 3


def test_hostile_words_stay_words_on_pages_and_on_paper(app, db_session):
    shop = make_trade_shop()
    with transaction():
        db.session.get_one(TradeAccount, shop.account.id).name = HOSTILE
    quotation = quote(shop, ask(shop, note=HOSTILE, delivery_place=HOSTILE), terms=HOSTILE)
    rfq_id, number = quotation.rfq_id, quotation.id
    buyer, seller = hand_of(app, shop.buyer), hand_of(app, shop.owner)

    for page in (
        buyer.get(f"/trade/requests/{rfq_id}"),
        seller.get(f"/workspace/{shop.producer.id}/trade/requests/{rfq_id}"),
    ):
        assert page.status_code == 200
        assert "<script>alert(1)" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert(1)</script>" in text_of(buyer.get(f"/trade/quotations/{number}.pdf").data)


def test_a_typed_price_below_the_ladders_is_the_producers_word_and_a_missing_one_is_asked_for(
    app, db_session
):
    shop = make_trade_shop()
    path = f"/workspace/{shop.producer.id}/trade/requests/{ask(shop, 20).id}"
    seller = hand_of(app, shop.owner, path)
    form = {
        f"quantity-{shop.variant.id}": "20",
        "deposit_percent": "30",
        "valid_until_on": day(5).isoformat(),
        "ready_on": day(5).isoformat(),
    }

    refused = seller.post(f"{path}/quotations", **form)
    assert refused.status_code == 422
    assert "bảng giá sỉ không có giá cho số lượng này" in refused.text
    assert seller.post(f"{path}/quotations", **form, **{f"price-{shop.variant.id}": "95k"}).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Quotation)).one().goods_vnd == 1_900_000


def test_a_person_without_a_firm_is_led_to_open_one(app, db_session):
    hand = hand_of(app, make_user())

    assert hand.get("/trade").headers["Location"].endswith("/trade/account")
    assert hand.get("/trade/requests/1").status_code == 404
    assert make_account(make_user(), "waits").state == "waits"
