"""Receipts: a page and a PDF that say in Vietnamese what was bought and paid."""

import re
from io import BytesIO

import pypdfium2
import pytest

from core import clock
from core.i18n import speaking
from orders.order_tokens import token_of
from orders.papers.receipt import ReceiptFacts, receipt_pdf
from orders.queries.order_page import get_order_page
from tests.factories import make_producer, make_product
from tests.support.order_shop import make_order, parcel, pay


def pdf_text(content):
    with pypdfium2.PdfDocument(BytesIO(content)) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", " ")


def facts(order, **values):
    told = {
        "name": "Người Mua Thử",
        "phone": "",
        "method": "Chuyển khoản",
        "operator": "",
        "link": "http://x",
    }
    return ReceiptFacts(order=get_order_page(order.id), made_at=clock.now(), **(told | values))


@pytest.fixture
def order(db_session):
    producer = make_producer(name="HTX Dừa Bến Tre & Bạn", tax_code="1300123456")
    product = make_product(name="Kẹo dừa <sầu riêng>", producer=producer)
    made = make_order(
        [parcel((product.variants[0], 2), discount_vnd=10_000)],
        invoice={"name": "Công ty Ánh Dương", "tax_code": "0312345678", "address": "1 Lê Lợi"},
    )
    pay(made)
    return made


def test_the_pdf_tells_all_of_it_in_vietnamese(order):
    with speaking("vi"):
        text = pdf_text(receipt_pdf(facts(order)))

    for told in (
        order.code,
        "Người Mua Thử",
        "HTX Dừa Bến Tre & Bạn · mã số thuế 1300123456",
        "2 × Kẹo dừa <sầu riêng>, 500 g",
        "250.000",
        "30.000",
        "−10.000",
        "270.000",
        "Công ty Ánh Dương, 0312345678",
        "Đã thanh toán ngày 22/11/2026.",
    ):
        assert told in text.replace("\xa0", " "), told


def test_the_same_receipt_is_the_same_bytes(order):
    with speaking("vi"):
        assert receipt_pdf(facts(order)) == receipt_pdf(facts(order))


def test_whoever_has_only_the_link_gets_no_name(client, app, order):
    token = token_of(order.id, app.extensions["settings"].keys)

    answer = client.get(f"/orders/{token}/receipt.pdf")

    assert answer.content_type == "application/pdf"
    text = pdf_text(answer.data)
    assert "Trần" not in text
    assert "Ánh Dương" not in text
    assert "0912" not in text
    page = client.get(f"/orders/{token}/receipt").get_data(as_text=True)
    assert "Trần" not in page
    assert "Ánh Dương" not in page
    assert re.search(r"270[.]000", page)
