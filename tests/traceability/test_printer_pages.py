"""Sheets for printers that are off, files for printers of rolls, and the page to measure by."""

from typing import Any

import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import db, transaction
from core.tasks.models import FileRole, Task
from core.tasks.reading import find_file
from tests.factories import make_product
from tests.support.hands import Hand
from tests.support.sheet_shop import work
from tests.traceability.press.test_rolls import tspl_picture, zpl_picture
from tests.traceability.rendering import dark_box, needs_poppler, rendered
from traceability.models import Lot, Stamp, StampRun
from traceability.operations.lots import open_lot
from traceability.operations.stamps import RunOrder, issue_run


@pytest.fixture
def lot(db_session: Any) -> Lot:
    product = make_product(slug="mang-cut", name="Măng cụt sấy", variants=[{"on_hand": 10}])
    with transaction():
        return open_lot(product, "L1", 100, now=clock.now())


@pytest.fixture
def hand(app: Flask, lot: Lot) -> Hand:
    return Hand(app, lot.product.producer)


@pytest.fixture
def run(lot: Lot) -> StampRun:
    with transaction():
        return issue_run(lot, 2, RunOrder(), by_id=None, now=clock.now())


def printed(hand: Hand, lot: Lot, run: StampRun, **wanted: str) -> Any:
    """The file that the worker made."""
    hand.post(f"/lots/{lot.id}/stamps/{run.id}/prints", {"first": "1", "last": "2", **wanted})
    work()
    task = db.session.scalars(select(Task).order_by(Task.id.desc())).first()
    return find_file(task.id, FileRole.RESULT)


def codes(run: StampRun) -> list[str]:
    return list(db.session.scalars(select(Stamp.code).where(Stamp.run_id == run.id).order_by(Stamp.number)))


def test_a_file_for_a_printer_of_rolls_in_zpl(hand: Hand, lot: Lot, run: StampRun) -> None:
    file = printed(hand, lot, run, layout="50x30", printer="zpl-300")
    labels = [part + b"^XZ" for part in file.content.split(b"^XZ\n") if part]

    assert file.name.endswith(".zpl")
    assert [zxingcpp.read_barcodes(zpl_picture(label))[0].text[-13:] for label in labels] == codes(run)


def test_a_file_for_a_printer_of_rolls_in_tspl(hand: Hand, lot: Lot, run: StampRun) -> None:
    file = printed(hand, lot, run, layout="40x30", printer="tspl-203")
    labels = [part + b"PRINT 1,1\r\n" for part in file.content.split(b"PRINT 1,1\r\n") if part]

    assert file.name.endswith(".tspl")
    assert [zxingcpp.read_barcodes(tspl_picture(label, 203))[0].text[-13:] for label in labels] == codes(run)


@needs_poppler
def test_what_was_measured_moves_the_labels(hand: Hand, lot: Lot, run: StampRun, tmp_path: Any) -> None:
    last = {"last": "1", "layout": "3x8", "start": "24"}
    straight = printed(hand, lot, run, **last)
    moved = printed(hand, lot, run, **last, left="18,5", top="20", reason="lệch")

    edges = []
    for number, file in enumerate((straight, moved)):
        (tmp_path / f"{number}.pdf").write_bytes(file.content)
        (page,) = rendered(tmp_path / f"{number}.pdf")
        # What stands on the edge is moved too: look at the last label alone.
        edges.append(dark_box(page.crop((page.width * 5 // 8, 0, page.width, page.height)))[0])

    assert abs((edges[1] - edges[0]) / 300 * 25.4 - 1.5) < 0.2


@needs_poppler
@pytest.mark.parametrize("layout", ["3x8", "35x22"])
def test_the_page_to_measure_by(hand: Hand, tmp_path: Any, layout: str) -> None:
    answer = hand.get(f"/labels/{layout}/calibration-page")
    (tmp_path / "page.pdf").write_bytes(answer.data)

    assert answer.mimetype == "application/pdf"
    assert len(rendered(tmp_path / "page.pdf")) == 1


def test_of_other_labels_there_is_no_page_to_measure_by(hand: Hand) -> None:
    assert hand.get("/labels/9x9/calibration-page").status_code == 422


def test_the_page_of_a_run_offers_printers_and_pages_to_measure_by(
    hand: Hand, lot: Lot, run: StampRun
) -> None:
    page = hand.get(f"/lots/{lot.id}/stamps/{run.id}").text

    assert 'value="tspl-600"' in page
    assert page.count("/calibration-page") == 6
