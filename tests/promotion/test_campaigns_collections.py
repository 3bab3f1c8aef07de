"""Featured collections: the rule that the page prints decides, and nothing else."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from core import clock as present
from core.db import db, transaction
from promotion.campaign_terms import CollectionFacts, CollectionRule
from promotion.errors.campaigns import CollectionNotFoundError, InvalidCollectionError
from promotion.models.campaigns import CollectionExclusion, FeaturedCollection, WomenLedStatement
from promotion.operations.collections import (
    end_collection,
    exclude,
    lift_exclusion,
    make_collection,
    publish_collection,
    state_women_led,
)
from promotion.operations.reach_personal_facts import Statements
from promotion.queries.collections import get_collection_page, get_office_collection, list_collections
from tests.factories import certify, make_place, make_producer, make_product
from tests.people import LAO_CAI, VINH_LONG, actor, browser_of, make_member, make_officer
from tests.promotion.senders import Sender

TODAY = date(2026, 11, 22)


def do(act, *args, **options):
    with transaction():
        return act(*args, now=present.now(), **options)


@pytest.fixture
def nation(db_session):
    return actor(make_officer("nation"))


@pytest.fixture
def shown(nation):
    def make(**rule):
        facts = CollectionFacts(title="Chọn lọc", criteria="Theo sao.", rule=CollectionRule(**rule))
        made = do(make_collection, facts, by=nation)
        do(publish_collection, made)
        return made

    return make


def members(collection, on=TODAY):
    return list(get_collection_page(collection.slug, on).product_ids)


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({}, ("stars_least", "no_rule")),
        ({"stars_least": 2}, ("stars_least", "unknown")),
        ({"group_no": 7}, ("group_no", "unknown")),
        ({"province_code": "00"}, ("province_code", "unknown")),
        ({"recognised_within_days": 0}, ("recognised_within_days", "range")),
        ({"recognised_within_days": 1_097}, ("recognised_within_days", "range")),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_and_there_is_no_collection(nation, rule, fault):
    facts = CollectionFacts(title="Chọn lọc", criteria="Theo sao.", rule=CollectionRule(**rule))

    with pytest.raises(InvalidCollectionError) as refused:
        do(make_collection, facts, by=nation)

    assert (refused.value.field, refused.value.reason) == fault
    assert db.session.scalar(select(func.count(FeaturedCollection.id))) == 0


def test_members_follow_the_stars_of_the_day_in_the_printed_order(shown):
    three = make_product(name="Ba", certification={"stars": 3})
    four = make_product(name="Bốn", certification={"stars": 4, "expires_on": TODAY})
    five = make_product(name="Năm", certification={"stars": 5})
    make_product(name="Không", certification=None)
    at_least_three, at_least_four = shown(stars_least=3), shown(stars_least=4)

    assert members(at_least_three) == [five.id, four.id, three.id]
    assert members(at_least_four) == [five.id, four.id]
    assert members(at_least_four, TODAY + timedelta(days=1)) == [five.id]


def test_province_group_and_newness_narrow_together(shown):
    far = make_producer(place=make_place(current_province_code=LAO_CAI, current_province="Tỉnh Lào Cai"))
    near = make_product(name="Gần", group_no=1, certification={"decided_on": date(2026, 10, 1)})
    make_product(name="Xa", group_no=1, producer=far, certification={"decided_on": date(2026, 10, 1)})
    old = make_product(name="Cũ", group_no=2, certification={"decided_on": date(2025, 6, 1)})

    assert members(shown(province_code=VINH_LONG)) == [old.id, near.id]
    assert members(shown(province_code=VINH_LONG, group_no=1)) == [near.id]
    assert members(shown(recognised_within_days=52, province_code=VINH_LONG)) == [near.id]
    assert members(shown(recognised_within_days=51)) == []


def test_a_newer_decision_speaks_for_how_new_goods_are(shown):
    product = make_product(certification={"decided_on": date(2024, 6, 1), "expires_on": date(2027, 6, 1)})
    collection = shown(recognised_within_days=30)
    assert members(collection) == []

    certify(product, decided_on=date(2026, 11, 20), expires_on=date(2029, 11, 20), decision_number="9/QĐ")

    assert members(collection) == [product.id]


def test_only_what_a_producer_says_in_public_counts_as_led_by_women(shown):
    product, _other = make_product(), make_product()
    by = actor(make_member(product.producer))
    collection = shown(is_women_led=True)
    assert members(collection) == []

    do(state_women_led, product.producer_id, is_so=True, by=by)
    do(state_women_led, product.producer_id, is_so=True, by=by)
    assert members(collection) == [product.id]

    told = [Statements().export(each) for each in (by.user_id, by.user_id + 1)]
    assert told == [[{"led_by_women": product.producer.name, "at": present.now().isoformat()}], []]

    do(state_women_led, product.producer_id, is_so=False, by=by)
    assert members(collection) == []
    assert Statements().export(by.user_id) == []
    assert db.session.scalar(select(func.count()).select_from(WomenLedStatement)) == 0


def test_spirits_that_nobody_may_promote_are_never_members(shown, db_session):
    from catalog.models.listings import ProductLabel
    from tests.factories import saved

    wine, spirit = make_product(criteria_set=14), make_product(criteria_set=14)
    saved(ProductLabel(product_id=wine.id, alcohol="12% vol"))
    saved(ProductLabel(product_id=spirit.id, alcohol="40% vol"))

    assert members(shown(stars_least=3)) == [wine.id]


def test_names_that_speak_of_other_stars_are_never_members(shown):
    four = make_product(name="Kẹo OCOP 4 sao", certification={"stars": 4, "expires_on": TODAY})
    make_product(name="Trà OCOP 5 sao", certification={"stars": 4})
    english = make_product(name="Mật ong", name_en="Five-star OCOP honey", certification={"stars": 4})
    recognised_lately = shown(recognised_within_days=1_096)
    assert members(shown(stars_least=3)) == [four.id]
    assert members(shown(stars_least=3), TODAY + timedelta(days=1)) == []

    with transaction():
        english.name_en = "Four-star OCOP honey"

    assert members(recognised_lately) == [four.id, english.id]


def test_goods_left_out_stand_on_the_page_with_the_reason_and_come_back(shown, nation, client):
    product = make_product(slug="keo-dua", name="Kẹo dừa")
    collection = shown(stars_least=3)
    with pytest.raises(InvalidCollectionError):
        do(exclude, collection, "keo-dua", "  ", by=nation)
    assert members(collection) == [product.id]

    made = do(exclude, collection, "https://market.test/products/keo-dua", "Đang chờ kiểm tra", by=nation)
    again = do(exclude, collection, "keo-dua", "Khác", by=nation)

    assert (again.id, members(collection)) == (made.id, [])
    page = client.get(f"/collections/{collection.slug}").text
    assert "Đang chờ kiểm tra" in page
    assert db.session.scalar(select(func.count(CollectionExclusion.id))) == 1
    do(lift_exclusion, db.session.get_one(CollectionExclusion, made.id), by=nation)
    assert members(collection) == [product.id]


def test_a_province_collects_its_own_goods_and_sees_its_own_collections_only(shown, db_session):
    office, rival = actor(make_officer()), actor(make_officer("province", LAO_CAI))
    facts = {"title": "Dừa", "criteria": "Của tỉnh."}
    with pytest.raises(InvalidCollectionError) as refused:
        do(make_collection, CollectionFacts(**facts, rule=CollectionRule(stars_least=3)), by=office)
    assert refused.value.reason == "elsewhere"

    rule = CollectionRule(stars_least=3, province_code=VINH_LONG)
    own = do(make_collection, CollectionFacts(**facts, rule=rule), by=office)

    assert get_office_collection(office, own.id).slug == "dua"
    with pytest.raises(CollectionNotFoundError):
        get_office_collection(rival, own.id)


def test_what_is_not_published_or_was_ended_is_not_found(nation, client):
    facts = CollectionFacts(title="Dừa", criteria="x", rule=CollectionRule(stars_least=3))
    made = do(make_collection, facts, by=nation)
    assert client.get("/collections/dua").status_code == 404
    do(publish_collection, made)
    assert client.get("/collections/dua").status_code == 200

    do(end_collection, made, by=nation)

    assert (client.get("/collections/dua").status_code, list_collections()) == (404, [])
    with pytest.raises(InvalidCollectionError):
        do(publish_collection, made)


def test_an_officer_makes_a_collection_whose_page_prints_rule_order_and_office(app, client, db_session):
    product = make_product(name="Kẹo dừa", certification={"stars": 4})
    officer = Sender(browser_of(app, make_officer()), "/office/collections")
    form = {"title": "Sao của tỉnh", "criteria": "<i>Hàng</i> từ 4 sao.", "stars_least": "4"}

    refused = officer.post("/office/collections", form)
    assert (refused.status_code, "Sao của tỉnh" in refused.text) == (422, True)
    made = officer.post("/office/collections", form | {"province_code": VINH_LONG})
    place = made.headers["Location"]
    assert officer.post(f"{place}/publication").status_code == 303
    page = client.get("/collections/sao-cua-tinh")

    assert "&lt;i&gt;Hàng&lt;/i&gt; từ 4 sao." in page.text
    assert product.name in page.text
    english = client.get("/en/collections/sao-cua-tinh").text
    for words in (
        "At least 4 OCOP stars in force today",
        "Made in Vĩnh Long",
        "Order: more stars first, then what can be bought now, then by name.",
        "OCOP officers of Vĩnh Long",
        "computed for 22 Nov 2026",
    ):
        assert words in english, words
    assert "Cán Bộ Thử" not in page.text
