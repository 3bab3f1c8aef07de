"""Two things at once to one card payment: whatever comes first, the goods and the money agree in the end."""

import importlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from catalog.models import Variant
from core import clock as present
from core.db import db, transaction
from core.errors import ConflictError
from core.invariants import check_all
from core.jobs.registry import handlers
from orders.models.orders import SellerOrder
from orders.models.payments import Payment, Refund
from orders.operations.cancellation import cancel_seller_order
from orders.operations.card_notices import ASK_JOB
from orders.operations.refunds import SEND_JOB
from orders.operations.transitions import OrderActor
from tests.fakes.stripe_server import changed, send
from tests.orders.card_shop import CardShop, _imitation, money, shop, state_of

__all__ = ["_imitation", "shop"]

pytestmark = pytest.mark.slow
ROUNDS = 4


def at_once(shop: CardShop, *acts: Callable[[], Any]) -> list[Any]:
    """Do all of `acts` at the same moment, each in its own thread; what they answered or raised as a conflict."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        with shop.app.app_context():
            barrier.wait()
            try:
                return act()
            except ConflictError as refused:
                return refused

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def hear(shop: CardShop, raw: bytes) -> Callable[[], int]:
    return lambda: send(shop.app.test_client(), raw).status_code


def cancel(part_id: int) -> Callable[[], None]:
    def act() -> None:
        with transaction():
            part = db.session.get_one(SellerOrder, part_id)
            cancel_seller_order(
                part, actor=OrderActor.BUYER, reason="changed_mind", by=None, now=present.now()
            )

    return act


def job(name: str, **payload: Any) -> Callable[[], None]:
    return lambda: handlers[name](**payload)


def settle(shop: CardShop) -> None:
    """Let everything come to rest."""
    shop.hear(*shop.stripe.letters())
    for _ in range(3):
        shop.work(ASK_JOB, SEND_JOB)


def require_whole(shop: CardShop) -> None:
    """No rule of the house is broken, and Stripe and our books tell the same."""
    for module in shop.app.extensions["invariant_modules"]:
        importlib.import_module(module)
    broken = [each.name for each in check_all() if each.violations]
    assert broken == ["I13"]  # the recognitions of the factories are in no log
    taken = sum(each["amount"] for each in shop.stripe.world.things["charge"].values() if each["paid"])
    given = sum(each["amount"] for each in shop.stripe.world.things["refund"].values())
    assert money(0).get("processor", 0) == taken - given


def part_of(payment: Payment) -> int:
    return db.session.scalars(select(SellerOrder.id).where(SellerOrder.order_id == payment.order_id)).one()


def refunded_vnd() -> int:
    return db.session.scalar(select(func.coalesce(func.sum(Refund.amount_vnd), 0))) or 0


def test_cancelled_while_the_notice_of_the_payment_comes(shop: CardShop):
    for _ in range(ROUNDS):
        payment = shop.order(quantity=2)
        before = refunded_vnd()
        letter, part_id = shop.paid_letter(payment), part_of(payment)
        db.session.rollback()

        at_once(shop, hear(shop, letter), cancel(part_id), hear(shop, changed(letter)))
        settle(shop)

        assert state_of(payment)[1:] == (("refunded",), payment.amount_vnd)
        assert refunded_vnd() - before == payment.amount_vnd
    assert list(db.session.scalars(select(Variant.reserved))) == [0] * ROUNDS
    require_whole(shop)


def test_paid_while_the_hold_ends(shop: CardShop, clock):
    for _ in range(ROUNDS):
        payment = shop.order(quantity=2)
        letter = shop.paid_letter(payment)
        db.session.rollback()
        clock.move(timedelta(minutes=15))

        at_once(shop, job("orders.expire_holds"), hear(shop, letter), job("orders.poll_cards"))
        settle(shop)

        assert state_of(payment) == ("paid", ("paid",), payment.amount_vnd)
    assert refunded_vnd() == 0
    assert list(db.session.scalars(select(Variant.reserved))) == [2] * ROUNDS
    require_whole(shop)


def test_two_late_payments_for_the_last_goods(shop: CardShop, clock):
    from tests.factories import make_product

    pack = make_product(variants=[{"on_hand": 2}]).variants[0]
    first = shop.order(quantity=2, variant=pack)
    letter = shop.paid_letter(first)
    clock.move(timedelta(minutes=15))
    handlers["orders.expire_holds"]()
    second = shop.order(quantity=2, variant=pack)
    other = shop.paid_letter(second)
    clock.move(timedelta(minutes=15))
    handlers["orders.expire_holds"]()
    db.session.rollback()

    at_once(shop, hear(shop, letter), hear(shop, other))
    settle(shop)

    ends = sorted(state_of(each)[1][0] for each in (first, second))
    assert ends == ["paid", "refunded"]
    assert refunded_vnd() == first.amount_vnd
    assert db.session.scalars(select(Variant.reserved)).one() == 2
    require_whole(shop)


def test_a_refund_sent_by_two_workers_while_its_notice_comes(shop: CardShop):
    for _ in range(ROUNDS):
        payment = shop.order(quantity=2)
        shop.hear(shop.paid_letter(payment))
        cancel(part_of(payment))()
        refund_id = db.session.scalars(select(func.max(Refund.id))).one()
        db.session.rollback()

        at_once(shop, job(SEND_JOB, refund_id=refund_id), job(SEND_JOB, refund_id=refund_id))
        letters = shop.stripe.letters("refund.created")
        at_once(shop, *(hear(shop, raw) for raw in letters), job(SEND_JOB, refund_id=refund_id))
        settle(shop)

        assert state_of(payment)[1] == ("refunded",)
        assert money(payment.order_id).get("refunds_due", 0) == 0
    assert len(shop.stripe.world.things["refund"]) == ROUNDS
    require_whole(shop)


def test_a_charge_made_twice_goes_back_once(shop: CardShop):
    """Stripe takes one charge for a session; should a second one ever be told, the buyer gets it back."""
    payment = shop.order(quantity=2)
    letter = shop.paid_letter(payment)
    second = changed(letter, id="cs_test_second", payment_intent="pi_second")

    at_once(shop, hear(shop, letter), hear(shop, second), hear(shop, letter), hear(shop, second))

    assert state_of(payment) == ("paid", ("paid",), 2 * payment.amount_vnd)
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.cause, refund.amount_vnd) == ("overpaid", payment.amount_vnd)
