"""What selling costs the server: putting into the basket, checking out, the desk of a producer with many open orders.

CPU of the server per request (a checkout: per whole checkout) as a multiple of the bare page in the same run; then the
same with 50,000 orders in the tables; and how many checkouts a second two processes finish.

Run by `bench.__main__`; as a command it prepares the instance: `python -m bench.trade FOLDER sellers|orders`.
"""

import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select, update

from accounts.models import Membership, User
from accounts.operations.sessions import open_session
from bench import orders
from bench.client import fetch_all
from bench.http_pages import SETTLE_SECONDS, cost
from bench.server import Server
from bench.shopper import Answer, Shopper
from catalog.models import Product, Variant
from core import clock
from core.db import db, transaction
from storefront.app import create_app

OPEN_ORDERS, PAST_ORDERS = 200, 50_000
ROUNDS, ADDS, CHECKOUTS, DESKS = 5, 40, 8, 40
BUYERS, BUYERS_SECONDS = 8, 15
BASE_URL: Final = "https://bench.example"
_buyers = count(1)

Report = Callable[[str, float, str], None]


def measure_trade(bare: Server, shop: Server, sellers: Mapping[str, Any], report: Report, name: str) -> None:
    """Report the three figures of `name` («», or «_with_50000_orders»)."""
    desk = [f"/workspace/{sellers['producer_id']}/orders"]
    cookie = {"Cookie": f"__Host-sid={sellers['token']}"}
    packs = sellers["packs"]
    for _ in range(2):  # so that both processes have seen every page
        _put_in(shop, packs, ADDS)
        _check_out(shop, packs, 4)
        fetch_all(shop.port, desk * 8, cookie)
    figures: dict[str, list[float]] = {"add_to_cart": [], "checkout": [], "order_desk": []}
    for _ in range(ROUNDS):
        plain = cost(bare, [f"/{number}" for number in range(200)])
        figures["add_to_cart"].append(_cost_of(shop, lambda: _put_in(shop, packs, ADDS)) / plain)
        filled = [_filled(shop, packs) for _ in range(CHECKOUTS)]
        figures["checkout"].append(_cost_of(shop, lambda: _order(filled)) / plain)  # noqa: B023
        figures["order_desk"].append(
            _cost_of(shop, lambda: fetch_all(shop.port, desk * DESKS, cookie)) / plain
        )
    for kind, ratios in figures.items():
        report(f"{kind}{name}_vs_bare", round(statistics.median(ratios), 2), "ratio")


def measure_crowd(shop: Server, sellers: Mapping[str, Any], report: Report) -> None:
    """Report how many checkouts a crowd finishes in a second, and how long the slower ones take."""
    until = time.perf_counter() + BUYERS_SECONDS

    def buy(_number: int) -> list[float]:
        took = []
        while time.perf_counter() < until:
            shopper = _filled(shop, sellers["packs"])
            began = time.perf_counter()
            _require_order(shopper.check_out())
            took.append(time.perf_counter() - began)
            shopper.close()
        return took

    with ThreadPoolExecutor(BUYERS) as crowd:
        seconds = sorted(each for part in crowd.map(buy, range(BUYERS)) for each in part)
    report("checkouts_per_second", round(len(seconds) / BUYERS_SECONDS, 1), "1/s")
    report("checkout_p95", round(1_000 * seconds[int(len(seconds) * 0.95)]), "ms")


def _cost_of(shop: Server, work: Callable[[], int]) -> float:
    began = shop.cpu_seconds()
    done = work()
    time.sleep(SETTLE_SECONDS)
    return (shop.cpu_seconds() - began) / done


def _shopper(shop: Server) -> Shopper:
    """Each buyer comes from a telephone and a network of its own."""
    number = next(_buyers)
    network = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return Shopper(shop.port, BASE_URL, f"0912{number:06d}", network)


def _put_in(shop: Server, packs: list[int], times: int) -> int:
    for number in range(times):
        shopper = _shopper(shop)
        _require(shopper.add_to_cart(packs[number % len(packs)]), 303)
        shopper.close()
    return times


def _filled(shop: Server, packs: list[int]) -> Shopper:
    """A buyer with goods of two producers in the basket."""
    shopper = _shopper(shop)
    for pack in packs[:2]:
        _require(shopper.add_to_cart(pack), 303)
    return shopper


def _check_out(shop: Server, packs: list[int], times: int) -> int:
    return _order([_filled(shop, packs) for _ in range(times)])


def _order(shoppers: list[Shopper]) -> int:
    for shopper in shoppers:
        _require_order(shopper.check_out())
        shopper.close()
    return len(shoppers)


def _require(answer: Answer, status: int) -> None:
    if answer.status != status:
        raise RuntimeError(f"{answer.status} instead of {status}: {answer.body[:500]}")


def _require_order(answer: Answer) -> None:
    _require(answer, 200)
    if not re.search(r"<h1[^>]*>[^<]*OC[2-9A-Z]{9}", answer.body):
        raise RuntimeError(f"no order: {answer.body[:500]}")


def prepare_sellers(folder: Path) -> None:
    """A producer with many open orders whose owner is signed in, and packs enough for everybody."""
    producer_id = orders.producer_with_most_packs()
    now = clock.now()
    with transaction():
        user = User(name="Chủ Cơ Sở Đo", email="owner@bench.example", email_verified_at=now, created_at=now)
        db.session.add(user)
        db.session.flush()
        db.session.add(Membership(user_id=user.id, producer_id=producer_id, role="owner", joined_at=now))
        _session, token = open_session(user, now=now, is_official=False)
    packs = _packs_of_two_producers()
    with transaction():
        db.session.execute(update(Variant).where(Variant.id.in_(packs)).values(on_hand=10**6))
    orders.fill_open(producer_id, OPEN_ORDERS)
    facts = {"producer_id": producer_id, "token": token, "packs": packs}
    (folder / "sellers.json").write_text(json.dumps(facts))


def _packs_of_two_producers() -> list[int]:
    sold = (
        select(Variant.id, Product.producer_id)
        .join(Product)
        .where(
            Variant.price_vnd.between(10_000, 200_000),
            Product.is_for_sale,
            Product.criteria_set.in_((3, 6, 7)),
        )
        .order_by(Variant.id)
    )
    firsts: dict[int, int] = {}
    for variant_id, producer_id in db.session.execute(sold):
        firsts.setdefault(producer_id or 0, variant_id)
    return list(firsts.values())[:2]


def main(folder: Path, what: str) -> None:
    with create_app().app_context():
        if what == "sellers":
            prepare_sellers(folder)
        else:
            orders.fill_done(PAST_ORDERS)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
