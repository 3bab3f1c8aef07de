"""The page of a booth: who stands there, what can be bought, where it is."""

import re
from datetime import UTC, datetime

import pytest

from core import clock as present
from core.db import db, transaction
from orders.models.delivery import PickupPoint
from promotion.models.fairs import BoothProduct, Participation
from promotion.operations.fair_changes import touch_fair
from promotion.operations.fair_pickup import offer_fair_pickup, open_fair_pickup
from tests.factories import make_product
from tests.fairs import make_booth, make_exhibitor, make_fair
from tests.people import actor, make_member, make_organiser
from tests.support.statements import counted
from traceability.operations.lots import open_lot
from traceability.operations.stamps import issue_stamps

pytestmark = pytest.mark.usefixtures("db_session")

BOOTH = "/fairs/hoi-cho/booths/A1"


def test_a_booth_says_who_is_there_and_sells_what_the_shop_sells(client, make_producer, clock):
    maker = make_producer(slug="htx-dua", name="HTX Dừa Xanh")
    packs = [{"label": "Túi 500 g", "price_vnd": 125_000}, {"label": "Túi 1 kg", "price_vnd": 240_000}]
    one = make_product(slug="mot", name="Kẹo dừa", producer=maker)
    two = make_product(slug="hai", producer=maker, variants=packs)
    none = make_product(slug="het-hang", producer=maker, variants=[{"on_hand": 0}])
    register = make_product(slug="so", producer=maker, is_for_sale=False)
    make_exhibitor(make_fair(slug="hoi-cho"), one, two, none, register)

    page = client.get(BOOTH).text

    assert '<span class="booth-code">A1</span> <span lang="vi">HTX Dừa Xanh</span>' in page
    assert "Chưa được xác minh." in page
    assert 'href="/producers/htx-dua/follow"' in page
    assert page.count('class="plate') == 4
    assert page.count('<form class="add" method="post" action="/cart/lines" data-add>') == 2
    assert f'name="variant_id" value="{one.variants[0].id}"' in page
    assert re.findall(r'<option value="(\d+)">', page) == [str(each.id) for each in two.variants]
    assert "Hôm nay cửa hàng chưa bán món này. Bạn hỏi tại gian." in page
    assert "csrf_token" not in page
    assert 'class="plan-here"' in page


def test_what_is_bought_at_a_booth_is_in_the_basket(client, clock):
    product = make_product(name="Kẹo dừa")
    make_exhibitor(make_fair(slug="hoi-cho"), product)
    page = client.get(BOOTH).text
    fields = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="(\d+)">', page))

    answer = client.post("/cart/lines", data=fields, headers={"Sec-Fetch-Site": "same-origin"})

    db.session.rollback()  # the basket wrote by itself
    assert answer.status_code == 303
    assert "Kẹo dừa" in client.get("/cart").text


def test_the_code_of_a_booth_is_understood_in_small_letters_too(client, clock):
    make_exhibitor(make_fair(slug="hoi-cho"), make_product())

    answer = client.get("/en/fairs/hoi-cho/booths/a1")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/fairs/hoi-cho/booths/A1")


def test_of_a_booth_where_nobody_stands_the_fair_tells_more(client, clock):
    make_booth(make_fair(slug="hoi-cho"), "A1")

    answer = client.get(BOOTH)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/fairs/hoi-cho")
    assert client.get("/fairs/hoi-cho/booths/Z9").status_code == 404
    assert client.get("/fairs/hoi-cho/booths/" + "A" * 500).status_code == 404


def test_a_booth_whose_producer_stays_away_is_free_at_once(client, clock):
    part = make_exhibitor(make_fair(slug="hoi-cho"), make_product())
    before = client.get(BOOTH).status_code
    with transaction():
        part.state, part.booth_id = "withdrawn", None
        touch_fair(part.fair_id, now=present.now())

    assert before == 200
    assert client.get(BOOTH).status_code == 302
    assert "data-booth" not in client.get("/fairs/hoi-cho").text


def test_shown_lots_lead_to_where_they_come_from(client, clock):
    product = make_product(slug="keo")
    part = make_exhibitor(make_fair(slug="hoi-cho"), product)
    with transaction():
        run = issue_stamps(open_lot(product, "L1", 10, now=present.now()), 2, now=present.now())
        line = db.session.get_one(BoothProduct, (part.id, product.id))
        line.stamp_run_id, line.stamp_first, line.stamp_last = run.id, 1, 2
        touch_fair(part.fair_id, now=present.now())

    link = '<a href="/products/keo/lots/L1">'

    assert link in client.get(BOOTH).text
    assert client.get("/products/keo/lots/L1").status_code == 200


def test_fetching_at_the_fair_is_named_where_the_producer_brings_orders(client, clock):
    organiser = make_organiser()
    fair = make_fair(slug="hoi-cho", organiser=organiser)
    part = make_exhibitor(fair, make_product())
    owner = actor(make_member(part.producer))
    said = "Hoặc nhận ngay tại hội chợ"
    without = client.get(BOOTH).text
    with transaction():
        open_fair_pickup(fair, by=actor(organiser), now=present.now())
    opened = client.get(BOOTH).text
    with transaction():
        offer_fair_pickup(part, is_offered=True, by=owner, now=present.now())
    offered = client.get(BOOTH).text
    with transaction():
        db.session.get_one(PickupPoint, fair.pickup_point_id).withdrawn_at = present.now()
        touch_fair(fair.id, now=present.now())

    assert [said in page for page in (without, opened, offered, client.get(BOOTH).text)] == [
        False,
        False,
        True,
        False,
    ]


def test_a_kept_booth_costs_two_looks_and_goes_with_the_day(client, clock):
    ends = {"decided_on": datetime(2023, 11, 22).date(), "expires_on": datetime(2026, 11, 22).date()}  # noqa: DTZ001
    make_exhibitor(make_fair(slug="hoi-cho"), make_product(certification=ends))
    clock.set(datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC))
    last_second = client.get(BOOTH).text

    with counted() as statements:
        client.get(BOOTH)
    clock.set(datetime(2026, 11, 22, 17, tzinfo=UTC))

    assert 'class="plate' in last_second
    assert len(statements) == 2
    assert 'class="plate' not in client.get(BOOTH).text


def test_hostile_names_are_shown_and_do_nothing(client, make_producer, clock):
    hostile = '"><script>alert(1)</script>'
    maker = make_producer(name=hostile)
    fair = make_fair(slug="hoi-cho", name=hostile, venue=hostile, summary=hostile, hours=hostile[:11])
    make_exhibitor(fair, make_product(name=hostile, producer=maker))

    pages = [client.get(path).text for path in ("/fairs", "/fairs/hoi-cho", BOOTH, "/")]

    assert [page for page in pages if "<script>alert" in page] == []
    assert db.session.query(Participation).count() == 1
