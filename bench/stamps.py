"""100,000 stamps of one lot: issued, pressed, and a thousand of them read from the page and looked up.

Run by `bench.__main__` in an instance that `bench.prepare` has filled. Rates are per second of CPU time on one core.
"""

import random
import re
import tempfile
import time
from typing import IO, Final

import pypdfium2
import zxingcpp
from flask import Flask
from sqlalchemy import select

from bench.labels import report
from catalog.models import Product
from core import clock
from core.db import db, transaction
from storefront.app import create_app
from traceability.models import StampRun
from traceability.operations.lots import open_lot
from traceability.operations.stamps import RunOrder, issue_run
from traceability.press.layouts import LabelLayout, get_layout
from traceability.press.sheets import write_labels
from traceability.printed import LabelFacts, printed_url
from traceability.queries.stamp_states import iter_codes

STAMPS: Final = 100_000
READ: Final = 1_000
LAYOUT: Final = "4x10"
BASE_URL: Final = "https://bench.example"
KNOWN: Final = re.compile(r'data-verdict="(valid_first|valid_again|rank_lapsed)"')
DOTS_PER_INCH: Final = 300
"""As a common printer draws."""


def main() -> None:
    app = create_app()
    with app.app_context():
        run_id = issued()
        with tempfile.TemporaryFile() as file:
            urls = pressed(run_id, file)
            read_again(app, file, urls)


def issued() -> int:
    began = time.process_time()
    with transaction():
        product = db.session.scalars(
            select(Product).where(Product.group_no != 6).order_by(Product.id)
        ).first()
        assert product is not None
        lot = open_lot(product, f"B{time.time_ns() % 10**9}", STAMPS, now=clock.now())
        run = issue_run(lot, STAMPS, RunOrder(), by_id=None, now=clock.now())
        run_id = run.id
    report("stamps_issued", STAMPS / (time.process_time() - began), "codes/s")
    return run_id


def pressed(run_id: int, file: IO[bytes]) -> list[str]:
    """Writes the sheets; answers the address of each label in its order."""
    run = db.session.get_one(StampRun, run_id)
    facts = LabelFacts(
        product_name=run.lot.product.name, lot_code=run.lot.code, produced_on=None, expires_on=None,
        gtin=run.gtin, host="bench.example", is_lot_code=False, is_demonstration=True,
    )  # fmt: skip
    labels = [
        (code, printed_url(BASE_URL, code, gtin=run.gtin, lot_code=run.lot.code))
        for code in iter_codes(run_id, (1, STAMPS))
    ]
    began = time.process_time()
    write_labels(file, facts, labels, layout=LAYOUT, margin_note="bench.example/log 1")
    report("stamps_pressed", STAMPS / (time.process_time() - began), "labels/s")
    return [url for _code, url in labels]


def read_again(app: Flask, file: IO[bytes], urls: list[str]) -> None:
    """Draws a thousand labels by chance as a printer does, reads them, and asks for what they say."""
    layout = get_layout(LAYOUT)
    decoded = resolved = 0
    client = app.test_client()
    document = pypdfium2.PdfDocument(file)
    for number in sorted(random.sample(range(STAMPS), READ)):
        found = zxingcpp.read_barcodes(drawn(document, layout, number))
        text = found[0].text.replace("BENCH.EXAMPLE", "bench.example") if len(found) == 1 else ""
        decoded += text == urls[number]
        answer = client.get(text.removeprefix(BASE_URL), base_url=BASE_URL, follow_redirects=True)
        resolved += answer.status_code == 200 and KNOWN.search(answer.text) is not None
    document.close()
    report("stamps_decoded_of_1000", decoded, "labels")
    report("stamps_resolved_of_1000", resolved, "labels")


def drawn(document: pypdfium2.PdfDocument, layout: LabelLayout, number: int) -> object:
    """One label of the sheets, as a picture."""
    sheet, place = divmod(number, layout.label_count)
    left, top = layout.corner_mm(place + 1)
    edges = (
        left,
        layout.page_height_mm - top - layout.height_mm,
        layout.page_width_mm - left - layout.width_mm,
        top,
    )
    page = document[sheet]
    picture = page.render(
        scale=DOTS_PER_INCH / 72, crop=tuple(max(0.0, edge * 72 / 25.4) for edge in edges), grayscale=True
    ).to_pil()
    page.close()
    return picture


if __name__ == "__main__":
    main()
