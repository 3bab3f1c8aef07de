"""Pages of listings in the workspace: six questions, drafts on two phones, the shelf, prices, seasons, history."""

from html import unescape

import pytest
from sqlalchemy import func, select, text

from accounts.models import Membership
from catalog.models import Product
from catalog.models.listings import (
    DraftField,
    ListingReview,
    ProductChange,
)
from core.db import db, transaction
from core.jobs.models import Job
from tests.factories import make_producer, make_product
from tests.support.hands import ANSWERS, Hand, answer_all, begin, product_row


@pytest.fixture
def producer(db_session):
    return make_producer()


@pytest.fixture
def owner(app, producer):
    return Hand(app, producer)


def test_six_questions_lead_to_a_product_in_the_shop(owner, client, producer):
    product_id = begin(owner)
    slug = product_row(product_id).slug
    assert client.get(f"/products/{slug}").status_code == 404
    answer_all(owner, product_id)
    assert product_row(product_id).variants == []

    check = owner.get(f"/products/{product_id}/draft/check").text
    assert "một triệu hai trăm năm mươi nghìn đồng" in check
    assert "Chai 500 ml" in owner.get(f"/products/{product_id}/preview").text
    answer = owner.post(f"/products/{product_id}/publication", at=f"/products/{product_id}/draft/check")

    assert answer.status_code == 303
    product = product_row(product_id)
    pack = product.variants[0]
    assert (product.is_listed, product.is_for_sale, product.is_demonstration) == (True, True, False)
    assert (product.group_no, product.sub_group_no, product.criteria_set) == (1, 2, 4)
    assert (pack.price_vnd, pack.net_quantity, pack.net_unit, pack.on_hand) == (1_250_000, 500, "ml", 12)
    assert pack.gtin == "09520000000028"
    page = client.get(f"/products/{slug}").text
    assert "<strong>nhà</strong>" in page
    assert "<li>hoa cà phê</li>" in page
    assert [(row.state, row.product_id) for row in db.session.scalars(select(ListingReview))] == [
        ("waiting", product_id)
    ]
    jobs = db.session.scalars(select(Job).where(Job.name == "catalog.announce_listing")).all()
    assert [job.payload for job in jobs] == [{"product_id": product_id}]


def test_the_first_form_sent_twice_is_one_product(owner):
    assert begin(owner) == begin(owner)

    assert db.session.scalar(select(func.count()).select_from(Product)) == 1


def test_a_key_of_another_producer_leads_to_nothing_of_theirs(app, owner):
    other = Hand(app, make_producer())
    theirs = begin(other)

    mine = begin(owner)

    assert mine != theirs
    assert product_row(mine).producer_id != product_row(theirs).producer_id


def test_published_twice_is_published_once(owner):
    product_id = begin(owner)
    answer_all(owner, product_id)
    for _ in range(2):
        assert owner.post(f"/products/{product_id}/publication").status_code == 303

    assert db.session.scalar(select(func.count()).select_from(ListingReview)) == 1
    kinds = db.session.scalars(select(ProductChange.kind).order_by(ProductChange.id)).all()
    assert kinds == ["create", "edit", "publish"]


def test_what_the_shop_needs_is_asked_for_before_it_is_published(owner):
    product_id = begin(owner)

    answer = owner.post(f"/products/{product_id}/publication")

    assert answer.status_code == 422
    assert product_row(product_id).is_listed is False
    assert db.session.scalar(select(func.count()).select_from(ListingReview)) == 0
    assert f"/products/{product_id}/draft/packs" in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("variant-n1-price", "0", "nhỏ hơn tờ tiền nhỏ nhất"),
        ("variant-n1-price", "35", "35k"),
        ("variant-n1-price", "-5000", "Chưa đọc được số này"),
        ("variant-n1-price", "1tr25", "hiểu theo hai cách"),
        ("variant-n1-gtin", "9520000000029", "mã vạch bị sai"),
        ("variant-n1-quantity", "nửa cân", "Chưa đọc được số này"),
    ],
)
def test_what_cannot_be_is_kept_as_typed_and_said_in_words(owner, field, typed, sentence):
    product_id = begin(owner)
    form = ANSWERS["packs"] | {field: typed}

    answer = owner.post(f"/products/{product_id}/draft/packs", form)

    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert "<title>Lỗi:" in answer.text
    kept = db.session.scalar(select(DraftField.typed).where(DraftField.name == field))
    assert kept == typed
    assert f'value="{typed}"' in answer.text


def test_two_phones_at_one_draft_lose_nothing(app, owner, producer):
    product_id = begin(owner)
    other = Hand(app, producer, "editor", name="Trần Hoa")
    path = f"/products/{product_id}/draft/fields"
    first = owner.post(path, {"summary": "Của tôi", "version.summary": "0"})
    assert (first.status_code, first.json["versions"]) == (200, {"summary": 1})

    second = other.post(path, {"summary": "Của Hoa", "version.summary": "0", "story": "Chuyện"})

    assert second.status_code == 409
    assert second.json["clashes"] == [
        {"name": "summary", "present": "Của tôi", "version": 1, "by": owner.user.name}
    ]
    kept = dict(db.session.execute(select(DraftField.name, DraftField.typed)).all())
    assert kept == {"summary": "Của tôi", "story": "Chuyện"}

    third = other.post(path, {"summary": "Của Hoa", "version.summary": "1"})
    assert (third.status_code, third.json["versions"]) == (200, {"summary": 2})


def test_without_a_script_a_clash_shows_both_texts(app, owner, producer):
    product_id = begin(owner)
    owner.post(f"/products/{product_id}/draft/fields", {"summary": "Của tôi", "version.summary": "0"})
    other = Hand(app, producer, "editor")

    answer = other.post(
        f"/products/{product_id}/draft/what",
        {"summary": "Của <b>Hoa</b>", "version.summary": "0", "name": "Mật ong hoa cà phê"},
    )

    assert answer.status_code == 409
    assert "«Của tôi»" in answer.text
    assert 'value="Của &lt;b&gt;Hoa&lt;/b&gt;"' in answer.text
    assert '<input type="hidden" name="version.summary" value="1">' in answer.text


def test_the_same_text_sent_again_is_no_clash(owner):
    product_id = begin(owner)
    path = f"/products/{product_id}/draft/fields"
    for _ in range(2):
        assert owner.post(path, {"summary": "Một", "version.summary": "0"}).status_code == 200

    assert db.session.scalar(select(DraftField.version)) == 1


def test_a_live_listing_changes_only_when_the_changes_are_shown(owner, client):
    product = make_product(producer=db.session.get_one(Product, begin(owner)).producer, certification=None)
    path = f"/products/{product.id}"
    pack = product.variants[0].id
    owner.post(f"{path}/draft/packs", {f"variant-{pack}-price": "130k", f"variant-{pack}-label": "500 g"})
    assert product_row(product.id).variants[0].price_vnd == 125_000
    assert "130.000" in owner.get(f"{path}/preview").text
    assert "130.000" not in client.get(f"/products/{product.slug}").text

    assert owner.post(f"{path}/draft/application").status_code == 303

    assert "130.000" in client.get(f"/products/{product.slug}").text
    assert owner.post(f"{path}/draft/application").status_code == 303  # sent twice


def test_a_change_by_a_file_meanwhile_is_not_overwritten_unknowingly(owner, app, producer):
    from catalog.operations.listings import change_listing
    from core import clock as present

    product = make_product(producer=producer, certification=None)
    path = f"/products/{product.id}"
    owner.post(f"{path}/draft/what", {"name": product.name, "summary": "Của tôi"})
    with transaction():
        change_listing(
            db.session.get_one(Product, product.id), {"summary": "Từ tệp"}, by=None, now=present.now()
        )

    answer = owner.post(f"{path}/draft/application")

    assert answer.status_code == 409
    assert "Từ tệp" in answer.text
    assert product_row(product.id).summary == "Từ tệp"
    assert owner.post(f"{path}/draft/application", {"overwrite": "1"}).status_code == 303
    assert product_row(product.id).summary == "Của tôi"


@pytest.mark.parametrize("field", ["on_hand", "price"])
def test_a_draft_brings_no_pack_back_that_was_taken_off_meanwhile(owner, producer, field):
    product = make_product(producer=producer, certification=None)
    path, pack = f"/products/{product.id}", product.variants[0].id
    form = {"summary": "Của tôi", f"variant-{pack}-{field}": "7000"}
    owner.post(f"{path}/draft/all", {"name": product.name, **form})
    with transaction():
        db.session.get_one(Product, product.id).variants[0].withdrawn_at = product.recorded_at

    told = owner.post(f"{path}/draft/application")

    assert told.status_code == 409
    assert "500 g" in told.text
    assert product_row(product.id).summary is None
    assert owner.post(f"{path}/draft/application", {"overwrite": "1"}).status_code == 303
    assert (product_row(product.id).summary, product_row(product.id).variants) == ("Của tôi", [])


def test_a_thrown_away_draft_changes_nothing_and_the_next_one_begins_anew(owner, producer):
    product = make_product(producer=producer, certification=None)
    path = f"/products/{product.id}"
    owner.post(f"{path}/draft/what", {"name": product.name, "summary": "Của tôi"})

    assert owner.post(f"{path}/draft/removal").status_code == 303

    assert product_row(product.id).summary is None
    assert "Của tôi" not in owner.get(f"{path}/draft/what").text


def test_looking_at_pages_writes_nothing(owner, producer):
    product = make_product(producer=producer, certification=None)
    owner.get("/products")
    before = {table: db.session.execute(text(f"SELECT * FROM {table}")).all() for table in TABLES}
    db.session.rollback()

    for page in ("", "/draft/what", "/draft/all", "/draft/check", "/preview", "/history", "/season"):
        assert owner.get(f"/products/{product.id}{page}").status_code == 200, page
    for page in ("/products", "/products/new", "/stock", "/prices", "/vacation", "/amount?typed=1tr2"):
        assert owner.get(page).status_code == 200, page

    assert {table: db.session.execute(text(f"SELECT * FROM {table}")).all() for table in TABLES} == before


TABLES = (
    *("product", "variant", "product_label", "product_season", "product_change", "listing_draft"),
    *("draft_field", "stock_movement", "vacation", "listing_review", "catalog_change", "audit_event", "job"),
)


def test_an_assisting_officer_prepares_and_a_member_publishes(app, owner, producer):
    helper = Hand(app, producer, "editor")
    with transaction():
        row = db.session.scalars(select(Membership).where(Membership.user_id == helper.user.id)).one()
        row.is_assisting, row.assists_with, row.added_by_id = True, "listings", owner.user.id
    product_id = begin(helper)
    answer_all(helper, product_id)

    assert helper.post(f"/products/{product_id}/publication").status_code == 404
    assert helper.post(f"/products/{product_id}/draft/application").status_code == 404
    assert product_row(product_id).is_listed is False

    assert owner.post(f"/products/{product_id}/publication").status_code == 303
    created = db.session.scalars(select(ProductChange).order_by(ProductChange.id)).first()
    assert (created.by_id, created.assisted_for_id) == (helper.user.id, owner.user.id)
