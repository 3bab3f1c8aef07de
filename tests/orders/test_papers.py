"""Labels and packing slips: printed, rendered and read again."""

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date

import pytest
import zxingcpp
from PIL import Image

from orders.delivery_terms import DeliveryKind
from orders.papers.packing_slip import write_slips
from orders.papers.parcel_label import write_labels
from orders.papers.sheet import PLAIN, national_form, new_sheet, wrapped
from orders.queries.parcels import PackedLine, ParcelFacts, PlaceFacts

HOST = "cho-ocop.example.vn"
SENDER = PlaceFacts(
    name="Hợp tác xã Nông nghiệp Dừa Bến Tre",
    phone="+842753822345",
    street="Ấp 3",
    commune="Phường Bến Tre",
    province="Tỉnh Vĩnh Long",
    commune_code="28789",
    province_code="86",
)
RECEIVER = PlaceFacts(
    name="Người Mua Thử",
    phone="+84912345678",
    street="12/5 đường Lê Lợi",
    commune="Phường Sài Gòn",
    province="Thành phố Hồ Chí Minh",
    commune_code="26740",
    province_code="79",
    landmark="cạnh chợ, cổng xanh",
)
PARCEL = ParcelFacts(
    seller_order_id=1,
    code="OCK7M2Q9XTR",
    order_code="OCABCDEFGHJ",
    kind=DeliveryKind.CARRIER,
    carrier="ghn",
    service="standard",
    tracking_number="L3ABC123",
    sender=SENDER,
    receiver=RECEIVER,
    point="",
    weight_g=1_280,
    goods_vnd=250_000,
    cod_vnd=312_000,
    is_fragile=True,
    is_chilled=True,
    note="Gọi trước khi giao",
    promised_from_on=date(2026, 11, 24),
    promised_to_on=date(2026, 11, 27),
    lines=(
        PackedLine("Nước mắm cốt nhĩ", "Chai 500 ml", 2, (("L2611", date(2027, 11, 1), 2),)),
        PackedLine("Kẹo dừa", "Hộp 300 g", 1),
    ),
)

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is missing")


def printed(write, *parcels: ParcelFacts) -> bytes:
    file = io.BytesIO()
    write(file, parcels, HOST)
    return file.getvalue()


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def pages_of(pdf: bytes, folder) -> list[Image.Image]:
    (folder / "paper.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "200", "-gray", "-png", str(folder / "paper.pdf"), str(folder / "page")],
        check=True,
    )
    return [Image.open(page).convert("L") for page in sorted(folder.glob("page-*.png"))]


def test_a_label_tells_carrier_and_buyer_what_they_need():
    told = text_of(printed(write_labels, PARCEL))

    for words in (
        "OCK7M2Q9XTR",
        "OCABCDEFGHJ",
        "GHN · L3ABC123",
        "Người Mua Thử",
        "0912 345 678",
        "12/5 đường Lê Lợi, cạnh chợ, cổng xanh",
        "Phường Sài Gòn, Thành phố Hồ Chí Minh",
        "312.000 ₫",
        "Hợp tác xã Nông nghiệp Dừa Bến Tre",
        "0275 382 2345",
        "1280 g",
    ):
        assert words in told
    assert "Kẹo dừa" not in told


def test_a_label_is_a6_and_its_codes_read_back(tmp_path):
    (page,) = pages_of(printed(write_labels, PARCEL), tmp_path)

    assert (round(page.width / 200 * 25.4), round(page.height / 200 * 25.4)) == (105, 148)
    assert {each.text for each in zxingcpp.read_barcodes(page)} == {"OCK7M2Q9XTR", "L3ABC123"}


def test_a_paid_parcel_asks_for_no_money():
    told = text_of(printed(write_labels, replace(PARCEL, cod_vnd=0)))

    assert "₫" not in told


def test_several_labels_are_one_paper_of_as_many_pages(tmp_path):
    pdf = printed(write_labels, PARCEL, replace(PARCEL, code="OC23456789A", tracking_number=""))

    assert len(pages_of(pdf, tmp_path)) == 2


def test_names_of_any_length_stay_on_the_page(tmp_path):
    long = "Nguyễn " * 60
    broken = replace(
        RECEIVER,
        name=long,
        street="Ngõ" * 120,
        landmark=long,
        commune=long,
        province="\U0001f600 <b>&amp;</b>",
    )
    parcel = replace(PARCEL, receiver=broken, sender=replace(SENDER, name=long, street=long), note=long)

    (page,) = pages_of(printed(write_labels, parcel), tmp_path)

    edge = page.crop((0, 0, page.width, round(4 / 25.4 * 200)))
    bottom = page.crop((0, page.height - round(3 / 25.4 * 200), page.width, page.height))
    assert edge.getextrema() == (255, 255)
    assert bottom.getextrema() == (255, 255)


def test_goods_to_be_fetched_name_the_place_instead_of_an_address():
    told = text_of(
        printed(
            write_labels, replace(PARCEL, kind=DeliveryKind.PICKUP_POINT, point="Chợ phiên, Quảng trường")
        )
    )

    assert "Chợ phiên, Quảng trường" in told
    assert "Lê Lợi" not in told


def test_a_slip_tells_goods_and_lots_and_no_price():
    told = text_of(printed(write_slips, PARCEL))

    for words in ("2×", "Nước mắm cốt nhĩ", "Chai 500 ml", "L2611", "Kẹo dừa", "Gọi trước khi giao"):
        assert words in told
    assert "₫" not in told


def test_a_long_slip_goes_on_on_the_next_page():
    parcel = replace(PARCEL, lines=PARCEL.lines * 12)

    assert write_slips(io.BytesIO(), [parcel], HOST) == 3
    assert text_of(printed(write_slips, parcel)).count("Kẹo dừa") == 12


def test_lines_are_cut_where_they_end():
    new_sheet(io.BytesIO(), "", (100, 100), 5)

    assert wrapped("một hai ba", PLAIN, 10, 1_000, 1) == ["một hai ba"]
    assert wrapped("", PLAIN, 10, 100, 2) == []
    assert wrapped("một hai ba bốn", PLAIN, 10, 30, 1)[0].endswith("…")


def test_numbers_are_told_as_people_read_them():
    assert national_form("+84912345678") == "0912 345 678"
    assert national_form("+33123456789") == "+33123456789"
