"""What comes in late: codes ran out, the telephone was paired again, goods were carried, something broke on the way."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

import promotion.api.booth as booth_api
from core import clock as core_clock
from core.db import db
from core.errors import InvalidError
from orders.models.orders import Order
from orders.models.slices import SliceMovement
from promotion.models.counter import BoothItem, BoothReference, DayEnd
from promotion.operations import taking_along
from tests.orders.counter_shop import violations
from tests.promotion.booth_shop import Telephone, make_telephone, pair, slice_of
from tests.promotion.test_counter_pages import address
from tests.promotion.test_sync import lay_out

BUYER = {
    "name": "Trần Thị Hoa",
    "phone": "0912 345 679",
    "province_code": "01",
    "commune_code": "00004",
    "street": "Số 5 Đội Cấn",
    "note": None,
}


def count_of(telephone: Telephone, left: int, at: str) -> dict[str, Any]:
    counts = [{"variant_id": telephone.variants[0].id, "left": left}]
    facts = {"on": core_clock.today().isoformat(), "cash_counted_vnd": 0, "float_vnd": 0, "counts": counts}
    return telephone.undo({"id": ""}, kind="day_end", at=at, **facts)


def parcel_of(telephone: Telephone, pay: str, **facts: Any) -> dict[str, Any]:
    made = telephone.sale((telephone.variants[0], 1), kind="ship_home", pay=pay, shipping_vnd=0, buyer=BUYER)
    return made | facts


def test_sales_for_which_the_telephone_had_no_code_left_get_one(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app, 9)
    lay_out(telephone, 3)
    held = set(telephone.pack["references"])
    items = [
        telephone.sale((telephone.variants[0], 1)) | {"reference": None},
        parcel_of(telephone, "cash", reference=None),
        parcel_of(telephone, "cod", reference=None),
        telephone.sale((telephone.variants[0], 20)) | {"reference": None},
        telephone.sale((telephone.variants[0], 1), paid_by="transfer") | {"reference": None},
        parcel_of(telephone, "transfer", reference=None),
    ]

    results = telephone.sync(*items)

    outcomes = ["booked", "booked", "booked", "conflict", "refused", "refused"]
    assert [each["outcome"] for each in results] == outcomes
    codes = [each["order_code"] for each in results[:3]]
    assert len(set(codes)) == 3
    assert set(codes).isdisjoint(held)
    kept = [db.session.get_one(BoothItem, item["id"]).payload["reference"] for item in items[:4]]
    assert kept[:3] == codes
    assert all(db.session.get_one(BoothReference, code).used_at is not None for code in kept)
    assert all(
        f"/receipts/{code}/" in each["receipt_url"] for code, each in zip(codes, results, strict=False)
    )
    assert telephone.sync(*items) == results
    assert db.session.query(Order).count() == 3


def test_what_waited_while_the_telephone_was_paired_again_is_booked(app: Flask, db_session: Any) -> None:
    before, other = make_telephone(app, 9), make_telephone(app, 9)
    lay_out(before, 9)
    sale = before.sale((before.variants[0], 1))
    foreign = before.sale((before.variants[0], 1), reference=other.pack["references"][0])
    again = pair(app, before.booth, before.owner, before.variants)

    results = again.sync(sale, foreign)

    assert [each["outcome"] for each in results] == ["booked", "refused"]
    assert results[0]["order_code"] == sale["reference"]
    assert slice_of(again, again.variants[0]) == (9, 1, 0)


def test_a_parcel_with_an_address_that_cannot_be_waits_with_its_buyer(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app, 9)
    lay_out(telephone, 3)
    wrong = parcel_of(telephone, "cash", buyer=BUYER | {"phone": "12"})

    (result,) = telephone.sync(wrong)
    page = telephone.client.get(address(telephone)).text
    act = address(telephone, f"/items/{wrong['id']}/decision")
    telephone.client.post(act, data={"choice": "correct"})

    assert (result["outcome"], "Enter it again" in result["words_en"]) == ("conflict", True)
    assert "Trần Thị Hoa, 12, Số 5 Đội Cấn" in page
    assert ('value="drop"' in page, 'value="correct"' in page) == (True, False)
    db.session.rollback()
    kept = db.session.get_one(BoothItem, wrong["id"])
    assert (kept.outcome, kept.payload["buyer"]["name"]) == ("conflict", "Trần Thị Hoa")
    telephone.client.post(act, data={"choice": "drop"})
    db.session.rollback()
    kept = db.session.get_one(BoothItem, wrong["id"])
    assert (kept.outcome, "buyer" in kept.payload) == ("refused", False)
    assert db.session.query(Order).count() == 0
    assert slice_of(telephone, telephone.variants[0]) == (3, 0, 0)


def test_a_count_that_comes_after_all_was_brought_back_makes_no_packs(
    app: Flask, db_session: Any, clock: Any
) -> None:
    telephone = make_telephone(app, 20)
    lay_out(telephone, 12)
    telephone.sync()
    clock.move(timedelta(hours=1))
    sold = telephone.sale((telephone.variants[0], 5))
    counts = [count_of(telephone, left, core_clock.now().isoformat()) for left in (7, 6)]
    clock.move(timedelta(hours=1))
    page = telephone.client.get(address(telephone)).text
    telephone.client.post(address(telephone, "/bringing-back"))

    results = telephone.sync(sold, *counts)

    assert "những gì bán từ đó đến nay vẫn còn tính ở đây" in page
    assert [each["outcome"] for each in results] == ["booked"] * 3
    assert slice_of(telephone, telephone.variants[0]) == (17, 5, 12)
    db.session.expire_all()
    assert telephone.variants[0].on_hand == 15
    ended = db.session.query(DayEnd).order_by(DayEnd.id).all()
    told = [(each.counts[0]["expected"], each.counts[0]["left"]) for each in ended]
    assert told == [(7, 7), (7, 6)]
    assert ["after this count" in each["words_en"] for each in results] == [False, False, True]
    assert violations("I1", "I2", "I30") == []


def test_a_late_count_corrects_the_books_where_only_sales_came_with_it(
    app: Flask, db_session: Any, clock: Any
) -> None:
    telephone = make_telephone(app, 20, 20)
    lay_out(telephone, 12, 12)
    rice, tea = telephone.variants
    clock.move(timedelta(hours=1))
    beyond = telephone.sale((rice, 14))
    fewer = count_of(telephone, 0, core_clock.now().isoformat())
    fewer["counts"].append({"variant_id": tea.id, "left": 10})
    clock.move(timedelta(hours=1))

    telephone.sync(beyond, fewer)

    assert slice_of(telephone, rice) == (14, 14, 0)
    assert slice_of(telephone, tea) == (12, 0, 2)
    assert db.session.query(SliceMovement).filter_by(kind="count").count() == 1


def test_packs_taken_along_after_a_count_are_not_counted_away(
    app: Flask, db_session: Any, clock: Any
) -> None:
    telephone = make_telephone(app, 20)
    lay_out(telephone, 4)
    counted = count_of(telephone, 3, core_clock.now().isoformat())
    clock.move(timedelta(hours=1))
    lay_out(telephone, 6)

    (result,) = telephone.sync(counted)

    assert slice_of(telephone, telephone.variants[0]) == (10, 0, 0)
    assert db.session.query(DayEnd).one().counts[0]["expected"] == 4
    assert "after this count" in result["words_en"]


@pytest.mark.parametrize("error", [IntegrityError("INSERT", {}, ValueError("x")), InvalidError(field="x")])
def test_an_item_at_which_something_breaks_holds_up_no_other(
    app: Flask,
    db_session: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    telephone = make_telephone(app, 9)
    lay_out(telephone, 9)
    first, broken, last = (telephone.sale((telephone.variants[0], 1)) for _ in range(3))
    real = booth_api.take_item

    def breaking(device: Any, raw: Any, **facts: Any) -> Any:
        done = real(device, raw, **facts)
        if raw["id"] == broken["id"]:
            raise error
        return done

    monkeypatch.setattr(booth_api, "take_item", breaking)
    with caplog.at_level(logging.ERROR, "promotion.booth"):
        results = telephone.sync(first, broken, last)
    monkeypatch.setattr(booth_api, "take_item", real)

    assert [each["id"] for each in results] == [first["id"], last["id"]]
    assert [each.item_id for each in caplog.records if each.name == "promotion.booth"] == [broken["id"]]
    assert slice_of(telephone, telephone.variants[0]) == (9, 2, 0)
    assert [each["outcome"] for each in telephone.sync(broken)] == ["booked"]


def test_allotting_takes_the_booth_before_the_goods(
    app: Flask, db_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    telephone, taken = make_telephone(app, 9), []
    for name in ("lock_booth", "allot"):
        real = getattr(taking_along, name)

        def noting(*arguments: Any, _real: Any = real, _name: str = name, **facts: Any) -> Any:
            taken.append(_name)
            return _real(*arguments, **facts)

        monkeypatch.setattr(taking_along, name, noting)

    telephone.client.post(address(telephone, "/allotments"), data={f"packs-{telephone.variants[0].id}": "2"})

    assert taken == ["lock_booth", "allot"]
