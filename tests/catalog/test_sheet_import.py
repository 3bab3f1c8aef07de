"""Goods as a file, through the pages and the worker: fetched, changed, checked, recorded."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from accounts.models import Membership
from catalog.models import Product, Variant
from catalog.models.listings import ProductChange, StockMovement
from catalog.operations import sheet_import
from catalog.product_sheet.columns import COLUMNS
from core.db import db, transaction
from tests.factories import make_producer
from tests.people import browser_of, make_member
from tests.support.sheet_shop import (
    NAMES,
    Shop,
    make_sheet_shop,
    messages_of,
    sentences_of,
    task_at,
    token_of,
    work,
)

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def shop(app):
    return make_sheet_shop(app)


def test_the_file_that_was_fetched_changes_nothing(shop):
    for kind in ("xlsx", "csv"):
        task = shop.check(shop.fetch(kind), f"hang.{kind}")

        assert (task.state, task.total, task.failed) == ("done", 3, 0)
        assert (
            task.message == "Nội dung tệp giống hệt dữ liệu đang có: không có gì để thay đổi." or task.message
        )
        assert "application" not in shop.browser.get(task.page_path).text
    assert db.session.query(ProductChange).count() == 0


def test_changes_are_shown_first_and_recorded_once_a_person_agrees(shop):
    content = shop.edited(
        (2, "price_vnd", 130_000),
        (3, "on_hand", 7),
        (4, "summary", "Mứt dừa non"),
        (5, "name", "Bánh phồng"),
        (5, "group_no", "Thực phẩm"),
        (5, "label", "Túi 200 g"),
        (5, "price_vnd", 45_000),
        (5, "on_hand", 12),
    )

    checked = shop.check(content)
    page = shop.browser.get(checked.page_path).text

    assert (checked.state, checked.total, checked.failed) == ("done", 4, 0)
    assert "125.000" in page
    assert "130.000" in page
    assert price_of("Hộp 500 g") == 125_000

    applied = shop.apply(checked)

    assert (applied.state, applied.ok) == ("done", 3)
    assert price_of("Hộp 500 g") == 130_000
    assert db.session.query(Variant).filter_by(label="Túi 1 kg").one().on_hand == 7
    assert db.session.query(Product).filter_by(name="Mứt dừa").one().summary == "Mứt dừa non"
    made = db.session.query(Product).filter_by(name="Bánh phồng").one()
    assert (made.producer_id, made.is_listed, made.is_for_sale, made.group_no) == (
        shop.producer_id,
        False,
        False,
        1,
    )
    assert [(each.label, each.price_vnd, each.on_hand) for each in made.variants] == [
        ("Túi 200 g", 45_000, 12)
    ]
    assert db.session.query(StockMovement).filter_by(reason="count").count() == 2


def test_recorded_twice_is_recorded_once(shop):
    checked = shop.check(shop.edited((5, "name", "Bánh phồng"), (2, "price_vnd", 130_000)))
    shop.apply(checked)
    count = db.session.query(ProductChange).count()

    answer = shop.browser.post(
        f"{checked.page_path}/application", data={"csrf_token": token_of(shop.browser.get(shop.base).text)}
    )
    work()

    assert answer.location == checked.page_path
    assert db.session.query(Product).filter_by(name="Bánh phồng").count() == 1
    assert db.session.query(ProductChange).count() == count


def test_the_file_of_before_can_be_sent_again_and_changes_nothing(shop):
    """What was recorded from it is on record already; the old version marks no longer matter."""
    content = shop.edited((2, "price_vnd", 130_000), (4, "summary", "Mứt dừa non"))
    shop.apply(shop.check(content))

    again = shop.check(content)

    assert (again.state, again.failed) == ("done", 0)
    assert "application" not in shop.browser.get(again.page_path).text


def test_the_file_of_before_makes_nothing_new_twice(shop):
    """Rows that were new have no number in it yet."""
    new = ((5, "name", "Bánh phồng"), (5, "label", "Túi 200 g"))
    first, second = shop.edited(*new), shop.edited(*new, (5, "price_vnd", 50_000))
    twice = shop.check(first)
    shop.apply(shop.check(first))
    number, before = db.session.query(Product).filter_by(name="Bánh phồng").one().id, snapshot()

    again = shop.check(second)

    assert messages_of(shop, again) == [("5", "Tên sản phẩm", "Bánh phồng")]
    assert str(number) in sentences_of(shop, again)[0]
    late = shop.apply(twice)
    assert (late.state, snapshot()) == ("failed", before)
    assert f"{number}" in late.message


def test_a_count_below_what_orders_hold_is_told_in_its_row(shop):
    pack = db.session.query(Variant).filter_by(label="Túi 1 kg").one().id
    content = shop.edited((2, "price_vnd", 130_000), (3, "on_hand", 2))
    early = shop.check(content)
    with transaction():
        db.session.get_one(Variant, pack).reserved = 3
    before = snapshot()

    checked = shop.check(content)

    assert messages_of(shop, checked) == [("3", "Số còn", "2")]
    assert "giữ cho đơn" in sentences_of(shop, checked)[0]
    late = shop.apply(early)
    assert (late.state, snapshot()) == ("failed", before)
    assert "giữ cho đơn" in late.message


def test_a_count_brings_no_pack_back_that_was_taken_off_after_the_check(shop):
    checked = shop.check(shop.edited((3, "on_hand", 7)))
    with transaction():
        pack = db.session.query(Variant).filter_by(label="Túi 1 kg").one()
        pack.withdrawn_at = producer_time()
    before = snapshot()

    late = shop.apply(checked)

    assert (late.state, snapshot()) == ("failed", before)
    assert db.session.query(Variant).filter_by(label="Túi 1 kg").one().withdrawn_at is not None


def test_what_somebody_changed_after_the_file_was_fetched_is_refused(shop):
    content = shop.edited((2, "price_vnd", 130_000), (3, "on_hand", 7), (4, "summary", "Mới"))
    with transaction():
        db.session.query(Variant).filter_by(label="Hộp 500 g").one().price_vnd = 126_000
        db.session.query(Variant).filter_by(label="Túi 1 kg").one().on_hand = 29

    checked = shop.check(content)

    assert messages_of(shop, checked) == [
        ("2", "Giá (đồng)", "130000"),
        ("3", "Số còn", "7"),
    ]
    assert price_of("Hộp 500 g") == 126_000


def test_a_sale_meanwhile_stops_no_other_change(shop):
    """The count that nobody touched in the file stays what it has become."""
    content = shop.edited((2, "price_vnd", 130_000))
    with transaction():
        db.session.query(Variant).filter_by(label="Hộp 500 g").one().on_hand = 3

    shop.apply(shop.check(content))

    pack = db.session.query(Variant).filter_by(label="Hộp 500 g").one()
    assert (pack.price_vnd, pack.on_hand) == (130_000, 3)


def test_what_somebody_changed_after_the_check_is_refused_with_the_list(shop):
    checked = shop.check(shop.edited((2, "price_vnd", 130_000), (4, "summary", "Mới")))
    with transaction():
        db.session.query(Variant).filter_by(label="Hộp 500 g").one().price_vnd = 126_000

    applied = shop.apply(checked)

    assert applied.state == "failed"
    assert "126000" in applied.message
    errors = shop.browser.get(f"/tasks/{applied.id}/errors").data.decode("utf-8-sig")
    assert len(errors.splitlines()) == 2
    assert price_of("Hộp 500 g") == 126_000
    assert db.session.query(Product).filter_by(name="Mứt dừa").one().summary is None


def test_twenty_planted_faults_give_exactly_twenty_messages_and_change_nothing(shop):
    other = db.session.query(Product).filter_by(name="Của người khác").one()
    faults = [
        (2, "price_vnd", "mười nghìn"),
        (2, "net_quantity", "1,5"),
        (2, "net_unit", "vại"),
        (3, "price_vnd", 120),
        (3, "gtin", "8938500000014"),
        (3, "on_hand", -1),
        (4, "name", None),
        (4, "group_no", "Đồ chơi"),
        (4, "label", None),
        (4, "shelf_life_days", 0),
        (5, "product_id", other.id),
        (6, "product_id", "x9"),
        (7, "summary", "không có tên"),
        (8, "gtin", "02000000000008"),
        (9, "gtin", "08938500000015"),
        (10, "name_en", "y" * 501),
        (11, "price_vnd", 10**12),
        (12, "pack_id", 999_999),
        (13, "group_no", 9),
        (14, "on_hand", "nhiều"),
    ]
    whole = [
        change
        for row in (6, 8, 9, 10, 11, 12, 13, 14)
        for change in ((row, "name", f"Hàng {row}"), (row, "label", "Gói"))
    ]
    before = snapshot()

    checked = shop.check(shop.edited(*whole, *faults))

    told = messages_of(shop, checked)
    headings = {column.name: column.vi for column in COLUMNS}
    expected = [(str(row), headings["name" if row == 7 else field]) for row, field, _ in faults]
    assert [(line, column) for line, column, _ in told] == sorted(
        expected, key=lambda each: (int(each[0]), [column.vi for column in COLUMNS].index(each[1]))
    )
    assert len(told) == 20
    assert all(len(sentence) > 10 for sentence in sentences_of(shop, checked))
    assert "application" not in shop.browser.get(checked.page_path).text
    assert snapshot() == before


def test_a_worker_that_dies_half_way_leaves_nothing_and_another_does_all_of_it_once(shop, clock, monkeypatch):
    checked = shop.check(
        shop.edited((2, "price_vnd", 130_000), (4, "summary", "Mới"), (5, "name", "Bánh phồng"))
    )
    before, calls = snapshot(), []
    real = sheet_import.change_listing

    def die_at_the_third(*arguments, **options):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr(sheet_import, "change_listing", die_at_the_third)
    page = shop.browser.get(checked.page_path).text
    answer = shop.browser.post(f"{checked.page_path}/application", data={"csrf_token": token_of(page)})
    with pytest.raises(KeyboardInterrupt):
        work()
    assert snapshot() == before
    assert task_at(answer.location).state == "running"

    clock.move(timedelta(minutes=2, seconds=1))
    work()

    assert (task_at(answer.location).state, task_at(answer.location).attempt) == ("done", 2)
    assert price_of("Hộp 500 g") == 130_000
    assert db.session.query(Product).filter_by(name="Bánh phồng").count() == 1


@pytest.mark.once
def test_five_hundred_rows_go_round(app):
    producer = make_producer()
    with transaction():
        for number in range(500):
            product = Product(
                slug=f"hang-{number}",
                name=f"Hàng {number}",
                producer_id=producer.id,
                group_no=1,
                recorded_at=producer_time(),
            )
            product.variants.append(Variant(position=1, label="Gói", price_vnd=10_000, on_hand=1))
            db.session.add(product)
    shop = Shop(app, producer.id, make_member(producer))
    book = load_workbook(io.BytesIO(shop.fetch()))
    sheet = book.worksheets[0]
    for row in range(2, 502):
        sheet.cell(row, NAMES.index("price_vnd") + 1).value = 20_000 + row
        sheet.cell(row, NAMES.index("on_hand") + 1).value = row
    target = io.BytesIO()
    book.save(target)

    checked = shop.check(target.getvalue())
    assert (checked.total, checked.ok, checked.failed) == (500, 500, 0)
    applied = shop.apply(checked)

    assert (applied.state, applied.ok) == ("done", 500)
    packs = db.session.query(Variant).order_by(Variant.id).all()
    assert {pack.price_vnd - pack.on_hand for pack in packs} == {20_000}
    assert len({pack.on_hand for pack in packs}) == 500
    again = shop.check(shop.fetch())
    assert (again.total, again.failed) == (500, 0)
    assert "application" not in shop.browser.get(again.page_path).text


def test_packers_and_strangers_find_nothing(app, shop):
    producer = db.session.get_one(Product, 1).producer
    task = shop.check(shop.edited((2, "price_vnd", 130_000)))
    packer, stranger = (
        browser_of(app, make_member(producer, "packer")),
        browser_of(app, make_member(make_producer())),
    )
    editor = browser_of(app, make_member(producer, "editor"))

    for path in (shop.base, f"{shop.base}/goods.xlsx", task.page_path):
        assert packer.get(path).status_code == 404
        assert stranger.get(path).status_code == 404
        assert app.test_client().get(path).status_code == 303
    assert editor.get(shop.base).status_code == 200
    assert editor.get(task.page_path).status_code == 404
    with transaction():
        db.session.query(Membership).filter_by(role="editor").one().is_assisting = True
    assert editor.get(shop.base).status_code == 404


def test_who_left_the_team_before_the_worker_came_changes_nothing(shop):
    checked = shop.check(shop.edited((2, "price_vnd", 130_000)))
    page = shop.browser.get(checked.page_path).text
    answer = shop.browser.post(f"{checked.page_path}/application", data={"csrf_token": token_of(page)})
    with transaction():
        membership = db.session.query(Membership).filter_by(user_id=shop.owner.id).one()
        membership.ended_at = membership.joined_at
    work()

    assert task_at(answer.location).state == "failed"
    assert price_of("Hộp 500 g") == 125_000


def price_of(label):
    db.session.rollback()
    return db.session.query(Variant).filter_by(label=label).one().price_vnd


def snapshot():
    db.session.rollback()
    packs = db.session.query(Variant).order_by(Variant.id).all()
    products = db.session.query(Product).order_by(Product.id).all()
    return (
        [(each.id, each.label, each.price_vnd, each.on_hand, each.gtin) for each in packs],
        [(each.id, each.name, each.summary, each.group_no) for each in products],
        db.session.query(ProductChange).count(),
    )


def producer_time():
    from core import clock

    return clock.now()
