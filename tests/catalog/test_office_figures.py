"""Figures, export, the trail and the register of the office: numbers equal what plain SQL counts."""

import csv
import io
import re
import tracemalloc
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from accounts.models import AuditEvent
from accounts.operations.audit import record_act
from catalog.models import Certification, Document, Product, Source
from catalog.ptnt_layout import COLUMNS, PtntFacts, ptnt_row
from catalog.queries.office_export import ptnt_rows
from catalog.queries.office_figures import get_programme, list_digitised
from catalog.shares import share_percent
from catalog.spreadsheets import read_table, stream_table
from core import clock
from core.db import db, transaction
from core.files import storage_for
from tests.factories import make_place, make_producer, make_product, saved
from tests.people import LAO_CAI, VINH_LONG, actor, browser_of, make_administrator, make_officer


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (52, 120, "43.3"),
        (194, 150, "129.3"),
        (0, 3, "0.0"),
        (88, 80, "110.0"),
        (27, 91, "29.7"),
        (7, 91, "7.7"),
        (10, 91, "11.0"),
        (47, 91, "51.6"),
        (10, 88, "11.4"),
        (1, 8, "12.5"),
        (1, 2000, "0.1"),
    ],
)
def test_shares_are_rounded_half_up_to_one_decimal(part, whole, percent):
    assert share_percent(part, whole) == Decimal(percent)


def test_of_nothing_there_is_no_share():
    assert share_percent(0, 0) is None


def test_the_structure_of_91_subjects_is_as_published(db_session):
    # Cao Bằng, February 2025: 27 cooperatives, 7 groups, 10 enterprises, 47 households.
    parts = {"cooperative": 27, "cooperative_group": 7, "enterprise": 10, "household": 47}
    place = make_place()
    for kind, count in parts.items():
        for _ in range(count):
            make_product(producer=make_producer(kind=kind, place=place), certification={"stars": 3})

    figures = get_programme(actor(make_officer()), clock.today())

    assert {each.name: each.count for each in figures.subject_figures if each.count} == parts
    assert [str(each.share_percent) for each in figures.subject_figures if each.count] == [
        "29.7",
        "7.7",
        "11.0",
        "51.6",
    ]
    assert [(each.name, each.count) for each in figures.product_figures] == [("3", 91), ("4", 0), ("5", 0)]


@pytest.fixture
def goods(app, db_session):
    """Products of two provinces: in force, run out, revoked, without a record, a demonstration."""
    far = make_producer(
        kind="enterprise", place=make_place(current_province_code=LAO_CAI, current_commune_code="02650")
    )
    files = storage_for(app.extensions["settings"])
    content = b"%PDF-1.4 kept %%EOF"
    name = files.put(content)
    document = saved(
        Document(
            sha256=name,
            title="QĐ",
            media_type="application/pdf",
            byte_count=len(content),
            stored_at=clock.now(),
        )
    )
    make_product(
        name='=Kẹo, "dừa"',
        certification={"stars": 4, "document_id": document.id},
        ocop_code="86-28789-1-2026",
    )
    make_product(name="Bánh", certification={"stars": 3})
    make_product(name="Cũ", certification={"decided_on": date(2020, 1, 1), "expires_on": date(2023, 1, 1)})
    make_product(name="Thu hồi", certification={"revoked_on": date(2026, 1, 1)})
    make_product(name="Không có", certification=None)
    make_product(name="Minh họa", is_demonstration=True)
    make_product(name="Chè", producer=far, certification={"stars": 5, "authority_level": "ministry"})
    return name


def test_each_number_is_what_sql_counts_and_leads_to_its_rows(app, goods):
    near = browser_of(app, make_officer())
    page = near.get("/office/programme").text
    counted = {
        row[0]: row[1]
        for row in db.session.execute(
            text(
                "SELECT c.stars, count(DISTINCT p.id) FROM certification c JOIN product p ON p.id = c.product_id"
                " JOIN producer m ON m.id = p.producer_id JOIN place l ON l.id = m.place_id"
                " LEFT JOIN revocation r ON r.certification_id = c.id"
                " WHERE l.current_province_code = :code AND NOT p.is_demonstration AND r.id IS NULL"
                " AND c.expires_on >= :today GROUP BY c.stars"
            ),
            {"code": VINH_LONG, "today": clock.today().isoformat()},
        )
    }

    assert counted == {3: 1, 4: 1}
    shown = dict(re.findall(r'/office/programme/products/(\d)">(\d+)<', page))
    assert shown == {"3": "1", "4": "1", "5": "0"}
    for stars, count in shown.items():
        assert f"{count} dòng" in near.get(f"/office/programme/products/{stars}").text
    for kind, count in re.findall(r'/office/programme/subjects/(\w+)">(\d+)<', page):
        assert f"{count} dòng" in near.get(f"/office/programme/subjects/{kind}").text


def test_a_record_is_digitised_only_while_its_file_holds(app, goods):
    officer = make_officer()
    [share] = list_digitised(actor(officer), {goods})
    assert (share.province_code, len(share.kept_ids), share.total, str(share.share_percent)) == (
        VINH_LONG,
        1,
        4,
        "25.0",
    )

    browser = browser_of(app, officer)
    assert "1 / 4 lần công nhận: 25,0 %" in browser.get("/office/programme").text
    assert "1 dòng" in browser.get(f"/office/programme/records/{VINH_LONG}").text
    assert "3 dòng" in browser.get(f"/office/programme/records/{VINH_LONG}?state=missing").text
    assert browser.get(f"/office/programme/records/{LAO_CAI}").status_code == 404


def test_a_file_with_another_content_is_not_digitised(app, goods, monkeypatch):
    from catalog.views.office import figures

    monkeypatch.setattr(figures, "_intact", {})
    storage_for(app.extensions["settings"])._path(goods).write_bytes(b"something else")

    assert "0 / 4 lần công nhận: 0,0 %" in browser_of(app, make_officer()).get("/office/programme").text


def test_the_layout_is_the_ministrys_and_blank_where_nothing_is_known():
    nothing = PtntFacts(
        ocop_code=None,
        unit_code=None,
        decided_on=None,
        recognised_year=None,
        slug="s",
        name="Trà",
        stars=4,
        producer=None,
        state="incomplete",
    )
    assert COLUMNS == (
        "MA_OCOP",
        "Ma_DonViHanhChinh",
        "Ma_ThoiGian",
        "Ma_SanPham",
        "TenSanPham",
        "XepHang",
        "ChuTheSXKD",
        "DoanhThuNam",
        "TrangThai",
    )
    assert ptnt_row(nothing) == ("", "", "", "s", "Trà", "", "", "", "Hồ sơ chưa đủ")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_export_holds_the_area_and_runs_no_formula(app, goods, ending):
    officer = make_officer()
    answer = browser_of(app, officer).get(f"/office/export/ptnt.{ending}")

    table = read_table(answer.data)
    assert table.header.cells == COLUMNS
    by_name = {row.cells[4].lstrip("'"): row.cells for row in table.rows}
    assert set(by_name) == {'=Kẹo, "dừa"', "Bánh", "Cũ", "Thu hồi"}
    keo = by_name['=Kẹo, "dừa"']
    assert keo[0:3] == ("86-28789-1-2026", "28789", "2025")
    assert keo[5:] == ("4*", "HTX Dừa", "", "Còn hiệu lực")
    assert (by_name["Cũ"][8], by_name["Thu hồi"][8]) == ("Hết hạn", "Đã thu hồi")
    if ending == "csv":
        assert keo[4].startswith("'=")
    acts = db.session.execute(
        select(AuditEvent.verb, AuditEvent.after, AuditEvent.province_code).order_by(AuditEvent.seq)
    ).all()
    assert acts == [("catalog.export_register", {"rows": 4, "form": ending}, VINH_LONG)]


@pytest.mark.once
@pytest.mark.slow
def test_many_rows_are_written_with_flat_memory(db_session, tmp_path: Path):
    producer = make_producer()
    source = saved(Source(key="S", publisher="Báo"))
    with transaction():
        db.session.execute(
            insert(Product),
            [
                {
                    "id": n,
                    "slug": f"sp-{n}",
                    "name": f"Sản phẩm {n}",
                    "producer_id": producer.id,
                    "is_listed": True,
                    "is_for_sale": False,
                    "is_demonstration": False,
                    "search_text": "",
                    "recorded_at": clock.now(),
                }
                for n in range(1, 6_001)
            ],
        )
        db.session.execute(
            insert(Certification),
            [
                {
                    "product_id": n,
                    "record_key": "r",
                    "stars": 3,
                    "decision_number": "1/QĐ",
                    "evidence_level": "B",
                    "decided_on": date(2025, 6, 1),
                    "expires_on": date(2028, 6, 1),
                    "expiry_basis": "law",
                    "source_id": source.id,
                    "recorded_at": clock.now(),
                }
                for n in range(1, 6_001)
            ],
        )
    by = actor(make_officer())
    peaks = {}
    for ending in ("csv", "xlsx"):
        tracemalloc.start()
        count = stream_table(tmp_path / f"r.{ending}", ptnt_rows(by, clock.today()))
        peaks[ending] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == 6_001
    assert max(peaks.values()) < 8_000_000, peaks


def test_the_trail_is_read_within_the_scope(app, db_session):
    near, far = make_officer(), make_officer("province", LAO_CAI)
    maker = make_producer()
    commune = make_officer("commune", VINH_LONG, commune_code="28789")
    with transaction():
        for province, verb, producer_id in (
            (VINH_LONG, "catalog.a", maker.id),
            (VINH_LONG, "catalog.b", None),
            (LAO_CAI, "catalog.c", None),
            (None, "accounts.d", None),
        ):
            record_act(
                verb,
                by=None,
                subject="product:1",
                now=clock.now(),
                province_code=province,
                producer_id=producer_id,
                before={"x": 1},
                after={"x": "<script>"},
            )

    def verbs(user):
        page = browser_of(app, user).get("/office/audit?as=csv").text
        return [row["act"] for row in csv.DictReader(io.StringIO(page.lstrip("\ufeff")))]

    assert verbs(near) == ["catalog.b", "catalog.a"]
    assert verbs(far) == ["catalog.c"]
    assert verbs(commune) == ["catalog.a"]
    assert verbs(make_officer("nation")) == ["accounts.d", "catalog.c", "catalog.b", "catalog.a"]
    assert verbs(make_administrator()) == ["accounts.d", "catalog.c", "catalog.b", "catalog.a"]
    page = browser_of(app, near).get("/office/audit?act=catalog.a&subject=product&since=2026-11-22").text
    assert "1 dòng" in page
    assert "<script>x" not in page
    assert "x: 1 → &lt;script&gt;" in page


def test_hostile_words_search_and_show_as_words(app, db_session):
    make_product(name='<script>alert("x")</script>', certification={"note": "<b>x</b>"})
    browser = browser_of(app, make_officer())

    page = browser.get('/office/register?q=<script>alert("x")')
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "1 dòng" in page.text
    for words in ("%", "_", "'; DROP TABLE product; --", "\\", "x" * 500):
        assert browser.get("/office/register", query_string={"q": words}).status_code == 200
    assert "0 dòng" in browser.get("/office/register?q=%25").text


def test_lists_sort_page_and_leave_as_csv(app, db_session):
    producer = make_producer()
    for n in range(60):
        make_product(name=f"Trà {n:02d}", producer=producer, certification=None)
    browser = browser_of(app, make_officer())

    first = browser.get("/office/register?sort=-name").text
    assert first.index("Trà 59") < first.index("Trà 58")
    assert "Trà 09" not in first
    assert "Trà 09" in browser.get("/office/register?sort=-name&page=2").text
    rows = list(csv.reader(io.StringIO(browser.get("/office/register?as=csv").text.lstrip("\ufeff"))))
    assert len(rows) == 61
    assert rows[0][:4] == ["name", "producer", "place", "code"]


def test_telephone_numbers_of_a_team_are_masked(app, db_session):
    from tests.people import make_member

    producer = make_product().producer
    make_member(producer, phone="+84912345678", name="Bà Sáu")
    page = browser_of(app, make_officer()).get(f"/office/producers/{producer.id}").text

    assert "Bà Sáu" in page
    assert "••• ••• 678" in page
    assert "912345678" not in page
