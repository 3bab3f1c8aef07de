"""Suggestions while typing."""

import json

import pytest

from tests.support.statements import counted


def items(answer):
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    return json.loads(answer.data)["items"]


@pytest.fixture
def shop(make_product, make_producer):
    make_product(slug="keo-dua", name="Kẹo dừa", name_en="Coconut candy", producer=make_producer(slug="htx"))


def test_a_product_is_suggested_with_the_address_of_its_page(client, shop):
    found = items(client.get("/suggest?q=keo"))

    assert {"kind": "product", "label": "Kẹo dừa", "detail": "HTX Dừa", "url": "/products/keo-dua"} in found


def test_in_english_the_addresses_are_english(client, shop):
    found = items(client.get("/en/suggest?q=coconut"))

    assert [each["url"] for each in found if each["kind"] == "product"] == ["/en/products/keo-dua"]


def test_places_lead_to_their_pages(client, shop):
    found = items(client.get("/suggest?q=ben+tre"))

    places = [each["url"] for each in found if each["kind"] == "place"]
    assert places
    assert all(client.get(url).status_code == 200 for url in places)


def test_every_suggestion_leads_somewhere(client, shop):
    for typed in ("k", "ke", "htx", "dua", "vinh", "b"):
        assert all(
            client.get(each["url"]).status_code == 200 for each in items(client.get(f"/suggest?q={typed}"))
        )


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=%00", "x=1", "q=" + "a" * 5000, "q=%3Cscript%3E"])
def test_nothing_useful_typed_suggests_nothing(client, shop, query):
    assert items(client.get(f"/suggest?{query}")) == []


def test_suggesting_asks_the_database_nothing_and_sets_no_cookie(client, shop):
    client.get("/suggest?q=ke")

    with counted() as seen:
        answer = client.get("/suggest?q=keo")

    assert seen == []
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=60"
