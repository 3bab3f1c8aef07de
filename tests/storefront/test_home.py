"""The front page."""

import json
import re
from datetime import date

from core.db import transaction
from tests.factories import certify


def test_an_empty_market_says_what_to_do_next(client):
    answer = client.get("/")

    assert answer.status_code == 200
    assert "Sổ đăng ký còn trống" in answer.text
    assert "flask catalog import-register" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_home_leads_to_goods_places_groups_and_stamps(client, make_product):
    make_product(slug="keo-dua", name="Kẹo dừa")

    page = client.get("/").text

    assert 'href="/products/keo-dua"' in page
    assert page.count('href="/places/') == 34
    assert page.count('href="/groups/') == 6
    assert 'href="/scan"' in page
    assert page.count('role="search"') == 1


def test_newest_recognitions_in_force_are_told_with_their_decision(client, make_product):
    make_product(
        slug="moi", name="Mới", certification={"decided_on": date(2026, 5, 1), "decision_number": "9/QĐ"}
    )
    make_product(
        slug="cu", name="Cũ", certification={"decided_on": date(2026, 6, 1), "expires_on": date(2026, 11, 1)}
    )
    make_product(slug="thieu", name="Thiếu", certification={"decision_number": None, "expires_on": None})

    page = client.get("/").text

    newest = page[page.index('<ul class="decisions">') :]
    newest = newest[: newest.index("</ul>")]
    assert re.findall(r'/products/([a-z]+)"', newest) == ["moi"]
    assert "Quyết định 9/QĐ ngày 01/05/2026" in newest
    assert "OCOP 4 sao" in newest


def test_a_product_recognised_again_is_told_once_by_the_latest_decision(client, make_product):
    product = make_product(
        slug="keo", certification={"decided_on": date(2023, 1, 1), "expires_on": date(2027, 1, 1)}
    )
    with transaction():
        certify(
            product, stars=5, decided_on=date(2026, 3, 1), expires_on=date(2029, 3, 1), decision_number="5/QĐ"
        )

    page = client.get("/").text

    newest = page[page.index('<ul class="decisions">') :]
    newest = newest[: newest.index("</ul>")]
    assert newest.count("<li>") == 1
    assert "5/QĐ" in newest
    assert "OCOP 5 sao" in newest


def test_figures_are_counted_on_the_day(client, make_product, make_register_entry):
    make_product()
    make_register_entry(certification={"expires_on": date(2026, 11, 21)})

    page = client.get("/").text

    figures = page[page.index('<div class="figures">') :]
    assert re.findall(r"<b>(\d+)</b>", figures) == ["1", "2", "2"]


def test_a_story_is_told_of_a_producer_that_has_one(client, make_product, make_producer):
    make_product(producer=make_producer(slug="ba-doi", name="Ba Đời", story="Ba đời làm kẹo. " * 40))

    page = client.get("/").text

    assert 'href="/producers/ba-doi"' in page
    assert "Ba đời làm kẹo." in page


def test_the_market_names_itself_for_search_engines(client):
    page = client.get("/").text

    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    assert json.loads(found[1])["@type"] == "Organization"
