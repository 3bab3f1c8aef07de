"""Pages of a producer's shelf: counts, the table of prices, seasons and vacations, history."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from catalog.models import Variant
from catalog.models.listings import (
    ProductChange,
    StockMovement,
    Vacation,
)
from core.db import db, transaction
from tests.factories import make_producer, make_product, make_register_entry
from tests.support.hands import Hand, begin, product_row


@pytest.fixture
def producer(db_session):
    return make_producer()


@pytest.fixture
def owner(app, producer):
    return Hand(app, producer)


def test_a_packer_counts_and_writes_nothing_else(app, producer):
    product = make_product(producer=producer, certification=None)
    packer = Hand(app, producer, "packer")
    pack = product.variants[0].id

    assert packer.post(f"/stock/{pack}", {"act": "none", "seen": "30"}, at="/stock").status_code == 303
    assert db.session.get_one(Variant, pack).on_hand == 0
    for path in (
        *("/products/new", f"/products/{product.id}/draft/what", f"/products/{product.id}/preview"),
        *("/prices", "/vacation", f"/products/{product.id}/season"),
    ):
        assert packer.get(path).status_code == 404, path
    for path in (f"/products/{product.id}/publication/end", "/prices", "/vacation/end"):
        assert packer.post(path, at="/stock").status_code == 404, path
    assert product_row(product.id).is_for_sale is True


def test_two_members_who_count_at_once_are_told_of_each_other(app, owner, producer):
    product = make_product(producer=producer, certification=None)
    pack = product.variants[0].id
    other = Hand(app, producer, "packer")
    assert other.post(f"/stock/{pack}", {"act": "some", "count": "12", "seen": "30"}).status_code == 303

    answer = owner.post(f"/stock/{pack}", {"act": "some", "count": "8", "seen": "30"})

    assert answer.status_code == 409
    assert "12" in answer.text
    assert db.session.get_one(Variant, pack).on_hand == 12
    assert [
        (row.on_hand_before, row.on_hand_after, row.by_id)
        for row in db.session.scalars(select(StockMovement).filter_by(reason="count"))
    ] == [(30, 12, other.user.id)]


def test_the_same_count_sent_twice_is_one_movement(owner, producer):
    pack = make_product(producer=producer, certification=None).variants[0].id
    for _ in range(2):
        assert owner.post(f"/stock/{pack}", {"act": "none", "seen": "30"}).status_code == 303

    assert db.session.scalar(select(func.count()).select_from(StockMovement).filter_by(reason="count")) == 1


def test_after_nothing_the_last_number_is_offered_again(owner, producer):
    pack = make_product(producer=producer, certification=None).variants[0].id
    owner.post(f"/stock/{pack}", {"act": "none", "seen": "30"})

    page = owner.get("/stock").text

    assert re.search(rf'id="count-{pack}" name="count" value="30"', page)


def prices_of(product, price, on_hand, *, seen=125_000, seen_on_hand=30):
    pack = product.variants[0].id
    return {
        f"price-{pack}": price,
        f"seen_price-{pack}": str(seen),
        f"on_hand-{pack}": on_hand,
        f"seen_on_hand-{pack}": str(seen_on_hand),
    }


def test_the_table_changes_all_rows_or_none(owner, producer):
    one, two, three = (make_product(producer=producer, certification=None) for _ in range(3))
    good, wrong = prices_of(one, "130k", "5"), prices_of(two, "35", "x")

    refused = owner.post("/prices", good | wrong | prices_of(three, "125.000", "30"))

    assert refused.status_code == 422
    assert db.session.execute(select(Variant.price_vnd, Variant.on_hand)).all() == [(125_000, 30)] * 3
    assert 'value="130k"' in refused.text
    too_cheap = owner.post("/prices", good | prices_of(two, "35", "30"))
    assert too_cheap.status_code == 422
    assert db.session.execute(select(Variant.price_vnd, Variant.on_hand)).all() == [(125_000, 30)] * 3

    assert owner.post("/prices", good | prices_of(two, "", "30")).status_code == 303
    assert db.session.execute(select(Variant.price_vnd, Variant.on_hand).order_by(Variant.id)).all() == [
        (130_000, 5),
        (None, 30),
        (125_000, 30),
    ]
    assert db.session.scalar(select(func.count()).select_from(ProductChange)) == 2


def test_a_row_that_another_changed_meanwhile_stops_the_table(owner, producer):
    one, two = (make_product(producer=producer, certification=None) for _ in range(2))

    answer = owner.post("/prices", prices_of(one, "1tr2", "30") | prices_of(two, "140k", "30", seen=120_000))

    assert answer.status_code == 422
    assert "125.000" in answer.text
    assert db.session.scalars(select(Variant.price_vnd)).all() == [125_000, 125_000]


def fields_of(page):
    """What the table would send: field to value."""
    return dict(re.findall(r'name="((?:seen_)?(?:price|on_hand)-\d+)" value="([^"]*)"', page))


def test_after_a_refusal_only_what_was_typed_is_sent_again(owner, producer):
    one, two = (make_product(producer=producer, certification=None) for _ in range(2))
    pack, other = one.variants[0].id, two.variants[0].id
    with transaction():
        db.session.get_one(Variant, pack).on_hand = 28  # two were sold since the table was opened

    refused = owner.post("/prices", prices_of(one, "125.000", "30") | prices_of(two, "abc", "30"))

    assert refused.status_code == 422
    again = fields_of(refused.text)
    assert (again[f"on_hand-{pack}"], again[f"seen_on_hand-{pack}"]) == ("28", "28")
    assert (again[f"price-{other}"], again[f"seen_price-{other}"]) == ("abc", "125000")
    assert owner.post("/prices", again | {f"price-{other}": "140k"}).status_code == 303
    rows = db.session.execute(select(Variant.price_vnd, Variant.on_hand).order_by(Variant.id)).all()
    assert rows == [(125_000, 28), (140_000, 30)]


def test_what_was_typed_over_an_old_number_is_told_before_it_overwrites(owner, producer):
    one, two = (make_product(producer=producer, certification=None) for _ in range(2))
    pack, other = one.variants[0].id, two.variants[0].id
    with transaction():
        db.session.get_one(Variant, pack).on_hand = 28

    unread = owner.post("/prices", prices_of(one, "125.000", "40") | prices_of(two, "abc", "30"))
    again = fields_of(unread.text) | {f"price-{other}": "140k"}
    assert (again[f"on_hand-{pack}"], again[f"seen_on_hand-{pack}"]) == ("40", "30")
    told = owner.post("/prices", again)

    assert told.status_code == 422
    assert "28" in told.text
    assert db.session.scalars(select(Variant.on_hand).order_by(Variant.id)).all() == [28, 30]
    again = fields_of(told.text)
    assert (again[f"on_hand-{pack}"], again[f"seen_on_hand-{pack}"]) == ("40", "28")
    assert owner.post("/prices", again).status_code == 303
    assert db.session.scalars(select(Variant.on_hand).order_by(Variant.id)).all() == [40, 30]


@pytest.mark.parametrize(
    ("count", "words"), [("2", "đang giữ cho đơn hàng"), ("10000001", "nhỏ quá hoặc lớn quá")]
)
def test_a_count_that_cannot_be_stands_at_its_row_and_keeps_the_rest(owner, producer, count, words):
    one, two = (make_product(producer=producer, certification=None) for _ in range(2))
    pack, other = one.variants[0].id, two.variants[0].id
    with transaction():
        db.session.get_one(Variant, pack).reserved = 3

    refused = owner.post("/prices", prices_of(one, "125.000", count) | prices_of(two, "140k", "30"))

    assert refused.status_code == 422
    assert words in refused.text
    again = fields_of(refused.text)
    assert (again[f"on_hand-{pack}"], again[f"price-{other}"]) == (count, "140k")
    rows = db.session.execute(select(Variant.price_vnd, Variant.on_hand)).all()
    assert rows == [(125_000, 30), (125_000, 30)]


def test_a_pack_of_somebody_else_in_the_table_changes_nothing(owner, producer):
    own, other = make_product(producer=producer, certification=None), make_product(certification=None)

    answer = owner.post("/prices", prices_of(own, "130k", "30") | prices_of(other, "1k", "0"))

    assert answer.status_code == 422
    assert db.session.scalars(select(Variant.price_vnd)).all() == [125_000, 125_000]


def test_out_of_season_and_away_are_told_in_the_shop_until_when(owner, client, producer, clock):
    product = make_product(producer=producer, certification=None)
    owner.post(f"/products/{product.id}/season", {"months": ["3", "4"]})
    shop = client.get(f"/products/{product.slug}").text
    assert "Mùa tới: tháng 3" in shop
    assert "OutOfStock" in shop
    assert "Mùa tới: tháng 3" in client.get("/products").text
    assert client.get("/api/v1/products?availability=in_stock").json["total"] == 0
    owner.post(f"/products/{product.id}/season", {"months": [str(month) for month in range(1, 13)]})
    assert "Mùa tới" not in client.get(f"/products/{product.slug}").text

    owner.post("/vacation", {"first_on": "2026-11-22", "last_on": "30/11/2026"})
    for page in (f"/products/{product.slug}", "/products", f"/producers/{producer.slug}"):
        assert "30/11/2026" in client.get(page).text, page
    assert client.get("/api/v1/products?availability=in_stock").json["total"] == 0

    clock.move(timedelta(days=9))
    assert "30/11/2026" not in client.get(f"/products/{product.slug}").text
    assert client.get("/api/v1/products?availability=in_stock").json["total"] == 1


def test_a_vacation_ends_early_and_is_set_once(owner, producer):
    for _ in range(2):
        assert owner.post("/vacation", {"first_on": "2026-11-22", "last_on": "2026-11-30"}).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Vacation)) == 1
    for _ in range(2):
        assert owner.post("/vacation/end").status_code == 303

    ended = db.session.scalars(select(Vacation)).one()
    assert (ended.ended_by_id, ended.ended_at is not None) == (owner.user.id, True)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-11-22", "2026-11-21"),
        ("2026-11-01", "2026-11-02"),
        ("", "2026-12-01"),
        ("x", "y"),
        ("2026-11-22", "2028-01-01"),
        ("2030-01-01", "2030-01-02"),
    ],
)
def test_days_that_cannot_be_are_asked_again(owner, first, last):
    answer = owner.post("/vacation", {"first_on": first, "last_on": last})

    assert answer.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Vacation)) == 0


def test_an_undo_restores_and_is_refused_where_it_would_clash(owner, producer):
    product = make_product(producer=producer, certification=None)
    path = f"/products/{product.id}"
    for summary in ("Một", "Hai"):
        owner.post(f"{path}/draft/what", {"name": product.name, "summary": summary, "version.summary": "0"})
        owner.post(f"{path}/draft/application")
    first, second = db.session.scalars(select(ProductChange.id).order_by(ProductChange.id)).all()

    refused = owner.post(f"{path}/history/{first}/undo")
    assert refused.status_code == 409
    assert product_row(product.id).summary == "Hai"

    for _ in range(2):
        assert owner.post(f"{path}/history/{second}/undo").status_code == 303
    assert product_row(product.id).summary == "Một"
    assert db.session.scalars(select(ProductChange.kind)).all() == ["edit", "edit", "undo"]
    assert owner.post(f"{path}/history/{first}/undo", {"confirmed": "1"}).status_code == 303
    assert product_row(product.id).summary is None
    assert owner.user.name in owner.get(f"{path}/history").text


def test_an_undone_pack_is_withdrawn_and_comes_back(owner, producer):
    product = make_product(producer=producer, certification=None)
    path = f"/products/{product.id}"
    owner.post(f"{path}/draft/packs", {"variant-n1-label": "1 kg", "variant-n1-price": "240k"})
    owner.post(f"{path}/draft/application")
    assert [each.label for each in product_row(product.id).variants] == ["500 g", "1 kg"]
    added = db.session.scalar(select(ProductChange.id))

    owner.post(f"{path}/history/{added}/undo")
    assert [each.label for each in product_row(product.id).variants] == ["500 g"]
    undone = db.session.scalar(select(func.max(ProductChange.id)))
    owner.post(f"{path}/history/{undone}/undo")

    assert [(each.label, each.price_vnd) for each in product_row(product.id).variants] == [
        ("500 g", 125_000),
        ("1 kg", 240_000),
    ]


def test_undoing_an_old_price_brings_no_withdrawn_pack_back(owner, producer):
    product = make_product(producer=producer, certification=None)
    path, pack = f"/products/{product.id}", product.variants[0].id
    owner.post("/prices", prices_of(product, "120k", "30"))
    owner.post(f"{path}/draft/packs", {"act": f"remove variant-{pack}"})
    assert owner.post(f"{path}/draft/application").status_code == 303
    priced, taken_off = db.session.scalars(select(ProductChange.id).order_by(ProductChange.id)).all()
    assert product_row(product.id).variants == []

    refused = owner.post(f"{path}/history/{priced}/undo", {"confirmed": "1"})

    assert refused.status_code == 422
    assert "đã được gỡ" in refused.text
    assert product_row(product.id).variants == []
    assert db.session.get_one(Variant, pack).price_vnd == 120_000
    assert owner.post(f"{path}/history/{taken_off}/undo").status_code == 303
    assert [(each.id, each.price_vnd) for each in product_row(product.id).variants] == [(pack, 120_000)]
    assert owner.post(f"{path}/history/{priced}/undo").status_code == 303
    assert [each.price_vnd for each in product_row(product.id).variants] == [125_000]


def test_a_register_entry_is_put_on_sale_and_taken_off_without_losing_its_records(owner, client, producer):
    entry = make_register_entry(producer=producer)
    before = {
        table: db.session.execute(text(f"SELECT * FROM {table}")).all()
        for table in ("certification", "source")
    }
    db.session.rollback()
    path = f"/products/{entry.id}"
    owner.post(f"{path}/draft/packs", {"variant-n1-label": "500 g", "variant-n1-price": "90k"})
    assert owner.post(f"{path}/publication").status_code == 303
    assert "90.000" in client.get(f"/products/{entry.slug}").text

    assert owner.post(f"{path}/publication/end").status_code == 303

    assert client.get(f"/products/{entry.slug}").status_code == 200
    row = product_row(entry.id)
    assert (row.is_listed, row.is_for_sale) == (True, False)
    assert {table: db.session.execute(text(f"SELECT * FROM {table}")).all() for table in before} == before


def test_a_made_up_producers_products_are_made_up(app, db_session):
    hand = Hand(app, make_producer(is_demonstration=True))

    assert product_row(begin(hand)).is_demonstration is True
