"""Into the shop and out of it, what officers make of it, and what of it all waits for the producer."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import AuditEvent
from catalog.errors import (
    DraftNotFoundError,
    InvalidFactError,
    ListingClashError,
    ListingIncompleteError,
    ListingReviewedError,
    ListingTakenDownError,
    StockClashError,
)
from catalog.models import Product, Variant
from catalog.models.listings import (
    DraftField,
    ListingDraft,
    ListingReview,
    ProductChange,
    ReviewState,
    StockMovement,
)
from catalog.operations import drafts, publishing
from catalog.operations.drafts import Typed, apply_draft, open_draft, prune_drafts, save_draft
from catalog.operations.listings import change_listing
from catalog.operations.publishing import decide_review, publish_listing, unpublish_listing
from catalog.operations.stock import set_variant_stock
from catalog.queries.drafts import get_draft
from catalog.queries.listing_todos import listing_todos
from core import clock as present
from core.db import db, transaction
from core.errors import AppError
from tests.factories import make_place, make_producer, make_product
from tests.people import actor, make_member, make_officer
from tests.support.hands import product_row


@pytest.fixture
def product(db_session):
    return make_product(certification=None, is_listed=False, is_for_sale=False)


@pytest.fixture
def owner(product):
    return actor(make_member(product.producer))


def publish(product, by):
    with transaction():
        return publish_listing(db.session.get_one(Product, product.id), by=by, now=present.now())


def decide(product, state, by, reason="Ảnh của người khác"):
    with transaction():
        row = db.session.get_one(Product, product.id)
        return decide_review(row, state, reason=reason, by=by, now=present.now()).id


def test_publishing_is_told_in_history_trail_queue_and_once(product, owner):
    change = publish(product, owner)

    assert (change.kind, change.after) == ("publish", {"is_listed": True, "is_for_sale": True})
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (event.verb, event.actor_id, event.province_code) == (
        "catalog.publish_listing",
        owner.user_id,
        "86",
    )
    assert publish(product, owner) is None
    assert db.session.scalars(select(ListingReview.state)).all() == ["waiting"]


@pytest.mark.parametrize(
    ("lacking", "missing"),
    [
        ({"group_no": None}, ("criteria_set",)),
        ({"variants": []}, ("variants",)),
        ({"variants": [{"price_vnd": None}]}, ("price_vnd",)),
    ],
)
def test_what_the_shop_needs_is_named_and_nothing_changes(db_session, lacking, missing):
    product = make_product(certification=None, is_listed=False, is_for_sale=False, **lacking)
    owner = actor(make_member(product.producer))

    with pytest.raises(ListingIncompleteError) as refused:
        publish(product, owner)

    assert refused.value.missing == missing
    assert product_row(product.id).is_listed is False
    assert db.session.scalar(select(func.count()).select_from(ListingReview)) == 0


def test_a_producer_without_an_address_sells_nothing(db_session):
    producer = make_producer()
    product = make_product(producer=producer, certification=None, is_listed=False, is_for_sale=False)
    with transaction():
        db.session.get_one(type(producer), producer.id).place_id = None

    with pytest.raises(ListingIncompleteError) as refused:
        publish(product, actor(make_member(producer)))

    assert refused.value.missing == ("address",)


def test_a_service_needs_no_pack(db_session):
    product = make_product(group_no=6, certification=None, is_listed=False, is_for_sale=False, variants=[])

    assert publish(product, actor(make_member(product.producer))) is not None


def test_what_an_officer_took_down_comes_back_only_when_lifted(product, owner):
    officer = actor(make_officer())
    publish(product, owner)
    decide(product, ReviewState.TAKEN_DOWN, officer)
    assert product_row(product.id).is_listed is False

    with pytest.raises(ListingTakenDownError) as refused:
        publish(product, owner)
    assert refused.value.reason == "Ảnh của người khác"
    assert product_row(product.id).is_listed is False

    decide(product, ReviewState.LIFTED, officer)
    assert publish(product, owner) is not None
    states = db.session.scalars(select(ListingReview.state).order_by(ListingReview.id)).all()
    assert states == ["taken_down", "lifted", "waiting"]


def test_an_old_page_neither_lifts_what_was_taken_down_nor_takes_down_again(product, owner):
    publish(product, owner)
    decide(product, ReviewState.TAKEN_DOWN, actor(make_officer()))
    late = actor(make_officer())

    for state in (ReviewState.SEEN, ReviewState.CHANGES_ASKED, ReviewState.TAKEN_DOWN):
        with pytest.raises(ListingReviewedError) as refused:
            decide(product, state, late, reason="Đã xem")
        assert refused.value.state == "taken_down"

    rows = db.session.execute(select(ListingReview.state, ListingReview.reason)).all()
    assert rows == [("taken_down", "Ảnh của người khác")]
    with pytest.raises(ListingTakenDownError):
        publish(product, owner)
    assert product_row(product.id).is_listed is False


def test_what_stands_is_not_lifted(product, owner):
    officer = actor(make_officer())
    publish(product, owner)

    with pytest.raises(ListingReviewedError):
        decide(product, ReviewState.LIFTED, officer)

    assert db.session.scalars(select(ListingReview.state)).all() == ["waiting"]


def test_the_trail_tells_how_a_listing_stood_before(product, owner):
    officer = actor(make_officer())
    publish(product, owner)
    for state in (ReviewState.SEEN, ReviewState.TAKEN_DOWN, ReviewState.LIFTED):
        decide(product, state, officer)

    told = db.session.execute(
        select(AuditEvent.before, AuditEvent.after)
        .where(AuditEvent.verb.like("catalog.review_listing_%"))
        .order_by(AuditEvent.seq)
    ).all()
    steps = [(before["state"], after["state"]) for before, after in told]
    assert steps == [("waiting", "seen"), ("seen", "taken_down"), ("taken_down", "lifted")]


def test_a_recognised_product_that_is_taken_down_stays_in_the_register(db_session):
    product = make_product()
    officer = actor(make_officer())

    decide(product, ReviewState.TAKEN_DOWN, officer)

    row = product_row(product.id)
    assert (row.is_listed, row.is_for_sale) == (True, False)


@pytest.mark.parametrize("state", [ReviewState.TAKEN_DOWN, ReviewState.CHANGES_ASKED])
def test_a_listing_is_not_spoken_against_without_a_reason(product, owner, state):
    publish(product, owner)

    with pytest.raises(InvalidFactError):
        decide(product, state, actor(make_officer()), reason=" ")

    assert product_row(product.id).is_listed is True
    assert db.session.scalars(select(ListingReview.state)).all() == ["waiting"]


def test_a_crash_while_publishing_keeps_neither_the_draft_nor_the_shop(product, owner, monkeypatch):
    with transaction():
        row = db.session.get_one(Product, product.id)
        draft = open_draft(row, by=owner, now=present.now())
        save_draft(draft, {"summary": Typed("Mới", 0)}, by=owner, now=present.now())
    monkeypatch.setattr(publishing, "enqueue", _crash)

    with pytest.raises(RuntimeError, match="power"):
        take_over_and_publish(product, owner)

    row = product_row(product.id)
    assert (row.summary, row.is_listed) == (None, False)
    assert db.session.scalars(select(ListingDraft.closed_at)).all() == [None]
    assert db.session.scalar(select(func.count()).select_from(ProductChange)) == 0


def take_over_and_publish(product, by):
    with transaction():
        row = db.session.get_one(Product, product.id)
        apply_draft(get_draft(row.id), by=by, now=present.now())
        publish_listing(row, by=by, now=present.now())


def type_late(by):
    with transaction():
        closed = db.session.scalars(select(ListingDraft)).one()
        save_draft(closed, {"summary": Typed("Muộn", 1)}, by=by, now=present.now())


def type_in_draft(product, typed, by):
    with transaction():
        draft = open_draft(db.session.get_one(Product, product.id), by=by, now=present.now())
        save_draft(draft, typed, by=by, now=present.now())


def _crash(*_arguments, **_named):
    raise RuntimeError("the power went")


def test_an_unpublished_product_is_in_no_list_and_has_no_page(product, owner, client):
    publish(product, owner)
    assert client.get(f"/products/{product.slug}").status_code == 200
    with transaction():
        unpublish_listing(db.session.get_one(Product, product.id), by=owner, now=present.now())

    assert client.get(f"/products/{product.slug}").status_code == 404
    assert client.get(f"/api/v1/products/{product.slug}").status_code == 404
    assert "Kẹo dừa" not in client.get("/products").text


def at_once(app, *acts):
    """Each of `acts` in a thread of its own; the names of what came out, sorted."""
    gate, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    act()
                outcomes.append("done")
            except AppError as error:
                outcomes.append(type(error).__name__)
            db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return sorted(outcomes)


@pytest.mark.slow
def test_of_several_who_count_at_once_one_counts(app, product, owner):
    pack = product.variants[0].id

    def count(number):
        variant = db.session.get_one(Variant, pack)
        set_variant_stock(variant, number, by=owner, now=present.now(), seen=30)

    outcomes = at_once(app, *((lambda number=number: count(number)) for number in (1, 2, 3, 4, 5)))

    assert outcomes == [StockClashError.__name__] * 4 + ["done"]
    moved = db.session.scalars(select(StockMovement).filter_by(reason="count")).one()
    assert (moved.on_hand_before, moved.on_hand_after) == (30, db.session.get_one(Variant, pack).on_hand)


@pytest.mark.slow
def test_of_two_who_change_one_field_at_once_one_is_told(app, product, owner):
    def change(text):
        row = db.session.get_one(Product, product.id)
        change_listing(row, {"summary": text}, by=owner, now=present.now(), expected={"summary": None})

    outcomes = at_once(app, lambda: change("Một"), lambda: change("Hai"))

    assert outcomes == [ListingClashError.__name__, "done"]
    assert db.session.scalar(select(func.count()).select_from(ProductChange)) == 1


@pytest.mark.slow
def test_two_phones_that_open_a_draft_at_once_have_one(app, product, owner):
    def type_in(name):
        draft = open_draft(db.session.get_one(Product, product.id), by=owner, now=present.now())
        save_draft(draft, {name: Typed("x", 0)}, by=owner, now=present.now())

    assert at_once(app, lambda: type_in("summary"), lambda: type_in("story")) == ["done", "done"]

    assert db.session.scalar(select(func.count()).select_from(ListingDraft)) == 1
    assert set(db.session.scalars(select(DraftField.name))) == {"summary", "story"}


@pytest.mark.slow
def test_published_by_two_at_once_it_waits_for_an_officer_once(app, product, owner):
    def go():
        publish_listing(db.session.get_one(Product, product.id), by=owner, now=present.now())

    assert at_once(app, go, go, go) == ["done"] * 3
    assert db.session.scalar(select(func.count()).select_from(ListingReview)) == 1


def test_a_closed_draft_takes_nothing_more_and_is_emptied_after_its_time(product, owner):
    with transaction():
        row = db.session.get_one(Product, product.id)
        draft = open_draft(row, by=owner, now=present.now())
        save_draft(draft, {"summary": Typed("Mới", 0)}, by=owner, now=present.now())
        apply_draft(draft, by=owner, now=present.now())
    with pytest.raises(DraftNotFoundError):
        type_late(owner)

    with transaction():
        assert prune_drafts(present.now()) == 0
        assert prune_drafts(present.now() + timedelta(days=31)) == 1

    assert product_row(product.id).summary == "Mới"


def test_a_draft_has_no_field_but_its_own_and_an_end(product, owner, monkeypatch):
    monkeypatch.setattr(drafts, "DRAFT_FIELDS_MAX", 2)
    for typed in (
        {"is_listed": Typed("1", 0)},
        {"variant-1-position": Typed("1", 0)},
        {"story": Typed("x" * 50_001, 0)},
        {name: Typed("x", 0) for name in ("summary", "story", "usage")},
    ):
        with pytest.raises(InvalidFactError):
            type_in_draft(product, typed, owner)

    assert db.session.scalar(select(func.count()).select_from(DraftField)) == 0


def test_what_waits_for_the_producer_is_on_its_list(product, owner, clock):
    publish(product, owner)
    decide(product, ReviewState.CHANGES_ASKED, actor(make_officer()), reason="Ghi rõ xuất xứ")
    other = make_product(producer=product.producer, certification=None, variants=[{"on_hand": 3}])
    with transaction():
        open_draft(db.session.get_one(Product, other.id), by=owner, now=present.now())

    told = {todo.kind: todo for todo in listing_todos(product.producer_id, clock.today())}

    assert set(told) == {"listing_changes_asked", "listing_drafts", "stock_low"}
    assert told["listing_changes_asked"].path == f"/products/{product.id}"
    assert told["stock_low"].name == "Kẹo dừa 500 g (3)"
    assert list(listing_todos(make_producer(place=make_place()).id, clock.today())) == []
