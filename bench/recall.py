"""A drill of a recall of 10,000 sold packs: how long it takes until every buyer and lot is listed, by its stopwatch.

Run with `python -m bench.recall FOLDER`. Half of the packs have codes bound to their orders, the other half are known
by their lots alone. What is measured is the work of the program, not that of people.
"""

import io
import json
import os
import sys
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import func, insert, select

from bench.orders import fill_done
from catalog.models import Producer, Product, Variant
from core import clock
from core.cli import upgrade_database
from core.db import db, transaction
from orders.jobs.recalls import tell_recall
from orders.models.orders import OrderLine
from orders.models.stock import LineLot
from orders.queries.recall_buyers import recall_buyers
from orders.recall_files import archive
from orders.views.recall_columns import files_of
from storefront.app import create_app
from traceability.models import Recall, RecallStage, Stamp
from traceability.models.bindings import StampBinding
from traceability.operations.lots import open_lot
from traceability.operations.recalls import RecallGoods, RecallWords, end_recall, note_step, open_recall
from traceability.operations.stamps import RunOrder, issue_run

UNITS: Final = 10_000
LOTS: Final = 4
ORDERS: Final = 4_050
"""Of one to four packs each."""
WORDS: Final = RecallWords(reason="bench", instruction="bench", contact="bench")
BEGUN: Final = datetime(2026, 11, 1, tzinfo=UTC)


def main() -> None:
    os.environ["INSTANCE_DIR"] = str(Path(sys.argv[1]) / "recall")
    app = create_app()
    upgrade_database(app)
    with app.app_context(), app.test_request_context():
        sold, lot_count = sell()
        drill(sold, lot_count)


def sell() -> tuple[int, int]:
    """10,000 packs of one product in orders of one to four, from four lots; answers how many packs and lots."""
    with transaction():
        producer = Producer(slug="bench", name="bench", kind="cooperative")
        product = Product(slug="bench", name="bench", group_no=1, producer=producer, recorded_at=BEGUN)
        product.variants.append(Variant(label="500 g", price_vnd=50_000))
        db.session.add(product)
        db.session.flush()
        lots = [open_lot(product, f"B{number}", UNITS, now=BEGUN) for number in range(LOTS)]
        lot_ids = [lot.id for lot in lots]
        run_id = issue_run(lots[0], UNITS, RunOrder(), by_id=None, now=BEGUN).id
    fill_done(ORDERS)
    with transaction():
        lines = db.session.execute(select(OrderLine.id, OrderLine.quantity).order_by(OrderLine.id)).all()
        sold = [(int(line_id), int(quantity)) for line_id, quantity in lines]
        stamp_ids = iter(db.session.scalars(select(Stamp.id).where(Stamp.run_id == run_id)).all())
        db.session.execute(
            insert(LineLot), [_from_lot(place, line, lot_ids) for place, line in enumerate(sold)]
        )
        db.session.execute(insert(StampBinding), list(_bound(sold, stamp_ids)))
    return sum(quantity for _, quantity in sold), len(lot_ids)


def drill(sold: int, lot_count: int) -> None:
    """Open, list, make the messages ready, take the data, close: each step on the stopwatch."""
    with transaction():
        product = db.session.scalars(select(Product)).one()
        recall = open_recall(RecallGoods(product=product), WORDS, now=clock.now(), is_drill=True)
        recall_id = recall.id
    tell_recall(recall_id)
    began = time.perf_counter()
    recall = db.session.get_one(Recall, recall_id)
    orders = recall_buyers(recall)
    files = archive(files_of(recall, orders, has_names=True))
    report("recall_drill_export", time.perf_counter() - began, "s")
    for stage in (RecallStage.EXPORTED,):
        with transaction():
            note_step(db.session.get_one(Recall, recall_id), stage, now=clock.now())
    with transaction():
        end_recall(db.session.get_one(Recall, recall_id), reason="bench", now=clock.now())
    check(orders_listed=len(orders), packs=sum(each.pack_count for each in orders), sold=sold, files=files)
    db.session.expire_all()
    recall = db.session.get_one(Recall, recall_id)
    for step in recall.steps:
        minutes = (step.taken_at - recall.opened_at).total_seconds() / 60
        report(f"recall_drill_{step.stage}", minutes, "min")
    report("recall_drill_orders", len(orders), "orders")
    report("recall_drill_packs", sold, "packs")
    report("recall_drill_lots", lot_count, "lots")


def check(*, orders_listed: int, packs: int, sold: int, files: bytes) -> None:
    """Every order and pack is there, on the list and in the file; ends the run if not."""
    lines = db.session.scalar(select(func.count()).select_from(OrderLine))
    with zipfile.ZipFile(io.BytesIO(files)) as zipped:
        filed = zipped.read("orders.csv").decode().count("\n") - 1
        lots = zipped.read("lots.csv").decode().count("\n") - 1
    if (orders_listed, packs, filed, lots) != (lines, sold, lines, LOTS):
        sys.exit(f"the drill lists {orders_listed} orders, {packs} packs, files {filed}, lots {lots}")


def report(name: str, value: float, unit: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit}), flush=True)


def _from_lot(place: int, line: tuple[int, int], lot_ids: list[int]) -> dict[str, int]:
    # Every second line is from the lot whose packs have codes of their own.
    lot_id = lot_ids[0] if place % 2 else lot_ids[1 + place // 2 % (LOTS - 1)]
    return {"line_id": line[0], "lot_id": lot_id, "quantity": line[1], "returned_quantity": 0}


def _bound(lines: list[tuple[int, int]], stamp_ids: Iterator[int]) -> Iterator[dict[str, object]]:
    for place, (line_id, quantity) in enumerate(lines):
        if place % 2:
            for _ in range(quantity):
                yield {"stamp_id": next(stamp_ids), "order_line_id": line_id, "bound_at": BEGUN}


if __name__ == "__main__":
    main()
