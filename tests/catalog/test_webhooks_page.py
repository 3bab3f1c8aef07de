"""The page of addresses and the log of what was sent: for owners only."""

import re

import pytest

from catalog.models.webhooks import EventKind, WebhookDelivery, WebhookEndpoint
from catalog.operations.webhooks import announce
from core import clock as present
from core.db import db, transaction
from tests.factories import make_producer
from tests.people import browser_of, make_member
from tests.support.receivers import Receiver
from tests.support.webhook_shop import work

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def desk(app):
    return Desk(app)


class Desk:
    def __init__(self, app):
        self.app, self.producer_id = app, make_producer().id
        self.path = f"/workspace/{self.producer_id}/webhooks"
        self.browser = browser_of(app, make_member(db_producer(self.producer_id)))

    def send(self, path="", browser=None, **form):
        browser = browser or self.browser
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(self.path).text)
        return browser.post(self.path + path, data=form | {"csrf_token": token[1] if token else ""})


def db_producer(producer_id):
    from catalog.models import Producer

    return db.session.get_one(Producer, producer_id)


def test_an_address_is_added_tried_renewed_and_removed(desk):
    with Receiver() as receiver:
        made = desk.send(url=receiver.url, events=["stock.changed", "price.changed"])
        secret = re.search(r"whsec_[A-Za-z0-9_-]{43}", made.text)[0]
        assert made.status_code == 201
        assert secret not in desk.browser.get(desk.path).text
        endpoint_id = db.session.query(WebhookEndpoint).one().id

        assert desk.send(f"/{endpoint_id}/ping").status_code == 303
        work()
        assert [headers["Ocop-Event"] for _, headers, _ in receiver.heard] == ["ping"]
        page = desk.browser.get(desk.path).text
        assert "Đã tới" in page
        assert "200 · ok" in page

        renewed = desk.send(f"/{endpoint_id}/secret")
        assert re.search(r"whsec_[A-Za-z0-9_-]{43}", renewed.text)[0] != secret

        delivery_id = db.session.query(WebhookDelivery).one().id
        assert desk.send(f"/deliveries/{delivery_id}/replay").status_code == 303
        work()
        assert len(receiver.heard) == 2

        assert desk.send(f"/{endpoint_id}/removal").status_code == 303
        assert f"/{endpoint_id}/ping" not in desk.browser.get(desk.path).text
        assert desk.send(f"/{endpoint_id}/ping").status_code == 404


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"url": "ftp://example.vn/", "events": ["stock.changed"]}, "https://"),
        ({"url": "https://me:pw@example.vn/", "events": ["stock.changed"]}, "mật khẩu"),
        ({"url": "không", "events": ["stock.changed"]}, "https://example.vn/hook"),
        ({"url": "https://example.vn/", "events": []}, "Chọn"),
        ({"url": "https://example.vn/", "events": ["ping", "everything"]}, "Chọn"),
    ],
)
def test_an_address_that_cannot_be_told_is_refused(desk, form, sentence):
    answer = desk.send(**form)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(WebhookEndpoint).count() == 0


def test_there_are_three_addresses_at_most(desk):
    for number in range(3):
        assert desk.send(url=f"https://example.vn/{number}", events=["stock.changed"]).status_code == 201

    assert desk.send(url="https://example.vn/4", events=["stock.changed"]).status_code == 409
    assert db.session.query(WebhookEndpoint).count() == 3


def test_somebody_elses_address_and_message_are_not_found(desk):
    desk.send(url="https://example.vn/", events=["stock.changed"])
    endpoint_id = db.session.query(WebhookEndpoint).one().id
    with transaction():
        announce(EventKind.STOCK_CHANGED, producer_id=desk.producer_id, facts={}, now=present.now())
    delivery_id = db.session.query(WebhookDelivery).one().id
    other = Desk(desk.app)

    for path in (
        f"/{endpoint_id}/ping",
        f"/{endpoint_id}/secret",
        f"/{endpoint_id}/removal",
        f"/{endpoint_id}/activation",
        f"/deliveries/{delivery_id}/replay",
    ):
        assert other.send(path).status_code == 404
    assert db.session.query(WebhookEndpoint).one().removed_at is None
    assert db.session.query(WebhookDelivery).count() == 1


@pytest.mark.parametrize("role", ["editor", "packer"])
def test_only_owners_find_the_page(desk, role):
    browser = browser_of(desk.app, make_member(db_producer(desk.producer_id), role))

    assert browser.get(desk.path).status_code == 404


def test_what_an_address_answers_is_shown_as_text(desk):
    with Receiver() as receiver:
        receiver.said = b"<script>alert(1)</script>"
        desk.send(url=receiver.url, events=["stock.changed"])
        desk.send(f"/{db.session.query(WebhookEndpoint).one().id}/ping")
        work()

    page = desk.browser.get(desk.path).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
