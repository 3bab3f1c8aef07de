"""Gift hampers: one price, several producers, parts that sum to the whole."""

import pytest

from core import clock
from core.db import transaction
from orders.baskets import LineProblem
from orders.bundle_terms import BundleFacts
from orders.errors import BundleNotFoundError, InvalidBundleError, NotSoldError
from orders.models.bundles import Bundle
from orders.operations.bundles import add_bundle_to_cart, end_bundle, make_bundle, publish_bundle
from orders.operations.cart import Holder, add_to_cart, count_in_cart
from orders.operations.cart_changes import accept_changes
from orders.queries.basket import get_basket
from orders.queries.bundles import find_packs, get_hamper, get_own_bundle, list_hampers
from tests.factories import make_producer, make_product
from tests.people import actor, make_administrator


@pytest.fixture
def hamper(db_session):
    by = actor(make_administrator())

    def make(*items, producer_id=None, is_published=True, **facts):
        values = {"name": "Giỏ quà Tết", "percent": 10} | facts
        packs = tuple((product.variants[0].id, count) for product, count in items)
        with transaction():
            made = make_bundle(BundleFacts(items=packs, **values), producer_id, by=by, now=clock.now())
            if is_published:
                publish_bundle(made, now=clock.now())
        return made

    make.by = by
    return make


def put(bundle, count=1, holder=None):
    with transaction():
        return add_bundle_to_cart(holder or Holder(), bundle.id, count, now=clock.now())


def basket_of(cart_id):
    return get_basket(cart_id, on=clock.today())


def test_a_hamper_is_one_thing_in_the_basket_and_a_part_in_each_parcel(hamper):
    first, second = make_product(), make_product(variants=[{"price_vnd": 99_999}])
    cart_id = put(hamper((first, 2), (second, 1)), 3)

    basket = basket_of(cart_id)

    (bundle,) = basket.bundles
    assert (bundle.full_vnd, bundle.price_vnd, bundle.buyable) == (349_999, 314_999, 3)
    assert [(line.quantity, line.goods_vnd, line.bundle) for line in basket.lines] == [
        (6, 750_000, "gio-qua-tet"),
        (3, 299_997, "gio-qua-tet"),
    ]
    assert basket.discount_vnd == 3 * 35_000
    assert [each.discount_platform_vnd for each in basket.parcels] == [75_000, 30_000]
    assert basket.goods_vnd - basket.discount_vnd == 3 * 314_999
    assert (basket.count, count_in_cart(cart_id), basket.is_ready) == (3, 3, True)


def test_a_producers_own_hamper_is_at_its_own_cost(hamper):
    producer = make_producer()
    goods = [make_product(producer=producer) for _ in range(2)]

    cart_id = put(
        hamper(*((each, 1) for each in goods), producer_id=producer.id, percent=None, discount_vnd=1_001)
    )

    (parcel,) = basket_of(cart_id).parcels
    assert (parcel.discount_vnd, parcel.discount_platform_vnd) == (1_001, 0)
    assert [line.discount_vnd for line in parcel.lines] == [501, 500]


def test_a_hamper_is_there_as_often_as_its_scarcest_part(hamper):
    plenty, scarce = make_product(), make_product(variants=[{"on_hand": 5}])
    cart_id = put(hamper((plenty, 1), (scarce, 2)), 4)

    basket = basket_of(cart_id)

    (bundle,) = basket.bundles
    assert (bundle.available, bundle.buyable, bundle.problem) == (2, 2, LineProblem.FEWER)
    assert [(line.quantity, line.buyable) for line in basket.lines] == [(4, 2), (8, 4)]
    with transaction():
        accept_changes(cart_id, on=clock.today(), now=clock.now())
    assert (basket_of(cart_id).bundles[0].quantity, basket_of(cart_id).is_ready) == (2, True)


def test_packs_of_a_hamper_and_packs_by_themselves_share_what_is_there(hamper):
    shared, other = make_product(variants=[{"on_hand": 5}]), make_product()
    cart_id = put(hamper((shared, 2), (other, 1)), 2)
    with transaction():
        add_to_cart(Holder(cart_id=cart_id), shared.variants[0].id, 3, now=clock.now())

    lines = basket_of(cart_id).lines

    assert [
        (line.bundle_id is None, line.buyable) for line in lines if line.goods.product_id == shared.id
    ] == [
        (False, 4),
        (True, 1),
    ]


def test_an_ended_hamper_is_not_bought_and_says_so(hamper):
    bundle = hamper((make_product(), 2))
    cart_id = put(bundle)
    with transaction():
        end_bundle(bundle, by=hamper.by, now=clock.now())

    basket = basket_of(cart_id)

    assert (basket.bundles[0].problem, basket.total_vnd, basket.is_ready) == (LineProblem.GONE, 0, False)
    with pytest.raises(NotSoldError):
        put(bundle)
    assert list_hampers(clock.today()) == []


def test_a_hamper_is_on_sale_once_it_is_published(hamper):
    bundle = hamper((make_product(), 2), is_published=False)

    with pytest.raises(BundleNotFoundError):
        get_hamper(bundle.slug, clock.today())
    with pytest.raises(NotSoldError):
        put(bundle)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"name": ""}, "name"),
        ({"percent": 91}, "discount"),
        ({"percent": 5, "discount_vnd": 5}, "discount"),
        ({"percent": None, "discount_vnd": -5}, "discount"),
        ({"summary": "x" * 501}, "summary"),
    ],
)
def test_a_hamper_that_makes_no_sense_is_not_made(hamper, db_session, facts, reason):
    with pytest.raises(InvalidBundleError) as refused:
        hamper((make_product(), 2), **facts)

    assert refused.value.facts["reason"] == reason
    assert db_session.query(Bundle).count() == 0


def test_a_hamper_holds_two_packs_of_what_is_sold_and_may_be_promoted(hamper):
    sold, spirit = make_product(), make_product(criteria_set=14)
    not_sold, service = make_product(is_for_sale=False), make_product(group_no=6)
    reasons = []
    for items in (
        [(sold, 1)],
        [(sold, 100)],
        [(sold, 1), (not_sold, 1)],
        [(sold, 1), (service, 1)],
        [(spirit, 2)],
    ):
        with pytest.raises(InvalidBundleError) as refused:
            hamper(*items)
        reasons.append(refused.value.facts["reason"])

    assert reasons == ["items", "items", "not_ours", "not_ours", "not_promoted"]


def test_a_producer_puts_nobody_elses_goods_into_a_hamper(hamper):
    producer = make_producer()

    with pytest.raises(InvalidBundleError) as refused:
        hamper((make_product(producer=producer), 1), (make_product(), 1), producer_id=producer.id)

    assert refused.value.facts["reason"] == "not_ours"


def test_two_hampers_of_one_name_have_addresses_of_their_own(hamper):
    product = make_product()

    assert [hamper((product, 2)).slug for _ in range(3)] == ["gio-qua-tet", "gio-qua-tet-2", "gio-qua-tet-3"]


def test_a_hamper_of_another_is_not_found(hamper):
    bundle = hamper((make_product(), 2))

    with pytest.raises(BundleNotFoundError):
        get_own_bundle(bundle.id, make_producer().id)


def test_packs_are_named_by_address_and_place(db_session):
    product = make_product(variants=[{}, {}])

    packs = find_packs([(product.slug, 2, 3), (product.slug, 3, 1), ("nothing", 1, 1)])

    assert packs == ((product.variants[1].id, 3), (0, 1), (0, 1))
