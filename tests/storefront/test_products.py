"""The catalogue: words, filters with counts, chips, orders, pages, help on empty results."""

import re

import pytest
from sqlalchemy import text

from catalog.operations.indexing import rebuild_index
from core.db import db, transaction
from tests.support.statements import counted


@pytest.fixture
def shop(make_product, make_register_entry):
    """Three goods: sweets and fish sauce in stock, coffee in the register only."""
    make_product(slug="keo-dua", name="Kẹo dừa sầu riêng", certification={"stars": 5})
    make_product(
        slug="nuoc-mam", name="Nước mắm cốt", certification=None, variants=[{"price_vnd": 60_000}], group_no=1
    )
    make_register_entry(slug="ca-phe", name="Cà phê bột", certification={"stars": 3}, group_no=2)


def slugs(page: str) -> list[str]:
    cards = page[page.index('<ul class="cards">') :] if '<ul class="cards">' in page else ""
    return re.findall(r'<h3><a href="(?:/en)?/products/([^"/]+)"', cards)


def test_the_whole_catalogue_shows_certified_goods_first(client, shop):
    page = client.get("/products").text

    assert "<h1>3 sản phẩm</h1>" in page
    assert slugs(page) == ["keo-dua", "ca-phe", "nuoc-mam"]


@pytest.mark.parametrize("words", ["nước mắm", "nuoc mam", "NUOC MAM", "n\u01b0\u01a1\u0301c m\u0103\u0301m"])
def test_words_find_with_and_without_tones(client, shop, words):
    page = client.get("/products", query_string={"q": words}).text

    assert slugs(page) == ["nuoc-mam"]
    assert "1 sản phẩm cho “" in page


def test_the_words_stay_in_the_search_box_and_in_the_heading(client, shop):
    page = client.get("/products", query_string={"q": "nước mắm"}).text

    assert "<h1>1 sản phẩm cho “nước mắm”</h1>" in page
    assert 'name="q" value="nước mắm"' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stars=5", ["keo-dua"]),
        ("stars=5&stars=3", ["keo-dua", "ca-phe"]),
        ("certified=1", ["keo-dua", "ca-phe"]),
        ("group=drinks", ["ca-phe"]),
        ("availability=in_stock", ["keo-dua", "nuoc-mam"]),
        ("availability=register", ["ca-phe"]),
        ("price=50000-100000", ["nuoc-mam"]),
        ("old_province=ben-tre&group=food", ["keo-dua", "nuoc-mam"]),
        ("province=vinh-long&stars=3", ["ca-phe"]),
        ("sort=price", ["nuoc-mam", "keo-dua", "ca-phe"]),
        ("sort=name", ["ca-phe", "keo-dua", "nuoc-mam"]),
    ],
)
def test_choices_narrow_and_sort(client, shop, query, found):
    assert slugs(client.get(f"/products?{query}").text) == found


def test_counts_are_of_what_matches_the_other_choices(client, shop):
    page = client.get("/products?stars=5").text

    boxes = dict(re.findall(r'name="stars" value="(\d)"[^>]*><span>[^<]*</span><b>(\d+)</b>', page))
    assert boxes == {"5": "1", "3": "1"}
    assert re.search(r'name="group" value="food"><span>Thực phẩm</span><b>1</b>', page)
    assert 'value="drinks"' not in page


def test_each_choice_has_a_chip_that_takes_it_back(client, shop):
    page = client.get("/products?stars=5&group=food&page=1").text

    chips = page[page.index('<ul class="chips"') : page.index("</ul>", page.index('<ul class="chips"'))]
    assert 'href="/products?group=food"' in chips
    assert 'href="/products?stars=5"' in chips
    assert "OCOP 5 sao" in chips


def test_the_panel_keeps_the_words_and_the_sort_form_keeps_the_choices(client, shop):
    page = client.get("/products?q=keo&stars=5&sort=price").text

    panel = page[page.index('<form class="filters"') :]
    assert '<input type="hidden" name="q" value="keo">' in panel
    assert '<input type="hidden" name="sort" value="price">' in panel
    tools = page[page.index('<div class="tools">') : page.index('<form class="filters"')]
    assert 'name="sort"' not in tools  # one product needs no order
    assert re.search(r'value="5" checked', panel)


def test_communes_are_offered_once_a_province_is_chosen(client, shop):
    assert 'name="commune"' not in client.get("/products").text
    assert 'name="commune" value="28789"' in client.get("/products?province=vinh-long").text


def test_twenty_four_are_on_a_page_and_the_rest_on_the_next(client, make_product):
    for number in range(25):
        make_product(name=f"Kẹo {number:02}", variants=[])

    first, second = client.get("/products?sort=name").text, client.get("/products?sort=name&page=2").text

    assert len(slugs(first)) == 24
    assert len(slugs(second)) == 1
    assert 'href="/products?sort=name&amp;page=2"' in first
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert "Trang 2" in second


def test_a_page_beyond_the_last_leads_back(client, shop):
    page = client.get("/products?page=9").text

    assert "Không có trang 9." in page
    assert 'href="/products">Về trang đầu' in page


def test_nothing_found_offers_to_take_a_choice_back_with_how_many(client, shop):
    page = client.get("/products?stars=4&group=drinks").text

    assert "<h1>0 sản phẩm</h1>" in page
    assert "Không có sản phẩm nào khớp" in page
    assert 'href="/products?group=drinks">bỏ “OCOP 4 sao”</a> (1 sản phẩm)' in page


def test_a_slip_of_the_finger_is_answered_with_the_right_words(client, shop):
    rebuild_index(wait_seconds=0)

    page = client.get("/products", query_string={"q": "nuoc man"}).text

    assert "Có phải bạn tìm: <a" in page
    assert "<h2>Sản phẩm cho “nước mắm”</h2>" in page


def test_hostile_words_come_back_as_text(client, shop):
    evil = '"><script>alert(1)</script>'

    page = client.get("/products", query_string={"q": evil}).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_spellings_of_one_request_share_one_page(client, shop):
    plain = client.get("/products?stars=3&stars=5")
    other = client.get("/products?utm=1&stars=5&page=1&stars=3&stars=9&sort=certified")

    assert plain.headers["ETag"] == other.headers["ETag"]
    assert "utm" not in other.text
    assert 'rel="canonical" href="http://market.test/products?stars=3&amp;stars=5"' in other.text


def test_a_search_is_not_for_indexes_but_a_single_filter_is(client, shop):
    assert 'content="noindex, follow"' in client.get("/products?q=keo").text
    assert 'content="noindex, follow"' not in client.get("/products?group=food").text


def test_a_cold_page_needs_three_statements_and_a_warm_one_none(client, shop):
    client.get("/products")
    with transaction():
        db.session.execute(text("UPDATE variant SET price_vnd = 1000"))
    client.get("/about")

    with counted() as fresh:
        client.get("/products?sort=price")
    with counted() as other_order:
        client.get("/products?sort=-price")
    with counted() as warm:
        client.get("/products?sort=price")

    assert len(fresh) <= 3 + 8  # cards, and the columns that the change made stale
    assert other_order == []  # the cards are drawn already
    assert warm == []


def test_english_names_are_shown_where_there_are_any(client, make_product):
    make_product(slug="keo-dua", name="Kẹo dừa", name_en="Coconut candy")

    page = client.get("/en/products").text

    assert "Coconut candy" in page
    assert "₫125,000" in page
    assert 'href="/en/products/keo-dua"' in page
