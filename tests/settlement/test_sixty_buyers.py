"""A fair's loudest minute: sixty buyers at once for ten packs, over HTTP, before a server of several processes."""

import contextlib
import importlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from bench.market import free_port
from bench.shopper import Answer, Shopper
from catalog.models import Product, Variant
from core import clock
from core.config import ROOT, Settings
from core.db import db, transaction
from core.invariants import check_all
from orders.bundle_terms import BundleFacts
from orders.models.orders import Order, OrderLine
from orders.models.stock import StockHold
from orders.models.vouchers import Bearer, Voucher
from orders.operations.bundles import make_bundle, publish_bundle
from orders.operations.vouchers import make_voucher
from orders.voucher_terms import VoucherFacts
from tests.factories import make_producer, make_product
from tests.people import actor, make_administrator

BUYERS, PACKS, PROCESSES = 60, 10, 3
PATIENCE_SECONDS = 60
ONCE_MORE = 2
CODE = "PHIENCHO2026"


@dataclass(frozen=True)
class Stall:
    """What there is to buy, by number."""

    wanted_id: int
    other_id: int
    hamper_id: int


@pytest.fixture
def stall(app: Flask, db_session: object) -> Stall:
    """Ten packs that all want, other goods enough, a hamper that holds both, a voucher with one use."""
    wanted, other = _goods()
    made = Stall(wanted.variants[0].id, other.variants[0].id, _hamper(wanted, other))
    _voucher()
    db.session.remove()
    return made


@pytest.fixture
def port(stall: Stall, settings: Settings) -> Iterator[int]:
    """A server of several processes on the database of the test."""
    number = free_port()
    environment = {
        **os.environ,
        "OCOP_ENV": "testing",
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.database_url,
        "INSTANCE_DIR": str(settings.instance_dir),
        "PORT": str(number),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{number}",
        "WEB_WORKERS": str(PROCESSES),
        "PROXY_HOPS": "1",
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    log = settings.instance_dir / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True
        )
    try:
        _wait_for(number)
        yield number
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.mark.slow
def test_sixty_buyers_at_once_get_ten_packs_and_one_voucher(app: Flask, stall: Stall, port: int) -> None:
    """Baskets differ: the pack alone, the pack and other goods, the pack and a hamper that holds it once more."""
    for module in app.extensions["invariant_modules"]:
        importlib.import_module(module)
    start = Barrier(BUYERS)

    def buy(number: int) -> Answer:
        shopper = Shopper(port, f"http://127.0.0.1:{port}", _phone(number), f"10.7.{number}.1")
        with contextlib.closing(shopper):
            shopper.add_to_cart(stall.wanted_id)
            if number % 3 == 1:
                shopper.add_to_cart(stall.other_id, 2)
            if number % 3 == 2:
                shopper.post("/cart/lines", {"bundle_id": stall.hamper_id, "quantity": 1})
            cart = shopper.get("/cart")
            shopper.send(cart.body, "/cart/voucher", code=CODE)
            start.wait(PATIENCE_SECONDS)
            answer = shopper.check_out()
            for _ in range(ONCE_MORE):
                if (
                    answer.status == HTTPStatus.CONFLICT
                ):  # told that the code is used up and the sum another one
                    answer = shopper.check_out()
            return answer

    with ThreadPoolExecutor(BUYERS) as crowd:
        answers = list(crowd.map(buy, range(BUYERS)))

    assert set(Counter(answer.status for answer in answers)) <= {200, 303, 409, 422}
    _assert_sold(stall.wanted_id, answers)


def _assert_sold(wanted_id: int, answers: list[Answer]) -> None:
    variant = db.session.get_one(Variant, wanted_id)
    assert (variant.on_hand, variant.reserved) == (PACKS, PACKS)
    sold = select(func.sum(OrderLine.quantity)).where(OrderLine.variant_id == wanted_id)
    assert db.session.scalar(sold) == PACKS
    held = select(func.sum(StockHold.quantity)).where(StockHold.variant_id == wanted_id)
    assert db.session.scalar(held) == PACKS
    codes = db.session.scalars(select(Order.code)).all()
    confirmed = [code for code in codes for answer in answers if answer.status == 200 and code in answer.body]
    assert sorted(confirmed) == sorted(codes)
    assert db.session.scalars(select(Voucher.used)).one() == 1
    assert len([code for code in db.session.scalars(select(Order.discount_vnd)) if code]) >= 1
    wrong = [(each.name, each.violations) for each in check_all() if each.violations]
    assert wrong == []


def _goods() -> tuple[Product, Product]:
    wanted = make_product(
        name="Mật ong hiếm",
        producer=make_producer(name="HTX Thử Một"),
        variants=[{"on_hand": PACKS}],
        certification=None,
    )
    other = make_product(
        name="Chè đủ cho mọi người",
        producer=make_producer(name="HTX Thử Hai"),
        variants=[{"on_hand": 1_000}],
        certification=None,
    )
    return wanted, other


def _hamper(wanted: Product, other: Product) -> int:
    facts = BundleFacts(
        name="Giỏ quà thử",
        percent=10,
        items=((wanted.variants[0].id, 1), (other.variants[0].id, 1)),
    )
    by = actor(make_administrator())
    with transaction():
        bundle = make_bundle(facts, None, by=by, now=clock.now())
        publish_bundle(bundle, now=clock.now())
    return bundle.id


def _voucher() -> None:
    facts = VoucherFacts(
        code=CODE,
        amount_vnd=20_000,
        from_on=clock.today() - timedelta(days=300),
        until_on=clock.today() + timedelta(days=400),
        use_limit=1,
    )
    by = actor(make_administrator())
    with transaction():
        make_voucher(facts, Bearer.PLATFORM, by=by, now=clock.now())


def _phone(number: int) -> str:
    return f"0912{number:06d}"


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")
