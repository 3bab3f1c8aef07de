"""Products and producers as JSON."""

from datetime import date, time

import pytest
from limits import parse
from sqlalchemy import select, update

from catalog.api.answers import FRESH_LIMIT
from catalog.models import Certification, Variant
from core.db import db, transaction
from core.limits import address_prefix
from tests import factories
from tests.support.statements import counted

pytestmark = pytest.mark.usefixtures("db_session")

PRODUCTS = "/api/v1/products"
CERTIFICATION_NAMES = {"state", "stars", "decision_number", "decided_on", "expires_on", "authority", "source"}


def test_a_product_says_what_is_recorded_and_null_for_what_is_not(client):
    entry = factories.make_register_entry(
        slug="mam-ruoc",
        name="Mắm ruốc",
        certification={"decision_number": None, "decided_on": None, "expires_on": None},
    )
    producer = entry.producer

    item = client.get(PRODUCTS).json["items"][0]

    assert (item["slug"], item["name"], item["name_en"]) == ("mam-ruoc", "Mắm ruốc", None)
    assert item["url"] == "http://market.test/products/mam-ruoc"
    assert (item["group"], item["stars"], item["price_vnd"]) == ("food", None, None)
    assert (item["in_stock"], item["is_for_sale"], item["is_demonstration"]) == (False, False, False)
    assert item["producer"] == {"slug": producer.slug, "name": "HTX Dừa", "kind": "cooperative"}
    assert item["place"]["certified"] == "Phường 7, Thành phố Bến Tre, Tỉnh Bến Tre"
    assert item["place"]["current"] == "Phường Bến Tre, Tỉnh Vĩnh Long"
    assert (item["place"]["province"], item["place"]["former_province"]) == ("Vĩnh Long", "Bến Tre")
    certification = item["certification"]
    assert certification.keys() >= CERTIFICATION_NAMES
    assert (certification["state"], certification["stars"]) == ("incomplete", 4)
    assert (certification["decision_number"], certification["decided_on"]) == (None, None)
    assert certification["source"] == {
        "publisher": "Báo Đồng Khởi",
        "title": None,
        "published_on": None,
        "url": None,
    }


def test_a_product_of_the_shop_says_its_stars_price_and_stock(client):
    factories.make_product(
        slug="keo-dua", variants=[{"price_vnd": 90_000, "on_hand": 0}, {"price_vnd": 60_000, "on_hand": 2}]
    )

    item = client.get(PRODUCTS).json["items"][0]

    assert (item["stars"], item["price_vnd"], item["in_stock"], item["is_for_sale"]) == (
        4,
        60_000,
        True,
        True,
    )
    assert item["certification"]["expires_on"] == "2028-06-01"


def test_list_and_detail_say_the_same(client):
    for make in (factories.make_product, factories.make_register_entry):
        make()
    factories.make_product(group_no=6, certification=None, variants=[])
    factories.make_product(certification={"revoked_on": date(2026, 1, 5)})

    for item in client.get(PRODUCTS).json["items"]:
        detail = client.get(f"{PRODUCTS}/{item['slug']}").json

        assert {name: detail[name] for name in item} == item


def test_a_detail_holds_packs_history_and_code(client):
    product = factories.make_product(
        slug="keo-dua", certification={"decided_on": date(2022, 6, 1), "expires_on": date(2025, 6, 1)}
    )
    with transaction():
        factories.certify(product, stars=5, decision_number="7/QĐ-UBND")
    db.session.commit()

    detail = client.get(f"{PRODUCTS}/keo-dua").json

    assert (detail["stars"], detail["certification"]["decision_number"]) == (5, "7/QĐ-UBND")
    assert [(each["state"], each["stars"]) for each in detail["history"]] == [("expired", 4)]
    assert detail["packs"][0]["unit_price_vnd"] == 250_000


def test_facets_count_what_a_further_choice_gives(client):
    factories.make_product()
    factories.make_product(certification={"stars": 3})
    factories.make_product(certification=None, group_no=2)
    factories.make_register_entry()

    answer = client.get(f"{PRODUCTS}?stars=4").json

    assert answer["total"] == 2
    assert answer["facets"]["stars"] == {"4": 2, "3": 1}
    assert answer["facets"]["group"] == {"food": 2}
    assert answer["facets"]["availability"] == {"in_stock": 1, "register": 1}
    assert answer["facets"]["state"] == {"in_force": 2}
    assert answer["facets"]["province"] == {"vinh-long": 2}
    assert answer["facets"]["old_province"] == {"ben-tre": 2}
    for name, values in answer["facets"].items():
        for value, count in values.items():
            others = "" if name == "stars" else "&stars=4"
            assert client.get(f"{PRODUCTS}?{name}={value}{others}").json["total"] == count


def test_each_parameter_narrows(client):
    wanted = factories.make_product(slug="muon-tim", name="Mật ong rừng", group_no=2, is_for_sale=True)
    factories.make_register_entry(certification=None)

    for query in (
        "q=mat ong",
        "group=drinks",
        "stars=4",
        "certified=true",
        "state=in_force",
        "price=100000-200000",
        "availability=in_stock",
    ):
        answer = client.get(f"{PRODUCTS}?{query}").json
        assert [item["slug"] for item in answer["items"]] == [wanted.slug], query
    assert client.get(f"{PRODUCTS}?state=none").json["total"] == 1
    assert client.get(f"{PRODUCTS}?certified=false").json["total"] == 1


def test_choices_may_be_repeated_or_stand_between_commas_and_names_of_provinces_are_understood(client):
    factories.make_product()
    factories.make_product(certification={"stars": 3})

    for query in (
        "stars=3&stars=4",
        "stars=3,4",
        "province=Vĩnh Long",
        "old_province=Tỉnh Bến Tre",
        "stars=",
    ):
        answer = client.get(f"{PRODUCTS}?{query}")
        assert answer.status_code == 200, answer.text
        assert answer.json["total"] == 2, query


def test_pages_do_not_overlap_and_the_page_after_the_last_is_empty(client):
    for _ in range(5):
        factories.make_product()

    pages = [client.get(f"{PRODUCTS}?per_page=2&page={number}&sort=newest").json for number in (1, 2, 3, 4)]

    slugs = [[item["slug"] for item in page["items"]] for page in pages]
    assert [len(each) for each in slugs] == [2, 2, 1, 0]
    assert len({slug for each in slugs for slug in each}) == 5
    assert {(page["total"], page["per_page"]) for page in pages} == {(5, 2)}
    assert [page["page"] for page in pages] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("query", "parameter", "reason"),
    [
        ("stars=2", "stars", "unknown_choice"),
        ("group=meat", "group", "unknown_choice"),
        ("province=binh-duong", "province", "unknown_choice"),
        ("commune=123", "commune", "unknown_choice"),
        ("state=valid", "state", "unknown_choice"),
        ("sort=best", "sort", "unknown_choice"),
        ("page=0", "page", "out_of_range"),
        ("page=-1", "page", "not_a_number"),
        ("page=²", "page", "not_a_number"),
        ("per_page=101", "per_page", "out_of_range"),
        ("page=1&page=2", "page", "repeated"),
        ("provnce=hue", "provnce", "unknown_parameter"),
        ("q=" + "a" * 201, "q", "too_long"),
        ("stars=" + ",".join("3" * 64), "stars", "too_many"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(client, query, parameter, reason):
    answer = client.get(f"{PRODUCTS}?{query}")

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert (answer.get_json(force=True)["parameter"], answer.get_json(force=True)["reason"]) == (
        parameter,
        reason,
    )
    assert parameter in answer.text


def test_problems_speak_the_language_that_is_asked_for(client):
    def detail(path, **headers):
        answer = client.get(f"{path}?page=x", headers=headers)
        return answer.get_json(force=True)["detail"], answer.headers["Content-Language"]

    vietnamese = ("«page» phải là số nguyên, không phải «x».", "vi")
    english = ("«page» must be a whole number, not «x».", "en")

    assert detail(PRODUCTS) == vietnamese
    assert detail(PRODUCTS, **{"Accept-Language": "fr, vi;q=0.5, en;q=0.3"}) == vietnamese
    assert detail(PRODUCTS, **{"Accept-Language": "en-GB, vi;q=0.5"}) == english
    assert detail(f"/en{PRODUCTS}") == english
    missing = client.get(f"{PRODUCTS}/nothing", headers={"Accept-Language": "en"})
    assert (missing.status_code, missing.get_json(force=True)["title"]) == (404, "Not found")
    assert missing.get_json(force=True)["slug"] == "nothing"


def test_under_en_addresses_are_english(client):
    factories.make_product(slug="keo-dua")

    assert client.get(f"/en{PRODUCTS}").json["items"][0]["url"] == "http://market.test/en/products/keo-dua"
    assert client.get(f"/en{PRODUCTS}/keo-dua").json["url"] == "http://market.test/en/products/keo-dua"


@pytest.mark.parametrize("path", [PRODUCTS, f"{PRODUCTS}/nothing", f"{PRODUCTS}?page=0", "/api/v1/nothing"])
def test_every_site_may_read_it_and_no_cookie_is_set(client, path):
    answer = client.get(path)

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers


def test_an_answer_that_has_not_changed_is_not_sent_again(client):
    product = factories.make_product(slug="keo-dua")
    for path in (PRODUCTS, f"{PRODUCTS}/keo-dua", f"/api/v1/producers/{product.producer.slug}"):
        etag = client.get(path).headers["ETag"]

        again = client.get(path, headers={"If-None-Match": etag})

        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Access-Control-Allow-Origin"] == "*"


def test_a_change_of_price_shows_at_once(client):
    product = factories.make_product(slug="keo-dua")
    paths = (PRODUCTS, f"{PRODUCTS}/keo-dua", f"/api/v1/producers/{product.producer.slug}")
    before = [client.get(path).text for path in paths]

    with transaction():
        db.session.execute(update(Variant).values(price_vnd=131_000))

    for path, old in zip(paths, before, strict=True):
        assert "131000" not in old
        assert "131000" in client.get(path).text


def test_stars_go_at_midnight_with_caches_on(client, clock):
    product = factories.make_product(slug="keo-dua", certification={"expires_on": date(2026, 11, 22)})
    producer = f"/api/v1/producers/{product.producer.slug}"

    clock.set_vietnam(date(2026, 11, 22), time(23, 59, 59))
    for _ in range(2):  # the second time from what is kept
        assert client.get(PRODUCTS).json["items"][0]["stars"] == 4
        assert client.get(f"{PRODUCTS}/keo-dua").json["stars"] == 4
        assert client.get(producer).json["products"][0]["stars"] == 4
        assert client.get(f"{PRODUCTS}?stars=4").json["total"] == 1

    clock.set_vietnam(date(2026, 11, 23), time(0, 0))

    listed = client.get(PRODUCTS).json
    assert (listed["items"][0]["stars"], listed["items"][0]["certification"]["state"]) == (None, "expired")
    assert (listed["facets"]["stars"], listed["facets"]["state"]) == ({}, {"expired": 1})
    detail = client.get(f"{PRODUCTS}/keo-dua").json
    assert (detail["stars"], detail["certification"]["state"], detail["certification"]["stars"]) == (
        None,
        "expired",
        4,
    )
    assert client.get(producer).json["products"][0]["stars"] is None
    assert client.get(f"{PRODUCTS}?stars=4").json["total"] == 0


def test_a_list_asks_the_database_three_times_however_long_it_is(client):
    for _ in range(12):
        factories.make_product()
    client.get(f"{PRODUCTS}?per_page=1")

    with counted() as statements:
        client.get(f"{PRODUCTS}?per_page=12")
    with counted() as again:
        client.get(f"{PRODUCTS}?per_page=12")

    assert (len(statements), len(again)) == (3, 0)


def test_one_product_asks_six_times_and_then_not_at_all(client):
    factories.make_product(slug="keo-dua")
    client.get(PRODUCTS)

    with counted() as statements:
        client.get(f"{PRODUCTS}/keo-dua")
    with counted() as again:
        client.get(f"{PRODUCTS}/keo-dua")

    assert (len(statements), len(again)) == (6, 0)


def test_who_has_too_many_answers_made_anew_is_told_when_to_come_back(app, client):
    factories.make_product(name="Kẹo dừa")
    kept = client.get(PRODUCTS)
    limits, most = app.extensions["core.limits"], parse(FRESH_LIMIT)
    while limits.hit(most, "api", address_prefix("127.0.0.1")):
        pass

    refused = client.get(f"{PRODUCTS}?q=keo", headers={"Accept-Language": "en"})

    assert (refused.status_code, refused.content_type) == (429, "application/problem+json")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert (refused.json["status"], refused.json["title"]) == (429, "Too many requests")
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    # What is kept goes on being answered, and so are other networks.
    assert client.get(PRODUCTS).data == kept.data
    elsewhere = client.get(f"{PRODUCTS}?q=keo", environ_base={"REMOTE_ADDR": "203.0.113.7"})
    assert elsewhere.json["total"] == 1


def test_what_is_not_listed_is_not_found(client):
    factories.make_product(slug="an", is_listed=False)

    assert client.get(f"{PRODUCTS}/an").status_code == 404
    assert client.get(PRODUCTS).json["total"] == 0


def test_no_telephone_of_a_producer_who_sells_nothing_here(client):
    entry = factories.make_register_entry(
        producer=factories.make_producer(slug="ho-ba", phone="+84912345678")
    )

    assert client.get(f"/api/v1/producers/{entry.producer.slug}").json["phone"] is None


def test_changing_is_refused(client):
    factories.make_product(slug="keo-dua")
    answer = client.post(f"{PRODUCTS}/keo-dua")

    assert answer.status_code in {400, 405}
    assert answer.content_type == "application/problem+json"
    assert db.session.scalar(select(Certification.stars)) == 4
