"""Reviews: by buyers of delivered lines, once each, shown after a day, hidden only by officials."""

import json
import re
from datetime import timedelta

import pytest

from accounts.actors import Actor
from accounts.models import AuditEvent, Membership
from core import clock as present
from core.db import db, transaction
from orders.errors import InvalidReviewError
from orders.models.orders import OrderLine
from orders.models.reviews import Review
from orders.operations.reviews import (
    ReviewDraft,
    hide_review,
    publish_due,
    publish_review,
    reply_to_review,
    write_review,
)
from orders.queries.reviews import NONE, get_product_reviews
from orders.review_rules import needs_a_look
from tests.factories import make_producer, make_product
from tests.people import make_user
from tests.support.order_shop import BUYER_PHONE, delivered_order, make_order, parcel, pay

GOOD = "Kẹo thơm, giòn, không quá ngọt."


@pytest.fixture
def product(db_session):
    return make_product()


@pytest.fixture
def by(db_session):
    return Actor(user_id=make_user().id)


def bought(product):
    return delivered_order(parcels=[parcel((product.variants[0], 1))]).seller_orders[0].lines[0]


def write(line, rating=5, text=GOOD, author="Thử N.", by=None):
    with transaction():
        return write_review(line, ReviewDraft(rating, text, author), by=by, now=present.now())


def shown(product, *ratings):
    """Reviews of these ratings, published."""
    for rating in ratings:
        write(bought(product), rating)
    with transaction():
        publish_due(present.now() + timedelta(days=1))


def html_of(client, product, more=""):
    return client.get(f"/products/{product.slug}{more}").get_data(as_text=True)


def test_a_review_appears_after_a_day(product, clock):
    line = bought(product)
    write(line)
    clock.move(timedelta(hours=23, minutes=59))
    with transaction():
        assert publish_due(present.now()) == 0
    assert get_product_reviews(product.id) == NONE

    clock.move(timedelta(minutes=1))
    with transaction():
        assert publish_due(present.now()) == 1

    assert get_product_reviews(product.id).count == 1


def test_a_line_is_reviewed_once(product):
    line = bought(product)
    first = write(line, 5)

    assert write(line, 1).id == first.id
    assert [review.rating for review in db.session.query(Review)] == [5]


@pytest.mark.parametrize(
    ("facts", "field", "reason"),
    [
        ({"rating": 0}, "rating", "unknown"),
        ({"rating": 6}, "rating", "unknown"),
        ({"text": "Ngon"}, "text", "missing"),
        ({"text": "a" * 2_001}, "text", "too_long"),
        ({"author": " "}, "author", "missing"),
        ({"author": "a" * 61}, "author", "too_long"),
    ],
)
def test_what_is_no_review_is_refused(product, facts, field, reason):
    line = bought(product)

    with pytest.raises(InvalidReviewError) as refused:
        write(line, **facts)

    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert db.session.query(Review).count() == 0


def test_only_what_arrived_is_reviewed(product):
    order = make_order([parcel((product.variants[0], 1))])
    pay(order)

    with pytest.raises(InvalidReviewError) as refused:
        write(order.seller_orders[0].lines[0])

    assert refused.value.reason == "not_delivered"


def test_half_a_year_later_nobody_reviews(product, clock):
    line = bought(product)
    clock.move(timedelta(days=180, seconds=1))

    with pytest.raises(InvalidReviewError) as refused:
        write(line)

    assert refused.value.reason == "too_late"


def test_a_member_of_the_producer_does_not_review_its_goods(product):
    line = bought(product)
    user = make_user()
    with transaction():
        db.session.add(
            Membership(
                user_id=user.id, producer_id=product.producer_id, role="packer", joined_at=present.now()
            )
        )

    with pytest.raises(InvalidReviewError) as refused:
        write(line, by=Actor(user_id=user.id))

    assert refused.value.reason == "own_goods"


def test_the_telephone_of_the_producer_does_not_review_its_goods(db_session):
    product = make_product(producer=make_producer(phone=BUYER_PHONE))

    with pytest.raises(InvalidReviewError) as refused:
        write(bought(product))

    assert refused.value.reason == "own_goods"
    assert db.session.query(Review).count() == 0


@pytest.mark.parametrize(
    "text",
    ["Xem tại https://rẻ.example", "vào shop-khac.vn mua rẻ hơn", "gọi 0912.345.678 mua", "0912 345 678"],
)
def test_links_and_numbers_wait_for_a_person(product, text):
    review = write(bought(product), text=f"{text} nhé các bạn")
    with transaction():
        publish_due(present.now() + timedelta(days=30))

    db.session.refresh(review)
    assert (review.state, needs_a_look(GOOD)) == ("held", False)


def test_the_mean_is_of_all_and_rounded_half_up(product):
    shown(product, 5, 5, 4, 4)

    assert get_product_reviews(product.id, most=1).average_tenths == 45
    shown(product, 5)
    reviews = get_product_reviews(product.id, most=2)
    assert (reviews.count, reviews.average, len(reviews.latest)) == (5, 4.6, 2)


def test_the_page_of_the_product_tells_the_number_first_and_changes_with_each_review(client, product):
    before = html_of(client, product)
    assert "Chưa có đánh giá nào." in before
    assert "aggregateRating" not in before

    shown(product, 5, 4)

    page = html_of(client, product)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert "4,5/5 · 2 đánh giá" in text
    assert "đã mua tại đây" in text
    data = json.loads(re.search(r'application/ld\+json">(.*?)</script>', page)[1])
    assert data["aggregateRating"] == {
        "@type": "AggregateRating",
        "ratingValue": 4.5,
        "reviewCount": 2,
        "bestRating": 5,
        "worstRating": 1,
    }


def test_a_hidden_review_leaves_the_page_at_once_and_stays_in_the_trail(client, product, by):
    shown(product, 1)
    assert GOOD in html_of(client, product)
    review = db.session.query(Review).one()

    with transaction():
        hide_review(review, reason="Nói xấu người khác.", by=by, now=present.now())

    assert GOOD not in html_of(client, product)
    assert GOOD not in html_of(client, product, "/reviews")
    assert db.session.query(AuditEvent).one().reason == "Nói xấu người khác."
    with transaction():
        publish_review(review, by=by, now=present.now())
    assert GOOD in html_of(client, product)


def test_hiding_needs_a_reason(product, by):
    shown(product, 1)
    review = db.session.query(Review).one()

    with pytest.raises(InvalidReviewError), transaction():
        hide_review(review, reason=" ", by=by, now=present.now())

    assert review.state == "published"


def test_the_producer_answers_where_everybody_reads_it(client, product, by):
    shown(product, 2)
    review = db.session.query(Review).one()

    with transaction():
        reply_to_review(review, "Cảm ơn bạn, mẻ sau sẽ khác.", by=by, now=present.now())

    assert "mẻ sau sẽ khác" in html_of(client, product)
    assert "mẻ sau sẽ khác" in html_of(client, product, "/reviews")


def test_hostile_text_is_only_text(client, product):
    write(bought(product), text='<script>alert("x")</script> ngon lắm', author="<b>x</b>")
    with transaction():
        publish_due(present.now() + timedelta(days=1))

    page = html_of(client, product)

    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_long_lists_have_pages(client, product):
    bought(product)
    with transaction():
        for _ in range(21):
            line = delivered_line(product)
            db.session.add(
                Review(
                    line_id=line.id,
                    product_id=product.id,
                    producer_id=product.producer_id,
                    author="A",
                    rating=5,
                    text=GOOD,
                    state="published",
                    written_at=present.now(),
                    published_at=present.now(),
                )
            )

    first = html_of(client, product, "/reviews")
    assert first.count(GOOD) == 20
    assert html_of(client, product, "/reviews?page=2").count(GOOD) == 1
    assert client.get(f"/products/{product.slug}/reviews?page=3").status_code == 404


def delivered_line(product):
    """A line within the present transaction."""
    known = db.session.query(OrderLine).order_by(OrderLine.id).first()
    copy = OrderLine(
        seller_order_id=known.seller_order_id,
        variant_id=known.variant_id,
        name="Kẹo dừa",
        pack="500 g",
        unit_price_vnd=1,
        quantity=1,
        cancelled_quantity=0,
        goods_vnd=1,
        discount_vnd=0,
    )
    db.session.add(copy)
    db.session.flush()
    return copy
