"""The commands, as a clerk types them."""

import re
import shutil
import subprocess

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import func, select

from core.db import db
from tests.traceability.conftest import GTIN
from traceability.models import Scan, Stamp, StampRun


@pytest.fixture
def run(runner):
    """What a command answers; it must end with the code given."""

    def invoke(*arguments: str, ends_with: int = 0) -> str:
        result = runner.invoke(args=["traceability", *arguments])
        assert result.exit_code == ends_with, result.output
        return result.output

    return invoke


def test_a_lot_from_opening_to_recall(run, client, make_product):
    product = make_product()
    lot = f"{product.slug}/L1"

    assert "L1" in run(
        "open-lot", product.slug, "L1", "100", "--produced-on", "1/11/2026", "--expires-on", "2027-11-01"
    )
    assert "Đã ghi" in run("record-event", lot, "packing", "2/11/2026", "--note", "Đóng gói tại xưởng")
    issued = run("issue-stamps", lot, "2")
    codes = re.findall(r"/T/(\w{13})", issued)
    assert "Đóng gói tại xưởng" in client.get(f"/T/{codes[0]}").text
    assert "valid_again" in run("check-stamp", codes[0])
    run("withdraw-stamp", codes[1], "--reason", "Rách")
    run("recall-lot", lot, "--reason", "Nấm mốc", "--instruction", "Trả lại", "--contact", "0912")
    assert run("check-stamp", *codes).split() == [codes[0], "recalled", codes[1], "recalled"]
    run("close-recall", lot)
    assert run("check-stamp", *codes).split() == [codes[0], "valid_again", codes[1], "withdrawn"]
    assert "L1" in run("lots", product.slug)


def test_checking_by_command_is_no_look(run, make_stamp):
    run("check-stamp", make_stamp())

    assert db.session.scalar(select(func.count()).select_from(Scan)) == 0


def test_stamps_that_wait_are_activated(run, make_lot):
    lot = make_lot()
    number = str(lot.id)
    code = re.search(r"/T/(\w{13})", run("issue-stamps", number, "1", "--inactive"))[1]
    run_id = str(db.session.scalar(select(StampRun.id)))

    assert "not_activated" in run("check-stamp", code)
    assert "1 tem" in run("activate-stamps", run_id)
    assert "valid_first" in run("check-stamp", code)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is missing")
def test_every_code_of_a_printed_sheet_resolves_to_its_page(run, client, make_product, make_lot, tmp_path):
    lot = make_lot(make_product(gtin=GTIN))
    file = tmp_path / "tem.pdf"

    run("issue-stamps", str(lot.id), "5", "--sheet", str(file), "--start", "22")
    subprocess.run(["pdftoppm", "-r", "300", "-gray", "-png", str(file), str(tmp_path / "page")], check=True)
    pages = [Image.open(page) for page in sorted(tmp_path.glob("page*.png"))]
    addresses = [found.text for page in pages for found in zxingcpp.read_barcodes(page)]
    for page in pages:
        page.close()

    assert len(addresses) == 5
    for address in addresses:
        assert address.startswith("http://MARKET.TEST/01/")
        answer = client.get(address.removeprefix("http://MARKET.TEST"), follow_redirects=True)
        assert 'data-verdict="valid_first"' in answer.text


def test_a_lot_code_is_printed_as_often_as_asked(run, make_lot, tmp_path):
    lot = make_lot()

    answer = run("issue-stamps", str(lot.id), "30", "--lot-code", "--sheet", str(tmp_path / "lo.pdf"))

    assert "2" in answer
    assert db.session.scalar(select(func.count()).select_from(Stamp)) == 1
    assert run("check-stamp", db.session.scalar(select(Stamp.code))).endswith("lot_code\n")


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_single_stamp_as_a_picture(run, make_stamp, tmp_path, ending):
    file = tmp_path / f"tem.{ending}"

    address = run("stamp-image", make_stamp(), str(file)).strip()

    assert address.startswith("http://market.test/T/")
    assert file.stat().st_size > 200


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("issue-stamps", "no-such/L1", "1"), "Không có lô «no-such/L1»"),
        (("issue-stamps", "999", "1"), "Không có lô «999»"),
        (("stamp-sheet", "999", "x.pdf"), "Không có đợt tem số 999"),
        (("withdraw-stamp", "7K3Q", "--reason", "?"), "Chưa phát hành tem nào có mã 7K3Q"),
        (("close-recall", "999"), "Không có lô"),
        (("open-lot", "no-such", "L1", "1"), "no-such"),
    ],
)
def test_a_refusal_is_one_sentence(run, context, arguments, told):
    answer = run(*arguments, ends_with=1)

    assert told in answer
    assert "Traceback" not in answer


def test_too_many_stamps_are_refused_with_the_numbers(run, make_lot):
    lot = make_lot(quantity=100)

    answer = run("issue-stamps", str(lot.id), "106", "--language", "en", ends_with=1)

    assert "100 packs, which allows 105" in answer
    assert db.session.scalar(select(func.count()).select_from(Stamp)) == 0


def test_a_sheet_that_cannot_be_made_leaves_no_file(run, make_lot, tmp_path):
    lot = make_lot()
    run("issue-stamps", str(lot.id), "1", "--sheet", str(tmp_path / "x.pdf"), "--start", "99", ends_with=1)

    assert list(tmp_path.iterdir()) == []


def test_stamps_stay_issued_when_their_sheet_cannot_be_written(run, make_lot, db_session):
    lot = make_lot()

    told = run(
        "issue-stamps", str(lot.id), "3", "--sheet", "/nowhere/x.pdf", "--language", "en", ends_with=1
    ).splitlines()

    assert told[0].startswith("Run 1: 3 stamps")
    assert told[1].startswith("Error: A file could not be read or written (")
    assert db_session.scalar(select(func.count()).select_from(Stamp)) == 3
