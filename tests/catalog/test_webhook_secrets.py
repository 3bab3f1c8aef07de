"""Secrets of messages: two while one replaces the other, and nowhere written down."""

from datetime import timedelta

import pytest

from catalog.models.webhooks import WebhookEndpoint
from catalog.operations.webhook_delivery import secrets_of
from catalog.operations.webhooks import rotate_secret
from core import clock as present
from core.db import db, transaction
from core.keys import KeyRing
from tests.factories import make_producer, make_product
from tests.people import make_member
from tests.support.receivers import Receiver
from tests.support.webhook_shop import Shop, is_signed, work

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def receiver():
    with Receiver() as listening:
        yield listening


@pytest.fixture
def shop(app, receiver):
    producer = make_producer()
    product = make_product(producer=producer, certification=None)
    return Shop(app, producer, product, make_member(producer), receiver.url)


def test_while_a_secret_changes_both_sign_and_after_a_day_only_the_new_one(shop, receiver, clock):
    (old,) = shop.secrets()
    with transaction():
        rotate_secret(db.session.get_one(WebhookEndpoint, shop.endpoint_id), by=shop.by, now=present.now())
    new = shop.secrets()[0]
    shop.announce()
    work()
    clock.move(timedelta(days=1))
    shop.announce()
    work()

    (_, first, body), (_, second, later) = receiver.heard
    assert is_signed(first["Ocop-Signature"], body, old)
    assert is_signed(first["Ocop-Signature"], body, new)
    assert is_signed(second["Ocop-Signature"], later, new)
    assert not is_signed(second["Ocop-Signature"], later, old)


def test_a_new_secret_key_of_the_house_leaves_receivers_time(shop):
    endpoint, now = shop.endpoint, present.now()
    before = secrets_of(endpoint, KeyRing(("former key",)), now=now)

    assert secrets_of(endpoint, KeyRing(("new key", "former key")), now=now)[1:] == before
    assert not set(secrets_of(endpoint, KeyRing(("new key",)), now=now)) & set(before)


def test_the_table_and_the_audit_trail_hold_no_secret(shop):
    from accounts.models import AuditEvent

    (secret,) = shop.secrets()
    rows = [vars(row) for row in (*db.session.query(WebhookEndpoint), *db.session.query(AuditEvent))]

    assert secret not in str(rows)
    assert secret.removeprefix("whsec_") not in str(rows)


def test_no_log_line_holds_a_secret_or_a_signature(shop, receiver, caplog):
    caplog.set_level("DEBUG")
    receiver.plan = [500]
    shop.announce()
    work()

    assert shop.secrets()[0] not in caplog.text
    assert receiver.heard[0][1]["Ocop-Signature"].partition("v1=")[2] not in caplog.text
