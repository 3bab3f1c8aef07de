"""The program as it runs, web processes and worker together, killed while buyers order and a bank tells of money.

`KILLS=30 make test` kills as often; a few times each run are enough to notice what has broken.
"""

import contextlib
import http.client
import importlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import func, select

from bench.market import free_port
from bench.shopper import Shopper
from core.config import ROOT, Settings
from core.db import db
from core.invariants import check_all
from core.jobs.models import Job, JobState
from core.messages.models import Message
from core.payment_settings import DEMONSTRATION_ACCOUNT
from orders.models.news import OrderNews
from orders.models.orders import Order
from orders.models.payments import Payment
from orders.states import PaymentState
from tests.factories import make_producer, make_product

KILLS = int(os.environ.get("KILLS", "2"))
BUYERS = 3
SEED = 9
PATIENCE_SECONDS = 60
SECRET = "a-secret-of-sepay-1"
CODE = re.compile(r"OC[2-9A-Z]{9}")
TO_PRODUCERS = ("placed_at_producer", "alerted")
Unanswered = (OSError, http.client.HTTPException)


@dataclass
class Buyer:
    """One telephone, one wish. code: what the shop said; is_paid: the bank got its answer."""

    shopper: Shopper
    phone: str
    method: str
    code: str = ""
    is_paid: bool = False


class Market:
    """The program on the database of the test, started and killed any number of times on one address."""

    def __init__(self, settings: Settings) -> None:
        self.port = free_port()
        self._log = (settings.instance_dir / "server.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            **os.environ,
            "OCOP_ENV": "testing",
            "SECRET_KEY": settings.secret_key,
            "DATABASE_URL": settings.database_url,
            "INSTANCE_DIR": str(settings.instance_dir),
            "PORT": str(self.port),
            "PUBLIC_BASE_URL": f"http://127.0.0.1:{self.port}",
            "BANK_HOOK_SECRETS": f"sepay={SECRET}",
            "PROXY_HOPS": "1",
            "LOG_LEVEL": "WARNING",
        }

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
            cwd=ROOT,
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
                return
            time.sleep(0.05)
        raise TimeoutError("the server did not start")

    def kill(self) -> None:
        """All of its processes at once, without a word."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.kill()
        self._log.close()

    def tell_of_money(self, number: int, code: str, amount_vnd: int) -> None:
        """As a bank does, with a number of its own for each line: again it is the same line."""
        line = {
            "id": number,
            "gateway": "Vietcombank",
            "transactionDate": "2026-11-22 10:02:37",
            "accountNumber": DEMONSTRATION_ACCOUNT,
            "code": None,
            "content": f"MBVCB.77.{code}.CT",
            "transferType": "in",
            "transferAmount": amount_vnd,
            "referenceCode": f"FT{number}",
        }
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/webhooks/bank/sepay",
            json.dumps(line).encode(),
            {"Authorization": f"Apikey {SECRET}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE_SECONDS) as answer:
            assert json.load(answer)["success"] is True


@pytest.fixture
def market(app: Flask, db_session: object, settings: Settings) -> Iterator[Market]:
    found = Market(settings)
    yield found
    found.close()


@pytest.mark.slow
def test_the_program_is_killed_and_every_promise_is_kept(app: Flask, market: Market) -> None:
    for module in app.extensions["invariant_modules"]:
        importlib.import_module(module)
    packs = [_pack(name) for name in ("HTX Thử Một", "Hộ Thử Hai")]
    db.session.remove()
    chance, numbers, buyers = random.Random(SEED), count(1), []
    for _ in range(KILLS):
        market.start()
        buyers += _killed_after(chance.uniform(0.3, 2.0), market, app, packs, numbers)

    market.start()
    for buyer in buyers:
        _ask_again(buyer, market, packs)
    _wait_until_worked_off()
    market.kill()

    _assert_kept(buyers)
    assert [(each.name, each.violations) for each in check_all() if each.violations] == []


def _pack(name: str) -> int:
    product = make_product(
        producer=make_producer(name=name), variants=[{"on_hand": 100_000}], certification=None
    )
    return product.variants[0].id


def _killed_after(
    seconds: float, market: Market, app: Flask, packs: list[int], numbers: Iterator[int]
) -> list[Buyer]:
    """Buyers order and pay one after the other on several lines, until the program dies under them."""
    dead, met = Event(), []

    def buy_on() -> None:
        while not dead.is_set():
            buyer = _new_buyer(market, next(numbers))
            met.append(buyer)
            with contextlib.closing(buyer.shopper), contextlib.suppress(*Unanswered), app.app_context():
                _buy(buyer, market, packs)

    with ThreadPoolExecutor(BUYERS) as crowd:
        lines = [crowd.submit(buy_on) for _ in range(BUYERS)]
        time.sleep(seconds)
        market.kill()
        dead.set()
    for line in lines:
        line.result()
    return met


def _new_buyer(market: Market, number: int) -> Buyer:
    phone = f"0912{number:06d}"
    shopper = Shopper(market.port, f"http://127.0.0.1:{market.port}", phone, f"10.8.{number % 250}.1")
    return Buyer(shopper, phone, "vietqr" if number % 2 else "cod")


def _buy(buyer: Buyer, market: Market, packs: list[int]) -> None:
    for pack in packs:
        answer = buyer.shopper.add_to_cart(pack)
        assert answer.status == 303, answer.body
    _check_out(buyer)
    if buyer.code and buyer.method == "vietqr":
        _pay(buyer, market)


def _check_out(buyer: Buyer) -> None:
    answer = buyer.shopper.check_out(method=buyer.method)
    found = CODE.search(answer.body)
    if answer.status == 200 and found:
        buyer.code = found.group()


def _pay(buyer: Buyer, market: Market) -> None:
    db.session.rollback()
    order = db.session.execute(select(Order.id, Order.total_vnd).where(Order.code == buyer.code)).one()
    db.session.rollback()
    market.tell_of_money(order.id, buyer.code, order.total_vnd)
    buyer.is_paid = True


def _ask_again(buyer: Buyer, market: Market, packs: list[int]) -> None:
    """Who got no answer sends the form again, if the basket is still there; a bank that got none tells again."""
    if not buyer.code:
        _check_out(buyer)
    if not buyer.code:
        buyer.code = db.session.scalar(select(Order.code).where(Order.phone == f"+84{buyer.phone[1:]}")) or ""
        db.session.rollback()
    if not buyer.code:
        _buy(buyer, market, packs)
    if buyer.method == "vietqr":
        _pay(buyer, market)
    buyer.shopper.close()


def _wait_until_worked_off() -> None:
    """Jobs that are due. What a killed worker had begun comes back after ten minutes, for which nobody waits here."""
    due = select(func.count()).where(Job.state == JobState.PENDING.value, Job.name == "orders.send_news")
    until = time.monotonic() + PATIENCE_SECONDS
    while db.session.scalar(due) and time.monotonic() < until:
        db.session.rollback()
        time.sleep(0.2)
    db.session.rollback()


def _assert_kept(buyers: list[Buyer]) -> None:
    assert len(buyers) >= KILLS
    orders = Counter(db.session.scalars(select(Order.phone)))
    assert orders == {f"+84{buyer.phone[1:]}": 1 for buyer in buyers}
    assert sorted(db.session.scalars(select(Order.code))) == sorted(buyer.code for buyer in buyers)
    paid = db.session.scalars(select(Payment).where(Payment.method == "vietqr")).all()
    assert [each.id for each in paid if each.received_vnd != each.amount_vnd] == []
    wanted = {"vietqr": {PaymentState.PAID.value}, "cod": {PaymentState.COD_DUE.value}}
    for order in db.session.scalars(select(Order)):
        assert {part.payment for part in order.seller_orders} == wanted[order.method]
    told = [key for key in db.session.scalars(select(OrderNews.key)) if not key.startswith(TO_PRODUCERS)]
    sent = db.session.scalar(select(func.count()).select_from(Message).where(Message.kind == "orders.news"))
    assert sent == len(told) > 0
