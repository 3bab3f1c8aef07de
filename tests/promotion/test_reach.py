"""Short links: made once, followed to this site only, counted once, remembered for seven days."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from core.db import db, transaction
from promotion.errors.reach import InvalidLinkError
from promotion.models.reach import OrderSource, ShortLink, Visit
from promotion.operations.links import make_link
from promotion.operations.reach import note_order_place, note_order_source
from promotion.short_keys import ALPHABET, is_own_path, new_key, read_key
from promotion.sources import short_url, source_of_request
from tests.factories import make_product
from tests.order_factories import make_order

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"}


@pytest.fixture
def link(db_session, clock):
    with transaction():
        return make_link("card", 7, "/products/tra-shan?x=1", by=None, now=clock.now())


def visits():
    db.session.rollback()
    rows = db.session.execute(select(Visit.link_id, Visit.visited_on, Visit.province, Visit.visit_count))
    return [tuple(row) for row in rows]


def test_keys_are_eight_characters_that_nobody_takes_for_another():
    assert new_key(lambda size: bytes(range(size))) == "01234567"
    assert new_key(lambda size: bytes([255 - each for each in range(size)])) == "ZYXWVTSR"
    assert {len(new_key()) for _ in range(50)} == {8}
    assert set("ILOU") & set(ALPHABET) == set()


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("7k3qx9m2", "7K3QX9M2"),
        ("7K3Q-X9M2", "7K3QX9M2"),
        ("oOiIlL00", "00111100"),
        ("7K3QX9M", None),
        ("7K3QX9M22", None),
        ("7K3QX9MU", None),
        ("", None),
        ("7" * 5000, None),
        ("٧K3QX9M2", None),
    ],
)
def test_a_key_is_read_as_people_write_it(typed, key):
    assert read_key(typed) == key


def test_a_link_leads_to_paths_of_this_site_only():
    own = ["/", "/products/tra", "/fairs/x/booths/A12?y=1#z", "/en/points"]
    others = ["//evil.vn", "/\\evil.vn", "\\\\evil", "https://evil.vn", "products", "", "/a b", "/a\nb", "/á"]
    others += ["/a\\b", "/s/7K3QX9M2", "/S/7K3QX9M2", "/en/s/7K3QX9M2", "/" + "a" * 300, "/\t/evil.vn"]

    assert [path for path in own if not is_own_path(path)] == []
    assert [path for path in others if is_own_path(path)] == []


def test_the_same_wish_gives_the_same_link(db_session, clock):
    with transaction():
        first = make_link("fair", 3, "/fairs/tet", by=None, now=clock.now(), fair_id=3)
        again = make_link("fair", 3, "/fairs/tet", by=None, now=clock.now() + timedelta(days=9), fair_id=3)
        other = make_link("fair", 4, "/fairs/tet", by=None, now=clock.now(), fair_id=4)

    assert (again.id, again.key) == (first.id, first.key)
    assert other.key != first.key


@pytest.mark.parametrize(
    ("kind", "target", "reason"),
    [
        ("banner", "/products", "kind"),
        ("card", "//evil.vn/x", "target"),
        ("card", "https://evil.vn", "target"),
    ],
)
def test_a_link_that_cannot_be_is_refused_and_not_made(db_session, clock, kind, target, reason):
    with pytest.raises(InvalidLinkError) as refused, transaction():
        make_link(kind, None, target, by=None, now=clock.now())

    assert refused.value.reason == reason
    assert db.session.scalar(select(func.count()).select_from(ShortLink)) == 0


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/s/{}", "/products/tra-shan?x=1"),
        ("/S/{}", "/products/tra-shan?x=1"),
        ("/en/s/{}", "/en/products/tra-shan?x=1"),
    ],
)
def test_a_link_is_followed_in_any_case_and_in_its_language(client, link, address, target):
    for key in (link.key, link.key.lower()):
        answer = client.get(address.format(key), headers=PHONE)

        assert (answer.status_code, answer.headers["Location"]) == (302, target)
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_visit_is_counted_by_link_and_day_and_once_in_half_an_hour(client, link, clock, db_session):
    for _ in range(3):
        client.get(f"/s/{link.key}", headers=PHONE)
    assert visits() == [(link.id, date(2026, 11, 22), "", 1)]

    clock.move(timedelta(minutes=30))
    client.get(f"/s/{link.key}", headers=PHONE)

    assert visits() == [(link.id, date(2026, 11, 22), "", 2)]


def test_machines_previews_and_head_requests_are_not_visits(client, link):
    for agent in ("Googlebot/2.1", "facebookexternalhit/1.1", "WhatsApp/2.2"):
        assert client.get(f"/s/{link.key}", headers={"User-Agent": agent}).status_code == 302
    client.get(f"/s/{link.key}", headers=PHONE | {"Sec-Purpose": "prefetch"})
    client.head(f"/s/{link.key}", headers=PHONE)

    assert visits() == []
    assert client.get_cookie("ocop_source") is None


def test_an_unknown_key_is_told_and_guessing_ends(client, link):
    answers = [client.get("/s/00000000", headers=PHONE) for _ in range(31)]

    assert [answer.status_code for answer in answers] == [404] * 30 + [429]
    assert "/products" in answers[0].text
    assert client.get(f"/s/{link.key}", headers=PHONE).status_code == 302
    assert visits() == [(link.id, date(2026, 11, 22), "", 1)]


def test_the_cookie_tells_the_last_link_for_seven_days(app, client, link, clock):
    client.get(f"/s/{link.key}", headers=PHONE)
    cookie = client.get_cookie("ocop_source")
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.max_age == 7 * 86_400

    assert _source(app, cookie.value) == link.id
    clock.move(timedelta(days=7, seconds=-1))
    assert _source(app, cookie.value) == link.id
    clock.move(timedelta(seconds=1))
    assert _source(app, cookie.value) is None


def test_an_altered_or_huge_cookie_says_nothing(app, client, link):
    client.get(f"/s/{link.key}", headers=PHONE)
    told, _dot, signature = client.get_cookie("ocop_source").value.rpartition(".")
    lies = [
        f"{link.id + 1}.1.{signature}",
        f"{told}.",
        told,
        "x" * 4000,
        "..",
        "á.1.2",
        f"{told}.{signature}0",
    ]

    assert [lie for lie in lies if _source(app, lie) is not None] == []


def test_an_address_is_short_enough_for_a_small_code(app, link):
    with app.test_request_context():
        assert short_url(link) == f"HTTP://MARKET.TEST/S/{link.key}"


def test_the_source_of_an_order_is_noted_once(db_session, clock, link):
    order = make_order((make_product().variants[0], 1))
    with transaction():
        booth = make_link("booth", 12, "/fairs/tet/booths/A12", by=None, now=clock.now(), fair_id=5)
        note_order_source(order.id, booth.id, now=clock.now())
        note_order_source(order.id, link.id, now=clock.now())
        note_order_source(order.id, 999, now=clock.now())

    source = db.session.scalars(select(OrderSource)).one()
    assert (source.link_id, source.fair_id, source.booth_id, source.channel) == (booth.id, 5, 12, "web")


def test_an_order_of_a_counter_is_noted_with_its_place_and_keeps_its_link(db_session, clock, link):
    web, counter = (make_order((make_product().variants[0], 1)) for _ in range(2))
    with transaction():
        note_order_source(web.id, link.id, now=clock.now())
        note_order_place(web.id, 5, 12, clock.now())
        note_order_place(counter.id, 5, None, clock.now())
        note_order_place(counter.id, 5, None, clock.now())

    told = {row.order_id: row for row in db.session.scalars(select(OrderSource))}
    assert (told[web.id].link_id, told[web.id].booth_id, told[web.id].channel) == (link.id, 12, "counter")
    assert (told[counter.id].link_id, told[counter.id].fair_id, told[counter.id].booth_id) == (None, 5, None)


def test_nothing_is_noted_without_a_link(db_session, clock):
    order = make_order((make_product().variants[0], 1))
    with transaction():
        note_order_source(order.id, None, now=clock.now())

    assert db.session.scalar(select(func.count()).select_from(OrderSource)) == 0


def _source(app, cookie):
    with app.test_request_context(headers={"Cookie": f"ocop_source={cookie}".encode().decode("latin-1")}):
        return source_of_request()
