"""Commands that write labels to files."""

import pytest
import zxingcpp
from sqlalchemy import select

from core.db import db
from tests.traceability.press.test_rolls import tspl_picture, zpl_picture
from tests.traceability.rendering import needs_poppler, rendered, text_of
from traceability.models import SheetPrint, Stamp, StampRun


@pytest.fixture
def run(runner):
    """What a command answers; it must end with the code given."""

    def invoke(*arguments: str, ends_with: int = 0) -> str:
        result = runner.invoke(args=["traceability", *arguments])
        assert result.exit_code == ends_with, result.output
        return result.output

    return invoke


@pytest.fixture
def run_id(run, make_lot):
    """A run of three codes, the second of which was withdrawn."""
    run("issue-stamps", str(make_lot().id), "3")
    run("withdraw-stamp", codes()[1], "--reason", "Rách")
    return str(db.session.scalar(select(StampRun.id)))


def codes():
    return list(db.session.scalars(select(Stamp.code).order_by(Stamp.number)))


def test_a_roll_of_labels_in_zpl(run, run_id, tmp_path):
    file = tmp_path / "roll.zpl"

    told = run("stamp-sheet", run_id, str(file), "--layout", "50x30", "--dots", "300")
    labels = [part + b"^XZ" for part in file.read_bytes().split(b"^XZ\n") if part]
    read = [zxingcpp.read_barcodes(zpl_picture(label))[0].text for label in labels]

    assert "roll.zpl" in told
    assert read == [f"http://MARKET.TEST/T/{code}" for code in (codes()[0], codes()[2])]


def prints():
    db.session.rollback()
    rows = db.session.scalars(select(SheetPrint).order_by(SheetPrint.id))
    return [(row.first, row.last, row.layout, row.label_count, row.reason, row.by_id) for row in rows]


def test_a_code_of_one_pack_is_not_printed_twice(run, run_id, tmp_path):
    answer = run(
        "stamp-sheet", run_id, str(tmp_path / "x.zpl"), "--layout", "50x30", "--copies", "2", ends_with=1
    )

    assert "--copies" in answer
    assert (list(tmp_path.iterdir()), prints()) == ([], [])


def test_labels_made_by_command_are_noted_and_not_made_again_without_a_reason(run, run_id, tmp_path):
    wanted = ("stamp-sheet", run_id, str(tmp_path / "x.zpl"), "--layout", "50x30")
    run(*wanted)
    (tmp_path / "x.zpl").unlink()

    refused = run(*wanted, ends_with=1)
    assert ("--reason" in refused, list(tmp_path.iterdir()), len(prints())) == (True, [], 1)
    run(*wanted, "--reason", "Cuộn bị ướt")

    assert prints() == [(1, 3, "50x30", 2, None, None), (1, 3, "50x30", 2, "Cuộn bị ướt", None)]


def test_the_code_of_a_lot_is_printed_as_often_as_wanted(run, make_lot, tmp_path):
    run(
        *("issue-stamps", str(make_lot().id), "5", "--lot-code"),
        *("--sheet", str(tmp_path / "x.zpl"), "--layout", "50x30"),
    )

    assert (tmp_path / "x.zpl").read_bytes().count(b"^XZ") == 5
    assert prints() == [(1, 1, "50x30", 5, None, None)]


def test_a_roll_of_labels_in_tspl(run, run_id, tmp_path):
    file = tmp_path / "roll.tspl"

    run("stamp-sheet", run_id, str(file), "--layout", "35x22")
    first = file.read_bytes().split(b"PRINT 1,1\r\n")[0] + b"PRINT 1,1\r\n"

    assert zxingcpp.read_barcodes(tspl_picture(first, 203))[0].text == f"http://MARKET.TEST/T/{codes()[0]}"


@needs_poppler
def test_a_sheet_leaves_out_spoiled_labels_and_carries_the_state_of_the_log(run, run_id, tmp_path):
    file = tmp_path / "sheet.pdf"

    run(
        "stamp-sheet",
        run_id,
        str(file),
        "--layout",
        "5x13",
        "--start",
        "2",
        "--skip",
        "3",
        "--measured",
        *("20", "19", "100", "100"),
    )
    (page,) = rendered(file)
    found = sorted(zxingcpp.read_barcodes(page), key=lambda read: read.position.top_left.x)
    gap = found[1].position.top_left.x - found[0].position.top_left.x

    assert [read.text for read in found] == [
        f"http://MARKET.TEST/T/{code}" for code in (codes()[0], codes()[2])
    ]
    assert abs(gap / 300 * 25.4 - 2 * 40.6) < 1
    assert "market.test/log" in text_of(file)


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("x.zpl", ("--layout", "3x8"), "Không có loại nhãn tên 3x8"),
        ("x.pdf", ("--skip", "99"), "không có vị trí 99"),
        ("x.pdf", ("--measured", "3", "20", "100", "100"), "15 mm"),
        ("x.pdf", ("--measured", "20", "20", "94", "100"), "100 %"),
    ],
)
def test_what_cannot_be_printed_leaves_no_file(run, run_id, tmp_path, name, options, told):
    answer = run("stamp-sheet", run_id, str(tmp_path / name), *options, ends_with=1)

    assert told in answer
    assert list(tmp_path.iterdir()) == []


@needs_poppler
def test_a_calibration_page(run, context, tmp_path):
    file = tmp_path / "page.pdf"

    told = run("calibration-page", "4x10", str(file))

    assert "page.pdf" in told
    assert "Nhãn 4x10" in " ".join(text_of(file).split())
