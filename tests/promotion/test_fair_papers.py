"""Papers of a fair, printed, rendered at 300 dots to the inch and read again."""

import io
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import zxingcpp
from PIL import Image

from core import clock as present
from promotion.fair_terms import PlaceClass
from promotion.papers.evidence import write_log
from promotion.papers.fair_papers import A5_MM, SIZES_MM, FairPaper, write_badges, write_cards, write_poster
from promotion.queries.fair_views import BoothView, FairEvidence, FairPage
from promotion.queries.fairs import page_of
from tests.factories import make_product
from tests.fairs import make_exhibitor, make_fair
from tests.promotion.fair_desk import Holder
from tests.traceability.rendering import needs_poppler

pytestmark = needs_poppler
GATE = "HTTPS://CHO-OCOP.EXAMPLE.VN/S/7K3QX9M2"
LONG = "Hợp tác xã Nông nghiệp Sản xuất, Chế biến và Tiêu thụ Nông sản Hữu cơ Ẫ Ễ Ỗ Mường Khương Lào Cai"


def card(name="Kẹo dừa", stars=4, name_en=None):
    return SimpleNamespace(id=1, name=name, name_en=name_en, stars=stars)


def booth(number=1, code="A12", **facts):
    values = {
        "producer_id": number,
        "producer_name": "HTX Dừa Xanh",
        "province": "Vĩnh Long",
        "goods": (card(),),
    }
    return BoothView(id=number, code=code, left=number, top=1, width=1, height=1, **(values | facts))


def paper(**facts):
    fair = SimpleNamespace(
        name="Hội chợ OCOP Đồng bằng sông Cửu Long",
        name_en=None,
        organiser_name="Sở Công Thương",
        starts_on=date(2026, 12, 20),
        ends_on=date(2026, 12, 24),
        hours="08:00-21:00",
        venue="Quảng trường Thử",
        address="1 đường Trình Diễn",
    )
    page = FairPage(fair=fair, province="Vĩnh Long", commune=None, booths=(), without_booth=(), programme=())  # type: ignore[arg-type]
    values = {
        "page": page,
        "gate": GATE,
        "links": {number: f"{GATE[:-1]}{number}" for number in range(1, 10)},
        "host": "cho-ocop.example.vn",
        "on": date(2026, 11, 22),
        "checkpoint": "cho-ocop.example.vn/log 1234 kX9a",
    }
    return FairPaper(**(values | facts))


def printed(write, *arguments):
    file = io.BytesIO()
    pages = write(file, *arguments)
    return file.getvalue(), pages


def rendered(content, page=1):
    command = ["pdftoppm", "-r", "300", "-gray", "-f", str(page), "-l", str(page), "-"]
    return Image.open(
        io.BytesIO(subprocess.run(command, input=content, check=True, capture_output=True).stdout)
    )


def text_of(content):
    asked = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, check=True, capture_output=True)
    return asked.stdout.decode()


def codes_on(content, page=1):
    return sorted(found.text for found in zxingcpp.read_barcodes(rendered(content, page)))


@pytest.mark.parametrize("size", ["a4", "a3"])
def test_the_poster_leads_to_the_fair_and_says_so_in_letters(app, size):
    with app.test_request_context():
        content, pages = printed(write_poster, paper(), size)

    assert pages == 1
    assert codes_on(content) == [GATE]
    text = text_of(content)
    for told in (
        "Hội chợ OCOP",
        "20/12/2026 – 24/12/2026, 08:00–21:00",
        "Quảng trường Thử",
        "cho-ocop.example.vn",
        "1234 kX9a",
    ):
        assert told in text, told
    width, height = rendered(content).size
    assert (round(width / 300 * 25.4), round(height / 300 * 25.4)) == SIZES_MM[size]


def test_each_card_has_its_own_code_its_stars_and_their_day(app):
    booths = [booth(1), booth(2, "B7", goods=(card("Mứt gừng", None), card("Trà", 5)))]
    with app.test_request_context():
        content, pages = printed(write_cards, paper(), booths)

    assert pages == 2
    assert [codes_on(content, page) for page in (1, 2)] == [[f"{GATE[:-1]}1"], [f"{GATE[:-1]}2"]]
    first, second, *_ = text_of(content).split("\f")
    assert "A12" in first
    assert "OCOP 4 sao" in first
    assert "Số sao tính đến 22/11/2026" in first
    assert "B7" in second
    assert ("OCOP 5 sao" in second, second.count("OCOP 4 sao"), "Mứt gừng" in second) == (True, 0, True)
    width, height = rendered(content).size
    assert (round(width / 300 * 25.4), round(height / 300 * 25.4)) == A5_MM


def test_no_card_prints_a_name_that_speaks_of_stars_that_are_over(db_session):
    until = present.today()
    claims = make_product(name="Kẹo OCOP 4 sao", certification={"expires_on": until})
    plain = make_product(name="Mứt", producer=claims.producer, certification=None)
    fair = make_fair()
    make_exhibitor(fair, claims, plain)

    shown = {on: page_of(fair, on).booths[0].goods for on in (until, until + timedelta(days=1))}

    assert [each.name for each in shown[until]] == ["Kẹo OCOP 4 sao", "Mứt"]
    assert [each.name for each in shown[until + timedelta(days=1)]] == ["Mứt"]


def test_long_names_shrink_and_many_products_are_counted(app):
    crowded = booth(1, "KHU-A-12", producer_name=LONG, goods=tuple(card(f"{LONG} {n}", 3) for n in range(60)))
    with app.test_request_context():
        content, pages = printed(write_cards, paper(), [crowded])

    assert pages == 1
    text = " ".join(text_of(content).split())
    assert LONG in text.replace("OCOP 3 sao ", "")
    assert "sản phẩm khác: quét mã" in text
    assert codes_on(content) == [f"{GATE[:-1]}1"]
    assert not touches_the_edge(content)


def touches_the_edge(content):
    page = rendered(content)
    box = page.point(lambda grey: 255 * (grey < 128)).getbbox()
    assert box is not None
    return box[0] < 40 or box[2] > page.width - 40


def test_badges_fill_sheets_of_eight(app):
    with app.test_request_context():
        content, pages = printed(
            write_badges, paper(), [booth(n, f"A{n}", producer_name=LONG) for n in range(1, 6)]
        )

    assert pages == 2
    first, second, *_ = text_of(content).split("\f")
    assert [first.count(f"A{n}") for n in range(1, 6)] == [2, 2, 2, 2, 0]
    assert second.count("Họ tên") == 2


def test_the_log_tells_each_fair_with_its_place(app):
    fair = FairEvidence(
        participation_id=1, fair_id=1, slug="x", name="Hội chợ Ẫ Ễ", kind="fair", place_class=PlaceClass.IN_PROVINCE,
        starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 3), venue="Nhà văn hóa", address="", province="Vĩnh Long",
        country="VN", organiser_name="Sở Công Thương", booth_code="A1",
        confirmed_at=datetime(2026, 9, 1, 18, 0, tzinfo=UTC), confirmed_by_id=7, products=("Kẹo dừa",),
    )  # fmt: skip
    abroad = replace(fair, fair_id=2, place_class=PlaceClass.INTERNATIONAL, country="JP", province=None)
    file = io.BytesIO()
    with app.test_request_context():
        pages = write_log(
            file, LONG, [fair, abroad] * 10, now=datetime(2026, 11, 22, 18, tzinfo=UTC), checkpoint=None
        )

    text = text_of(file.getvalue())
    assert pages == text.count("\f") == 4
    assert text.count("Hội chợ Ẫ Ễ") == 20
    assert "trong tỉnh: 10 · ngoài tỉnh: 0 · quốc tế: 10" in text
    assert "Ban tổ chức xác nhận lúc 01:00 ngày 02/09/2026 (tài khoản số 7)" in text
    assert "In lúc 01:00 ngày 23/11/2026" in text
    assert "(JP)" in text


def test_the_organiser_prints_and_a_visitor_lands_at_the_booth(app, db_session, clock, client):
    holder = Holder(app)
    fair = make_fair(organiser=holder.user)
    part = make_exhibitor(fair, make_product(name="Kẹo dừa"), code="A1")
    assert holder.get(f"/fairs/{fair.id}/papers").status_code == 200
    for name in ("poster-a3.pdf", "poster-a4.pdf", "badges.pdf", f"booth-cards/{part.booth_id}.pdf"):
        assert holder.get(f"/fairs/{fair.id}/papers/{name}").data.startswith(b"%PDF-"), name
    assert holder.get(f"/fairs/{fair.id}/papers/poster-a9.pdf").status_code == 404
    assert holder.get(f"/fairs/{fair.id}/papers/booth-cards/999.pdf").status_code == 404

    content = holder.get(f"/fairs/{fair.id}/papers/booth-cards.pdf").data
    (address,) = codes_on(content)
    assert (
        address == codes_on(holder.get(f"/fairs/{fair.id}/papers/booth-cards.pdf").data)[0]
    )  # the same again
    landed = client.get(address[address.index("/S/") :])

    assert landed.status_code == 302
    assert landed.headers["Location"].endswith(f"/fairs/{fair.slug}/booths/A1")
    assert [view.code for view in page_of(fair, date(2026, 11, 22)).taken] == ["A1"]
