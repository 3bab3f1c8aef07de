"""Importing register files: truthful, all or nothing, and harmless when repeated."""

import csv
import io
import os
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from openpyxl import Workbook
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from catalog.errors import RegisterImportError
from catalog.models import Certification, Place, Producer, Product
from catalog.operations.register_import import import_register
from catalog.register.layouts import parse_table
from catalog.register.report import ImportReport
from catalog.spreadsheets import read_table
from catalog.stars import effective, stars_on, state_on
from core import clock as present
from core.config import ROOT
from core.db import db, transaction
from tests.catalog.conftest import count_rows, last_change

REGISTER = ROOT / "catalog" / "data" / "register.csv"
ON = date(2026, 11, 22)
HEAD = (
    "product,producer,province,stars,decision_number,decided_on,authority_level,evidence_level,source_key\n"
)
GOOD = HEAD + "Trà tôm nõn,HTX Phú Lương,Thái Nguyên,5,2361/QĐ-BNNMT,26/6/2025,ministry,B,S8\n"
BAD = GOOD + "Trà móc câu,HTX Phú Lương,Thái Nguyên,5,2361/QĐ-BNNMT,26/6/2025,province,B,S8\n"


def record(content: bytes, *, skip_bad: bool = False) -> ImportReport:
    _, rows = parse_table(read_table(content))
    with transaction():
        return import_register(rows, now=present.now(), skip_bad=skip_bad)


@pytest.fixture
def register(db_session: Session) -> ImportReport:
    """The register that we ship, recorded."""
    return record(REGISTER.read_bytes())


def test_the_shipped_register_is_88_products_with_96_recognitions(register: ImportReport) -> None:
    assert (register.row_count, register.ok_count, register.failed_count) == (96, 96, 0)
    assert register.added == {"source": 5, "place": 44, "producer": 43, "product": 88, "certification": 96}
    assert register.count_by_code == {
        "incomplete_recognition": 63,
        "producer_not_stated": 14,
        "place_ambiguous": 13,
        "place_unknown": 2,
        "expiry_by_law": 1,
    }


def test_25_products_show_stars_and_sql_over_number_day_and_term_says_the_same(
    register: ImportReport,
) -> None:
    shown = {product.id for product in db.session.scalars(select(Product)) if shown_stars(product)}

    counted = set(
        db.session.scalars(
            text(
                "SELECT product_id FROM certification c WHERE decision_number IS NOT NULL "
                "AND decided_on <= :day AND expires_on >= :day "
                "AND NOT EXISTS (SELECT 1 FROM revocation r WHERE r.certification_id = c.id)"
            ),
            {"day": ON.isoformat() if db.engine.dialect.name == "sqlite" else ON},
        )
    )

    assert shown == counted
    assert len(shown) == 25


def test_the_states_of_the_register_by_source(register: ImportReport) -> None:
    states: dict[tuple[str, str], int] = {}
    for product in db.session.scalars(select(Product)):
        facts = effective([each.facts for each in product.certifications], ON)
        assert facts is not None
        assert product.source is not None
        key = (product.source.key, state_on(facts, ON).value)
        states[key] = states.get(key, 0) + 1

    assert states == {
        ("S2", "in_force"): 24,
        ("S2", "incomplete"): 36,
        ("S6", "incomplete"): 11,
        ("S7", "incomplete"): 8,
        ("S8", "in_force"): 1,
        ("S10", "expired"): 8,
    }


def test_a_gap_of_the_source_stays_a_gap(register: ImportReport) -> None:
    rice = db.session.scalars(select(Product).where(Product.name == "Gạo hữu cơ An Lỗ")).one()
    (recognition,) = rice.certifications

    assert (recognition.decision_number, recognition.recognised_year) == ("2919/QĐ-UBND", 2020)
    assert (recognition.decided_on, recognition.expires_on, recognition.expiry_basis) == (None, None, None)
    assert (recognition.authority_level, recognition.criteria_version) == (None, None)
    assert (rice.group_no, rice.is_for_sale, rice.is_demonstration, rice.variants) == (None, False, False, [])


def test_the_term_by_law_is_said_to_be_by_law(register: ImportReport) -> None:
    by_law = db.session.scalars(select(Certification).where(Certification.expiry_basis == "law")).one()

    assert by_law.decision_number == "2361/QĐ-BNNMT"
    assert (by_law.decided_on, by_law.expires_on) == (date(2025, 6, 26), date(2028, 6, 26))
    assert by_law.criteria_version == "148/QĐ-TTg"


def test_a_re_assessment_stands_beside_the_first_recognition(register: ImportReport) -> None:
    brocade = db.session.scalars(select(Product).where(Product.slug.startswith("det-tho-cam"))).one()

    assert [(each.stars, each.decided_on, each.recognised_year) for each in brocade.certifications] == [
        (4, date(2020, 2, 4), 2020),
        (3, None, 2022),
    ]
    assert shown_stars(brocade) is None


def test_both_addresses_are_kept_and_the_merger_is_followed(register: ImportReport) -> None:
    product = db.session.scalars(select(Product).where(Product.name == "Hill coffee")).one()
    place = product.place

    assert place is not None
    assert (place.commune, place.district, place.province) == ("xã Nam Bình", "Đắk Song", "Đắk Nông")
    assert (place.current_commune, place.current_province) == ("Xã Đức An", "Tỉnh Lâm Đồng")
    assert "tinh dak nong" in product.search_text
    assert "tinh lam dong" in product.search_text


def test_a_second_run_changes_nothing(register: ImportReport) -> None:
    before, seq = count_rows(), last_change()

    again = record(REGISTER.read_bytes())

    assert (again.ok_count, again.unchanged_count, again.added) == (96, 96, {})
    assert (count_rows(), last_change()) == (before, seq)


def test_one_bad_row_keeps_all_out(db_session: Session) -> None:
    before = count_rows()

    with pytest.raises(RegisterImportError) as refused:
        record(BAD.encode())

    report = refused.value.report
    assert isinstance(report, ImportReport)
    assert (report.row_count, report.ok_count, report.failed_count) == (2, 1, 1)
    assert [(each.line, each.level, each.field, each.code) for each in report.messages] == [
        (2, "note", "expires_on", "expiry_by_law"),
        (3, "note", "expires_on", "expiry_by_law"),
        (3, "error", "authority_level", "authority_not_allowed"),
    ]
    assert count_rows() == before


def test_bad_rows_may_be_skipped_and_leave_nothing_behind(db_session: Session) -> None:
    report = record(BAD.encode(), skip_bad=True)

    assert (report.row_count, report.ok_count, report.failed_count) == (2, 1, 1)
    assert [product.name for product in db.session.scalars(select(Product))] == ["Trà tôm nõn"]


def test_a_contradiction_with_an_earlier_run_is_told(db_session: Session) -> None:
    record(GOOD.encode())

    with pytest.raises(RegisterImportError) as refused:
        record(GOOD.replace("26/6/2025", "27/6/2025").encode())

    report = refused.value.report
    assert isinstance(report, ImportReport)
    (error,) = [each for each in report.messages if each.level == "error"]
    assert (error.code, error.field, error.value, error.detail) == (
        "contradiction",
        "decided_on",
        "2025-06-27",
        "2025-06-26",
    )


def test_hostile_cells_are_kept_as_plain_text(db_session: Session) -> None:
    rows = [
        '"=HYPERLINK(""http://x"")",HTX A,Huế,,,,,,',
        "<script>alert(1)</script>,HTX A,Huế,,,,,,",
        "\u202eeman \u200bdab\x07,HTX A,Huế,,,,,,",
    ]

    record((HEAD + "\n".join(rows)).encode())

    names = list(db.session.scalars(select(Product.name).order_by(Product.id)))
    assert names == ['=HYPERLINK("http://x")', "<script>alert(1)</script>", "eman dab"]


def test_spellings_of_a_producer_and_of_a_place_are_one(db_session: Session) -> None:
    rows = ["Trà,HTX Hoà Bình,Thanh Hoá,,,,,,", "Mật ong,HỢP TÁC XÃ HÒA BÌNH,Thanh Hóa,,,,,,"]

    record((HEAD + "\n".join(rows)).encode())

    assert [count_of(table) for table in (Product, Producer, Place)] == [2, 1, 1]


def test_a_crash_in_the_middle_leaves_nothing(db_session: Session) -> None:
    before = count_rows()
    _, rows = parse_table(read_table(REGISTER.read_bytes()))
    steps = iter(range(50))

    with pytest.raises(StopIteration), transaction():
        import_register(rows, now=present.now(), progress=lambda _count: next(steps) and None)

    assert count_rows() == before


KILLED = """
import os, sys
from pathlib import Path
from catalog.operations.register_import import import_register
from catalog.register.layouts import parse_table
from catalog.spreadsheets import read_table
from core import clock
from core.db import transaction
from storefront.app import create_app
steps = iter(range(50))
def step(count):
    if next(steps, None) is None:
        os.kill(os.getpid(), 9)
with create_app().app_context(), transaction():
    _, rows = parse_table(read_table(Path(sys.argv[1]).read_bytes()))
    import_register(rows, now=clock.now(), progress=step)
"""


def test_a_killed_import_leaves_nothing(app: Flask, db_session: Session) -> None:
    before = count_rows()
    db_session.rollback()
    settings = app.extensions["settings"]
    environ = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "INSTANCE_DIR": str(settings.instance_dir),
        "PYTHONPATH": str(ROOT),
    }

    killed = subprocess.run([sys.executable, "-c", KILLED, str(REGISTER)], env=environ, cwd=ROOT, check=False)

    assert killed.returncode == -9
    assert count_rows() == before


def test_two_imports_at_once_record_everything_once(app: Flask, db_session: Session) -> None:
    reports: list[ImportReport] = []
    content = REGISTER.read_bytes()

    def run() -> None:
        with app.app_context():
            reports.append(record(content))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(report.unchanged_count for report in reports) == [0, 96]
    assert count_of(Product) == 88
    assert count_of(Certification) == 96


MARKET_FINDINGS = {
    "seller_not_producer": 301,
    "claim_not_recorded": 270,  # as many rows as state stars, see the list's own description
    "origin_not_recorded": 194,
    "producer_not_stated": 49,
    "stars_in_text": 12,
    "repeated_product": 11,
    "other_price": 11,
    "decision_not_recorded": 4,
}


@pytest.fixture(scope="module")
def market() -> bytes:
    """The 1,848 rows of a market's listings, in their own order."""
    vectors = os.environ.get("OCOP_VECTORS")
    if not vectors:
        pytest.skip("OCOP_VECTORS names no folder: the market's listings are not at hand")
    path = Path(vectors).parent / "data" / "ocop_products.csv"
    lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    header, *rows = lines
    kept = [row for row in rows if row[0] == "S1"]
    assert len(kept) == 1848
    text_of = io.StringIO()
    csv.writer(text_of).writerows([header, *kept])
    return text_of.getvalue().encode()


@pytest.mark.once
def test_1848_messy_market_rows_give_a_truthful_report_and_not_one_star(
    db_session: Session, market: bytes
) -> None:
    report = record(market)

    assert (report.row_count, report.ok_count, report.failed_count) == (1848, 1848, 0)
    assert report.count_by_code == MARKET_FINDINGS
    assert report.added == {"source": 1, "place": 60, "producer": 735, "product": 1837, "variant": 1837}
    assert count_of(Certification) == 0


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.csv").write_text(BAD, encoding="utf-8")
    (tmp_path / "picture.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    book = Workbook()
    for line in csv.reader(io.StringIO(GOOD)):
        book.worksheets[0].append(line)
    book.save(tmp_path / "good.xlsx")
    return tmp_path


def test_a_dry_run_tells_and_changes_nothing(runner: FlaskCliRunner, files: Path, app: Flask) -> None:
    with app.app_context():
        before = count_rows()

    said = runner.invoke(
        args=["catalog", "import-register", str(files / "good.csv"), "--dry-run", "--language", "en"]
    )

    assert said.exit_code == 0
    assert "1 rows: 1 good (0 brought nothing new), 0 bad." in said.output
    assert "Dry run, nothing was changed. It would record: 1 sources, 1 addresses, 1 producers" in said.output
    with app.app_context():
        assert count_rows() == before


@pytest.mark.parametrize("name", ["good.csv", "good.xlsx"])
def test_the_command_records_csv_and_xlsx_alike(
    runner: FlaskCliRunner, files: Path, app: Flask, name: str
) -> None:
    said = runner.invoke(args=["catalog", "import-register", str(files / name)])

    assert said.exit_code == 0
    assert (
        "Dòng 2 · ghi chú · Có hiệu lực đến «2028-06-26»: ngày hết hạn tính theo luật, 36 tháng"
        in said.output
    )
    with app.app_context():
        assert [shown_stars(each) for each in db.session.scalars(select(Product))] == [5]


def test_a_bad_row_is_told_with_line_field_and_value(runner: FlaskCliRunner, files: Path, app: Flask) -> None:
    said = runner.invoke(args=["catalog", "import-register", str(files / "bad.csv")])

    assert said.exit_code == 1
    assert (
        "Dòng 3 · lỗi · Cấp công nhận «province»: không có thẩm quyền công nhận hạng sao này" in said.output
    )
    assert "2 dòng: 1 dòng đạt (trong đó 0 dòng không có gì mới), 1 dòng lỗi." in said.output
    with app.app_context():
        assert count_of(Product) == 0


def test_a_picture_that_calls_itself_a_sheet_is_refused(runner: FlaskCliRunner, files: Path) -> None:
    said = runner.invoke(args=["catalog", "import-register", str(files / "picture.xlsx"), "--language", "en"])

    assert said.exit_code == 1
    assert "The file is neither CSV nor XLSX." in said.output


@pytest.mark.parametrize("name", ["mau.csv", "mau.xlsx"])
def test_the_template_is_a_layout_that_is_known(runner: FlaskCliRunner, tmp_path: Path, name: str) -> None:
    said = runner.invoke(args=["catalog", "register-template", str(tmp_path / name)])

    assert said.exit_code == 0
    messages, rows = parse_table(read_table((tmp_path / name).read_bytes()))
    assert (messages, list(rows)) == ((), [])


def shown_stars(product: Product) -> int | None:
    return stars_on([each.facts for each in product.certifications], ON)


def count_of(table: type[Product | Producer | Place | Certification]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0
