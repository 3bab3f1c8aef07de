"""Packs taken along to a place of sale: never sold twice, and every one of them accounted for."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from catalog.models import Variant
from catalog.models.listings import StockMovement
from core import clock
from core.db import db, transaction
from orders.errors import InvalidSliceError, ShortStockError, SliceShortError
from orders.models.slices import SliceMovement, StockSlice
from orders.operations.slices import (
    allot,
    bring_back,
    correct_count,
    keep_for_parcel,
    sell_from_slice,
    take_back_sold,
)
from tests.factories import make_product
from tests.orders.counter_shop import PLACE, stands, taken_along, violations
from tests.orders.test_recalls import start
from tests.orders.test_stock_races import at_once, buy
from traceability.operations.lots import open_lot

STOCK = ("I1", "I2", "I30")


def do(act: Any, *arguments: Any, **facts: Any) -> Any:
    with transaction():
        return act(PLACE, *arguments, by=None, now=clock.now(), **facts)


def movements(variant: Variant) -> list[tuple[int, int, str, str | None]]:
    rows = db.session.scalars(
        select(StockMovement).where(StockMovement.variant_id == variant.id).order_by(StockMovement.id)
    )
    return [(row.on_hand_before, row.on_hand_after, row.reason, row.subject) for row in rows]


def test_what_is_taken_along_leaves_the_shop_and_what_comes_back_is_there_again(db_session: Any) -> None:
    variant = taken_along(on_hand=20, packs=12)

    do(bring_back, {variant.id: 5})

    assert stands(variant) == (13, 0, 12, 0, 5)
    assert movements(variant)[-2:] == [(20, 8, "allot", PLACE), (8, 13, "back", PLACE)]
    assert violations(*STOCK) == []


def test_more_than_the_shop_has_free_is_not_taken_along_and_nothing_changes(db_session: Any) -> None:
    plenty, few = taken_along(on_hand=20, packs=0), taken_along(on_hand=3, packs=0)

    with pytest.raises(ShortStockError) as refused:
        do(allot, {plenty.id: 5, few.id: 4})

    assert refused.value.facts["shortfalls"] == {few.id: 3}
    assert stands(plenty) == (20, 0, 0, 0, 0)
    assert stands(few) == (3, 0, 0, 0, 0)
    assert db.session.query(SliceMovement).count() == 0


def test_goods_of_which_a_recall_is_open_are_not_taken_along(db_session: Any) -> None:
    variant = taken_along(on_hand=5, packs=0)
    with transaction():
        lot = open_lot(variant.product, "L1", 6, now=clock.now())
    start(variant.product, lots=(lot,))

    with pytest.raises(ShortStockError) as refused:
        do(allot, {variant.id: 1})

    assert refused.value.facts["shortfalls"] == {variant.id: 0}
    assert stands(variant) == (5, 0, 0, 0, 0)


@pytest.mark.parametrize("packs", [{}, {1: 0}, {1: -3}, {1: 100_001}, {2**40: 1}, {0: 1}])
def test_packs_that_cannot_be_are_refused(db_session: Any, packs: dict[int, int]) -> None:
    with pytest.raises(InvalidSliceError):
        do(allot, packs)

    assert db.session.query(StockSlice).count() == 0


def test_more_than_lies_there_is_neither_sold_nor_brought_back_nor_sent(db_session: Any) -> None:
    variant = taken_along(on_hand=20, packs=3)

    for act, facts in (
        (sell_from_slice, {"subject": "order:X"}),
        (bring_back, {}),
        (keep_for_parcel, {"subject": "order:X"}),
    ):
        with pytest.raises(SliceShortError) as refused:
            do(act, {variant.id: 4}, **facts)
        assert refused.value.facts["left"] == {variant.id: 3}

    assert stands(variant) == (17, 0, 3, 0, 0)


def test_no_more_comes_back_sold_than_was_sold(db_session: Any) -> None:
    variant = taken_along(packs=3)
    do(sell_from_slice, {variant.id: 2}, subject="order:X")

    with pytest.raises(SliceShortError):
        do(take_back_sold, {variant.id: 3}, subject="order:X")

    assert stands(variant) == (17, 0, 3, 2, 0)


def test_a_count_moves_the_books_of_place_and_shop_and_the_shelf_stays_what_it_is(db_session: Any) -> None:
    fewer, more, right = (taken_along(on_hand=20, packs=12) for _ in range(3))

    differences = do(correct_count, {fewer.id: 9, more.id: 14, right.id: 12}, "Rơi vỡ ba hộp")

    assert differences == {fewer.id: -3, more.id: 2}
    assert stands(fewer) == (8, 0, 12, 0, 3)
    assert stands(more) == (8, 0, 14, 0, 0)
    assert stands(right) == (8, 0, 12, 0, 0)
    assert movements(fewer)[-2:] == [(8, 11, "back", PLACE), (11, 8, "count", PLACE)]
    assert movements(more)[-2:] == [(8, 10, "count", PLACE), (10, 8, "allot", PLACE)]
    notes = db.session.scalars(select(SliceMovement.note).where(SliceMovement.kind == "count")).all()
    assert notes == ["Rơi vỡ ba hộp"] * 2
    assert violations(*STOCK) == []


def test_booth_and_web_shop_wanting_the_last_packs_at_once_never_sell_more_than_there_are(
    app: Flask, db_session: Any
) -> None:
    variant = make_product(variants=[{"price_vnd": 100_000, "on_hand": 10}]).variants[0]
    wanted = {variant.id: 2}

    def take() -> str:
        allot(PLACE, wanted, by=None, now=clock.now())
        return "taken"

    outcomes = at_once(app, *[take, buy((variant.id, 2))] * 6)

    assert outcomes.count("taken") + outcomes.count("bought") == 5
    assert outcomes.count("ShortStockError") == 7
    on_hand, reserved, allotted, _sold, _returned = stands(variant)
    assert (on_hand - reserved, allotted, reserved) == (
        0,
        2 * outcomes.count("taken"),
        2 * outcomes.count("bought"),
    )
    assert violations(*STOCK) == []


def test_two_tills_wanting_the_last_packs_of_a_slice_at_once_sell_them_once(
    app: Flask, db_session: Any
) -> None:
    variant = taken_along(on_hand=5, packs=5)

    def sell() -> str:
        sell_from_slice(PLACE, {variant_id: 2}, subject="order:X", by=None, now=clock.now())
        return "sold"

    variant_id = variant.id
    outcomes = at_once(app, *[sell] * 5)

    assert sorted(outcomes) == ["SliceShortError"] * 3 + ["sold"] * 2
    assert stands(variant) == (0, 0, 5, 4, 0)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE stock_slice SET sold = sold + 1",
        "UPDATE stock_slice SET returned = returned + 1",
        "UPDATE stock_slice SET allotted = allotted + 1",
    ],
)
def test_a_slice_that_was_changed_past_the_rules_is_found(db_session: Any, damage: str) -> None:
    taken_along()
    assert violations("I30") == []

    with transaction():
        db.session.execute(text(damage))

    assert [name for name, _facts in violations("I30")][:1] == ["I30"]


def test_movements_of_slices_are_only_added_to(db_session: Any) -> None:
    taken_along()

    for statement in ("UPDATE slice_movement SET sold = 1", "DELETE FROM slice_movement"):
        with pytest.raises(Exception, match="only ever added"), transaction():
            db.session.execute(text(statement))
