"""What goes into a basket, what it then says, and who reaches it."""

from datetime import date, timedelta

import pytest

from catalog.models.listings import ProductSeason, Vacation
from core import clock
from core import clock as present
from core.db import transaction
from orders.baskets import LINES_MAX, LineProblem
from orders.errors import BasketFullError, BasketLineNotFoundError, NotSoldError
from orders.models.cart import Cart, CartLine
from orders.operations.cart import (
    Holder,
    add_to_cart,
    choose_province,
    count_in_cart,
    empty_cart,
    find_cart_id,
    keep_for_later,
    merge_carts,
    remove_line,
    set_quantity,
)
from orders.operations.cart_changes import accept_changes
from orders.operations.cart_personal_facts import GUESTS_KEPT, Baskets, OldBaskets
from orders.queries.basket import DEFAULT_PROVINCE_CODE, get_basket
from tests.factories import make_producer, make_product
from tests.people import make_user
from traceability.operations.lots import open_lot
from traceability.operations.recalls import recall_lot

GUEST = Holder()


def put(holder, product, quantity=1):
    with transaction():
        return add_to_cart(holder, product.variants[0].id, quantity, now=clock.now())


def basket_of(cart_id):
    return get_basket(cart_id, on=clock.today())


def only_line(cart_id):
    (parcel,) = basket_of(cart_id).parcels
    (line,) = parcel.lines
    return line


def test_the_same_pack_put_in_twice_is_one_line(db_session):
    product = make_product()

    cart_id = put(GUEST, product, 2)
    again = put(Holder(cart_id=cart_id), product, 3)

    line = only_line(cart_id)
    assert again == cart_id
    assert (line.quantity, line.buyable, line.goods_vnd, line.problem) == (5, 5, 625_000, None)
    assert count_in_cart(cart_id) == 5


def test_goods_of_two_producers_are_two_parcels_in_the_order_in_which_they_came(db_session):
    first, second = make_producer(name="HTX A"), make_producer(name="HTX B")
    goods = [make_product(producer=each) for each in (first, second, first)]

    cart_id = put(GUEST, goods[0])
    for each in goods[1:]:
        put(Holder(cart_id=cart_id), each)

    basket = basket_of(cart_id)
    assert [(each.name, len(each.lines), each.goods_vnd) for each in basket.parcels] == [
        ("HTX A", 2, 250_000),
        ("HTX B", 1, 125_000),
    ]
    assert (basket.goods_vnd, basket.count) == (375_000, 3)


def test_of_one_pack_there_are_never_more_than_999(db_session):
    product = make_product()
    cart_id = put(GUEST, product, 600)

    put(Holder(cart_id=cart_id), product, 600)

    assert only_line(cart_id).quantity == 999


@pytest.mark.parametrize(
    "facts",
    [
        {"is_for_sale": False},
        {"is_listed": False},
        {"group_no": 6},
        {"variants": [{"price_vnd": None}]},
    ],
)
def test_what_the_shop_does_not_sell_does_not_come_in(db_session, facts):
    product = make_product(**facts)

    with pytest.raises(NotSoldError):
        put(GUEST, product)

    assert db_session.query(Cart).count() == 0
    assert db_session.query(CartLine).count() == 0


@pytest.mark.parametrize("variant_id", [0, -1, 999_999, 2**31, 2**70])
def test_a_pack_that_does_not_exist_does_not_come_in(db_session, variant_id):
    with pytest.raises(NotSoldError), transaction():
        add_to_cart(GUEST, variant_id, 1, now=clock.now())

    assert db_session.query(Cart).count() == 0


def test_a_full_basket_takes_more_of_what_it_holds_and_nothing_else(db_session):
    product = make_product(variants=[{} for _ in range(LINES_MAX + 1)])
    with transaction():
        cart_id = add_to_cart(GUEST, product.variants[0].id, 1, now=clock.now())
        for variant in product.variants[1:LINES_MAX]:
            add_to_cart(Holder(cart_id=cart_id), variant.id, 1, now=clock.now())

    with pytest.raises(BasketFullError), transaction():
        add_to_cart(Holder(cart_id=cart_id), product.variants[LINES_MAX].id, 1, now=clock.now())

    put(Holder(cart_id=cart_id), product, 1)
    assert count_in_cart(cart_id) == LINES_MAX + 1


def test_prices_are_told_as_they_are_now_and_as_they_were_seen(db_session):
    product = make_product()
    cart_id = put(GUEST, product, 2)
    with transaction():
        product.variants[0].price_vnd = 150_000

    line = only_line(cart_id)

    assert (line.unit_price_vnd, line.seen_price_vnd, line.price_change_vnd) == (150_000, 125_000, 25_000)
    assert (line.goods_vnd, line.problem) == (300_000, None)
    assert basket_of(cart_id).has_changes
    with transaction():
        accept_changes(cart_id, on=clock.today(), now=clock.now())
    assert not basket_of(cart_id).has_changes


@pytest.mark.parametrize(
    ("change", "problem", "buyable"),
    [
        (lambda product: setattr(product.variants[0], "on_hand", 2), LineProblem.FEWER, 2),
        (lambda product: setattr(product.variants[0], "on_hand", 0), LineProblem.SOLD_OUT, 0),
        (lambda product: setattr(product.variants[0], "reserved", 28), LineProblem.FEWER, 2),
        (lambda product: setattr(product.variants[0], "price_vnd", None), LineProblem.GONE, 0),
        (lambda product: setattr(product.variants[0], "withdrawn_at", clock.now()), LineProblem.GONE, 0),
        (lambda product: setattr(product, "is_for_sale", False), LineProblem.GONE, 0),
        (lambda product: setattr(product, "is_listed", False), LineProblem.GONE, 0),
    ],
)
def test_what_cannot_be_bought_says_why_and_counts_nothing(db_session, change, problem, buyable):
    product = make_product()
    cart_id = put(GUEST, product, 3)
    with transaction():
        change(product)

    line, basket = only_line(cart_id), basket_of(cart_id)

    assert (line.problem, line.quantity, line.buyable) == (problem, 3, buyable)
    assert basket.goods_vnd == 125_000 * buyable
    assert not basket.is_ready


def test_a_product_out_of_season_away_or_recalled_is_not_bought(db_session):
    producer = make_producer()
    season, away, recalled = make_product(), make_product(producer=producer), make_product()
    cart_id = put(GUEST, season)
    for each in (away, recalled):
        put(Holder(cart_id=cart_id), each)
    officer = make_user()
    with transaction():
        db_session.add(ProductSeason(product_id=season.id, months=1 << 1))
        days = {"first_on": date(2026, 11, 20), "last_on": date(2026, 11, 30)}
        db_session.add(Vacation(producer_id=producer.id, set_by_id=officer.id, set_at=clock.now(), **days))
    with transaction():
        lot = open_lot(recalled, "L1", 10, now=clock.now())
        recall_lot(lot, reason="Vỡ nắp", instruction="Trả lại", contact="0912", now=clock.now())

    lines = basket_of(cart_id).lines

    assert [(line.problem, line.next_month, line.away_until) for line in lines] == [
        (LineProblem.OUT_OF_SEASON, 2, None),
        (LineProblem.AWAY, None, date(2026, 11, 30)),
        (LineProblem.RECALLED, None, None),
    ]
    assert basket_of(cart_id).total_vnd == 0


def test_agreeing_sets_aside_what_cannot_be_bought_and_cuts_what_is_short(db_session):
    short, gone = make_product(), make_product()
    cart_id = put(GUEST, short, 5)
    put(Holder(cart_id=cart_id), gone)
    with transaction():
        short.variants[0].on_hand = 2
        gone.is_for_sale = False

    for _twice in range(2):
        with transaction():
            accept_changes(cart_id, on=clock.today(), now=clock.now())

    basket = basket_of(cart_id)
    assert [(line.quantity, line.problem) for line in basket.lines] == [(2, None)]
    assert [line.goods.product_id for line in basket.kept] == [gone.id]
    assert basket.is_ready


def test_what_is_kept_for_later_counts_nothing_and_comes_back(db_session):
    cart_id = put(GUEST, make_product(), 2)
    line_id = only_line(cart_id).line_id

    with transaction():
        keep_for_later(cart_id, line_id, is_kept=True, now=clock.now())

    kept = basket_of(cart_id)
    assert (kept.is_empty, len(kept.kept), kept.total_vnd, count_in_cart(cart_id)) == (True, 1, 0, 0)
    with transaction():
        keep_for_later(cart_id, line_id, is_kept=False, now=clock.now())
    assert only_line(cart_id).quantity == 2


def test_a_line_of_another_basket_is_not_found_and_stays_as_it_is(db_session):
    own, other = put(GUEST, make_product()), put(GUEST, make_product(), 4)
    line_id = only_line(other).line_id

    for act in (
        lambda: set_quantity(own, line_id, 9, now=clock.now()),
        lambda: keep_for_later(own, line_id, is_kept=True, now=clock.now()),
        lambda: remove_line(own, line_id),
    ):
        with pytest.raises(BasketLineNotFoundError), transaction():
            act()

    assert only_line(other).quantity == 4


def test_taking_out_tells_what_it_was(db_session):
    product = make_product()
    cart_id = put(GUEST, product, 3)

    with transaction():
        taken = remove_line(cart_id, only_line(cart_id).line_id)

    assert (taken.variant_id, taken.bundle_id, taken.quantity) == (product.variants[0].id, None, 3)
    assert basket_of(cart_id).is_empty


def test_a_guests_basket_comes_to_the_person_with_the_larger_numbers_and_twice_is_once(db_session):
    user, both, only_guest = make_user(), make_product(), make_product()
    own = put(Holder(user.id), both, 5)
    guest = put(GUEST, both, 2)
    put(Holder(cart_id=guest), only_guest, 3)
    with transaction():
        choose_province(guest, "79")

    with transaction():
        first = merge_carts(guest, user.id, now=clock.now())
    with transaction():
        second = merge_carts(guest, user.id, now=clock.now())

    basket = basket_of(own)
    assert (first, second) == (2, 0)
    assert sorted(line.quantity for line in basket.lines) == [3, 5]
    assert basket.province_code == "79"
    assert find_cart_id(Holder(cart_id=guest)) is None


def test_the_basket_of_a_person_is_not_reached_by_its_number(db_session):
    user = make_user()
    cart_id = put(Holder(user.id), make_product())

    elsewhere = put(Holder(cart_id=cart_id), make_product())

    assert find_cart_id(Holder(cart_id=cart_id)) is None
    assert elsewhere != cart_id
    assert count_in_cart(cart_id) == 1


def test_the_number_of_a_basket_is_never_used_again(db_session):
    user = make_user()
    guest = put(GUEST, make_product())
    with transaction():
        merge_carts(guest, user.id, now=clock.now())

    assert put(GUEST, make_product()) > guest


def test_fees_are_told_before_a_province_is_chosen_and_change_with_it(db_session):
    cart_id = put(GUEST, make_product())

    supposed = basket_of(cart_id)
    with transaction():
        choose_province(cart_id, "86")
    chosen = basket_of(cart_id)

    assert (supposed.province_code, supposed.is_province_chosen) == (DEFAULT_PROVINCE_CODE, False)
    assert (chosen.province_code, chosen.is_province_chosen) == ("86", True)
    assert supposed.shipping_vnd > chosen.shipping_vnd > 0  # far, and within one province
    assert supposed.total_vnd == supposed.goods_vnd + supposed.shipping_vnd


def test_an_order_empties_the_basket_but_for_what_is_kept(db_session):
    bought, kept = make_product(), make_product()
    cart_id = put(GUEST, bought)
    put(Holder(cart_id=cart_id), kept)
    with transaction():
        keep_for_later(cart_id, basket_of(cart_id).lines[1].line_id, is_kept=True, now=clock.now())

    with transaction():
        empty_cart(cart_id)

    basket = basket_of(cart_id)
    assert (basket.is_empty, [line.goods.product_id for line in basket.kept]) == (True, [kept.id])


def test_idle_baskets_of_guests_end_after_their_time_and_those_of_people_do_not(db_session, clock):
    user = make_user()
    idle, of_person = put(GUEST, make_product()), put(Holder(user.id), make_product())
    clock.move(timedelta(days=59))
    fresh = put(GUEST, make_product())
    clock.move(timedelta(days=2))
    old = OldBaskets()
    before = present.now() - GUESTS_KEPT

    count = old.count_older(before)
    with transaction():
        deleted = old.delete_older(before)

    assert (count, deleted) == (1, 1)
    db_session.expire_all()
    assert db_session.get(Cart, idle) is None
    assert db_session.get(Cart, of_person) is not None
    assert count_in_cart(fresh) == 1


def test_a_person_gets_and_erases_what_is_in_their_basket(db_session):
    user = make_user()
    put(Holder(user.id), make_product(name="Mật ong"), 2)

    (told,) = Baskets().export(user.id)
    with transaction():
        Baskets().erase(user.id, present.now())

    assert (told["name"], told["pack"], told["quantity"]) == ("Mật ong", "500 g", 2)
    assert db_session.query(Cart).count() == 0
