"""Favourites and followed producers are one's own; news comes once, and never in floods."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from catalog.errors import TooManyKeptError
from catalog.models.shoppers import Announcement, Favourite, Follow
from catalog.operations.shoppers import announce_listing, follow_producer, keep_favourite
from core import clock as present
from core.db import db, transaction
from core.messages.models import Message
from tests.factories import make_product, make_register_entry
from tests.people import actor, browser_of, make_user


def follow(user, producer):
    who = actor(user)
    with transaction():
        follow_producer(producer, by=who, now=present.now())


def announce(product):
    with transaction():
        return announce_listing(product, present.now())


def test_keeping_and_dropping_by_the_pages(app, db_session):
    product, user = make_product(), make_user()
    browser = browser_of(app, user)
    app.config["WTF_CSRF_ENABLED"] = False
    address = f"/products/{product.slug}/favourite"

    assert "Thêm vào yêu thích" in browser.get(address).text
    assert [browser.post(address).status_code for _ in range(2)] == [303, 303]
    assert "Kẹo dừa" in browser.get("/account/favourites").text
    assert len(db.session.scalars(select(Favourite)).all()) == 1
    db.session.rollback()
    assert "Kẹo dừa" not in browser_of(app, make_user()).get("/account/favourites").text
    assert [browser.post(f"{address}/deletion").status_code for _ in range(2)] == [303, 303]
    assert db.session.scalars(select(Favourite)).all() == []


def test_following_by_the_pages(app, db_session):
    producer, browser = make_product().producer, browser_of(app, make_user())
    app.config["WTF_CSRF_ENABLED"] = False
    address = f"/producers/{producer.slug}/follow"

    assert [browser.post(address).status_code for _ in range(2)] == [303, 303]
    assert "HTX Dừa" in browser.get("/account/follows").text
    assert browser.post(f"{address}/deletion").status_code == 303

    assert db.session.scalars(select(Follow)).all() == []


def test_signed_out_people_are_led_to_the_sign_in_and_back(client, db_session):
    product = make_product()

    answer = client.get(f"/products/{product.slug}/favourite")

    assert (answer.status_code, answer.location) == (303, f"/sign-in?next=/products/{product.slug}/favourite")


def test_there_are_at_most_two_hundred(db_session):
    user = make_user()
    who = actor(user)
    products = [make_product(certification=None) for _number in range(3)]
    with transaction():
        db.session.add_all(
            Favourite(user_id=user.id, product_id=make_id, created_at=present.now())
            for make_id in [each.id for each in products[:2]]
        )
    from catalog.operations import shoppers

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shoppers, "KEPT_MAX", 2)
        with pytest.raises(TooManyKeptError), transaction():
            keep_favourite(products[2], by=who, now=present.now())

    assert len(db.session.scalars(select(Favourite)).all()) == 2


def test_followers_hear_once_of_a_product_and_once_a_day_of_a_producer(db_session, clock):
    first = make_product()
    second, third = make_product(producer=first.producer), make_product(producer=first.producer)
    one, other = make_user(), make_user(language="en")
    follow(one, first.producer)
    follow(other, first.producer)

    assert announce(first) == 2
    assert announce(first) == 0
    assert announce(second) == 0
    clock.move(timedelta(days=1))
    assert announce(second) == 0
    assert announce(third) == 2

    told = [(each.recipient, each.subject) for each in db.session.scalars(select(Message))]
    assert (
        told
        == [
            (one.phone, "Hàng mới của HTX Dừa"),
            (other.phone, "New from HTX Dừa"),
        ]
        * 2
    )
    assert len(db.session.scalars(select(Announcement)).all()) == 3


def test_nothing_is_told_of_what_is_not_offered(db_session):
    entry = make_register_entry()
    hidden = make_product(is_listed=False)
    user = make_user()
    follow(user, entry.producer)
    follow(user, hidden.producer)

    assert (announce(entry), announce(hidden)) == (0, 0)
    assert db.session.scalars(select(Message)).all() == []
    assert db.session.scalars(select(Announcement)).all() == []
