"""Web process and worker in one, killed at any moment of checkout, notice of payment, delivery and payout.

What a buyer was told stays true, what was asked for may be asked again, and the money adds up whatever happened.
"""

import importlib
import os
import random
import signal
from collections.abc import Sequence
from datetime import timedelta
from select import select as select_ready
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.queries.actors import get_actor
from catalog.models import Product
from catalog.operations.stock import count_stock
from core import clock
from core.db import db, transaction
from core.invariants import check_all
from core.jobs.models import Job, JobState
from core.jobs.worker import Worker
from core.messages.models import Message
from ledger.chart import AccountKind
from ledger.queries import get_balance_vnd
from orders.models.news import OrderNews
from orders.models.orders import Order, SellerOrder
from orders.models.payments import Payment
from orders.operations.cash_on_delivery import record_cod_collected
from orders.operations.transitions import OrderActor, move
from orders.states import Axis, Fulfilment, Lifecycle
from settlement.errors import PayoutStateError
from settlement.models.payouts import BankAccount, Payout, PayoutState
from settlement.operations.payouts import check_run, mark_payout_paid, plan_run
from tests.factories import make_producer, make_product, saved
from tests.people import make_administrator, make_user
from tests.support import till
from tests.support.clocks import FrozenClock
from tests.support.order_shop import carry

KILLS = 30
SEED = 30
PATIENCE_SECONDS = 60
TO_PRODUCERS = ("placed_at_producer", "alerted")  # whose members are nobody here


class Told:
    """What the process that dies tells the one that lives, one line for each promise."""

    def __init__(self) -> None:
        self._read_end, self._write_end = os.pipe()

    def tell(self, *words: object) -> None:
        os.write(self._write_end, (" ".join(map(str, words)) + "\n").encode())

    def wait(self) -> None:
        """Until the first promise was made: how long that takes says how busy the machine is."""
        assert select_ready([self._read_end], [], [], PATIENCE_SECONDS)[0], "nothing was asked"

    def lines(self) -> list[list[str]]:
        """All whole lines; the writing end must be closed in every process."""
        os.close(self._write_end)
        with os.fdopen(self._read_end) as pipe:
            return [line.split() for line in pipe if line.endswith("\n")]


@pytest.mark.slow
def test_nothing_is_lost_or_done_twice_by_thirty_kills(
    app: Flask, db_session: object, clock: FrozenClock
) -> None:
    for module in (*app.extensions["job_modules"], *app.extensions["invariant_modules"]):
        importlib.import_module(module)
    goods = [_goods(name) for name in ("HTX Thử Một", "Hộ Thử Hai", "Công ty Thử Ba")]
    administrators = [make_administrator().id for _ in range(2)]
    chance, promises = random.Random(SEED), []
    for number in range(KILLS):
        promises += _killed_after(chance.uniform(0.0, 0.5), number, goods, administrators)

    _ask_again(promises)
    clock.move(timedelta(minutes=11))  # jobs that were lost with their worker come back
    _work_off(administrators)

    _assert_promises_are_kept(promises)
    _assert_money_adds_up()
    assert [result.name for result in check_all() if result.violations] == []


def _goods(name: str) -> int:
    """The number of a product with packs enough, whose producer has told where its money goes."""
    product = make_product(producer=make_producer(name=name), certification=None)
    saved(
        BankAccount(
            producer_id=product.producer_id,
            bank_bin="970436",
            bank_name="Vietcombank",
            number_sealed=b"sealed",
            number_end="1234",
            holder_name="CO SO THU",
            added_by_id=make_user().id,
            added_at=clock.now(),
            usable_from_at=clock.now(),
        )
    )
    with transaction():
        count_stock(product.variants[0], 100_000, by=None, now=clock.now())
    return product.id


def _killed_after(
    seconds: float, number: int, goods: Sequence[int], administrators: Sequence[int]
) -> list[list[str]]:
    told = Told()
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            _work(told, number, goods, administrators)
        finally:
            os._exit(1)
    told.wait()
    sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child ended by itself"
    return told.lines()


def _work(told: Told, number_of_round: int, goods: Sequence[int], administrators: Sequence[int]) -> None:
    """Orders, payments, parcels, payouts and the jobs between them, without end."""
    chance = random.Random(number_of_round)
    for number in range(10**6):
        key = f"kill-{number_of_round}-{number}"
        method = chance.choice(["vietqr", "cod"])
        bought = [db.session.get_one(Product, each) for each in chance.sample(goods, 2)]
        cart_id = till.fill(*((product, 1) for product in bought))
        told.tell("asked", key, method, cart_id)
        order = _place(cart_id, key, method)
        told.tell("ordered", key, order.code)
        if method == "vietqr":
            _pay(order.id)
            told.tell("paid", key, order.code)
        _deliver(order.id)
        Worker().run_until_empty()
        if number % 3 == 2:
            _pay_out(administrators)


def _place(cart_id: int, key: str, method: str) -> Order:
    """Each buyer has a telephone of its own: one number may have few orders under way to be paid at the door."""
    return till.place(till.draft_of(cart_id, key, method=method, phone=f"+84912{cart_id:06d}"))


def _pay(order_id: int) -> None:
    till.transfer(db.session.get_one(Order, order_id))


def _deliver(order_id: int) -> None:
    for part in db.session.scalars(select(SellerOrder).where(SellerOrder.order_id == order_id)).all():
        carry(part, Fulfilment.DELIVERED)
        with transaction():
            if part.payment == "cod_due":
                holder = f"producer:{part.producer_id}"
                record_cod_collected(part, holder=holder, actor=OrderActor.PRODUCER, now=clock.now())
            move(part, Axis.LIFECYCLE, Lifecycle.COMPLETED, actor=OrderActor.TIMER, now=clock.now())


def _pay_out(administrators: Sequence[int]) -> None:
    planner, checker = (get_actor(number) for number in administrators)
    try:
        with transaction():
            run_id = plan_run(by=planner, now=clock.now()).id
    except PayoutStateError:
        return
    with transaction():
        check_run(run_id, by=checker, now=clock.now())
    for payout_id in _sent():
        with transaction():
            mark_payout_paid(payout_id, f"FT{payout_id}", by=checker, now=clock.now())


def _sent() -> Sequence[int]:
    return db.session.scalars(select(Payout.id).where(Payout.state == PayoutState.SENT.value)).all()


def _ask_again(promises: Sequence[Sequence[str]]) -> None:
    """What a buyer does who got no answer: sends the same form again; and a bank: tells of its line again."""
    paid = {line[1] for line in promises if line[0] == "paid"}
    for _word, key, method, cart_id in (line for line in promises if line[0] == "asked"):
        order = db.session.scalar(select(Order).where(Order.checkout_key == key))
        if order is None:
            order = _place(int(cart_id), key, method)
        if method == "vietqr" and key not in paid:
            _pay(order.id)


def _work_off(administrators: Sequence[int]) -> None:
    Worker().run_until_empty()
    _pay_out(administrators)
    for payout_id in _sent():
        with transaction():
            mark_payout_paid(payout_id, f"FT{payout_id}", by=get_actor(administrators[0]), now=clock.now())
    Worker().run_until_empty()


def _assert_promises_are_kept(promises: Sequence[Sequence[str]]) -> None:
    asked = [line[1] for line in promises if line[0] == "asked"]
    orders = {order.checkout_key: order for order in db.session.scalars(select(Order))}
    assert len(asked) >= KILLS
    assert sorted(orders) == sorted(asked)
    for word, key, code in (line for line in promises if line[0] in ("ordered", "paid")):
        assert orders[key].code == code
        if word == "paid":
            assert {part.payment for part in orders[key].seller_orders} <= {"paid"}


def _assert_money_adds_up() -> None:
    payments = db.session.scalars(select(Payment).where(Payment.method == "vietqr")).all()
    assert [each.id for each in payments if each.received_vnd != each.amount_vnd] == []
    out_vnd = db.session.scalar(
        select(func.coalesce(func.sum(Payout.amount_vnd), 0)).where(Payout.state == PayoutState.PAID.value)
    )
    assert out_vnd > 0
    assert get_balance_vnd(AccountKind.BANK) == sum(each.amount_vnd for each in payments) - out_vnd
    told = len([key for key in db.session.scalars(select(OrderNews.key)) if not key.startswith(TO_PRODUCERS)])
    sent = db.session.scalar(select(func.count()).select_from(Message).where(Message.kind == "orders.news"))
    assert sent == told > 0
    assert db.session.scalar(select(func.count()).where(Job.state == JobState.DEAD.value)) == 0
