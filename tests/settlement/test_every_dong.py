"""One run, end to end: three producers, one basket, paid, partly refunded, partly returned, settled and paid out.

Every dong that the buyer paid is found again, in the account where it must be, and all accounts sum to nothing.
"""

import importlib
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from accounts.actors import Actor
from catalog.models import Producer, Product
from core import clock as the_clock
from core.db import db, transaction
from core.invariants import check_all
from core.jobs.worker import Worker
from ledger.models import Account, Posting
from orders.jobs.timers import run_timers
from orders.models.orders import Order, SellerOrder
from orders.models.payments import Payment, Refund, RefundCause, RefundState
from orders.operations.cash_on_delivery import record_cod_collected, record_cod_remitted
from orders.operations.desk import Result, cancel_line, confirm_order, hand_over, pack_order, record_result
from orders.operations.refunds import mark_refund_sent, request_refund
from orders.operations.returns import ReturnWish, answer_return, ask_return, receive_return
from orders.operations.transitions import OrderActor, move
from orders.return_rules import ReturnReason, ReturnState
from orders.states import Axis, Fulfilment, PaymentState
from settlement.models.payouts import BankAccount, Payout
from settlement.models.rules import CommissionRule
from settlement.operations.payouts import check_run, mark_payout_paid, plan_run
from tests.factories import make_producer, make_product, saved
from tests.orders.card_shop import CardShop
from tests.people import actor, make_administrator, make_member
from tests.support import till
from tests.support.clocks import FrozenClock

COMMISSION_BP = 500
CARD_FEE_VND = 38_264  # what the imitation of Stripe keeps of 776,000 ₫


@dataclass
class Market:
    """Three producers with one product each, their owners, and two administrators."""

    household: Product
    cooperative: Product
    firm: Product
    owners: dict[int, Actor]
    administrators: list[Actor]

    @property
    def goods(self) -> list[tuple[Product, int]]:
        return [(self.household, 2), (self.cooperative, 2), (self.firm, 1)]


@pytest.fixture
def market(shop: CardShop) -> Market:
    """5 % commission for all; the household sells at 95,000 ₫, the cooperative at 125,000 ₫, the firm at 240,000 ₫."""
    for module in (*shop.app.extensions["job_modules"], *shop.app.extensions["invariant_modules"]):
        importlib.import_module(module)
    saved(
        CommissionRule(
            position=1,
            rate_bp=COMMISSION_BP,
            reason="khởi đầu",
            valid_from_at=the_clock.now(),
            entered_at=the_clock.now(),
            released_at=the_clock.now(),
        )
    )
    goods = [
        _goods("Hộ Thử", "household", 95_000),
        _goods("HTX Thử", "cooperative", 125_000),
        _goods("Công ty Thử", "enterprise", 240_000),
    ]
    owners = {}
    for product in goods:
        owner = make_member(db.session.get_one(Producer, product.producer_id))
        _tell_account(product.producer_id or 0, owner.id)
        owners[product.producer_id or 0] = actor(owner)
    return Market(*goods, owners, [actor(make_administrator()) for _ in range(2)])


# What each ends with, of goods for 95,000 ₫, 125,000 ₫ and 200,000 ₫ and fees of 34,000 ₫, 34,000 ₫ and 28,000 ₫:
# 5 % of the goods are commission; of the household's, 1 % and 0.5 % of goods and 3 % and 1.5 % of freight are withheld.
EARNED = {
    "household": 95_000 - 4_750 - 950 - 475 + 34_000 - 1_020 - 510,
    "cooperative": 125_000 - 6_250 + 34_000,
    "firm": 200_000 - 10_000 + 28_000,
}
KEPT = {"commission": -21_000, "vat_withheld": -1_970, "pit_withheld": -985}


@pytest.mark.parametrize("method", ["vietqr", "stripe"])
def test_every_dong_paid_beforehand_is_accounted_for(
    market: Market, shop: CardShop, clock: FrozenClock, method: str
) -> None:
    order = till.order(market.goods, str(uuid4()), method=method)
    assert order.total_vnd == 776_000
    _pay(order, shop)
    _run(order, market, clock)
    _pay_out(market)

    paid_out = dict(db.session.execute(select(Payout.producer_id, Payout.amount_vnd)).all())
    assert paid_out == {
        product.producer_id: EARNED[name]
        for name, product in (
            ("household", market.household),
            ("cooperative", market.cooperative),
            ("firm", market.firm),
        )
    }
    left_vnd, out_vnd = 776_000 - 95_000 - 125_000 - 40_000, sum(EARNED.values())
    where = {
        "vietqr": {"bank": left_vnd - out_vnd},
        "stripe": {
            "card_processor": left_vnd - CARD_FEE_VND,
            "processor_fees": CARD_FEE_VND,
            "bank": -out_vnd,
        },
    }
    assert _balances() == KEPT | where[method]
    assert [each.name for each in check_all() if each.violations] == []


def test_every_dong_paid_at_the_door_is_accounted_for(market: Market, clock: FrozenClock) -> None:
    """The household and the cooperative take the cash themselves; a carrier takes that of the firm and hands it on."""
    order = till.order(market.goods, str(uuid4()), method="cod")
    assert order.total_vnd == 776_000
    _run(order, market, clock)
    _pay_out(market)

    paid_out = dict(db.session.execute(select(Payout.producer_id, Payout.amount_vnd)).all())
    assert paid_out == {market.firm.producer_id: EARNED["firm"]}
    # Those who hold the cash owe commission and taxes, and what the platform gave back to the buyer for them.
    owed = {
        f"seller_payable producer:{market.household.producer_id}": 95_000 + 34_000 - EARNED["household"],
        f"seller_payable producer:{market.cooperative.producer_id}": 250_000 + 34_000 - EARNED["cooperative"],
    }
    assert _balances() == KEPT | owed | {"bank": 240_000 + 28_000 - 125_000 - 40_000 - EARNED["firm"]}
    assert [each.name for each in check_all() if each.violations] == []


def _run(order: Order, market: Market, clock: FrozenClock) -> None:
    """One pack has run out, one comes back; a week later all is settled, and then something is given for goodwill."""
    household, cooperative, firm = _parts(order, market)
    for part in (household, cooperative, firm):
        _act(confirm_order, part, market)
    _one_pack_ran_out(household, market)
    for part in (household, cooperative):
        _act(pack_order, part, market)
        _act(hand_over, part, market)
        _act(record_result, part, market, result=Result.DELIVERED)
    _carried(firm, market)
    _one_pack_comes_back(cooperative, market)
    clock.move(timedelta(days=8))
    run_timers()
    Worker().run_until_empty()
    _part_of_the_firm_is_given_back(firm, market)
    Worker().run_until_empty()
    _send_transfers(market)
    Worker().run_until_empty()


def _goods(name: str, kind: str, price_vnd: int) -> Product:
    return make_product(
        producer=make_producer(name=name, kind=kind), variants=[{"price_vnd": price_vnd}], certification=None
    )


def _tell_account(producer_id: int, owner_id: int) -> None:
    saved(
        BankAccount(
            producer_id=producer_id,
            bank_bin="970436",
            bank_name="Vietcombank",
            number_sealed=b"sealed",
            number_end="1234",
            holder_name="CO SO THU",
            added_by_id=owner_id,
            added_at=the_clock.now(),
            usable_from_at=the_clock.now(),
        )
    )


def _parts(order: Order, market: Market) -> list[SellerOrder]:
    of_producer = {part.producer_id: part for part in order.seller_orders}
    return [of_producer[product.producer_id or 0] for product, _packs in market.goods]


def _pay(order: Order, shop: CardShop) -> None:
    payment = db.session.scalars(select(Payment).where(Payment.order_id == order.id)).one()
    if order.method == "stripe":
        assert shop.hear(shop.paid_letter(payment)) == [200]
        shop.work()
        return
    till.transfer(order)


def _carried(part: SellerOrder, market: Market) -> None:
    """A carrier brings the parcel; cash that it takes at the door it hands on."""
    _act(pack_order, part, market)
    _act(hand_over, part, market, carrier="ghn", number="GHN123456")
    with transaction():
        move(part, Axis.FULFILMENT, Fulfilment.DELIVERED, actor=OrderActor.CARRIER, now=the_clock.now())
        if part.payment == PaymentState.COD_DUE:
            record_cod_collected(part, holder="carrier:ghn", actor=OrderActor.CARRIER, now=the_clock.now())
    if part.payment == PaymentState.COD_COLLECTED:
        with transaction():
            record_cod_remitted(part, carrier="ghn", now=the_clock.now())


def _act(act: object, part: SellerOrder, market: Market, **facts: object) -> None:
    with transaction():
        assert act(part, **facts, by=market.owners[part.producer_id], now=the_clock.now())  # type: ignore[operator]


def _one_pack_ran_out(part: SellerOrder, market: Market) -> None:
    with transaction():
        back_vnd = cancel_line(
            part, part.lines[0].id, 1, seen=0, by=market.owners[part.producer_id], now=the_clock.now()
        )
    assert back_vnd == 95_000  # or so much less is asked for at the door


def _one_pack_comes_back(part: SellerOrder, market: Market) -> None:
    line, by = part.lines[0], market.owners[part.producer_id]
    wish = ReturnWish(
        submission_key=str(uuid4()),
        reason=ReturnReason.FAULTY,
        text="Hộp bị móp, kẹo chảy nước",
        packs={line.id: 1},
    )
    with transaction():
        request = ask_return(part, wish, by=None, now=the_clock.now())
    with transaction():
        assert answer_return(request, ReturnState.ACCEPTED, "", by=by, now=the_clock.now())
    with transaction():
        assert receive_return(request, {}, {line.id: 1}, by=by, now=the_clock.now())


def _part_of_the_firm_is_given_back(part: SellerOrder, market: Market) -> None:
    """After the sale was settled: 40,000 ₫ for goodwill."""
    payment = db.session.scalars(
        select(Payment)
        .where(Payment.order_id == part.order_id)
        .where(Payment.seller_order_id.in_([part.id]) | Payment.seller_order_id.is_(None))
    ).one()
    with transaction():
        request_refund(
            payment,
            key="goodwill:1",
            cause=RefundCause.GOODWILL,
            seller_order=part,
            goods_vnd=40_000,
            by=market.administrators[0],
            now=the_clock.now(),
        )


def _send_transfers(market: Market) -> None:
    """Refunds by card have left by themselves; the others a person sends, and notes the reference of the bank."""
    waiting = select(Refund).where(Refund.state == RefundState.APPROVED.value).order_by(Refund.id)
    for refund in db.session.scalars(waiting).all():
        with transaction():
            mark_refund_sent(
                refund, bank_reference=f"FT{refund.id}", by=market.administrators[0], now=the_clock.now()
            )


def _pay_out(market: Market) -> None:
    planner, checker = market.administrators
    with transaction():
        run = plan_run(by=planner, now=the_clock.now())
    with transaction():
        check_run(run.id, by=checker, now=the_clock.now())
    for payout in db.session.scalars(select(Payout)).all():
        with transaction():
            mark_payout_paid(payout.id, f"FT{payout.id}", by=checker, now=the_clock.now())


def _balances() -> dict[str, int]:
    """Debits less credits of every account that is not empty; they sum to nothing."""
    sums: Counter[int] = Counter()
    for posting in db.session.scalars(select(Posting)):
        sums[posting.debit_id] += posting.amount_vnd
        sums[posting.credit_id] -= posting.amount_vnd
    assert sum(sums.values()) == 0
    accounts = {each.id: f"{each.kind} {each.holder}".strip() for each in db.session.scalars(select(Account))}
    return {accounts[number]: amount for number, amount in sums.items() if amount}
