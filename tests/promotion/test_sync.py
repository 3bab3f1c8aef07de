"""What a telephone did without a network: booked once, kept, or refused, and told in words."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.db import db, transaction
from core.limits import use_up
from ledger.chart import AccountKind
from ledger.models import Posting
from ledger.queries import get_balance_vnd
from orders.models.orders import Order, SellerOrder
from orders.models.slices import CounterUndo, SliceMovement
from orders.operations.slices import allot
from promotion.api.device_access import DEVICE_LIMIT
from promotion.models.counter import BoothDevice, BoothItem, BoothReference, DayEnd
from promotion.models.reach import OrderSource
from tests.factories import make_product
from tests.orders.counter_shop import settle, violations
from tests.promotion.booth_shop import Telephone, make_telephone, pair, slice_of


def lay_out(telephone: Telephone, *packs: int) -> None:
    """Allot so many packs of each of the producer's goods."""
    quantities = {variant.id: count for variant, count in zip(telephone.variants, packs, strict=True)}
    with transaction():
        allot(telephone.place, quantities, by=None, now=clock.now())


def books() -> tuple[int, ...]:
    """Rows that any booking would add to."""
    db.session.rollback()
    return tuple(
        db.session.scalar(select(func.count()).select_from(each)) or 0
        for each in (Order, SliceMovement, Posting, OrderSource)
    )


def test_twelve_items_sold_offline_and_synced_twice_are_in_stock_and_ledger_once(
    app: Flask, db_session: Any
) -> None:
    telephone = make_telephone(app, 20, 20)
    rice, tea = telephone.variants
    lay_out(telephone, 12, 12)
    sales = [telephone.sale((rice, 1), at=(clock.now() - timedelta(hours=2)).isoformat()) for _ in range(7)]
    sales += [telephone.sale((tea, 2), (rice, 1), paid_by="transfer") for _ in range(3)]
    sales += [telephone.sale((tea, 1), discount_vnd=10_000)]
    sales += [telephone.undo(sales[0])]

    first = telephone.sync(*sales)
    before = books()
    second = telephone.sync(*sales)

    assert [each["outcome"] for each in first] == ["booked"] * 12
    assert second == first
    assert books() == before
    assert slice_of(telephone, rice) == (12, 9, 0)
    assert slice_of(telephone, tea) == (12, 7, 0)
    db.session.expire_all()
    assert (rice.on_hand, tea.on_hand) == (8, 8)
    assert db.session.query(Order).count() == 11
    holder = f"producer:{telephone.producer.id}"
    assert get_balance_vnd(AccountKind.CASH_HELD, holder) == 6 * 100_000 + 3 * 300_000 + 90_000
    for part in db.session.query(SellerOrder).all():
        settle(part)
    assert get_balance_vnd(AccountKind.CASH_HELD, holder) == 0
    assert get_balance_vnd(AccountKind.SELLER_PAYABLE, holder) == 0
    assert violations() == []


def test_a_result_names_the_order_and_where_its_receipt_is(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app, 5)
    lay_out(telephone, 5)
    sale = telephone.sale((telephone.variants[0], 1))

    (result,) = telephone.sync(sale)

    key = db.session.get_one(BoothReference, sale["reference"]).receipt_key
    assert result["order_code"] == sale["reference"]
    assert result["receipt_url"].endswith(f"/receipts/{sale['reference']}/{key}")
    assert (result["words_vi"] != "", result["words_en"]) == (True, "Booked.")
    source = db.session.query(OrderSource).one()
    assert (source.fair_id, source.channel) == (telephone.booth.fair_id, "counter")


def test_goods_beyond_the_slice_come_out_of_the_shop_if_they_are_there(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app, 10)
    lay_out(telephone, 2)

    (result,) = telephone.sync(telephone.sale((telephone.variants[0], 5)))

    assert result["outcome"] == "booked"
    assert "3 packs of" in result["words_en"]
    assert slice_of(telephone, telephone.variants[0]) == (5, 5, 0)
    assert violations("I1", "I2", "I30") == []


def test_goods_that_nobody_has_are_kept_and_the_items_around_them_are_booked(
    app: Flask, db_session: Any
) -> None:
    telephone = make_telephone(app, 4)
    lay_out(telephone, 3)
    rice = telephone.variants[0]
    items = [telephone.sale((rice, 1)), telephone.sale((rice, 9)), telephone.sale((rice, 1))]

    results = telephone.sync(*items)

    assert [each["outcome"] for each in results] == ["booked", "conflict", "booked"]
    assert "7 packs of" in results[1]["words_en"]
    assert (results[1]["order_code"], results[1]["receipt_url"]) == (None, None)
    assert telephone.sync(*items) == results
    assert slice_of(telephone, rice) == (3, 2, 0)
    assert db.session.query(Order).count() == 2


def test_prices_recalls_and_clocks_are_told_and_stop_nothing(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app, 9)
    lay_out(telephone, 9)
    rice = telephone.variants[0]
    cheaper = telephone.sale((rice, 1))
    cheaper["lines"][0]["unit_price_vnd"] = 90_000
    ahead = telephone.sale((rice, 1), at=(clock.now() + timedelta(days=3)).isoformat())
    behind = telephone.sale((rice, 1), at=(clock.now() - timedelta(days=8)).isoformat())
    short = telephone.sale((rice, 1), given_vnd=50_000)
    with transaction():
        db.session.get_one(type(rice), rice.id).withdrawn_at = clock.now()

    results = telephone.sync(cheaper, ahead, behind, short)

    assert [each["outcome"] for each in results] == ["booked"] * 4
    assert all("is not offered any more" in each["words_en"] for each in results)
    assert "was sold at" in results[0]["words_en"]
    assert "clock is wrong" in results[1]["words_en"]
    assert "clock is wrong" in results[2]["words_en"]
    assert "less than the sum" in results[3]["words_en"]
    placed = {each.placed_at for each in db.session.query(Order).all()}
    assert placed == {clock.now()}


def damaged(sale: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    target: Any = sale
    *way, last = path.split(".")
    for step in way:
        target = target[int(step) if step.isdigit() else step]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return sale


def test_hostile_items_are_refused_in_words_and_change_nothing(app: Flask, db_session: Any) -> None:
    telephone, other = make_telephone(app, 50), make_telephone(app, 50)
    lay_out(telephone, 40)
    rice, foreign = telephone.variants[0], other.variants[0]
    changes: list[tuple[str, Any]] = [
        ("lines", []),
        ("lines", {"variant_id": 1}),
        ("lines", [7]),
        ("lines.0.quantity", -1),
        ("lines.0.quantity", 0),
        ("lines.0.quantity", True),
        ("lines.0.quantity", "3"),
        ("lines.0.quantity", 1.5),
        ("lines.0.quantity", 10**18),
        ("lines.0.unit_price_vnd", -100),
        ("lines.0.unit_price_vnd", 10**12),
        ("lines.0.variant_id", 2**70),
        ("lines.0.variant_id", foreign.id),
        ("lines.0.variant_id", 999_999),
        ("lines.0.unit_codes", "ABC"),
        ("lines.0.unit_codes", [5]),
        ("discount_vnd", 100_001),
        ("discount_vnd", -1),
        ("reference", other.pack["references"][0]),
        ("reference", "OC00000000A"),
        ("reference", ""),
        ("paid_by", "gold"),
        ("paid_by", ["cash"]),
        ("at", "yesterday"),
        ("at", "2026-11-22T10:00:00"),
        ("at", "9999-99-99T00:00:00Z"),
        ("kind", "gift"),
        ("kind", {}),
        ("id", "1"),
        ("id", "A" * 36),
        ("phone", 912345678),
    ]
    items = [
        damaged(telephone.sale((rice, 1), reference=telephone.pack["references"][0]), *each)
        for each in changes
    ]
    items += [None, 7, "sale", [], {}]
    before = books()

    results = telephone.sync(*items)

    wrong = [
        (each, result)
        for each, result in zip(changes, results, strict=False)
        if result["outcome"] != "refused"
    ]
    assert wrong == []
    assert {each["outcome"] for each in results} == {"refused"}
    assert all(each["words_vi"] and each["words_en"].startswith("Not booked.") for each in results)
    assert books() == before
    assert slice_of(telephone, rice) == (40, 0, 0)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"items": [{"id": "\\ud800"}]}', 400),
        (b"[]", 422),
        (b'{"items": 5}', 422),
        (b"[" * 100_000, 400),
        (b'{"items": [' + b"1," * 100 + b"1]}", 422),
        (b'{"items": "' + b"x" * 10_000_000 + b'"}', 413),
    ],
    ids=["broken", "half a character", "a list", "no list", "deep", "too many", "too large"],
)
def test_bodies_that_cannot_be_are_refused(app: Flask, db_session: Any, body: bytes, status: int) -> None:
    telephone = make_telephone(app)

    answer = app.test_client().post(
        "/api/v1/booth/sync", data=body, content_type="application/json", headers=telephone.headers
    )

    assert answer.status_code == status
    assert db.session.query(BoothItem).count() == 0


def test_an_id_of_somebody_elses_item_tells_nothing_of_it(app: Flask, db_session: Any) -> None:
    telephone, other = make_telephone(app, 5), make_telephone(app, 5)
    lay_out(telephone, 5)
    lay_out(other, 5)
    sale = telephone.sale((telephone.variants[0], 1))
    telephone.sync(sale)

    (result,) = other.sync(other.sale((other.variants[0], 1), id=sale["id"]))
    (undone,) = other.sync(other.undo(sale))

    assert (result["outcome"], result["order_code"]) == ("refused", None)
    assert (undone["outcome"], undone["order_code"]) == ("refused", None)
    assert db.session.query(CounterUndo).count() == 0
    assert slice_of(other, other.variants[0]) == (5, 0, 0)


def test_what_the_old_telephone_sold_is_taken_after_another_took_over_until_it_is_ended(
    app: Flask, db_session: Any
) -> None:
    old = make_telephone(app, 9)
    lay_out(old, 9)
    sale, late = old.sale((old.variants[0], 1)), old.sale((old.variants[0], 1))
    pair(app, old.booth, old.owner, old.variants, name="Máy mới")

    answer = old.send(sale).get_json()

    assert answer["results"][0]["outcome"] == "booked"
    assert "after another telephone had taken over" in answer["results"][0]["words_en"]
    assert (answer["pack"], answer["device"]) == (None, {"is_taken_over": True})
    old.client.post(
        f"/workspace/{old.producer.id}/fairs/{old.booth.fair_id}/counter/devices/"
        f"{db.session.get_one(BoothItem, sale['id']).device_id}/ending"
    )
    assert old.send(late).status_code == 401
    assert slice_of(old, old.variants[0]) == (9, 1, 0)


def test_a_sale_is_undone_on_its_day_and_not_later(app: Flask, db_session: Any, clock: Any) -> None:
    telephone = make_telephone(app, 9)
    lay_out(telephone, 9)
    rice = telephone.variants[0]
    today, parcel = telephone.sale((rice, 2)), telephone.sale((rice, 1))
    telephone.sync(today, parcel)
    undo = telephone.undo(today)

    first = telephone.sync(undo, undo)
    again = telephone.sync(telephone.undo(today))
    clock.move(timedelta(days=1))
    late = telephone.sync(telephone.undo(parcel))

    assert [each["outcome"] for each in (*first, *again, *late)] == ["booked", "booked", "booked", "refused"]
    assert "undone before" in again[0]["words_en"]
    assert "another day" in late[0]["words_en"]
    assert slice_of(telephone, rice) == (9, 1, 0)
    assert violations() == []


def test_goods_to_be_sent_home_become_an_order_of_the_desk(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app, 9)
    lay_out(telephone, 5)
    rice = telephone.variants[0]
    buyer = {
        "name": "Trần Thị Hoa",
        "phone": "0912 345 679",
        "province_code": "01",
        "commune_code": "00004",
        "street": "Số 5 Đội Cấn",
        "note": None,
    }
    parcel = telephone.sale((rice, 2), kind="ship_home", pay="cod", shipping_vnd=11_000, buyer=buyer)
    wrong = telephone.sale(
        (rice, 1), kind="ship_home", pay="cash", shipping_vnd=0, buyer=buyer | {"commune_code": "24649"}
    )

    results = telephone.sync(parcel, wrong)

    assert [each["outcome"] for each in results] == ["booked", "conflict"]
    part = db.session.query(SellerOrder).one()
    assert (part.lifecycle, part.payment, part.fulfilment) == ("confirmed", "cod_due", "unfulfilled")
    assert (part.shipping_vnd, part.total_vnd) == (11_000, 211_000)
    assert (part.order.phone, part.order.commune_code) == ("+84912345679", "00004")
    kept = db.session.get_one(BoothItem, parcel["id"])
    assert "buyer" not in kept.payload
    assert slice_of(telephone, rice) == (5, 0, 2)
    assert violations() == []


def test_the_end_of_a_day_counts_cash_and_packs(app: Flask, db_session: Any, clock: Any) -> None:
    telephone = make_telephone(app, 20)
    lay_out(telephone, 10)
    rice = telephone.variants[0]
    undone = telephone.sale((rice, 1))
    day = {
        "id": "0b7e3c1e-4f7a-4d5e-9a53-1f2a3b4c5d6e",
        "kind": "day_end",
        "at": clock.now().isoformat(),
        "on": clock.today().isoformat(),
        "cash_counted_vnd": 690_000,
        "float_vnd": 500_000,
        "counts": [{"variant_id": rice.id, "left": 5}],
        "note": "Mưa to",
    }

    results = telephone.sync(
        telephone.sale((rice, 2)),
        telephone.sale((rice, 1), paid_by="transfer"),
        undone,
        telephone.undo(undone),
        day,
    )

    assert [each["outcome"] for each in results] == ["booked"] * 5
    ended = db.session.query(DayEnd).one()
    assert (ended.cash_expected_vnd, ended.cash_difference_vnd) == (700_000, -10_000)
    assert (ended.cash_vnd, ended.given_back_vnd, ended.transfer_vnd) == (300_000, 100_000, 100_000)
    assert (ended.sales_count, ended.undone_count) == (2, 1)
    assert [(each["expected"], each["left"]) for each in ended.counts] == [(7, 5)]
    assert "less in the box" in results[4]["words_en"]
    assert "2 packs fewer" in results[4]["words_en"]
    assert slice_of(telephone, rice) == (10, 3, 2)
    assert telephone.sync(day) == results[4:]
    assert db.session.query(DayEnd).count() == 1
    assert violations() == []


def test_counts_of_goods_of_others_are_refused(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app)
    foreign = make_product().variants[0]
    day = telephone.undo(
        {"id": ""},
        kind="day_end",
        on="2026-11-22",
        cash_counted_vnd=0,
        float_vnd=0,
        counts=[{"variant_id": foreign.id, "left": 3}],
    )

    (result,) = telephone.sync(day)

    assert result["outcome"] == "refused"
    assert db.session.query(DayEnd).count() == db.session.query(SliceMovement).count() == 0


def test_a_telephone_that_asks_too_often_waits(app: Flask, db_session: Any) -> None:
    telephone = make_telephone(app)
    device = db.session.query(BoothDevice).one()
    for _ in range(60):
        use_up(DEVICE_LIMIT, "booth_device", str(device.id))

    assert telephone.send().status_code == 429
    assert db.session.query(BoothItem).count() == 0
