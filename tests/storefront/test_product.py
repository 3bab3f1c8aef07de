"""The page of one product."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from catalog.models import Certificate, Document
from core import clock
from core.db import db, transaction
from tests.factories import certify, make_place, saved
from tests.support.statements import counted
from traceability.operations.lots import open_lot
from traceability.operations.recalls import close_recall, recall_lot
from traceability.queries.lots import SUMMARY_LOTS

LAST_SECOND = datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, 17, 0, 0, tzinfo=UTC)
PLATE = 'class="plate'


def change(statement: str, **values: object) -> None:
    """Change rows behind the program's back."""
    with transaction():
        db.session.execute(text(statement), values)


def test_a_product_says_what_it_is_and_what_it_costs(client, make_product):
    make_product(slug="keo-dua", name="Kẹo dừa sầu riêng", summary="Dẻo, thơm.")

    answer = client.get("/products/keo-dua")

    assert answer.status_code == 200
    assert "<h1>Kẹo dừa sầu riêng</h1>" in answer.text
    assert "Dẻo, thơm." in answer.text
    assert "125.000\N{NO-BREAK SPACE}₫" in answer.text
    assert "250.000\N{NO-BREAK SPACE}₫" in answer.text  # for one kilogram
    assert "Còn hàng" in answer.text
    assert "/products/keo-dua/inquiries" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_recognition_in_force_is_a_badge_with_decision_authority_and_dates(client, make_product):
    make_product(slug="keo-dua")

    page = client.get("/products/keo-dua").text

    assert page.count(PLATE) == 2  # beside the name and in the panel
    assert "OCOP 4 sao" in page
    assert "123/QĐ-UBND" in page
    assert "UBND tỉnh Bến Tre" in page
    assert "01/06/2025" in page
    assert "Còn hiệu lực đến hết ngày 01/06/2028" in page


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"expires_on": date(2026, 11, 21)}, "đã hết hạn"),
        ({"revoked_on": date(2026, 10, 1)}, "bị thu hồi"),
        ({"decision_number": None, "expires_on": None}, "nên không hiển thị sao"),
        ({"decided_on": None, "expires_on": None}, "nên không hiển thị sao"),
        ({"decided_on": date(2026, 11, 23)}, "Chưa ghi nhận công nhận OCOP nào"),
    ],
)
def test_a_recognition_without_effect_is_told_in_words_and_shows_no_star(
    client, make_product, facts, sentence
):
    make_product(slug="keo-dua", certification=facts)

    page = client.get("/products/keo-dua").text

    assert PLATE not in page
    assert sentence in page
    assert "hasCertification" not in page


def test_an_extended_recognition_keeps_its_badge_and_says_until_when(client, make_product):
    facts = {"decided_on": date(2023, 11, 1), "expires_on": date(2026, 11, 1), "filed_on": date(2026, 6, 1)}
    make_product(slug="keo-dua", certification=facts)

    page = client.get("/products/keo-dua").text

    assert PLATE in page
    assert "đang đánh giá lại" in page
    assert "30/04/2027" in page


def test_a_product_without_recognition_says_so(client, make_product):
    make_product(slug="keo-dua", certification=None)

    page = client.get("/products/keo-dua").text

    assert PLATE not in page
    assert "Chưa ghi nhận công nhận OCOP nào" in page


@pytest.mark.parametrize(
    "path", ["/products/keo-dua", "/products", "/products?stars=4", "/", "/places/vinh-long"]
)
def test_a_badge_is_gone_at_midnight_in_vietnam(client, make_product, clock, path):
    make_product(slug="keo-dua", certification={"expires_on": date(2026, 11, 22)})

    clock.set(LAST_SECOND)
    before = client.get(path).text
    clock.set(MIDNIGHT)
    after = client.get(path).text

    assert PLATE in before
    assert PLATE not in after


def test_a_price_changed_behind_the_program_shows_at_once(client, make_product):
    make_product(slug="keo-dua")
    paths = ("/products/keo-dua", "/products", "/producers")
    assert all(client.get(path).status_code == 200 for path in paths)

    change("UPDATE variant SET price_vnd = 99000")

    assert "99.000\N{NO-BREAK SPACE}₫" in client.get("/products/keo-dua").text
    assert "99.000\N{NO-BREAK SPACE}₫" in client.get("/products").text


def test_stock_sold_out_behind_the_program_shows_at_once(client, make_product):
    make_product(slug="keo-dua")
    assert "Tạm hết hàng" not in client.get("/products/keo-dua").text

    change("UPDATE variant SET on_hand = 0")

    assert "Tạm hết hàng" in client.get("/products/keo-dua").text
    assert "Tạm hết hàng" in client.get("/products").text


def test_a_product_taken_down_is_not_found_at_once(client, make_product):
    make_product(slug="keo-dua")
    assert client.get("/products/keo-dua").status_code == 200

    change("UPDATE product SET is_listed = false")

    answer = client.get("/products/keo-dua")
    assert answer.status_code == 404
    assert "Không tìm thấy sản phẩm" in answer.text


def test_an_entry_of_the_register_names_decision_and_source_and_sells_nothing(client, make_register_entry):
    make_register_entry(slug="keo-dua")

    page = client.get("/products/keo-dua").text

    assert "Sản phẩm này không bán tại đây" in page
    assert "Quyết định 123/QĐ-UBND (01/06/2025)" in page
    assert "Danh sách công nhận" in page
    assert "/inquiries" not in page
    assert "Hỏi mua" not in page
    assert "tel:" not in page


def test_a_service_offers_a_question_and_has_neither_stock_nor_lots(client, make_product):
    make_product(slug="homestay", group_no=6, variants=[{"label": "1 đêm", "net_unit": None, "on_hand": 0}])

    page = client.get("/products/homestay").text

    assert "Hỏi chủ nhà" in page
    assert "Tạm hết hàng" not in page
    assert "Các lô đã ghi nhận" not in page


def test_both_addresses_are_told_with_the_old_province_and_the_new(client, make_product):
    make_product(slug="keo-dua")

    page = client.get("/products/keo-dua").text

    assert "Phường 7, Thành phố Bến Tre, Tỉnh Bến Tre" in page
    assert "Phường Bến Tre, Tỉnh Vĩnh Long" in page
    assert "Bến Tre cũ, nay Vĩnh Long" in page
    assert 'href="/places/ben-tre"' in page


def test_the_street_of_a_household_is_not_told(client, make_product, make_producer):
    home = make_place(street="12 Nguyễn Huệ")
    make_product(slug="keo-dua", producer=make_producer(kind="household", place=home))
    make_product(slug="banh", producer=make_producer(kind="enterprise", place=home))

    assert "Nguyễn Huệ" not in client.get("/products/keo-dua").text
    assert "Nguyễn Huệ" in client.get("/products/banh").text


def test_a_product_code_is_decoded_by_its_vintage(client, make_product):
    make_product(slug="keo-dua", ocop_code="83-829-28780-3-2022")

    page = client.get("/products/keo-dua").text

    assert "83-829-28780-3-2022" in page
    assert "Tỉnh Bến Tre" in page
    assert "sản phẩm số 3" in page
    assert "đánh giá năm 2022" in page


def test_earlier_recognitions_are_listed_with_their_state(client, make_product):
    product = make_product(slug="keo-dua", certification={"stars": 5, "decided_on": date(2026, 1, 1)})
    with transaction():
        certify(
            product, stars=3, decided_on=date(2022, 1, 1), expires_on=date(2025, 1, 1), decision_number="7/QĐ"
        )

    page = client.get("/products/keo-dua").text

    assert "OCOP 5 sao" in page
    assert "Các lần công nhận khác" in page
    assert "ghi nhận 3 sao" in page
    assert "quyết định 7/QĐ" in page
    assert "OCOP 3 sao" not in page


def test_an_earlier_recognition_whose_dates_would_still_run_is_said_to_be_replaced(client, make_product):
    product = make_product(slug="keo-dua", certification={"stars": 5, "decided_on": date(2026, 1, 1)})
    with transaction():
        certify(product, stars=4, decided_on=date(2025, 1, 1), expires_on=date(2028, 1, 1))

    page = client.get("/products/keo-dua").text

    assert page.count('class="tag tone-ok"') == 1
    assert "Đã có quyết định mới thay thế" in page


def test_other_certificates_are_shown_with_their_state_and_paper(client, make_product):
    product = make_product(slug="keo-dua")
    paper = saved(
        Document(
            sha256="ab" * 32,
            title="Giấy VietGAP",
            media_type="application/pdf",
            byte_count=340_000,
            page_count=2,
            stored_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )
    for kind, expires_on in (("vietgap", date(2027, 1, 1)), ("haccp", date(2026, 1, 1))):
        saved(
            Certificate(
                kind=kind,
                number="VG-1",
                issuer="Trung tâm A",
                issued_on=date(2025, 1, 1),
                expires_on=expires_on,
                product_id=product.id,
                document_id=paper.id,
                recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )

    page = client.get("/products/keo-dua").text

    certificates = page[page.index("Chứng nhận khác") :]
    assert "Còn hiệu lực" in certificates
    assert "Đã hết hạn" in certificates
    assert f'href="/documents/{"ab" * 32}"' in certificates
    assert "2 trang" in certificates


def test_a_story_without_english_is_shown_in_vietnamese_and_marked(client, make_product):
    make_product(slug="keo-dua", name_en="Coconut candy", story="Từ năm 1990.\nBa đời làm kẹo.")

    page = client.get("/en/products/keo-dua").text

    assert "<h1>Coconut candy</h1>" in page
    assert '<div class="text" lang="vi"><p>Từ năm 1990.</p>\n<p>Ba đời làm kẹo.</p>\n</div>' in page
    assert "not translated by machine" in page


def test_a_name_without_english_is_marked_as_vietnamese(client, make_product):
    make_product(slug="keo-dua", name="Kẹo dừa")

    assert '<h1 lang="vi">Kẹo dừa</h1>' in client.get("/en/products/keo-dua").text


def test_several_packs_are_listed_and_the_cheapest_leads(client, make_product):
    make_product(
        slug="keo-dua",
        variants=[
            {"label": "Hộp 1 kg", "net_quantity": 1000, "price_vnd": 230_000},
            {"label": "Gói 200 g", "net_quantity": 200, "price_vnd": 52_000, "on_hand": 0},
        ],
    )

    page = client.get("/products/keo-dua").text

    assert page.index("52.000\N{NO-BREAK SPACE}₫") < page.index("230.000\N{NO-BREAK SPACE}₫")
    assert "260.000\N{NO-BREAK SPACE}₫ / kg" in page


def test_demonstration_data_says_so_on_the_page(client, make_product):
    make_product(slug="keo-dua", is_demonstration=True)

    page = client.get("/products/keo-dua").text

    assert "Dữ liệu trình diễn" in page
    assert 'content="noindex, follow"' in page


def test_hostile_texts_come_out_as_text(client, make_product, make_producer):
    evil = "</script><img src=x onerror=alert(1)>\"' onclick=x {{7*7}}"
    facts = dict.fromkeys(
        ("name", "summary", "story", "ingredients", "storage", "ocop_code", "group_as_stated"), evil
    )
    facts["ocop_code"] = evil[:40]
    make_product(slug="keo-dua", producer=make_producer(name=evil), **facts)

    for path in ("/products/keo-dua", "/en/products/keo-dua", "/products", "/producers", "/"):
        page = client.get(path).text
        assert "<img src=x" not in page
        assert "{{7*7}}" in page


def test_facts_for_search_engines_are_json_that_agrees_with_the_page(client, make_product):
    make_product(slug="keo-dua")

    page = client.get("/products/keo-dua").text
    blocks = [
        json.loads(each) for each in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    ]

    assert [block["@type"] for block in blocks] == ["Product", "BreadcrumbList"]
    assert blocks[0]["offers"][0]["price"] == 125_000
    assert blocks[0]["hasCertification"]["certificationRating"]["ratingValue"] == 4
    assert blocks[0]["url"] == "http://market.test/products/keo-dua"


def test_while_a_lot_is_recalled_nothing_is_offered(client, make_product):
    product = make_product(slug="keo-dua")
    with transaction():
        lot = open_lot(product, "L1", 10, now=clock.now())
        for number in range(SUMMARY_LOTS):
            open_lot(product, f"M{number}", 10, now=clock.now())  # newer: the recalled one is not listed
    assert 'action="/cart/lines"' in client.get("/products/keo-dua").text

    with transaction():
        recall_lot(lot, reason="Vỡ nắp", instruction="Trả lại", contact="0912", now=clock.now())
    recalled = client.get("/products/keo-dua").text

    assert "Đang thu hồi một lô, tạm ngừng bán." in recalled
    assert 'action="/cart/lines"' not in recalled
    assert "Còn hàng" not in recalled
    assert "schema.org/OutOfStock" in recalled

    with transaction():
        close_recall(lot, now=clock.now())
    over = client.get("/products/keo-dua").text
    assert "Đang thu hồi" not in over
    assert 'action="/cart/lines"' in over
    assert "schema.org/InStock" in over


def test_a_cold_page_needs_sixteen_statements_and_a_warm_one_none(client, make_product):
    make_product(slug="keo-dua")
    client.get("/products/keo-dua")  # columns and templates are ready now

    change("UPDATE variant SET price_vnd = 1000")
    client.get("/products")
    with counted() as cold:
        client.get("/products/keo-dua")
    with counted() as warm:
        client.get("/products/keo-dua")

    assert len(cold) <= 16
    assert warm == []


def test_strange_parameters_do_not_make_other_pages_or_reach_links(client, make_product):
    make_product(slug="keo-dua")

    plain = client.get("/products/keo-dua")
    tagged = client.get("/products/keo-dua?utm_source=secret")

    assert tagged.headers["ETag"] == plain.headers["ETag"]
    assert "secret" not in tagged.text


def test_the_first_visitors_parameters_stay_out_of_the_kept_page(client, make_product):
    make_product(slug="keo-dua")

    assert "secret" not in client.get("/products/keo-dua?token=secret").text
    assert "secret" not in client.get("/products/keo-dua").text
