"""Web process and worker in one, killed at any moment of checkout, notice of payment, delivery and payout.

What a buyer was told stays true, what was asked for may be asked again, and the money adds up whatever happened.
"""

import os
import random
import signal
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.models import User
from core import clock
from core.db import db, transaction
from core.invariants import check_all
from core.jobs.models import Job, JobState
from core.jobs.registry import load_handlers
from core.jobs.worker import Worker, enqueue_due_periodic
from ledger.chart import AccountKind
from ledger.queries import get_balance_vnd
from orders.models.news import OrderNews
from orders.models.orders import Order, SellerOrder
from orders.models.payments import Payment
from orders.operations.payment import record_payment
from orders.operations.transitions import OrderActor, move
from orders.states import Axis, Fulfilment, Lifecycle
from settlement.models.payouts import BankAccount, Payout, PayoutState
from settlement.operations.payouts import check_run, mark_payout_paid, plan_run
from tests.factories import make_producer, make_product, saved
from tests.people import actor, make_administrator
from tests.support import till
from tests.support.order_shop import carry

KILLS = 30
SEED = 30
BANK_BIN = "970436"


class Told:
    """What the process that dies tells the one that lives, one line for each promise."""

    def __init__(self) -> None:
        self.read_end, self._write_end = os.pipe()

    def tell(self, *words: object) -> None:
        os.write(self._write_end, (" ".join(map(str, words)) + "\n").encode())

    def close_writing(self) -> None:
        os.close(self._write_end)

    def lines(self) -> list[list[str]]:
        with os.fdopen(self.read_end) as pipe:
            return [line.split() for line in pipe if line.endswith("\n")]


@pytest.mark.slow
def test_nothing_is_lost_or_done_twice_by_thirty_kills(app: Flask, db_session: object) -> None:
    load_handlers(app.extensions["job_modules"])
    goods = [_goods(name) for name in ("HTX Kill Một", "Hộ Kill Hai", "Công ty Kill Ba")]
    administrators = [make_administrator().id for _ in range(2)]
    db.session.remove()
    chance, promises = random.Random(SEED), []
    for number in range(KILLS):
        promises += _killed_after(app, chance.uniform(0.02, 0.6), number, goods, administrators)

    _ask_again(promises, goods)
    with app.app_context():
        clock_now = clock.now()
    assert clock_now  # the clock stands still: lost jobs come back when it is moved below
    _finish(app, administrators)

    _assert_all_is_well(promises)


def _killed_after(
    app: Flask, seconds: float, number: int, goods: list[int], administrators: list[int]
) -> list[list[str]]:
    told = Told()
    child = os.fork()
    if child == 0:
        try:
            with app.app_context():
                db.engine.dispose(close=False)
                _work(told, number, goods, administrators)
        finally:
            os._exit(1)
    told.close_writing()
    sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return told.lines()


def _work(told: Told, round_number: int, goods: list[int], administrators: list[int]) -> None:
    """Orders, payments, parcels, payouts and the jobs between them, without end."""
    chance = random.Random(round_number)
    for number in range(10**6):
        key = f"kill-{round_number}-{number}"
        bought = _some(goods, chance)
        method = chance.choice(["vietqr", "cod"])
        told.tell("asked", key, method, ",".join(map(str, bought)))
        order = till.order(_products(bought), key, method=method)
        told.tell("ordered", key, order.code)
        if method == "vietqr":
            _pay(order.id)
            told.tell("paid", order.code)
        _deliver(order.id)
        Worker().run_until_empty()
        if number % 3 == 2:
            _pay_out(administrators)
