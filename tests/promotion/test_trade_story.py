"""From a request to a paid deposit and goods that leave, as both sides do it in their browsers."""

from dataclasses import dataclass
from io import BytesIO

import pypdfium2
import pytest
from sqlalchemy import func, select

from catalog.models import Variant
from catalog.operations.stock import count_stock
from core import clock as present
from core.db import db, transaction
from core.invariants import check_all
from core.messages.models import Message
from ledger.chart import AccountKind
from ledger.models import Account, Posting
from orders.models.agreed import AgreedOrder
from orders.models.bank import BankLine, LineState
from orders.models.orders import Order, OrderLine
from orders.models.payments import Payment
from orders.models.stock import HoldState, StockHold
from promotion.models.trade import Quotation, Rfq
from promotion.operations.trade_news import tell_of_deposit, tell_of_readiness
from tests.people import actor
from tests.promotion.trade_shop import (
    Hand,
    TradeShop,
    day,
    hand_of,
    make_trade_shop,
    part_of,
    payment_of,
    transfer,
)


def broken() -> list[str]:
    """What does not hold; factories write no public log (I13)."""
    db.session.rollback()
    return [
        f"{each.name}: {each.violations}" for each in check_all() if each.violations and each.name != "I13"
    ]


def text_of(content: bytes) -> str:
    """The words of a PDF, in one line."""
    with pypdfium2.PdfDocument(BytesIO(content)) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def balance(kind: AccountKind, holder: str = "") -> int:
    """What stands on accounts of a kind: debits less credits."""
    numbers = [
        row.id
        for row in db.session.scalars(select(Account))
        if row.kind == kind and (not holder or row.holder == holder)
    ]
    debit = db.session.scalar(
        select(func.coalesce(func.sum(Posting.amount_vnd), 0)).where(Posting.debit_id.in_(numbers))
    )
    credit = db.session.scalar(
        select(func.coalesce(func.sum(Posting.amount_vnd), 0)).where(Posting.credit_id.in_(numbers))
    )
    return int(debit or 0) - int(credit or 0)


@dataclass(slots=True)
class Story:
    """Both sides in their browsers, and what came of it so far."""

    shop: TradeShop
    buyer: Hand
    seller: Hand
    variant: int = 0
    desk: str = ""
    path: str = ""
    rfq_id: int = 0
    quotation_id: int = 0
    order_id: int = 0


@pytest.fixture
def story(app, db_session, clock):
    shop = make_trade_shop(on_hand=30)
    desk = f"/workspace/{shop.producer.id}/trade"
    return Story(
        shop, hand_of(app, shop.buyer), hand_of(app, shop.owner, f"{desk}/meetings"), shop.variant.id, desk
    )


def test_from_a_request_to_a_paid_deposit_and_goods_that_leave(story):
    ask(story)
    answer(story)
    accept(story)
    pay_the_deposit(story)
    make_ready(story)
    pay_and_hand_over(story)

    pipeline = story.seller.get(story.desk).text
    assert "136.000.000" in pipeline
    assert "Đang chuẩn bị hoặc đang giao" in pipeline


def ask(story: Story) -> None:
    """The buyer finds the goods and asks; sent twice, it is one request, and no price of the form counts."""
    buyer, variant = story.buyer, story.variant
    assert "110.000" in buyer.get("/trade/goods").text
    assert "Kẹo dừa" in buyer.get(f"/trade/requests/new?variant={variant}").text
    form = {
        "key": "11111111-1111-4111-8111-111111111111",
        "variant": str(variant),
        f"quantity-{variant}": "1.500",
        "kind": "goods",
        "province_code": "01",
        "delivery_place": "Kho 5, phường Ba Đình",
        "note": "Dán nhãn phụ",
        "unit_price": "1",
    }
    sent = buyer.post("/trade/requests", **form)
    assert sent.status_code == 303
    assert buyer.post("/trade/requests", **form).headers["Location"] == sent.headers["Location"]
    db.session.rollback()
    story.rfq_id = db.session.scalars(select(Rfq)).one().id
    story.path = story.seller.at = f"{story.desk}/requests/{story.rfq_id}"


def answer(story: Story) -> None:
    """The producer finds a card and answers; the price is left to the ladder."""
    seller, path = story.seller, story.path
    assert "1.500" in seller.get(path).text
    assert "khách sỉ chờ báo giá" in seller.get(f"/workspace/{story.shop.producer.id}").text
    form = {
        f"quantity-{story.variant}": "1.500",
        "freight_vnd": "2tr",
        "discount_vnd": "1.000.000",
        "deposit_percent": "30",
        "valid_until_on": day(14).isoformat(),
        "ready_on": day(20).isoformat(),
        "terms": "Giao tại kho, hàng còn hạn trên 10 tháng",
    }
    assert seller.post(f"{path}/quotations", **form).status_code == 303
    db.session.rollback()
    quotation = db.session.scalars(select(Quotation)).one()
    assert (quotation.goods_vnd, quotation.total_vnd) == (135_000_000, 136_000_000)
    assert quotation.deposit_vnd == 40_800_000
    assert quotation.number == f"BG-2026-{story.rfq_id:06d}-1"
    story.quotation_id = quotation.id
    told = paper(story)
    assert "Báo giá" in told
    assert "Bằng chữ: một trăm ba mươi sáu triệu đồng" in told
    assert "Giao tại kho, hàng còn hạn trên 10 tháng" in told
    assert "Nội dung chuyển khoản" not in told


def accept(story: Story) -> None:
    """Pressed twice, one order; the paper and the page ask for the deposit; nothing is held that is not there."""
    buyer, address = story.buyer, f"/trade/quotations/{story.quotation_id}/acceptance"
    accepted = buyer.post(address)
    assert accepted.status_code == 303
    assert buyer.post(address).headers["Location"] == accepted.headers["Location"]
    db.session.rollback()
    order = db.session.scalars(select(Order)).one()
    line = db.session.scalars(select(OrderLine)).one()
    assert (line.quantity, line.unit_price_vnd, line.discount_vnd) == (1_500, 90_000, 1_000_000)
    story.order_id, code = order.id, order.code
    assert "40.800.000" in buyer.get(accepted.headers["Location"]).text
    told = paper(story)
    assert f"Nội dung chuyển khoản: {code}" in told
    assert "Tiền cọc cần chuyển: 40.800.000" in told
    assert db.session.scalar(select(func.count(StockHold.id))) == 0  # 30 in stock: it is made to order


def pay_the_deposit(story: Story) -> None:
    """It waits in no queue; the order is confirmed and both are told, once."""
    assert transfer(story.order_id, 40_800_000).state == LineState.MATCHED
    payment = payment_of(story.order_id)
    assert (payment.received_vnd, payment.state, payment.asked_vnd) == (40_800_000, "pending", 95_200_000)
    part = part_of(story.order_id)
    assert (part.lifecycle, part.payment) == ("confirmed", "pending")
    for _ in range(2):
        db.session.rollback()
        with transaction():
            tell_of_deposit(story.order_id, now=present.now())
    db.session.rollback()
    said = db.session.scalars(select(Message).where(Message.body.like("Tiền cọc 40.800.000%"))).all()
    assert len(said) == 2
    assert "Nội dung chuyển khoản" not in paper(story)
    assert balance(AccountKind.BUYER_FUNDS, f"order:{story.order_id}") == -40_800_000
    assert broken() == []


def make_ready(story: Story) -> None:
    """Only once the goods are there; and before the rest came nothing leaves."""
    seller, path = story.seller, story.path
    short = seller.post(f"{path}/readiness")
    assert short.status_code == 409
    assert "Hàng chưa có trong kho" in short.text
    by = actor(story.shop.owner)
    with transaction():
        count_stock(db.session.get_one(Variant, story.variant), 1_600, by=by, now=present.now())
    assert seller.post(f"{path}/readiness").status_code == 303
    db.session.rollback()
    hold = db.session.scalars(select(StockHold)).one()
    assert (hold.quantity, hold.state) == (1_500, HoldState.COMMITTED)
    db.session.rollback()
    with transaction():
        assert tell_of_readiness(story.order_id, link="/x", now=present.now())
    seller.at = f"/workspace/{story.shop.producer.id}/orders/{part_of(story.order_id).code}"
    assert seller.post(f"{seller.at}/handover").status_code in (303, 409)
    assert part_of(story.order_id).fulfilment == "unfulfilled"


def pay_and_hand_over(story: Story) -> None:
    """The rest pays the order; the goods leave the stock; every book agrees."""
    order_id, seller = story.order_id, story.seller
    assert transfer(order_id, 95_200_000, "FT2").state == LineState.MATCHED
    assert (payment_of(order_id).state, part_of(order_id).payment) == ("paid", "paid")
    db.session.rollback()
    assert seller.post(f"{seller.at}/handover").status_code == 303
    assert part_of(order_id).fulfilment == "handed_over"
    db.session.rollback()
    assert db.session.get_one(Variant, story.variant).on_hand == 100
    waiting = select(func.count(BankLine.id)).where(BankLine.state == LineState.QUEUED)
    assert db.session.scalar(waiting) == 0
    assert db.session.scalar(select(func.count(AgreedOrder.order_id))) == 1
    assert db.session.scalar(select(func.count(Payment.id))) == 1
    assert broken() == []


def paper(story: Story) -> str:
    """The words of the quotation's PDF, as the buyer gets it."""
    got = story.buyer.get(f"/trade/quotations/{story.quotation_id}.pdf")
    assert got.mimetype == "application/pdf"
    return text_of(got.data)
