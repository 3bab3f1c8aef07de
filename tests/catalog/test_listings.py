"""Changing a listing: what may be changed, what is kept of it, and who would overwrite whom."""

import pytest
from sqlalchemy import select, text

from accounts.errors import NotYoursError
from accounts.models import AuditEvent, Membership
from catalog.errors import InvalidListingError, ListingClashError
from catalog.models import Product, Variant
from catalog.models.listings import ProductChange, ProductLabel, StockMovement
from catalog.operations.listing_fields import FIELDS, VARIANT_CHECKS, listing_facts
from catalog.operations.listings import change_listing
from catalog.queries.change_feed import last_seq
from catalog.queries.workspace_products import get_own_product, get_own_variant, list_own_products
from core import clock as present
from core.db import db, transaction
from tests.factories import make_product, make_register_entry
from tests.people import actor, make_member


@pytest.fixture
def product(db_session) -> Product:
    return make_product(certification=None)


@pytest.fixture
def editor(product):
    return actor(make_member(product.producer, "editor"))


def change(product, editor, changes, **how):
    with transaction():
        return change_listing(
            get_own_product(editor, product.id), changes, by=editor, now=present.now(), **how
        )


def faults_of(error) -> list[tuple[str, object, str]]:
    return [(fault.field, fault.variant, fault.reason) for fault in error.value.faults]


def test_a_change_is_kept_with_what_was_there_before(product, editor):
    made = change(product, editor, {"name": "  Kẹo  dừa sáp ", "usage": "Ăn liền", "months": [3, 1]})

    kept = db.session.get_one(Product, product.id)
    assert kept.name == "Kẹo dừa sáp"
    assert "keo dua sap" in kept.search_text
    assert db.session.get_one(ProductLabel, product.id).usage == "Ăn liền"
    assert made.before == {"name": "Kẹo dừa", "usage": None, "months": None}
    assert made.after == {"name": "Kẹo dừa sáp", "usage": "Ăn liền", "months": [1, 3]}
    assert (made.by_id, made.kind, made.assisted_for_id) == (editor.user_id, "edit", None)


def test_the_trail_names_the_fields_and_not_what_they_say(product, editor):
    change(product, editor, {"story": "Bà Lan, số điện thoại 0912 345 678"})

    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (event.verb, event.subject) == ("catalog.change_listing", f"product:{product.id}")
    assert event.after == {"change": 1, "fields": ["story"]}
    assert event.before is None
    assert (event.producer_id, event.province_code) == (product.producer_id, "86")


def test_a_change_that_changes_nothing_leaves_no_row(product, editor):
    assert change(product, editor, {"name": "Kẹo dừa"}) is None

    assert db.session.scalars(select(ProductChange)).all() == []


def test_packs_are_changed_added_and_withdrawn_together(product, editor):
    pack = product.variants[0].id
    change(
        product,
        editor,
        {
            "variants": {
                pack: {"price_vnd": 130_000, "on_hand": 7},
                "new": {"label": "1 kg", "price_vnd": 240_000},
            }
        },
    )

    first, second = get_own_product(editor, product.id).variants
    assert (first.price_vnd, first.on_hand, second.label, second.price_vnd) == (130_000, 7, "1 kg", 240_000)
    moved = db.session.scalars(select(StockMovement).filter_by(reason="count")).one()
    assert (moved.variant_id, moved.on_hand_before, moved.on_hand_after) == (pack, 30, 7)

    change(product, editor, {"variants": {pack: None}})

    assert [each.label for each in get_own_product(editor, product.id).variants] == ["1 kg"]
    assert db.session.get_one(Variant, pack).withdrawn_at == present.now()
    with pytest.raises(NotYoursError):
        get_own_variant(editor, pack)


def test_all_faults_are_told_and_nothing_has_changed(product, editor):
    pack, other = product.variants[0].id, make_product().variants[0].id
    before = listing_facts(db.session.get_one(Product, product.id))
    seq = last_seq(db.engine)

    with pytest.raises(InvalidListingError) as refused:
        change(
            product,
            editor,
            {
                "summary": "Mới",
                "name": " ",
                "shelf_life_days": 0,
                "criteria_set": 27,
                "months": [13],
                "slug": "khac",
                "variants": {
                    pack: {"price_vnd": 0, "on_hand": -1, "gtin": "893", "position": 9},
                    other: {"price_vnd": 1_000},
                    "new": {"price_vnd": 5_000},
                },
            },
        )

    assert faults_of(refused) == [
        ("name", None, "missing"),
        ("shelf_life_days", None, "out_of_range"),
        ("criteria_set", None, "unknown_choice"),
        ("months", None, "out_of_range"),
        ("slug", None, "unknown_field"),
        ("price_vnd", pack, "too_cheap"),
        ("on_hand", pack, "out_of_range"),
        ("gtin", pack, "not_a_number"),
        ("position", pack, "unknown_field"),
        ("variants", other, "unknown_field"),
        ("label", "new", "missing"),
    ]
    assert listing_facts(db.session.get_one(Product, product.id)) == before
    assert last_seq(db.engine) == seq


@pytest.mark.parametrize("field", sorted({column.name for column in Product.__table__.columns} - FIELDS))
def test_no_other_column_of_a_product_can_be_set(product, editor, field):
    before = db.session.execute(text("SELECT * FROM product")).all()

    with pytest.raises(InvalidListingError) as refused:
        change(product, editor, {field: 1, "name": "Khác"})

    assert faults_of(refused) == [(field, None, "unknown_field")]
    assert db.session.execute(text("SELECT * FROM product")).all() == before


@pytest.mark.parametrize(
    "field", sorted({column.name for column in Variant.__table__.columns} - VARIANT_CHECKS.keys())
)
def test_no_other_column_of_a_pack_can_be_set(product, editor, field):
    before = db.session.execute(text("SELECT * FROM variant")).all()

    with pytest.raises(InvalidListingError):
        change(product, editor, {"variants": {product.variants[0].id: {field: 1, "label": "Khác"}}})

    assert db.session.execute(text("SELECT * FROM variant")).all() == before


@pytest.mark.parametrize("value", [1, True, ["x"], {"a": 1}, 1.5])
def test_a_text_that_is_none_is_refused(product, editor, value):
    with pytest.raises(InvalidListingError) as refused:
        change(product, editor, {"summary": value})

    assert faults_of(refused) == [("summary", None, "not_text")]


@pytest.mark.parametrize("value", ["125000", 1.5, True, float("nan")])
def test_a_price_that_is_no_whole_number_is_refused(product, editor, value):
    with pytest.raises(InvalidListingError) as refused:
        change(product, editor, {"variants": {product.variants[0].id: {"price_vnd": value}}})

    assert faults_of(refused) == [("price_vnd", product.variants[0].id, "not_a_number")]


def test_what_another_changed_meanwhile_is_not_overwritten(product, editor):
    seen = {"summary": None, f"variant.{product.variants[0].id}.price_vnd": 125_000}
    change(product, editor, {"summary": "Của chị Hoa"})

    with pytest.raises(ListingClashError) as refused:
        change(product, editor, {"summary": "Của tôi"}, expected=seen)

    clash = refused.value.clashes[0]
    assert (clash.field, clash.seen, clash.present) == ("summary", None, "Của chị Hoa")
    assert db.session.get_one(Product, product.id).summary == "Của chị Hoa"


@pytest.mark.parametrize(
    ("field", "value"), [("name", "Sâm Ngọc Linh"), ("criteria_set", 14), ("group_no", 2)]
)
def test_a_recognised_product_keeps_what_its_recognition_speaks_of(db_session, field, value):
    product = make_product()
    member = actor(make_member(product.producer))

    with pytest.raises(InvalidListingError) as refused:
        change(product, member, {field: value})

    assert ("recorded" in [reason for _, _, reason in faults_of(refused)]) is True
    assert db.session.get_one(Product, product.id).name == "Kẹo dừa"


def test_a_register_entry_gets_packs_and_keeps_its_records(db_session):
    entry = make_register_entry()
    certification, source = entry.certifications[0].id, entry.source_id
    before = db.session.execute(text("SELECT * FROM certification")).all()
    member = actor(make_member(entry.producer))

    change(entry, member, {"summary": "Mới", "variants": {"a": {"label": "500 g", "price_vnd": 90_000}}})

    entry = get_own_product(member, entry.id)
    assert [each.label for each in entry.variants] == ["500 g"]
    assert (entry.source_id, entry.certifications[0].id) == (source, certification)
    assert db.session.execute(text("SELECT * FROM certification")).all() == before


def test_a_criteria_set_brings_its_group(product, editor):
    change(product, editor, {"criteria_set": 14})

    kept = get_own_product(editor, product.id)
    assert (kept.group_no, kept.sub_group_no, kept.criteria_set) == (2, 7, 14)


def test_goods_with_stock_do_not_become_a_service(product, editor):
    with pytest.raises(InvalidListingError) as refused:
        change(product, editor, {"group_no": 6})

    assert faults_of(refused) == [("group_no", None, "service_has_no_stock")]


def test_a_gtin_of_another_pack_is_refused_and_ones_own_is_not(product, editor):
    other = make_product(variants=[{"gtin": "09520000000011"}])
    pack = product.variants[0].id
    with pytest.raises(InvalidListingError) as refused:
        change(product, editor, {"variants": {pack: {"gtin": "9520000000011"}}})
    assert faults_of(refused) == [("gtin", pack, "taken")]

    assert change(product, editor, {"variants": {pack: {"gtin": "9520000000028"}}}) is not None
    assert change(product, editor, {"variants": {pack: {"gtin": "9520000000028"}}}) is None
    assert other.id != product.id


def test_somebody_elses_product_is_not_found(product, editor):
    other = make_product()

    for ask in (get_own_product, get_own_variant):
        with pytest.raises(NotYoursError):
            ask(editor, other.id if ask is get_own_product else other.variants[0].id)
    with pytest.raises(NotYoursError):
        list_own_products(editor, other.producer_id)


def test_a_producers_list_holds_its_products_by_name_listed_or_not(product, editor):
    make_product(producer=product.producer, name="Bánh tráng", is_listed=False, certification=None)
    make_product()

    found = list_own_products(editor, product.producer_id)

    assert [each.name for each in found.products] == ["Bánh tráng", "Kẹo dừa"]
    assert list_own_products(editor, product.producer_id, words="keo DUA").total == 1


def test_an_assisting_officer_is_named_with_the_member_who_let_them_in(product, editor):
    owner = make_member(product.producer, "owner")
    helper = make_member(product.producer, "editor")
    with transaction():
        row = db.session.scalars(select(Membership).where(Membership.user_id == helper.id)).one()
        row.is_assisting, row.added_by_id = True, owner.id
    made = change(product, actor(helper), {"summary": "Giúp"})

    assert (made.by_id, made.assisted_for_id) == (helper.id, owner.id)
