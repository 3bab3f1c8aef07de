"""What a producer's own systems may do by key."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import AuditEvent, Membership
from accounts.models.keys import ApiKey
from accounts.operations.keys import revoke_key
from catalog.models import Product
from catalog.models.listings import ProductChange
from core import clock as present
from core.db import db, transaction
from tests.factories import make_product
from tests.people import actor
from tests.support.api_shop import ALL, errors_of, key_of, make_shop, pack, wire

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def shop(client):
    return make_shop(client)


def test_a_key_reads_the_listings_of_its_producer_and_no_others(shop):
    make_product(name="Của người khác")
    hidden = make_product(
        name="Chưa đăng", producer=db.session.get_one(Product, shop.product_id).producer, is_listed=False
    )

    answer = shop.ask("GET", "/listings")

    assert answer.status_code == 200
    assert [(each["name"], each["url"] is None) for each in answer.json["items"]] == [
        ("Chưa đăng", True),
        ("Kẹo dừa", False),
    ]
    assert answer.headers["Cache-Control"] == "no-store"
    assert shop.ask("GET", f"/listings/{hidden.id}").json["name"] == "Chưa đăng"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer x",
        "Basic b2NvcDpvY29w",
        "Bearer ocop_aaaaaaaa_" + "A" * 43,
        "Bearer ocop_aaaaaaaa_" + "A" * 5000,
        "Bearer ocop_ệệệệệệệệ_" + "A" * 43,
    ],
)
def test_what_is_no_valid_key_is_told_the_same(client, shop, header):
    answer = client.get("/api/v1/listings", headers={"Authorization": wire(header)} if header else {})

    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].lower().startswith("bearer")
    assert set(answer.json) == {"type", "title", "status", "detail"}


def test_a_wrong_a_revoked_and_an_ended_key_are_told_like_one_that_never_was(shop, clock):
    prefix = shop.key[:14]
    never = shop.ask("GET", "/listings", key="ocop_zzzzzzzz_" + "A" * 43)
    wrong = shop.ask("GET", "/listings", key=prefix + "A" * 43)
    ended = key_of(shop.producer_id, shop.owner, expires_on=present.today())
    assert shop.ask("GET", "/listings", key=ended).status_code == 200
    clock.move(timedelta(days=1))
    run_out = shop.ask("GET", "/listings", key=ended)
    by = actor(shop.owner)
    with transaction():
        revoke_key(shop.producer_id, db.session.query(ApiKey).first().id, by=by, now=present.now())
    revoked = shop.ask("GET", "/listings")

    assert {each.status_code for each in (never, wrong, run_out, revoked)} == {401}
    assert len({each.data for each in (never, wrong, run_out, revoked)}) == 1


@pytest.mark.parametrize("change", ["left", "editor", "assisting"])
def test_a_key_dies_with_its_makers_ownership(shop, change):
    with transaction():
        membership = db.session.query(Membership).one()
        if change == "left":
            membership.ended_at = present.now()
        elif change == "editor":
            membership.role = "editor"
        else:
            membership.is_assisting = True

    assert shop.ask("GET", "/listings").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/listings", "listings:read"),
        ("POST", "/listings", "listings:write"),
        ("PUT", "/packs/{pack}/stock", "stock:write"),
        ("POST", "/stock", "stock:write"),
        ("PUT", "/packs/{pack}/price", "prices:write"),
        ("POST", "/prices", "prices:write"),
    ],
)
def test_a_scope_opens_its_own_addresses_only(shop, method, path, scope):
    others = key_of(shop.producer_id, shop.owner, [each for each in ALL if each != scope])

    answer = shop.ask(method, path.format(pack=shop.pack_id), {}, key=others)

    assert answer.status_code == 403
    assert answer.json["scope"] == scope


def test_a_cookie_opens_nothing_here(app, shop):
    from tests.people import browser_of

    assert browser_of(app, shop.owner).get("/api/v1/listings").status_code == 401


def test_stock_and_price_are_set(shop):
    stock = shop.ask("PUT", f"/packs/{shop.pack_id}/stock", {"on_hand": 7, "seen": 30})
    price = shop.ask("PUT", f"/packs/{shop.pack_id}/price", {"price_vnd": 99_000})

    assert (stock.status_code, stock.json["on_hand"]) == (200, 7)
    assert (price.status_code, price.json["price_vnd"]) == (200, 99_000)
    assert (pack(shop.pack_id).on_hand, pack(shop.pack_id).price_vnd) == (7, 99_000)
    verbs = db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.seq)).all()
    assert verbs.count("accounts.use_key") == 2
    assert {"catalog.set_variant_stock", "catalog.change_listing"} <= set(verbs)


def test_a_count_that_is_no_longer_true_is_a_conflict(shop):
    answer = shop.ask("PUT", f"/packs/{shop.pack_id}/stock", {"on_hand": 7, "seen": 29})

    assert (answer.status_code, answer.json["present"]) == (409, 30)
    assert pack(shop.pack_id).on_hand == 30


def test_of_many_all_are_set_or_none_and_every_fault_is_named(shop):
    other = make_product(name="Của người khác").variants[0]
    items = [
        {"pack_id": shop.pack_id, "on_hand": 5},
        {"pack_id": other.id, "on_hand": 5},
        {"pack_id": shop.pack_id, "on_hand": 6},
    ]

    answer = shop.ask("POST", "/stock", {"items": items})
    assert errors_of(answer) == [("/items/1/pack_id", "not_yours"), ("/items/2/pack_id", "repeated")]
    answer = shop.ask("POST", "/stock", {"items": [{"pack_id": 2**31, "on_hand": 1}]})
    assert errors_of(answer) == [("/items/0/pack_id", "not_yours")]
    answer = shop.ask("POST", "/stock", {"items": [{"pack_id": shop.pack_id, "on_hand": -1}]})
    assert errors_of(answer) == [("/items/0/on_hand", "out_of_range")]
    answer = shop.ask("POST", "/prices", {"items": [{"pack_id": shop.pack_id, "price_vnd": 3}]})
    assert errors_of(answer) == [("/items/0/price_vnd", "too_cheap")]
    assert (pack(shop.pack_id).on_hand, pack(shop.pack_id).price_vnd) == (30, 125_000)

    answer = shop.ask("POST", "/prices", {"items": [{"pack_id": shop.pack_id, "price_vnd": 130_000}]})
    assert [each["price_vnd"] for each in answer.json["items"]] == [130_000]


def test_a_listing_is_made_changed_published_and_taken_back(shop):
    body = {
        "name": "Bánh phồng",
        "group": "food",
        "packs": [
            {"label": "Túi 200 g", "net_quantity": 200, "net_unit": "g", "price_vnd": 45_000, "on_hand": 9}
        ],
    }

    made = shop.ask("POST", "/listings", body)
    listing_id, version = made.json["id"], made.json["version"]
    assert made.status_code == 201
    assert made.headers["ETag"] == f'"{version}"'
    assert (made.json["is_published"], made.json["missing"], made.json["group"]) == (False, [], "food")
    assert made.json["packs"][0] | {"id": 0} == {
        "id": 0,
        "label": "Túi 200 g",
        "label_en": None,
        "net_quantity": 200,
        "net_unit": "g",
        "price_vnd": 45_000,
        "gtin": None,
        "on_hand": 9,
        "reserved": 0,
    }

    changed = shop.ask(
        "PATCH", f"/listings/{listing_id}", {"summary": "Giòn"}, **{"If-Match": f'"{version}"'}
    )
    assert (changed.status_code, changed.json["summary"]) == (200, "Giòn")
    assert changed.json["version"] != version

    assert shop.ask("PUT", f"/listings/{listing_id}/publication").json["is_published"] is True
    assert shop.client.get(f"/products/{db.session.get_one(Product, listing_id).slug}").status_code == 200
    assert shop.ask("DELETE", f"/listings/{listing_id}/publication").json["is_published"] is False

    pack_id = changed.json["packs"][0]["id"]
    assert shop.ask("PATCH", f"/packs/{pack_id}", {"label": "Túi nhỏ"}).json["label"] == "Túi nhỏ"
    added = shop.ask("POST", f"/listings/{listing_id}/packs", {"label": "Thùng"})
    assert added.status_code == 201
    assert shop.ask("DELETE", f"/packs/{added.json['id']}").status_code == 204
    assert len(shop.ask("GET", f"/listings/{listing_id}").json["packs"]) == 1


def test_what_the_shop_needs_is_asked_of_systems_too(shop):
    made = shop.ask("POST", "/listings", {"name": "Bánh phồng"})

    answer = shop.ask("PUT", f"/listings/{made.json['id']}/publication")

    assert answer.status_code == 422
    assert answer.json["missing"] == ["criteria_set", "variants"]
    assert db.session.get_one(Product, made.json["id"]).is_for_sale is False


def test_a_change_names_the_version_that_was_read(shop):
    path = f"/listings/{shop.product_id}"
    version = shop.ask("GET", path).headers["ETag"]

    assert shop.ask("PATCH", path, {"summary": "a"}).status_code == 428
    assert shop.ask("PATCH", path, {"summary": "a"}, **{"If-Match": version}).status_code == 200
    assert shop.ask("PATCH", path, {"summary": "b"}, **{"If-Match": version}).status_code == 412
    assert shop.ask("GET", path).json["summary"] == "a"


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"nam": "x"}, [("/nam", "unknown_field")]),
        ({"name": 5, "months": [True]}, [("/name", "not_text"), ("/months/0", "not_a_number")]),
        ({"name": None}, [("/name", "missing")]),
        ({"months": [13]}, [("/months", "out_of_range")]),
        ({"group": "toys"}, [("/group", "unknown_choice")]),
        ({"name": "", "summary": "x" * 501}, [("/name", "missing"), ("/summary", "too_long")]),
        ({"shelf_life_days": 10**40}, [("/shelf_life_days", "out_of_range")]),
        ([], [("", "not_an_object")]),
    ],
)  # fmt: skip
def test_every_fault_in_a_body_is_named_with_its_place(shop, body, faults):
    answer = shop.ask("PATCH", f"/listings/{shop.product_id}", body, **{"If-Match": "*"})

    assert sorted(errors_of(answer)) == sorted(faults)
    assert db.session.scalar(select(func.count()).select_from(ProductChange)) == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"on_hand": NaN}',
        b'{"on_hand": 1, "on_hand": 2}',
        b"[" * 100_000,
        b'{"on_hand": "\xff"}',
        b'{"\\ud800": 1}',
        b'{"on_hand": "\\ud800"}',
        b'{"on_hand": ' + b"9" * 100_000 + b"e}",
    ],
)
def test_what_is_no_json_is_refused(shop, content):
    answer = shop.ask("PUT", f"/packs/{shop.pack_id}/stock", content)

    assert answer.status_code == 400
    assert pack(shop.pack_id).on_hand == 30


def test_a_number_without_end_is_out_of_range(shop):
    answer = shop.ask("PUT", f"/packs/{shop.pack_id}/stock", b'{"on_hand": ' + b"9" * 10_000 + b"}")

    assert errors_of(answer) == [("/on_hand", "out_of_range")]


def test_other_kinds_of_content_are_refused(shop):
    answer = shop.ask(
        "PUT",
        f"/packs/{shop.pack_id}/stock",
        b"on_hand=1",
        **{"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert answer.status_code == 415


def test_goods_of_somebody_else_are_not_found(shop):
    other = make_product(name="Của người khác")
    other_id, pack_id = other.id, other.variants[0].id

    assert shop.ask("GET", f"/listings/{other_id}").status_code == 404
    assert (
        shop.ask("PATCH", f"/listings/{other_id}", {"summary": "x"}, **{"If-Match": "*"}).status_code == 404
    )
    assert shop.ask("PUT", f"/listings/{other_id}/publication").status_code == 404
    assert shop.ask("POST", f"/listings/{other_id}/packs", {"label": "x"}).status_code == 404
    assert shop.ask("PUT", f"/packs/{pack_id}/stock", {"on_hand": 1}).status_code == 404
    assert shop.ask("PUT", f"/packs/{pack_id}/price", {"price_vnd": 1000}).status_code == 404
    assert shop.ask("DELETE", f"/packs/{pack_id}").status_code == 404
    assert shop.ask("GET", f"/listings/{10**18}").status_code == 404
    assert (pack(pack_id).on_hand, pack(pack_id).price_vnd) == (30, 125_000)


def test_the_last_day_of_use_is_noted_once_a_day(shop, clock):
    shop.ask("GET", "/listings")

    assert db.session.query(ApiKey).one().last_used_on == present.today()


def test_a_form_from_elsewhere_is_refused_even_with_a_key(shop):
    answer = shop.ask(
        "PUT", f"/packs/{shop.pack_id}/stock", {"on_hand": 1}, **{"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 400
    assert pack(shop.pack_id).on_hand == 30
