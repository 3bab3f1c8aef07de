"""Vouchers: what they take off, for whom, and never more often than they may."""

from collections import Counter
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest

from catalog.models.listings import ProductLabel
from core import clock as present
from core.db import db, transaction
from core.invariants import check_all
from orders.baskets import VoucherProblem
from orders.errors import InvalidVoucherError, VoucherNotFoundError, VoucherRefusedError
from orders.invariants import vouchers as voucher_invariants
from orders.models.vouchers import Bearer, Voucher, VoucherUse
from orders.operations.cart import Holder, add_to_cart, type_voucher
from orders.operations.vouchers import end_voucher, give_back_vouchers, make_voucher, use_voucher
from orders.queries.basket import get_basket
from orders.queries.vouchers import get_voucher
from orders.voucher_terms import VoucherFacts
from tests.factories import make_producer, make_product
from tests.order_factories import make_order
from tests.people import actor, make_administrator

TODAY = date(2026, 11, 22)
A, B = b"a" * 16, b"b" * 16
AT_ONCE = 50


@pytest.fixture
def administrator(db_session):
    return actor(make_administrator())


@pytest.fixture
def voucher(administrator):
    def make(bearer=Bearer.PLATFORM, **facts):
        values = {"code": "TET2027", "percent": 10, "from_on": TODAY, "until_on": TODAY + timedelta(days=30)}
        with transaction():
            return make_voucher(VoucherFacts(**(values | facts)), bearer, by=administrator, now=present.now())

    return make


@pytest.fixture(autouse=True)
def _counts_are_true(db_session):
    yield
    db.session.rollback()
    assert [(each.name, each.violations) for each in check_all(["I8"])] == [("I8", ())]
    assert voucher_invariants.invariant


def basket_with(*goods, code="TET2027"):
    cart_id = None
    with transaction():
        for product, packs in goods:
            cart_id = add_to_cart(Holder(cart_id=cart_id), product.variants[0].id, packs, now=present.now())
        type_voucher(cart_id, code)
    return get_basket(cart_id, on=present.today())


def use(basket, order, person=A):
    with transaction():
        use_voucher(basket.voucher.code, basket, person, order.id, now=present.now())


def used(voucher):
    db.session.expire_all()
    return db.session.get_one(Voucher, voucher.id).used


def test_a_voucher_comes_off_the_lines_it_is_meant_for_and_says_who_bears_it(voucher):
    producer = make_producer()
    meant, other = make_product(producer=producer), make_product()
    voucher(producer_id=producer.id, bearer=Bearer.PRODUCER, cap_vnd=20_000)

    basket = basket_with((meant, 2), (other, 1))

    assert [(line.discount_vnd, line.discount_platform_vnd) for line in basket.lines] == [(20_000, 0), (0, 0)]
    assert [(each.discount_vnd, each.discount_platform_vnd) for each in basket.parcels] == [
        (20_000, 0),
        (0, 0),
    ]
    assert basket.total_vnd == 375_000 - 20_000 + basket.shipping_vnd
    assert (basket.voucher.discount_vnd, basket.voucher.problem) == (20_000, None)


def test_a_fixed_amount_larger_than_the_goods_leaves_the_fee_to_pay(voucher):
    voucher(percent=None, amount_vnd=1_000_000)

    basket = basket_with((make_product(), 1))

    assert (basket.discount_vnd, basket.total_vnd) == (125_000, basket.shipping_vnd)
    assert basket.lines[0].discount_platform_vnd == 125_000


def test_strong_spirits_are_out_of_reach(voucher, db_session):
    spirit, weak = make_product(criteria_set=14), make_product(criteria_set=14)
    with transaction():
        db_session.add(ProductLabel(product_id=spirit.id, alcohol="29% vol"))
        db_session.add(ProductLabel(product_id=weak.id, alcohol="8% vol"))
    voucher()

    basket = basket_with((spirit, 1), (weak, 1))

    assert [line.terms.terms.is_promotable for line in basket.lines] == [False, True]
    assert basket.lines[0].discount_vnd == 0


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"from_on": TODAY + timedelta(days=1)}, VoucherProblem.NOT_YET),
        ({"minimum_vnd": 200_000}, VoucherProblem.MINIMUM),
    ],
)
def test_a_voucher_that_does_not_fit_takes_nothing_off_and_says_why(voucher, facts, problem):
    voucher(**facts)

    basket = basket_with((make_product(), 1))

    assert (basket.discount_vnd, basket.voucher.problem) == (0, problem)


def test_a_voucher_whose_days_are_over_takes_nothing_off(voucher, clock):
    voucher(until_on=TODAY)
    clock.move(timedelta(days=1))

    assert basket_with((make_product(), 1)).voucher.problem is VoucherProblem.OVER


def test_an_order_uses_a_voucher_once_however_often_it_is_asked(voucher):
    made, order = voucher(), make_order((make_product().variants[0], 1))
    basket = basket_with((make_product(), 1))

    use(basket, order)
    use(basket, order)

    assert used(made) == 1
    assert [(each.discount_vnd, each.ordinal) for each in db.session.query(VoucherUse)] == [(12_500, 1)]


def test_a_person_uses_a_voucher_as_often_as_one_may_and_others_besides(voucher):
    made = voucher(person_limit=1)
    basket = basket_with((make_product(), 1))
    use(basket, make_order((make_product().variants[0], 1)), A)

    with pytest.raises(VoucherRefusedError) as refused:
        use(basket, make_order((make_product().variants[0], 1)), A)
    use(basket, make_order((make_product().variants[0], 1)), B)

    assert refused.value.facts["problem"] == "person_limit"
    assert used(made) == 2


def test_a_use_given_back_may_be_used_again_and_giving_back_twice_is_once(voucher):
    made = voucher(use_limit=1)
    basket, order = basket_with((make_product(), 1)), make_order((make_product().variants[0], 1))
    use(basket, order)

    for _twice in range(2):
        with transaction():
            give_back_vouchers(order.id, now=present.now())

    assert used(made) == 0
    use(basket, make_order((make_product().variants[0], 1)))
    assert used(made) == 1


def test_an_ended_voucher_is_refused_even_to_a_basket_seen_before(voucher, administrator):
    made = voucher()
    basket = basket_with((make_product(), 1))
    with transaction():
        end_voucher(made, by=administrator, now=present.now())

    with pytest.raises(VoucherRefusedError) as refused:
        use(basket, make_order((make_product().variants[0], 1)))

    assert (refused.value.facts["problem"], used(made)) == ("over", 0)


def test_of_fifty_who_use_the_last_one_at_once_one_has_it(app, voucher):
    made = voucher(use_limit=1, person_limit=None)
    basket = basket_with((make_product(), 1))
    spare = make_product().variants[0]
    order_ids = [make_order((spare, 1), is_held=False).id for _ in range(AT_ONCE)]
    gate, outcomes = Barrier(AT_ONCE), Counter()

    def redeem(number):
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    use_voucher("TET2027", basket, number.to_bytes(16), order_ids[number], now=present.now())
                outcomes["used"] += 1
            except VoucherRefusedError as error:
                outcomes[error.facts["problem"]] += 1

    db.session.rollback()
    threads = [Thread(target=redeem, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == {"used": 1, "used_up": AT_ONCE - 1}
    assert used(made) == 1
    assert db.session.query(VoucherUse).count() == 1


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"code": "abc"}, "code"),
        ({"code": "TẾT2027"}, "code"),
        ({"percent": None}, "discount"),
        ({"percent": 0}, "discount"),
        ({"percent": 91}, "discount"),
        ({"amount_vnd": 5_000}, "discount"),
        ({"percent": None, "amount_vnd": -1}, "discount"),
        ({"percent": None, "amount_vnd": 2**63}, "discount"),
        ({"cap_vnd": 0}, "cap"),
        ({"minimum_vnd": -1}, "minimum"),
        ({"until_on": TODAY - timedelta(days=1)}, "days"),
        ({"use_limit": 0}, "uses"),
        ({"person_limit": 0}, "person"),
    ],
)
def test_a_voucher_that_makes_no_sense_is_not_made(voucher, facts, reason):
    with pytest.raises(InvalidVoucherError) as refused:
        voucher(**facts)

    assert refused.value.facts["reason"] == reason
    assert db.session.query(Voucher).count() == 0


def test_a_producer_bears_discounts_on_its_own_goods_only(voucher):
    with pytest.raises(InvalidVoucherError) as refused:
        voucher(bearer=Bearer.PRODUCER, producer_id=None)

    assert refused.value.facts["reason"] == "producer"


def test_a_code_is_given_once_and_an_empty_one_is_random(voucher):
    voucher()
    with pytest.raises(InvalidVoucherError) as refused:
        voucher()

    codes = {voucher(code="").code for _ in range(3)}

    assert refused.value.facts["reason"] == "code_taken"
    assert {len(code) for code in codes} == {10}
    assert len(codes) == 3


def test_a_voucher_of_another_is_not_found(voucher):
    own, other = make_producer(), make_producer()
    made = voucher(bearer=Bearer.PRODUCER, producer_id=own.id)

    for producer_id in (other.id, None):
        with pytest.raises(VoucherNotFoundError):
            get_voucher(made.id, producer_id)

    assert get_voucher(made.id, own.id).code == "TET2027"
