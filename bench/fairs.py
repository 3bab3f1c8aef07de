"""The page of a fair with 200 booths of 10 products: its size, what it costs kept and made anew.

Run with `python -m bench.fairs FOLDER`. CPU in this process, as a multiple of what the bare page (`bench.bare`) costs
in it: what a poster brings is 500 telephones in ten seconds, all for the same page.
"""

import gzip
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import insert

from accounts.models import User
from bench.bare import app as bare_app
from catalog.models import Place, Producer, Product
from core import clock
from core.cli import upgrade_database
from core.db import db, transaction
from core.pages import page_cache
from promotion.models.fairs import Booth, BoothProduct, Fair, Participation
from storefront.app import create_app

BOOTHS: Final = 200
GOODS: Final = 10
COLUMNS: Final = 20
ROUNDS: Final = 7
KEPT_ASKED: Final = 200
MADE_ASKED: Final = 5
PATH: Final = "/fairs/bench"


def main() -> None:
    os.environ["INSTANCE_DIR"] = str(Path(sys.argv[1]) / "fairs")
    app = create_app()
    upgrade_database(app)
    with app.app_context():
        fill()
    shop, bare = app.test_client(), bare_app.test_client()
    page = shop.get(PATH)
    report("fair_of_200_booths_gz", round(len(gzip.compress(page.data)) / 1024, 1), "KiB")

    def made() -> None:
        with app.app_context():
            page_cache().clear()
        shop.get(PATH)

    for name, ask, count in (("kept", lambda: shop.get(PATH), KEPT_ASKED), ("made_anew", made, MADE_ASKED)):
        ratios = [cost(ask, count) / cost(lambda: bare.get("/1"), KEPT_ASKED) for _ in range(ROUNDS)]
        report(f"fair_of_200_booths_{name}_vs_bare", round(statistics.median(ratios), 2), "ratio")


def fill() -> None:
    """The fair, its producers and their products, none of which has a picture of its own."""
    now, today = clock.now(), clock.today()
    with transaction():
        organiser = User(name="bench", phone="+84910000000", created_at=now)
        place = Place(
            vintage="since_2025_07",
            current_province_code="86",
            current_province="Tỉnh Vĩnh Long",
            conversion="whole",
        )
        db.session.add_all([organiser, place])
        db.session.flush()
        fair = Fair(
            slug="bench", kind="fair", name="bench", venue="bench", province_code="86", starts_on=today,
            ends_on=today + timedelta(days=3), register_until_on=today, organiser_id=organiser.id,
            organiser_name="bench", plan_columns=COLUMNS, plan_rows=BOOTHS // COLUMNS, published_at=now, created_at=now,
        )  # fmt: skip
        makers = [
            Producer(
                slug=f"bench-{n}", name=f"Hợp tác xã nông nghiệp số {n}", kind="cooperative", place=place
            )
            for n in range(BOOTHS)
        ]
        db.session.add_all([fair, *makers])
        db.session.flush()
        for n, maker in enumerate(makers):
            booth = Booth(fair_id=fair.id, code=f"A{n}", left=n % COLUMNS + 1, top=n // COLUMNS + 1)
            goods = [
                Product(
                    slug=f"bench-{n}-{m}",
                    name=f"Sản phẩm {m} của {n}",
                    group_no=1,
                    producer=maker,
                    recorded_at=now,
                )
                for m in range(GOODS)
            ]
            db.session.add_all([booth, *goods])
            db.session.flush()
            part = Participation(fair_id=fair.id, producer_id=maker.id, state="confirmed", booth_id=booth.id)
            db.session.add(part)
            db.session.flush()
            shown = [
                {"participation_id": part.id, "product_id": each.id, "position": m}
                for m, each in enumerate(goods, start=1)
            ]
            db.session.execute(insert(BoothProduct), shown)


def cost(ask: Callable[[], object], count: int) -> float:
    """CPU seconds of this process for each call."""
    began = time.process_time()
    for _ in range(count):
        ask()
    return (time.process_time() - began) / count


def report(name: str, value: float, unit: str) -> None:
    print(json.dumps({"name": name, "value": value, "unit": unit}), flush=True)


if __name__ == "__main__":
    main()
