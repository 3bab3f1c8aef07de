"""Columns follow every committed change, whoever makes it, and the calendar."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from catalog.models import Certificate
from catalog.queries.columns import get_columns
from core.db import db, transaction
from tests.factories import make_producer, make_product, saved
from tests.support.statements import counted

TODAY = date(2026, 11, 22)

pytestmark = pytest.mark.usefixtures("db_session")


def run(sql, **values):
    with transaction():
        db.session.execute(text(sql), values)


def change_and_fail(product_id):
    with transaction():
        db.session.execute(
            text("UPDATE variant SET price_vnd = 1 WHERE product_id = :id"), {"id": product_id}
        )
        raise ZeroDivisionError


def ids_of(columns, facet, value):
    bits = columns.facets[facet].get(value, 0)
    return {product_id for position, product_id in enumerate(columns.ids) if bits >> position & 1}


def order_of(columns, sort):
    return [columns.ids[position] for position in columns.order(sort).sequence]


def test_nothing_is_asked_of_the_database_while_nothing_changes():
    make_product()
    before = get_columns(TODAY)

    with counted() as statements:
        again = get_columns(TODAY)

    assert again is before
    assert statements == []


def test_a_price_changed_by_plain_sql_moves_the_product_to_its_band_and_place():
    cheap, dear = (
        make_product(variants=[{"price_vnd": 30_000}]),
        make_product(variants=[{"price_vnd": 40_000}]),
    )
    assert order_of(get_columns(TODAY), "price") == [cheap.id, dear.id]

    run("UPDATE variant SET price_vnd = 90000 WHERE product_id = :id", id=cheap.id)

    columns = get_columns(TODAY)
    assert order_of(columns, "price") == [dear.id, cheap.id]
    assert order_of(columns, "-price") == [cheap.id, dear.id]
    assert ids_of(columns, "price", "0-50000") == {dear.id}
    assert ids_of(columns, "price", "50000-100000") == {cheap.id}


def test_the_cheapest_pack_counts_and_products_without_price_come_last_both_ways():
    priced = make_product(variants=[{"price_vnd": 300_000}, {"price_vnd": 60_000}])
    unpriced = make_product(variants=[{"price_vnd": None}])

    columns = get_columns(TODAY)

    assert ids_of(columns, "price", "50000-100000") == {priced.id}
    assert order_of(columns, "price") == order_of(columns, "-price") == [priced.id, unpriced.id]


def test_stock_that_runs_out_leaves_the_facet_and_the_front_of_the_shop():
    first, second = make_product(name="An"), make_product(name="Ba")
    assert order_of(get_columns(TODAY), "certified") == [first.id, second.id]

    run("UPDATE variant SET on_hand = 0 WHERE product_id = :id", id=first.id)

    columns = get_columns(TODAY)
    assert ids_of(columns, "availability", "in_stock") == {second.id}
    assert order_of(columns, "certified") == [second.id, first.id]


def test_a_service_is_never_in_stock():
    make_product(group_no=6, variants=[{"on_hand": 5}])

    assert get_columns(TODAY).facets["availability"] == {}


def test_a_recognition_written_by_plain_sql_counts_at_once():
    product = make_product()
    assert get_columns(TODAY).stars_at(0) == 4

    run("UPDATE certification SET stars = 5 WHERE product_id = :id", id=product.id)
    assert get_columns(TODAY).stars_at(0) == 5

    run("UPDATE certification SET decision_number = NULL WHERE product_id = :id", id=product.id)
    columns = get_columns(TODAY)
    assert columns.stars_at(0) is None
    assert ids_of(columns, "state", "incomplete") == {product.id}
    assert ids_of(columns, "certified", "false") == {product.id}


def test_a_recognition_ends_at_midnight_with_nothing_written():
    product = make_product(certification={"expires_on": TODAY})
    assert ids_of(get_columns(TODAY), "stars", "4") == {product.id}

    tomorrow = get_columns(TODAY + timedelta(days=1))

    assert ids_of(tomorrow, "stars", "4") == set()
    assert ids_of(tomorrow, "state", "expired") == {product.id}
    assert ids_of(tomorrow, "certified", "false") == {product.id}
    assert tomorrow.seq == get_columns().seq
    assert ids_of(get_columns(TODAY), "stars", "4") == {product.id}


def test_who_asks_without_a_day_first_does_not_make_everything_be_read_twice():
    make_product(certification={"decided_on": date(2025, 6, 1), "expires_on": date(2028, 6, 1)})
    undated = get_columns()

    with counted() as statements:
        dated = get_columns(TODAY)

    assert (undated.day, dated.day) == (TODAY, TODAY)
    assert statements == []


def test_only_products_whose_day_it_is_are_read_at_midnight():
    make_product(certification={"expires_on": TODAY})
    make_product(certification={"expires_on": date(2028, 11, 1)})
    columns = get_columns(TODAY)

    assert columns.turned_ids(TODAY + timedelta(days=1)) == [columns.ids[0]]


def test_a_certificate_of_the_producer_counts_for_its_products_until_its_last_day():
    producer = make_producer()
    own, other = make_product(producer=producer), make_product()
    facts = {
        "number": "VG-1",
        "issued_on": date(2025, 1, 1),
        "expires_on": TODAY,
        "recorded_at": own.recorded_at,
    }
    saved(Certificate(kind="vietgap", producer_id=producer.id, **facts))
    saved(Certificate(kind="haccp", product_id=other.id, **(facts | {"number": None})))

    assert get_columns(TODAY).facets["certificate"].keys() == {"vietgap"}
    assert ids_of(get_columns(TODAY), "certificate", "vietgap") == {own.id}
    assert ids_of(get_columns(TODAY + timedelta(days=1)), "certificate", "vietgap") == set()


def test_new_renamed_unlisted_and_deleted_products_are_followed():
    first = make_product(name="Cam", slug="cam")
    get_columns(TODAY)
    second = make_product(name="An", slug="an", certification=None, variants=[])

    columns = get_columns(TODAY)
    assert order_of(columns, "name") == [second.id, first.id]
    assert columns.find_id("an") == second.id

    run("UPDATE product SET name = 'Đào', slug = 'dao' WHERE id = :id", id=second.id)
    columns = get_columns(TODAY)
    assert order_of(columns, "name") == [first.id, second.id]
    assert (columns.find_id("an"), columns.find_id("dao")) == (None, second.id)

    run("UPDATE product SET is_listed = :no WHERE id = :id", no=False, id=first.id)
    columns = get_columns(TODAY)
    assert columns.listed == 0b10
    assert columns.find_id("cam") is None
    assert ids_of(columns, "stars", "4") == set()

    run("DELETE FROM product WHERE id = :id", id=second.id)
    columns = get_columns(TODAY)
    assert columns.listed == 0
    assert columns.find_id("dao") is None


def test_a_change_touches_the_version_of_its_product_only():
    first, second = make_product(), make_product()
    before = get_columns(TODAY)

    run("UPDATE variant SET on_hand = 3 WHERE product_id = :id", id=first.id)

    after = get_columns(TODAY)
    assert after.version_of(first.id) == after.seq > before.seq
    assert after.version_of(second.id) == before.version_of(second.id)
    assert after.names_seq == before.names_seq


def test_a_producers_new_name_and_place_touch_its_products():
    producer = make_producer()
    product, other = make_product(producer=producer), make_product()
    before = get_columns(TODAY)

    run("UPDATE place SET current_province_code = '79' WHERE id = :id", id=producer.place_id)

    after = get_columns(TODAY)
    assert ids_of(after, "province", "ho-chi-minh") == {product.id}
    assert ids_of(after, "province", "vinh-long") == {other.id}
    assert after.names_seq > before.names_seq


def test_nothing_is_missed_when_the_feed_was_pruned_in_between():
    product = make_product()
    get_columns(TODAY)

    run("UPDATE variant SET price_vnd = 10000 WHERE product_id = :id", id=product.id)
    run("UPDATE producer SET name = 'HTX Mới' WHERE id = :id", id=product.producer_id)
    run("DELETE FROM catalog_change WHERE seq < (SELECT max(seq) FROM catalog_change)")

    assert ids_of(get_columns(TODAY), "price", "0-50000") == {product.id}


def test_a_rolled_back_change_is_never_seen():
    product = make_product()
    before = get_columns(TODAY)

    with pytest.raises(ZeroDivisionError):
        change_and_fail(product.id)

    assert get_columns(TODAY) is before


def test_a_product_numbered_between_others_is_found_all_the_same():
    first = make_product(id=10)
    last = make_product(id=30)
    get_columns(TODAY)

    middle = make_product(id=20)

    assert list(get_columns(TODAY).ids) == [first.id, middle.id, last.id]


def test_the_order_of_the_shop_is_stars_then_what_can_be_bought_then_the_name():
    plain = make_product(name="An", certification=None)
    three = make_product(name="Ba", certification={"stars": 3})
    sold_out = make_product(name="Ca", variants=[{"on_hand": 0}])
    register = make_product(name="Cam", is_for_sale=False, variants=[])
    four_b, four_a = make_product(name="Xoài"), make_product(name="Đậu")
    five = make_product(name="Ý dĩ", certification={"stars": 5})

    ordered = order_of(get_columns(TODAY), "certified")

    assert ordered == [each.id for each in (five, four_a, four_b, sold_out, register, three, plain)]
