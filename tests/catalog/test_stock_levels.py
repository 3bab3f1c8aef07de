"""Packs that orders reserve: never more than there are, whoever else wants them; and what the shop then shows."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from catalog.errors import InvalidFactError, StockBookError
from catalog.models import CatalogChange, Variant
from catalog.models.listings import StockMovement
from catalog.operations.stock import set_variant_stock
from catalog.operations.stock_levels import give_back, reserve, restock, ship
from catalog.queries.cards import get_cards
from catalog.queries.product import get_product_page
from core import clock
from core.db import db, transaction
from tests.factories import make_product


def packs_of(variant):
    db.session.refresh(variant)
    return variant.on_hand, variant.reserved


def movements(variant):
    rows = select(StockMovement).where(StockMovement.variant_id == variant.id).order_by(StockMovement.id)
    return [
        (row.on_hand_before, row.on_hand_after, row.reason, row.subject) for row in db.session.scalars(rows)
    ]


def changes():
    return db.session.scalar(select(func.count()).select_from(CatalogChange))


@pytest.fixture
def variant(db_session):
    return make_product(variants=[{"on_hand": 30}]).variants[0]


def test_what_is_reserved_is_still_there_but_cannot_be_bought(variant):
    with transaction():
        shortfalls = reserve({variant.id: 28})

    page = get_product_page(variant.product.slug, clock.today())
    (card,) = get_cards([variant.product_id], clock.today())
    assert shortfalls == {}
    assert packs_of(variant) == (30, 28)
    assert (page.available, card.available) == (2, 2)
    assert movements(variant) == [(0, 30, "opening", None)]


def test_of_several_packs_all_are_reserved_or_none(db_session):
    first, second = (make_product(variants=[{"on_hand": packs}]).variants[0] for packs in (5, 2))

    with transaction():
        shortfalls = reserve({second.id: 3, first.id: 5})

    assert shortfalls == {second.id: 2}
    assert (packs_of(first), packs_of(second)) == ((5, 0), (2, 0))


def test_a_withdrawn_pack_cannot_be_reserved(variant):
    with transaction():
        variant.withdrawn_at = clock.now()
    with transaction():
        shortfalls = reserve({variant.id: 1})

    assert shortfalls == {variant.id: 0}
    assert packs_of(variant) == (30, 0)


def test_what_is_sent_leaves_the_shelf_and_tells_for_which_order(variant):
    with transaction():
        reserve({variant.id: 3})
    with transaction():
        ship({variant.id: 3}, subject="order:OC1", now=clock.now())

    assert packs_of(variant) == (27, 0)
    assert movements(variant)[1:] == [(30, 27, "sale", "order:OC1")]


def test_what_comes_back_is_on_the_shelf_again(variant):
    with transaction():
        restock({variant.id: 2}, subject="order:OC1", now=clock.now())

    assert packs_of(variant) == (32, 0)
    assert movements(variant)[1:] == [(30, 32, "return", "order:OC1")]


@pytest.mark.parametrize("act", [give_back, lambda packs: ship(packs, subject="x", now=clock.now())])
def test_more_than_is_reserved_is_neither_sent_nor_given_back(variant, act):
    with transaction():
        reserve({variant.id: 2})

    with pytest.raises(StockBookError), transaction():
        act({variant.id: 3})

    assert packs_of(variant) == (30, 2)
    assert len(movements(variant)) == 1


def test_a_count_below_what_orders_hold_is_refused(variant):
    with transaction():
        reserve({variant.id: 4})

    with pytest.raises(InvalidFactError) as refused, transaction():
        set_variant_stock(variant, 3, by=None, now=clock.now())

    assert refused.value.facts["reason"] == "below_reserved"
    assert packs_of(variant) == (30, 4)
    with transaction():
        set_variant_stock(variant, 4, by=None, now=clock.now())
    assert packs_of(variant) == (4, 4)


@pytest.mark.parametrize("reserved", [31, -1])
def test_the_database_itself_refuses_to_promise_what_is_not_there(variant, reserved):
    with pytest.raises(IntegrityError, match="ck_variant_reserved"), transaction():
        db.session.execute(text("UPDATE variant SET reserved = :packs"), {"packs": reserved})

    assert packs_of(variant) == (30, 0)


def test_reserving_tells_the_change_feed_only_when_the_shop_shows_something_else(variant):
    before = changes()

    with transaction():
        reserve({variant.id: 24})  # 6 left: «in stock»
    assert changes() == before

    with transaction():
        reserve({variant.id: 1})  # 5 left: «only 5 left»
    assert changes() == before + 1

    with transaction():
        ship({variant.id: 25}, subject="order:OC1", now=clock.now())  # 5 left still
    assert changes() == before + 1

    with transaction():
        set_variant_stock(variant, 40, by=None, now=clock.now())
    assert changes() == before + 2


SILENT = {"id", "on_hand", "reserved"}


@pytest.mark.parametrize(
    "column", sorted(each.name for each in Variant.__table__.columns if each.name not in SILENT)
)
def test_a_change_of_anything_else_of_a_pack_tells_the_change_feed(variant, column):
    other = make_product(variants=[])
    values = {"product_id": other.id, "gtin": "08934567890123", "withdrawn_at": clock.now()}
    kind = Variant.__table__.c[column].type.python_type
    value = values.get(column, 77 if kind is int else "khác")
    before = changes()

    with transaction():
        setattr(variant, column, value)

    assert changes() >= before + 1
