"""Files of goods: the dry run of 500 rows, and what a table of 20,000 rows costs to write and to read again."""

import json
import resource
from time import process_time

from catalog.models import Producer, Product, Variant
from catalog.operations.sheet_plans import plan_sheet
from catalog.product_sheet.files import xlsx_of
from catalog.product_sheet.goods import SheetPack, SheetProduct, rows_of
from catalog.product_sheet.rows import read_sheet
from catalog.queries.sheet_goods import list_sheet_goods
from catalog.spreadsheets import read_table
from core import clock
from core.db import db, transaction
from storefront.app import create_app

ROWS, MANY_ROWS = 500, 20_000


def main() -> None:
    before = memory_mib()
    rows = rows_of(made_up(MANY_ROWS), "vi")
    begun = process_time()
    content = xlsx_of(rows, "vi")
    report("sheet_20000_rows_write_cpu", process_time() - begun, "s")
    report("sheet_20000_rows_write_memory", memory_mib() - before, "MiB")
    begun = process_time()
    assert len(read_sheet(read_table(content)).rows) == MANY_ROWS
    report("sheet_20000_rows_read_cpu", process_time() - begun, "s")
    with create_app().app_context():
        measure_dry_run(producer_with(ROWS))


def measure_dry_run(producer_id: int) -> None:
    content = xlsx_of(rows_of(list_sheet_goods(producer_id), "vi"), "vi")
    with transaction():
        for variant in db.session.query(Variant).join(Product).filter(Product.producer_id == producer_id):
            variant.gtin = None
            variant.price_vnd = 10_000
    changed = xlsx_of(repriced(list_sheet_goods(producer_id)), "vi")
    for name, file in (("unchanged", content), ("changed", changed)):
        begun = process_time()
        plan = plan_sheet(
            read_sheet(read_table(file)), producer_id, "bench.xlsx", lambda _done, _failed: None
        )
        assert not plan.messages
        report(f"sheet_500_rows_{name}_check_cpu", process_time() - begun, "s")


def repriced(products: list[SheetProduct]) -> list[tuple[str | int | None, ...]]:
    from catalog.product_sheet.columns import COLUMNS

    place = [column.name for column in COLUMNS].index("price_vnd")
    return [(*row[:place], 12_000, *row[place + 1 :]) for row in rows_of(products, "vi")]


def producer_with(count: int) -> int:
    with transaction():
        producer = Producer(slug=f"bench-{clock.now():%H%M%S%f}", name="Bench")
        db.session.add(producer)
        for number in range(count):
            product = Product(
                slug=f"{producer.slug}-{number}",
                name=f"Hàng {number}",
                producer=producer,
                group_no=1,
                recorded_at=clock.now(),
            )
            product.variants.append(Variant(position=1, label="Gói", price_vnd=10_000, on_hand=1))
            db.session.add(product)
        db.session.flush()
        return producer.id


def made_up(count: int) -> list[SheetProduct]:
    return [
        SheetProduct(
            number,
            {
                "name": f"Mắm cá {number}",
                "group_no": 1,
                "summary": "đậm đà " * 12,
                "story": "câu chuyện " * 20,
            },
            [SheetPack(number, {"label": "Hộp 500 g", "net_unit": "g", "price_vnd": 125_000, "on_hand": 3})],
        )
        for number in range(count)
    ]


def memory_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(name: str, value: float, unit: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 2), "unit": unit}), flush=True)


if __name__ == "__main__":
    main()
