"""Products as cards: three statements however many, in the order asked for, judged for the day."""

from datetime import date

import pytest

from catalog.queries.cards import get_cards
from tests.factories import certify, make_place, make_producer, make_product
from tests.support.statements import counted

ON = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _context(db_session):
    """Every test here reads and writes the database."""


def test_a_card_says_name_price_stars_and_place():
    product = make_product(name="Kẹo dừa", name_en="Coconut candy", slug="keo-dua")

    [card] = get_cards([product.id], ON)

    assert (card.slug, card.name, card.name_en) == ("keo-dua", "Kẹo dừa", "Coconut candy")
    assert (card.stars, card.state) == (4, "in_force")
    assert (card.price_vnd, card.pack_label, card.unit_price_vnd, card.unit_price_per) == (
        125_000,
        "500 g",
        250_000,
        "kg",
    )
    assert card.available == 30
    assert card.producer_name == "HTX Dừa"
    assert (card.place_line, card.former_province) == ("Phường Bến Tre, Vĩnh Long", "Bến Tre")


def test_twenty_four_cards_need_three_statements_and_keep_their_order():
    ids = [make_product().id for _ in range(24)]

    with counted() as seen:
        cards = get_cards(ids[::-1], ON)

    assert len(seen) == 3
    assert [card.id for card in cards] == ids[::-1]


def test_no_products_need_no_statement():
    with counted() as seen:
        assert get_cards([], ON) == []

    assert seen == []


def test_what_is_not_listed_is_left_out():
    shown, hidden = make_product(), make_product(is_listed=False)

    assert [card.id for card in get_cards([hidden.id, shown.id, 999], ON)] == [shown.id]


@pytest.mark.parametrize(
    ("facts", "stars", "state"),
    [
        ({"expires_on": date(2026, 11, 22)}, 4, "last_days"),
        ({"expires_on": date(2026, 11, 21)}, None, "expired"),
        ({"revoked_on": date(2026, 11, 22)}, None, "revoked"),
        ({"revoked_on": date(2026, 11, 23)}, 4, "in_force"),
        ({"decision_number": None}, None, "incomplete"),
        ({"expires_on": date(2026, 11, 1), "filed_on": date(2026, 6, 1)}, 4, "extended"),
    ],
)
def test_stars_are_those_of_the_day(facts, stars, state):
    product = make_product(certification=facts)

    [card] = get_cards([product.id], ON)

    assert (card.stars, card.state) == (stars, state)


def test_the_latest_decided_recognition_speaks():
    product = make_product(certification={"stars": 5, "decided_on": date(2023, 1, 1)})
    certify(product, stars=3, decided_on=date(2026, 1, 1))

    [card] = get_cards([product.id], ON)

    assert card.stars == 3


def test_the_cheapest_pack_with_a_price_leads_and_stock_is_of_all():
    packs = [
        {"label": "A", "price_vnd": None, "on_hand": 2},
        {"label": "B", "price_vnd": 90_000, "on_hand": 3},
    ]
    product = make_product(variants=[*packs, {"label": "C", "price_vnd": 80_000, "on_hand": 0}])

    [card] = get_cards([product.id], ON)

    assert (card.pack_label, card.price_vnd, card.available) == ("C", 80_000, 5)


def test_the_place_of_the_product_comes_before_that_of_its_producer():
    own = make_place(current_commune="Xã Xa", current_commune_code=None)
    product = make_product(place=own, producer=make_producer())

    [card] = get_cards([product.id], ON)

    assert card.place_line == "Xã Xa, Vĩnh Long"


def test_a_place_without_an_address_of_today_is_told_as_certified():
    gone = make_place(
        current_commune=None, current_commune_code=None, current_province=None, current_province_code=None
    )
    product = make_product(producer=make_producer(place=gone))

    [card] = get_cards([product.id], ON)

    assert card.place_line == "Phường 7, Tỉnh Bến Tre"
