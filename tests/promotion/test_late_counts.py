"""Counts of a day and sales that come in the wrong order: what lies at the booth is what was counted and done since."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from core import clock as core_clock
from core.db import db
from orders.models.slices import SliceMovement
from promotion.models.counter import DayEnd
from tests.orders.counter_shop import violations
from tests.promotion.booth_shop import Telephone, make_telephone, pair, slice_of
from tests.promotion.test_counter_pages import address
from tests.promotion.test_sync import lay_out
from tests.promotion.test_sync_late import count_of, parcel_of

HOUR = timedelta(hours=1)


def now() -> str:
    return core_clock.now().isoformat()


def left_and_shop(telephone: Telephone) -> tuple[int, int]:
    """Packs at the booth, and in the shop."""
    allotted, sold, returned = slice_of(telephone, telephone.variants[0])
    return allotted - sold - returned, telephone.variants[0].on_hand


def counted(telephone: Telephone) -> list[tuple[int, int]]:
    """Expected and counted packs of each end of a day."""
    rows = db.session.query(DayEnd).order_by(DayEnd.id).all()
    return [(each.counts[0]["expected"], each.counts[0]["left"]) for each in rows]


def test_a_late_count_leaves_out_what_was_sold_after_it(app: Flask, db_session: Any, clock: Any) -> None:
    old = make_telephone(app, 20)
    lay_out(old, 12)
    clock.move(HOUR)
    count = count_of(old, 12, now())
    clock.move(HOUR)
    new = pair(app, old.booth, old.owner, old.variants, name="Máy của Lan")
    undone = new.sale((new.variants[0], 1))
    new.sync(new.sale((new.variants[0], 1)), parcel_of(new, "cash"), undone, new.undo(undone))
    clock.move(HOUR)

    (result,) = old.sync(count)

    assert left_and_shop(new) == (10, 9)
    assert counted(new) == [(12, 12)]
    assert "more than in the books" not in result["words_en"]
    assert db.session.query(SliceMovement).filter_by(kind="count").count() == 0
    new.client.post(address(new, "/bringing-back"))
    assert left_and_shop(new) == (0, 19)  # 12 packs were there, one was taken along, one waits to be sent
    assert violations("I1", "I2", "I30") == []


def test_packs_missing_in_a_late_count_are_counted_out_beside_later_sales(
    app: Flask, db_session: Any, clock: Any
) -> None:
    telephone = make_telephone(app, 20)
    lay_out(telephone, 5)
    clock.move(HOUR)
    count = count_of(telephone, 4, now())
    clock.move(HOUR)
    telephone.sync(telephone.sale((telephone.variants[0], 6)))
    assert slice_of(telephone, telephone.variants[0]) == (6, 6, 0)  # one came out of the shop

    telephone.sync(count)

    assert counted(telephone) == [(5, 4)]
    assert left_and_shop(telephone) == (0, 14)
    assert violations("I1", "I2", "I30") == []


def test_an_undo_after_a_late_count_is_left_out_of_it(app: Flask, db_session: Any, clock: Any) -> None:
    telephone = make_telephone(app, 20)
    lay_out(telephone, 12)
    clock.move(HOUR)
    sale, parcel = telephone.sale((telephone.variants[0], 2)), parcel_of(telephone, "cash")
    telephone.sync(sale, parcel)
    clock.move(timedelta(minutes=1))
    count = count_of(telephone, 9, now())
    clock.move(timedelta(minutes=1))
    telephone.sync(telephone.undo(sale), telephone.undo(parcel))

    telephone.sync(count)

    assert counted(telephone) == [(9, 9)]
    assert left_and_shop(telephone) == (12, 8)


def test_sales_from_before_a_count_leave_what_was_counted(app: Flask, db_session: Any, clock: Any) -> None:
    old = make_telephone(app, 20)
    lay_out(old, 7)
    clock.move(HOUR)
    sale, parcel = old.sale((old.variants[0], 1)), parcel_of(old, "cash")
    clock.move(timedelta(minutes=1))
    new = pair(app, old.booth, old.owner, old.variants, name="Máy của Lan")
    new.sync(count_of(new, 5, now()))
    assert left_and_shop(new) == (5, 13)
    clock.move(timedelta(minutes=1))

    results = old.sync(sale, parcel)

    assert left_and_shop(new) == (5, 14)  # the parcel's pack waits in the shop
    assert ["before the last count" in each["words_en"] for each in results] == [True, True]
    counts = db.session.query(SliceMovement).filter_by(kind="count").order_by(SliceMovement.id).all()
    assert [each.allotted - each.returned for each in counts] == [-2, 1, 1]
    clock.move(timedelta(minutes=1))
    new.sync(new.sale((new.variants[0], 1)))
    assert left_and_shop(new) == (4, 14)
    assert violations("I1", "I2", "I30") == []


def test_an_undo_from_before_a_count_brings_no_packs(app: Flask, db_session: Any, clock: Any) -> None:
    telephone = make_telephone(app, 20)
    lay_out(telephone, 7)
    clock.move(HOUR)
    sale = telephone.sale((telephone.variants[0], 2))
    telephone.sync(sale)
    clock.move(timedelta(minutes=1))
    undo = telephone.undo(sale)
    clock.move(timedelta(minutes=1))
    telephone.sync(count_of(telephone, 7, now()))
    assert left_and_shop(telephone) == (7, 13)

    (result,) = telephone.sync(undo)

    assert left_and_shop(telephone) == (7, 13)
    assert "before the last count" in result["words_en"]
    assert violations("I1", "I2", "I30") == []


def test_a_count_older_than_the_last_one_changes_no_goods(app: Flask, db_session: Any, clock: Any) -> None:
    telephone = make_telephone(app, 20)
    lay_out(telephone, 12)
    clock.move(HOUR)
    older = count_of(telephone, 12, now())
    clock.move(HOUR)
    telephone.sync(count_of(telephone, 10, now()))

    (result,) = telephone.sync(older)

    assert left_and_shop(telephone) == (10, 8)
    assert "after this count" in result["words_en"]
    assert [each.counts[0]["is_moved"] for each in db.session.query(DayEnd).order_by(DayEnd.id)] == [
        False,
        True,
    ]


@pytest.mark.parametrize("away", [timedelta(days=365), timedelta(days=-40)])
def test_a_count_by_a_wrong_clock_is_of_the_day_on_which_its_sales_were_booked(
    app: Flask, db_session: Any, clock: Any, away: timedelta
) -> None:
    telephone = make_telephone(app, 20)
    lay_out(telephone, 12)
    wrong = core_clock.now() + away
    sale = telephone.sale((telephone.variants[0], 2), at=wrong.isoformat())
    count = count_of(telephone, 10, wrong.isoformat())
    count |= {"on": core_clock.vietnam_date(wrong).isoformat(), "cash_counted_vnd": 200_000}

    results = telephone.sync(sale, count)

    ended = db.session.query(DayEnd).one()
    assert ended.counted_on == core_clock.today()
    assert (ended.cash_vnd, ended.cash_difference_vnd) == (200_000, 0)
    assert ["clock is wrong" in each["words_en"] for each in results] == [True, True]


def test_a_day_is_counted_until_the_next_morning_and_not_for_days_elsewhere(
    app: Flask, db_session: Any, clock: Any
) -> None:
    telephone = make_telephone(app, 20)
    lay_out(telephone, 12)
    today = core_clock.today()
    days = [
        "9999-12-31",
        "0001-01-01",
        *((today + timedelta(days=more)).isoformat() for more in (1, 0, -1, -2)),
    ]
    counts = [count_of(telephone, 12, now()) | {"on": day} for day in days]
    counts.append(count_of(telephone, 12, "9999-12-31T23:00:00+00:00") | {"on": "9999-12-31"})

    results = telephone.sync(*counts, telephone.sale((telephone.variants[0], 1)))

    outcomes = ["refused", "refused", "refused", "booked", "booked", "refused", "refused", "booked"]
    assert [each["outcome"] for each in results] == outcomes
    assert [each.counted_on for each in db.session.query(DayEnd).order_by(DayEnd.id)] == [
        today,
        today - timedelta(days=1),
    ]
    assert left_and_shop(telephone) == (11, 8)
