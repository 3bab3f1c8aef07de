"""One decision with many products from a file: dry run, choices, all or nothing, four eyes."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from catalog.decision_sheet import SheetFault, read_decision_rows
from catalog.models import Certification
from catalog.models.office import DecisionDraft, Proposal, ProposalLine
from catalog.spreadsheets import read_table
from catalog.views.office import decisions
from core.db import db
from tests.catalog.test_office_decisions import HEAD, PDF, hidden, rows, token
from tests.factories import make_place, make_producer, make_product
from tests.people import LAO_CAI, browser_of, make_officer

HEADER = "Mã OCOP,Tên sản phẩm,Chủ thể,Số sao,Điểm\n"


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch):
    from hashlib import sha256

    from catalog.operations.evidence import ReadPaper

    def read(content, *, files):
        files.put(content)
        return ReadPaper(sha256(content).hexdigest(), "application/pdf", len(content), 1, ())

    monkeypatch.setattr(decisions, "read_paper", read)


def send(browser, sheet: bytes, **changed):
    form = hidden(browser.get("/office/decisions/import").text)
    data = {
        **form,
        **HEAD,
        **changed,
        "document": (BytesIO(PDF), "qd.pdf"),
        "sheet": (BytesIO(sheet), "sp.csv"),
    }
    return browser.post("/office/decisions/import", data=data, content_type="multipart/form-data")


def test_a_file_becomes_one_proposal_with_all_its_lines(app, db_session):
    producer = make_producer(name="HTX Dừa Xanh")
    products = [
        make_product(name=f"Kẹo {n}", producer=producer, certification=None, ocop_code=f"86-28789-{n}-2026")
        for n in range(1, 6)
    ]
    by_code = "".join(f"{each.ocop_code},,,4,81.5\n" for each in products[:3])
    by_name = "".join(f",{each.name.upper()},htx dừa xanh,3 sao,\n" for each in products[3:])
    browser, second = browser_of(app, make_officer()), browser_of(app, make_officer())

    address = send(browser, (HEADER + by_code + by_name).encode()).headers["Location"]
    looked = browser.get(address).text
    assert "Mỗi dòng khớp với một sản phẩm trong sổ đăng ký." in looked
    assert (rows(Proposal), rows(DecisionDraft)) == (0, 1)
    made = browser.post(address, data=token(browser, address))
    again = browser.post(address, data=token(browser, "/office/decisions/import"))

    assert made.headers["Location"] == again.headers["Location"]
    assert (rows(Proposal), rows(ProposalLine), rows(DecisionDraft), rows(Certification)) == (1, 5, 0, 0)
    assert [(each.stars, each.product_id) for each in db.session.scalars(select(ProposalLine))] == [
        (4, products[0].id),
        (4, products[1].id),
        (4, products[2].id),
        (3, products[3].id),
        (3, products[4].id),
    ]
    page = made.headers["Location"]
    assert "5 sản phẩm sẽ hiện huy hiệu mới." in second.get(page).text
    assert browser.post(f"{page}/release", data=token(browser, page)).status_code == 403
    assert second.post(f"{page}/release", data=token(second, page)).status_code == 303
    assert rows(Certification) == 5


def test_a_row_that_may_mean_several_has_to_be_chosen(app, db_session):
    one = make_product(name="Mật ong", certification=None)
    other = make_product(name="Mật ong", certification=None)
    browser = browser_of(app, make_officer())
    address = send(browser, (HEADER + ",Mật ong,,4,\n").encode()).headers["Location"]

    refused = browser.post(address, data=token(browser, address))
    assert refused.status_code == 422
    assert "Bạn hãy chọn sản phẩm nào" in refused.text
    foreign = browser.post(address, data={**token(browser, address), "match-2": "999"})
    assert foreign.status_code == 422
    assert rows(Proposal) == 0
    taken = browser.post(address, data={**token(browser, address), "match-2": str(other.id)})

    assert taken.status_code == 303
    assert db.session.scalars(select(ProposalLine.product_id)).all() == [other.id]
    assert one.id != other.id


def test_every_fault_of_a_file_is_told_at_its_line_and_nothing_is_proposed(app, db_session):
    make_product(name="Kẹo dừa", certification=None, ocop_code="86-28789-1-2026")
    far = make_producer(place=make_place(current_province_code=LAO_CAI, current_commune_code="02650"))
    make_product(name="Chè xa", certification=None, ocop_code="15-02650-1-2026", producer=far)
    sheet = HEADER + (
        "86-28789-1-2026,,,4,81.5\n"
        "15-02650-1-2026,,,4,\n"
        ",,,4,\n"
        "86-28789-1-2026,,,sáu,\n"
        "86-28789-1-2026,,,2,\n"
        "86-28789-1-2026,,,4,nhiều\n"
        ",=HYPERLINK(1),,4,\n"
    )
    browser = browser_of(app, make_officer())

    address = send(browser, sheet.encode()).headers["Location"]
    page = browser.get(address).text

    assert re.findall(r'id="line-(\d+)"', page) == ["3", "4", "5", "6", "7", "8"]
    assert browser.post(address, data=token(browser, address)).status_code == 422
    assert (rows(Proposal), rows(Certification)) == (0, 0)


def test_the_rules_of_the_programme_are_told_at_the_line(app, db_session):
    product = make_product(name="Kẹo dừa", certification=None, ocop_code="86-28789-1-2026")
    browser = browser_of(app, make_officer())
    sheet = HEADER + "86-28789-1-2026,,,5,\n" + "86-28789-1-2026,,,4,\n"
    address = send(browser, sheet.encode()).headers["Location"]

    refused = browser.post(address, data=token(browser, address))

    assert refused.status_code == 422
    assert "Không thuộc thẩm quyền của bạn" in refused.text
    assert "Sản phẩm này có hai lần trong quyết định" in refused.text
    assert (rows(Proposal), product.id) == (0, product.id)


def test_somebody_elses_draft_is_not_there(app, db_session):
    make_product(name="Kẹo dừa", certification=None, ocop_code="86-28789-1-2026")
    browser, other = browser_of(app, make_officer()), browser_of(app, make_officer())
    address = send(browser, (HEADER + "86-28789-1-2026,,,4,\n").encode()).headers["Location"]

    assert other.get(address).status_code == 404
    assert other.post(address, data=token(other, "/office/decisions/import")).status_code == 404
    assert (rows(DecisionDraft), rows(Proposal)) == (1, 0)


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        (b"", "Bạn hãy chọn tệp"),
        ("Cột,Khác\n1,2\n".encode(), "không có cột"),
        ("Tên sản phẩm\nKẹo\n".encode(), "không có cột số sao"),
        ("Tên sản phẩm,Số sao\n".encode(), "không có dòng nào"),
        (("Tên sản phẩm,Số sao\n" + "Kẹo,4\n" * 501).encode(), "hơn 500 dòng"),
        (b"\xd0\xcf\x11\xe0old", "Excel cũ"),
        (b"PK\x03\x04broken", "không đọc được"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(app, db_session, sheet, words):
    browser = browser_of(app, make_officer())

    answer = send(browser, sheet)

    assert answer.status_code == 422
    assert words in answer.text
    assert rows(DecisionDraft) == 0


def test_a_workbook_is_read_like_a_csv():
    book = Workbook()
    book.active.append(["Tên sản phẩm", "Số sao", "Điểm"])
    book.active.append(["Kẹo dừa", 4, 81.25])
    out = BytesIO()
    book.save(out)

    [row] = read_decision_rows(read_table(out.getvalue()))

    assert (row.line, row.name, row.stars, str(row.score), row.fault) == (2, "Kẹo dừa", 4, "81.25", None)


def test_the_templates_are_read_back_and_have_no_rows():
    assert read_decision_rows(read_table((HEADER).encode())) == SheetFault("no_rows")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_template_can_be_taken(app, db_session, ending):
    answer = browser_of(app, make_officer()).get(f"/office/decisions/import/template.{ending}")

    assert answer.status_code == 200
    assert read_table(answer.data).header.cells[-2:] == ("Số sao", "Điểm")


def test_drafts_of_yesterday_are_thrown_away(app, db_session, clock):
    make_product(name="Kẹo dừa", certification=None, ocop_code="86-28789-1-2026")
    officer = make_officer()
    send(browser_of(app, officer), (HEADER + "86-28789-1-2026,,,4,\n").encode())
    clock.move(timedelta(days=1, minutes=1))

    send(browser_of(app, officer), (HEADER + "86-28789-1-2026,,,3,\n").encode())

    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(DecisionDraft)) == 1
