"""The listing against plain SQL over the same rows, and its pages, orders and ways out."""

from datetime import date, timedelta
from typing import Final

import pytest
from sqlalchemy import text

from bench.catalogue import fill
from catalog.queries.columns import get_columns
from catalog.queries.listing import DroppedChoice, FacetValue, ListingCriteria, get_listing
from core.db import db
from core.places import Vintage, find_province_by_slug, list_old_provinces
from tests.factories import make_product
from tests.support.statements import counted

TODAY = date(2026, 11, 22)
COUNT = 450

# What each facet is in SQL, as an expression that names the value; rows without a value are left out.
JOINS: Final = """
    FROM product p LEFT JOIN producer m ON m.id = p.producer_id LEFT JOIN place a ON a.id = m.place_id
    LEFT JOIN certification c ON c.product_id = p.id AND c.decision_number IS NOT NULL
        AND c.decided_on <= :today AND c.expires_on >= :today
    LEFT JOIN (SELECT product_id, min(price_vnd) AS price, sum(on_hand) AS on_hand FROM variant GROUP BY product_id) v
        ON v.product_id = p.id
    LEFT JOIN certificate x ON x.producer_id = m.id AND x.issued_on <= :today AND x.expires_on >= :today
"""
VALUES: Final = {
    "stars": "c.stars",
    "certified": "CASE WHEN c.id IS NULL THEN 'false' ELSE 'true' END",
    "group": "p.group_no",
    "province": "a.current_province_code",
    "old_province": "a.old_province_code",
    "kind": "m.kind",
    "certificate": "x.kind",
    "price": """CASE WHEN v.price < 50000 THEN '0-50000' WHEN v.price < 100000 THEN '50000-100000'
        WHEN v.price < 200000 THEN '100000-200000' WHEN v.price < 500000 THEN '200000-500000'
        WHEN v.price >= 500000 THEN '500000-' END""",
    "availability": """CASE WHEN NOT p.is_for_sale THEN 'register'
        WHEN v.on_hand > 0 AND p.group_no <> 6 THEN 'in_stock' END""",
}
GROUP_SLUGS: Final = ("food", "drinks", "herbal", "handicraft", "ornamental", "tourism")


@pytest.fixture
def filled(db_session):
    fill(COUNT)


def by_sql(facet, conditions):
    """Counts of a facet under `conditions` (facet to SQL), its own left out."""
    others = " AND ".join(["p.is_listed", *(sql for name, sql in conditions.items() if name != facet)])
    rows = db.session.execute(
        text(f"SELECT {VALUES[facet]} AS value, count(DISTINCT p.id) {JOINS} WHERE {others} GROUP BY 1"),
        {"today": TODAY},
    )
    return {name_of(facet, value): count for value, count in rows if value is not None}


def name_of(facet, value):
    if facet == "group":
        return GROUP_SLUGS[value - 1]
    if facet == "province":
        return next(p.slug for p in provinces() if p.code == value)
    if facet == "old_province":
        return next(p.slug for p in list_old_provinces() if p.code == value)
    return str(value)


def provinces():
    return [find_province_by_slug(slug) for slug in get_columns(TODAY).facets["province"]]


def counts(listing, facet):
    return {value.value: value.count for value in listing.facets[facet] if value.count}


NUOC_MAM = "p.search_text LIKE '%nuoc mam%'"
CASES = {
    "all": (ListingCriteria(), {}),
    "words": (ListingCriteria(q="nuoc mam"), {"q": NUOC_MAM}),
    "one facet": (ListingCriteria(stars=(3, 4)), {"stars": "c.stars IN (3, 4)"}),
    "two facets": (
        ListingCriteria(group=("food",), availability=("in_stock",)),
        {"group": "p.group_no = 1", "availability": "p.is_for_sale AND v.on_hand > 0 AND p.group_no <> 6"},
    ),
    "three facets": (
        ListingCriteria(certified=True, kind=("cooperative", "farm"), price=("50000-100000",)),
        {
            "certified": "c.id IS NOT NULL",
            "kind": "m.kind IN ('cooperative', 'farm')",
            "price": "v.price >= 50000 AND v.price < 100000",
        },
    ),
    "old province": (
        ListingCriteria(old_province=("binh-duong",)),
        {"old_province": "a.old_province_code = '74'"},
    ),
    "certificate": (ListingCriteria(certificate=("organic",)), {"certificate": "x.kind = 'organic'"}),
    "words and facets": (
        ListingCriteria(q="nước mắm", certified=False, availability=("in_stock", "register")),
        {
            "q": NUOC_MAM,
            "certified": "c.id IS NULL",
            "availability": "(NOT p.is_for_sale OR (v.on_hand > 0 AND p.group_no <> 6))",
        },
    ),
}


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("case", CASES)
def test_every_facet_counts_what_sql_counts(case):
    criteria, conditions = CASES[case]

    listing = get_listing(criteria, TODAY)

    for facet in VALUES:
        assert counts(listing, facet) == by_sql(facet, conditions), facet
    everything = " AND ".join(["p.is_listed", *conditions.values()])
    total = text(f"SELECT count(DISTINCT p.id) {JOINS} WHERE {everything}")
    assert listing.total == db.session.execute(total, {"today": TODAY}).scalar_one()
    assert listing.total > 0


@pytest.mark.usefixtures("filled")
def test_communes_are_counted_once_a_province_is_chosen():
    without = get_listing(ListingCriteria(), TODAY)
    within = get_listing(ListingCriteria(province=("lam-dong",)), TODAY)

    chosen = within.facets["commune"][0].value
    one = get_listing(ListingCriteria(province=("lam-dong",), commune=(chosen,)), TODAY)

    assert without.facets["commune"] == ()
    assert sum(value.count for value in within.facets["commune"]) == within.total
    assert one.total == within.facets["commune"][0].count
    assert one.facets["commune"][0] == FacetValue(chosen, one.total, is_selected=True)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("sort", ["relevance", "certified", "name", "price", "-price", "newest"])
@pytest.mark.parametrize("q", ["", "gao"])
def test_pages_put_together_are_the_whole_list_without_repeats(sort, q):
    whole = get_listing(ListingCriteria(q=q, sort=sort, per_page=100), TODAY)
    pages = [
        get_listing(ListingCriteria(q=q, sort=sort, page=page, per_page=7), TODAY).product_ids
        for page in range(1, 100 // 7 + 1)
    ]

    together = [product_id for page in pages for product_id in page]
    assert together == list(whole.product_ids[: len(together)])
    assert len(set(whole.product_ids)) == len(whole.product_ids)


@pytest.mark.usefixtures("filled")
def test_the_price_order_is_that_of_sql():
    rows = db.session.execute(
        text("SELECT product_id FROM variant GROUP BY product_id ORDER BY min(price_vnd) DESC LIMIT 1")
    )

    found = get_listing(ListingCriteria(sort="-price", per_page=1), TODAY)

    assert found.product_ids == tuple(rows.scalars())


@pytest.mark.usefixtures("filled")
def test_a_listing_asks_the_database_for_nothing_but_the_feed():
    get_listing(ListingCriteria(q="gao nep", group=("food",)), TODAY)

    with counted() as statements:
        get_listing(ListingCriteria(group=("drinks",), sort="price"), TODAY)

    assert statements == []


def test_a_page_beyond_the_end_is_empty_and_keeps_its_number(db_session):
    make_product()

    listing = get_listing(ListingCriteria(page=9), TODAY)

    assert (listing.total, listing.page, listing.product_ids) == (1, 9, ())


def test_at_most_a_hundred_a_page(db_session):
    assert get_listing(ListingCriteria(per_page=5_000), TODAY).per_page == 100


def test_a_chosen_value_stays_among_the_values_though_nothing_has_it(db_session):
    make_product()

    listing = get_listing(ListingCriteria(province=("ha-noi",), group=("food",)), TODAY)

    assert listing.total == 0
    assert listing.facets["province"][0] == FacetValue("vinh-long", 1, is_selected=False)
    assert FacetValue("ha-noi", 0, is_selected=True) in listing.facets["province"]


def test_an_empty_listing_says_what_giving_up_one_choice_would_bring(db_session):
    make_product(name="Gạo nếp", certification=None)
    make_product(name="Kẹo dừa")

    listing = get_listing(ListingCriteria(q="gạo nếp", certified=True, kind=("cooperative",)), TODAY)

    assert listing.total == 0
    assert set(listing.dropped) == {DroppedChoice("certified", 1), DroppedChoice("q", 1)}


def test_a_product_without_stars_comes_after_and_is_no_certified_one(db_session):
    plain = make_product(name="An", certification=None)
    starred = make_product(name="Ý dĩ")

    assert get_listing(ListingCriteria(), TODAY).product_ids == (starred.id, plain.id)
    assert get_listing(ListingCriteria(certified=True), TODAY).product_ids == (starred.id,)
    assert get_listing(ListingCriteria(certified=False), TODAY).product_ids == (plain.id,)


def test_at_midnight_facet_filter_and_order_change_together(db_session):
    ending = make_product(name="An", certification={"stars": 5, "expires_on": TODAY})
    lasting = make_product(name="Ba", certification={"stars": 3})

    today, tomorrow = (get_listing(ListingCriteria(), TODAY + timedelta(days=days)) for days in (0, 1))

    assert today.product_ids == (ending.id, lasting.id)
    assert tomorrow.product_ids == (lasting.id, ending.id)
    assert counts(today, "stars") == {"5": 1, "3": 1}
    assert counts(tomorrow, "stars") == {"3": 1}
    five = ListingCriteria(stars=(5,))
    assert [get_listing(five, day).total for day in (TODAY, TODAY + timedelta(days=1))] == [1, 0]


def test_names_of_old_and_new_provinces_share_slugs_but_not_facets(db_session):
    assert find_province_by_slug("lam-dong").vintage is Vintage.SINCE_2025_07
    make_product()

    listing = get_listing(ListingCriteria(), TODAY)

    assert counts(listing, "province") == {"vinh-long": 1}
    assert counts(listing, "old_province") == {"ben-tre": 1}


def test_counts_kept_for_the_next_page_are_counted_anew_after_a_change_by_plain_sql(db_session):
    product = make_product(variants=[{"label": "A", "price_vnd": 60_000, "on_hand": 3}])
    make_product()
    first = get_listing(ListingCriteria(per_page=1), TODAY).facets["price"]
    assert get_listing(ListingCriteria(per_page=1, page=2, sort="name"), TODAY).facets["price"] is first

    db_session.execute(
        text("UPDATE variant SET price_vnd = 600000 WHERE product_id = :id"), {"id": product.id}
    )
    db_session.commit()

    assert FacetValue("500000-", 1, False) in get_listing(ListingCriteria(), TODAY).facets["price"]
    assert FacetValue("500000-", 1, False) not in first
