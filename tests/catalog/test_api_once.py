"""Sent twice it is done once; and each key has its own allowance."""

import threading
from datetime import timedelta

import pytest

from accounts.models.keys import ApiAnswer
from catalog.models import Product
from core.db import db
from tests.support.api_shop import key_of, make_shop, wire

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def shop(client):
    return make_shop(client)


def test_sent_again_it_is_done_once_and_answered_the_same(shop):
    body = {"name": "Bánh phồng"}

    first = shop.ask("POST", "/listings", body, name="a-1")
    again = shop.ask("POST", "/listings", body, name="a-1")

    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert db.session.query(Product).filter_by(name="Bánh phồng").count() == 1


def test_a_name_stands_for_one_request_only(shop):
    shop.ask("POST", "/listings", {"name": "Bánh phồng"}, name="a-1")

    answer = shop.ask("POST", "/listings", {"name": "Bánh tráng"}, name="a-1")

    assert answer.status_code == 409
    assert db.session.query(Product).filter_by(name="Bánh tráng").count() == 0


def test_a_refused_request_may_be_mended_under_the_same_name(shop):
    assert shop.ask("POST", "/listings", {"name": ""}, name="a-1").status_code == 422

    assert shop.ask("POST", "/listings", {"name": "Bánh phồng"}, name="a-1").status_code == 201


def test_a_name_is_forgotten_after_a_day(shop, clock):
    shop.ask("POST", "/listings", {"name": "Bánh phồng"}, name="a-1")
    clock.move(timedelta(hours=24))

    assert shop.ask("POST", "/listings", {"name": "Bánh tráng"}, name="a-1").status_code == 201
    assert db.session.query(ApiAnswer).count() == 1


def test_names_of_two_keys_are_apart(shop):
    other = key_of(shop.producer_id, shop.owner)

    shop.ask("POST", "/listings", {"name": "Bánh phồng"}, name="a-1")
    answer = shop.ask("POST", "/listings", {"name": "Bánh tráng"}, name="a-1", key=other)

    assert answer.status_code == 201


@pytest.mark.parametrize("name", ["", "x" * 101, "có dấu", "a b"])
def test_a_post_without_a_name_is_refused(shop, name):
    headers = {"Authorization": f"Bearer {shop.key}", "Idempotency-Key": wire(name)}

    assert shop.client.post("/api/v1/listings", json={"name": "x"}, headers=headers).status_code == 400
    assert db.session.query(Product).count() == 1


def test_the_same_request_ten_times_at_once_is_done_once(app, shop):
    answers, gate = [], threading.Barrier(10)

    def send():
        with app.app_context():
            gate.wait()
            answer = app.test_client().post(
                "/api/v1/listings",
                json={"name": "Bánh phồng"},
                headers={"Authorization": f"Bearer {shop.key}", "Idempotency-Key": "at-once"},
            )
            answers.append((answer.status_code, answer.data))
            db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert db.session.query(Product).filter_by(name="Bánh phồng").count() == 1
    assert {status for status, _ in answers} <= {201, 503}
    assert len({body for status, body in answers if status == 201}) == 1


def test_each_key_has_its_own_allowance(shop):
    first = shop.ask("GET", "/listings")
    assert first.headers["RateLimit-Limit"] == "300"
    assert first.headers["RateLimit-Remaining"] == "299"
    assert 1 <= int(first.headers["RateLimit-Reset"]) <= 60

    for _ in range(299):
        shop.ask("GET", f"/listings/{10**9}")
    answer = shop.ask("GET", "/listings")

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert shop.ask("GET", "/listings", key=key_of(shop.producer_id, shop.owner)).status_code == 200
