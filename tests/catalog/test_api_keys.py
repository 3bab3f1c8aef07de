"""The page of keys: for owners only, told once, revoked at once."""

import re
from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from accounts.models.keys import ApiKey
from accounts.tokens import hash_token
from core.db import db
from tests.factories import make_producer
from tests.people import browser_of, make_member

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def desk(app):
    return Desk(app)


class Desk:
    def __init__(self, app):
        self.app, self.producer = app, make_producer()
        self.path = f"/workspace/{self.producer.id}/api-keys"
        self.browser = browser_of(app, make_member(self.producer))

    def make(self, browser=None, **changes):
        browser = browser or self.browser
        page = browser.get(self.path).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        form = {"name": "Kho", "scopes": ["stock:write"], "ends": ""} | changes
        return browser.post(self.path, data=form | {"csrf_token": token[1] if token else ""})


def test_a_key_is_told_once_and_kept_by_its_hash(desk):
    answer = desk.make(scopes=["stock:write", "listings:read"])

    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    prefix, secret = re.search(r"ocop_([a-z2-9]{8})_([A-Za-z0-9_-]{43})<", answer.text).groups()
    key = db.session.query(ApiKey).one()
    assert (key.prefix, key.secret_hash, key.scopes) == (
        prefix,
        hash_token(secret),
        "listings:read stock:write",
    )
    again = desk.browser.get(desk.path).text
    assert secret not in again
    assert f"ocop_{prefix}_…" in again
    event = db.session.query(AuditEvent).one()
    assert (event.verb, event.subject) == ("accounts.create_key", f"api_key:{key.id}")
    assert secret not in str(event.after)


def test_the_key_works_until_it_is_revoked(desk, client):
    text = re.search(r"ocop_[a-z2-9]{8}_[A-Za-z0-9_-]{43}", desk.make(scopes=["listings:read"]).text)[0]
    headers = {"Authorization": f"Bearer {text}"}
    assert client.get("/api/v1/listings", headers=headers).status_code == 200
    key_id = db.session.query(ApiKey).one().id
    token = re.search(r'name="csrf_token" value="([^"]+)"', desk.browser.get(desk.path).text)[1]

    for _ in range(2):
        answer = desk.browser.post(f"{desk.path}/{key_id}/revocation", data={"csrf_token": token})
        assert answer.status_code == 303

    assert client.get("/api/v1/listings", headers=headers).status_code == 401
    assert [each.verb for each in db.session.query(AuditEvent).order_by(AuditEvent.seq)] == [
        "accounts.create_key",
        "accounts.revoke_key",
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Đặt tên"),
        ({"name": "x" * 61}, "60"),
        ({"scopes": []}, "Chọn"),
        ({"scopes": ["everything"]}, "Chọn"),
        ({"ends": "mai"}, "Chọn"),
        ({"ends": "2026-11-21"}, "đã qua"),
    ],
)
def test_a_form_that_cannot_be_used_comes_back_with_what_was_typed(desk, changes, sentence):
    answer = desk.make(**changes)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<title>Lỗi:" in answer.text
    assert db.session.query(ApiKey).count() == 0


def test_there_are_ten_keys_at_most(desk):
    for _ in range(10):
        assert desk.make().status_code == 201

    assert desk.make().status_code == 409
    assert db.session.query(ApiKey).count() == 10


@pytest.mark.parametrize("role", ["editor", "packer"])
def test_only_owners_find_the_page(desk, role):
    browser = browser_of(desk.app, make_member(desk.producer, role))

    assert browser.get(desk.path).status_code == 404
    assert desk.make(browser).status_code in {400, 404}
    assert db.session.query(ApiKey).count() == 0


def test_a_key_of_another_producer_cannot_be_revoked(desk):
    desk.make()
    key_id = db.session.query(ApiKey).one().id
    other = Desk(desk.app)
    token = re.search(r'name="csrf_token" value="([^"]+)"', other.browser.get(other.path).text)[1]

    answer = other.browser.post(f"{other.path}/{key_id}/revocation", data={"csrf_token": token})

    assert answer.status_code == 404
    assert db.session.get_one(ApiKey, key_id, populate_existing=True).revoked_at is None


def test_who_signed_in_long_ago_proves_it_again_first(desk, clock):
    clock.move(timedelta(minutes=11))

    answer = desk.browser.get(desk.path)

    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in/confirm?next=")
