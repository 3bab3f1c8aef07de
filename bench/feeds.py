"""Feeds of a shop with 20,000 products: how long they take, and that memory does not grow with the shop.

Run with `python -m bench.feeds FOLDER`. Memory is the most that the process has held, after a tenth of the shop
and after all of it: flat means that both are about the same.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import insert, select

from bench import catalogue
from catalog.models import Product, Variant
from catalog.models.pictures import Picture, ProductPicture
from core import clock
from core.cli import upgrade_database
from core.db import db, transaction
from orders.models.delivery import PackWeight
from promotion.channel_rules import ChannelKey, get_channel
from promotion.feeds.judging import Shop
from promotion.feeds.making import judged, make_shop
from promotion.feeds.reading import check_file
from promotion.feeds.writers import write_sheet
from promotion.queries.channel_goods import Goods, iter_goods_on_sale
from storefront.app import create_app

SHOP: Final = Shop(base_url="https://bench.example", takes_demonstration=True)
FEW: Final = 2_000
MIB: Final = 1 << 20


def main() -> None:
    os.environ["INSTANCE_DIR"] = str(Path(sys.argv[1]) / "feeds")
    app = create_app()
    upgrade_database(app)
    with app.app_context():
        catalogue.fill()
        offer_everything()
        sizes_and_times()


def sizes_and_times() -> None:
    """A tenth of the shop first: what is loaded once is there then, and what is more afterwards is due to size."""
    make(FEW)
    report("feeds_2000_products_memory", memory_mib(), "MiB")
    begun, cpu = time.perf_counter(), time.process_time()
    feeds = make(None)
    report("feeds_20000_products_make", time.perf_counter() - begun, "s")
    report("feeds_20000_products_make_cpu", time.process_time() - cpu, "s")
    report("feeds_20000_products_memory", memory_mib(), "MiB")
    for name, count, size in feeds:
        report(f"feeds_rows_{name}", count, "rows")
        report(f"feeds_size_{name}", size / MIB, "MiB")
    begun = time.process_time()
    rows = sheet()
    report("sheet_20000_products_rows", rows, "rows")
    report("sheet_20000_products_cpu", time.process_time() - begun, "s")
    report("sheet_20000_products_memory", memory_mib(), "MiB")


def offer_everything() -> None:
    """Put all products up for sale with a pack, a weight and a photograph."""
    with transaction():
        db.session.query(Product).filter(Product.group_no != 6).update({"is_for_sale": True})
        ids = db.session.scalars(select(Product.id).order_by(Product.id)).all()
        with_pack = set(db.session.scalars(select(Variant.product_id)))
        packs = [
            {"product_id": each, "position": 1, "label": "500 g", "price_vnd": 50_000, "on_hand": 5}
            for each in ids
            if each not in with_pack
        ]
        if packs:
            db.session.execute(insert(Variant), packs)
        keys = [
            {"id": each, "key": f"{each:020x}", "width": 1200, "height": 1200, "drawn_at": clock.now()}
            for each in ids
        ]
        db.session.execute(insert(Picture), keys)
        shown = [
            {"product_id": each, "picture_id": each, "position": 1, "added_at": clock.now()} for each in ids
        ]
        db.session.execute(insert(ProductPicture), shown)
        weights: list[dict[str, Any]] = [
            {"variant_id": each, "weight_g": 560} for each in db.session.scalars(select(Variant.id))
        ]
        db.session.execute(insert(PackWeight), weights)


def make(limit: int | None) -> list[tuple[str, int, int]]:
    """Make all feeds of the first `limit` products, read them again; name, rows and bytes of each."""
    now, on = clock.now(), clock.today()
    with TemporaryDirectory() as folder:
        made = make_shop(Path(folder), first(iter_goods_on_sale(on, now), limit), SHOP, on, now)
        db.session.rollback()
        for each in made.files:
            check = check_file(each.plain, each.name, on)
            assert (check.row_count, check.breach_count) == (each.row_count, 0)
        return [(each.name, each.row_count, each.plain.stat().st_size) for each in made.files]


def sheet() -> int:
    """Write the sheet of one platform for all products, and how many rows it has."""
    now, on = clock.now(), clock.today()
    goods = iter_goods_on_sale(on, now)
    with TemporaryDirectory() as folder:
        verdicts = judged(goods, get_channel(ChannelKey.TIKI), on, SHOP)
        return write_sheet(Path(folder) / "tiki.xlsx", ChannelKey.TIKI, verdicts)


def memory_mib() -> float:
    """The most that the process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def first(goods: Iterable[Goods], limit: int | None) -> Iterator[Goods]:
    return islice(goods, limit)


def report(name: str, value: float, unit: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 2), "unit": unit}), flush=True)


if __name__ == "__main__":
    main()
