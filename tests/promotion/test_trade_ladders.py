"""Price ladders: exact at the borders, only added, seen by those who may."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from core import clock as present
from core.db import db
from promotion.errors.trade import InvalidTradeError
from promotion.models.trade import PriceLadder
from promotion.price_ladders import (
    LadderFacts,
    LadderFault,
    LadderPrice,
    NoPrice,
    Step,
    fault_of,
    price_at,
)
from promotion.queries.trade_catalogue import GoodsCriteria, list_trade_goods
from promotion.queries.trade_ladders import current_ladders, price_of
from tests.promotion.trade_shop import STEPS, hand_of, make_ladder, make_trade_shop
from tests.support.statements import counted

TODAY = date(2026, 11, 22)
FACTS = LadderFacts(
    steps=STEPS,
    minimum_quantity=50,
    lead_days=7,
    month_capacity=None,
    is_public=False,
    valid_from_on=TODAY,
    valid_to_on=None,
)


@pytest.mark.parametrize(
    ("quantity", "price_vnd", "step"),
    [
        (50, 110_000, 1),
        (51, 110_000, 1),
        (199, 110_000, 1),
        (200, 100_000, 2),
        (201, 100_000, 2),
        (999, 100_000, 2),
        (1_000, 90_000, 3),
        (1_001, 90_000, 3),
        (100_000, 90_000, 3),
    ],
)
def test_a_step_begins_with_its_quantity_and_ends_before_the_next(quantity, price_vnd, step):
    assert price_at(STEPS, 50, quantity) == LadderPrice(price_vnd, step)


def test_below_the_smallest_order_there_is_no_price_and_a_reason():
    assert price_at(STEPS, 50, 49) == LadderPrice(None, reason=NoPrice.BELOW_MINIMUM)
    assert price_at(STEPS, 120, 119) == LadderPrice(None, reason=NoPrice.BELOW_MINIMUM)
    assert price_at(STEPS, 120, 120) == LadderPrice(110_000, 1)
    assert price_at(STEPS, 50, 0) == LadderPrice(None, reason=NoPrice.BELOW_MINIMUM)
    assert price_at(STEPS, 50, 100_001) == LadderPrice(None, reason=NoPrice.TOO_MANY)


@settings(max_examples=100)
@given(
    st.lists(st.integers(1, 100_000), min_size=1, max_size=12, unique=True),
    st.lists(st.integers(1, 10**9), min_size=12, max_size=12, unique=True),
    st.integers(1, 100_000),
)
def test_more_packs_never_cost_more_each(quantities, prices, quantity):
    steps = tuple(map(Step, sorted(quantities), sorted(prices, reverse=True)))
    facts = replace(FACTS, steps=steps, minimum_quantity=steps[0].from_quantity)

    assert fault_of(facts, on=TODAY) is None
    here = price_at(steps, facts.minimum_quantity, quantity).price_vnd
    more = price_at(steps, facts.minimum_quantity, quantity + 1).price_vnd
    expected = [step.price_vnd for step in steps if step.from_quantity <= quantity]
    assert here == (expected[-1] if expected else None)
    assert here is None or more is None or more <= here


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"steps": ()}, LadderFault.NO_STEPS),
        ({"steps": (Step(0, 5),)}, LadderFault.QUANTITY),
        ({"steps": (Step(10, 0),)}, LadderFault.PRICE),
        ({"steps": (Step(10, 5), Step(10, 4))}, LadderFault.QUANTITIES_RISE),
        ({"steps": (Step(20, 5), Step(10, 4))}, LadderFault.QUANTITIES_RISE),
        ({"steps": (Step(10, 5), Step(20, 5))}, LadderFault.PRICES_FALL),
        ({"steps": (Step(10, 5), Step(20, 6))}, LadderFault.PRICES_FALL),
        ({"minimum_quantity": 49}, LadderFault.MINIMUM),
        ({"lead_days": 366}, LadderFault.LEAD_DAYS),
        ({"month_capacity": 0}, LadderFault.CAPACITY),
        ({"valid_from_on": TODAY - timedelta(days=1)}, LadderFault.PAST),
        ({"valid_to_on": TODAY - timedelta(days=1)}, LadderFault.DAYS),
    ],
)
def test_what_contradicts_itself_is_no_ladder(facts, fault):
    assert fault_of(FACTS, on=TODAY) is None
    assert fault_of(replace(FACTS, **facts), on=TODAY) == fault


def test_a_later_ladder_replaces_an_earlier_one_from_its_day_on(db_session, clock):
    shop = make_trade_shop()
    today = present.today()
    make_ladder(
        shop.variant,
        shop.owner,
        steps=(Step(10, 80_000),),
        minimum_quantity=10,
        valid_from_on=today + timedelta(days=3),
        valid_to_on=today + timedelta(days=5),
    )

    def of(days):
        found, _ladder = price_of(shop.variant.id, 200, today + timedelta(days=days))
        return found.price_vnd if found else None

    assert [of(days) for days in (-1, 0, 2, 3, 5, 6)] == [None, 100_000, 100_000, 80_000, 80_000, None]


def test_what_was_said_of_prices_cannot_be_changed_or_deleted(db_session):
    shop = make_trade_shop()

    for statement in ("UPDATE price_step SET price_vnd = 1", "DELETE FROM price_ladder"):
        with pytest.raises(DatabaseError, match="only ever added to"):
            db.session.execute(text(statement))
        db.session.rollback()
    assert price_of(shop.variant.id, 50, present.today())[0].price_vnd == 110_000


def test_only_verified_buyers_see_a_ladder_unless_it_is_for_everybody(app, db_session):
    shop = make_trade_shop()
    today = present.today()

    assert list_trade_goods(GoodsCriteria(), is_verified=False, on=today).count == 0
    assert list_trade_goods(GoodsCriteria(), is_verified=True, on=today).count == 1
    stranger = hand_of(app, shop.owner)
    assert "110.000" not in stranger.get("/trade/goods").text
    assert "110.000" in hand_of(app, shop.buyer).get("/trade/goods").text
    make_ladder(shop.variant, shop.owner, is_public=True)
    assert "110.000" in hand_of(app, shop.owner).get("/trade/goods").text


def test_goods_are_found_by_words_group_and_province_with_eight_statements(db_session):
    shop = make_trade_shop()
    for _ in range(3):
        make_trade_shop()
    today = present.today()

    with counted() as statements:
        page = list_trade_goods(GoodsCriteria(words="keo dua ben tre"), is_verified=True, on=today)
    assert (page.count, len(page.goods)) == (4, 4)
    assert page.goods[0].card.stars == 4
    assert len(statements) <= 12

    def count(**criteria):
        return list_trade_goods(GoodsCriteria(**criteria), is_verified=True, on=today).count

    assert [count(words="mật ong"), count(province_code="86"), count(province_code="01")] == [0, 4, 0]
    assert [count(group_no=1), count(group_no=2)] == [4, 0]
    assert current_ladders([shop.variant.id], today)[shop.variant.id].minimum_quantity == 50


def test_a_producer_sets_a_ladder_and_is_told_what_is_wrong(app, db_session):
    shop = make_trade_shop(has_ladder=False)
    hand = hand_of(app, shop.owner, f"/workspace/{shop.producer.id}/trade/ladders/{shop.variant.id}")
    form = {
        "from-1": "50",
        "price-1": "110k",
        "from-2": "200",
        "price-2": "120.000",
        "lead_days": "7",
        "valid_from_on": present.today().isoformat(),
    }

    refused = hand.post(hand.at, **form)
    done = hand.post(hand.at, **(form | {"price-2": "100.000"}))

    assert refused.status_code == 422
    assert "Mỗi giá phải thấp hơn giá trước" in refused.text
    assert done.status_code == 303
    db.session.rollback()
    ladder = db.session.scalars(select(PriceLadder)).one()
    assert ladder.rungs == (Step(50, 110_000), Step(200, 100_000))
    assert (ladder.minimum_quantity, ladder.is_public) == (50, False)


def test_a_refused_ladder_leaves_nothing_behind(db_session):
    shop = make_trade_shop(has_ladder=False)

    with pytest.raises(InvalidTradeError) as refused:
        make_ladder(shop.variant, shop.owner, steps=(Step(10, 5), Step(20, 5)))

    assert refused.value.facts["reason"] == LadderFault.PRICES_FALL
    db.session.rollback()
    assert db.session.scalar(select(func.count(PriceLadder.id))) == 0
