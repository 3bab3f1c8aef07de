"""Telling producers' systems: with the act, signed, again and again, given up, sent anew."""

import json
from datetime import timedelta

import pytest

from catalog.jobs import webhooks as jobs
from catalog.models.webhooks import EventKind, WebhookEndpoint, WebhookEvent
from catalog.operations.listings import change_listing
from catalog.operations.publishing import publish_listing, unpublish_listing
from catalog.operations.webhook_delivery import begin_delivery
from catalog.operations.webhooks import (
    announce,
    disable,
    enable,
    forget_old,
    replay,
    send_ping,
)
from core import clock as present
from core.db import db, transaction
from core.jobs.models import Job
from core.net import Answer
from tests.factories import make_producer, make_product
from tests.people import make_member
from tests.support.receivers import Receiver
from tests.support.webhook_shop import Shop, deliveries, is_signed, work

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


def test_a_message_is_sent_signed_over_time_and_raw_body(shop, receiver):
    shop.announce(listing_id=5, on_hand=7)
    work()

    ((path, headers, body),) = receiver.heard
    assert path == "/hook"
    told = json.loads(body)
    assert told == {
        "id": told["id"],
        "kind": "stock.changed",
        "happened_at": "2026-11-22T03:00:00Z",
        "producer_id": shop.producer_id,
        "data": {"listing_id": 5, "on_hand": 7},
    }
    assert (headers["Ocop-Event"], headers["Ocop-Event-Id"]) == ("stock.changed", told["id"])
    signature, (secret,) = headers["Ocop-Signature"], shop.secrets()
    assert signature.startswith(f"t={int(present.now().timestamp())},v1=")
    assert is_signed(signature, body, secret)
    assert not is_signed(signature, body + b" ", secret)
    assert not is_signed(signature.replace("t=1", "t=2"), body, secret)
    assert not is_signed(signature, body, secret[:-1] + "x")
    assert [(each.state, each.last_status, each.last_excerpt) for each in deliveries()] == [
        ("delivered", 200, "ok")
    ]


def test_what_is_undone_is_not_told(shop, receiver):
    def break_down():
        with transaction():
            announce(EventKind.STOCK_CHANGED, producer_id=shop.producer_id, facts={}, now=present.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_down()
    work()

    assert receiver.heard == []
    assert db.session.query(WebhookEvent).count() == 0


def test_only_who_asked_for_a_kind_is_told_and_nobody_else(shop, receiver):
    with transaction():
        db.session.get_one(WebhookEndpoint, shop.endpoint_id).events = "price.changed"
    shop.announce(EventKind.STOCK_CHANGED)
    with transaction():
        announce(EventKind.PRICE_CHANGED, producer_id=make_other(), facts={}, now=present.now())
    work()

    assert receiver.heard == []
    assert db.session.query(WebhookEvent).count() == 0


def make_other():
    from sqlalchemy import select

    from catalog.models import Producer

    return db.session.scalar(select(Producer.id).order_by(Producer.id.desc())) + 1


def test_changes_publication_stock_and_prices_are_told_by_the_acts_themselves(shop, receiver):
    now = present.now()
    pack_id = shop.product.variants[0].id
    with transaction():
        change_listing(
            shop.product,
            {"summary": "Ngọt", "variants": {pack_id: {"price_vnd": 99_000, "on_hand": 4}}},
            by=shop.by,
            now=now,
        )
    with transaction():
        unpublish_listing(shop.product, by=shop.by, now=now)
    with transaction():
        publish_listing(shop.product, by=shop.by, now=now)
    work()

    told = [(json.loads(body)["kind"], json.loads(body)["data"]) for _, _, body in receiver.heard]
    listing = {"listing_id": shop.product_id}
    assert sorted(told, key=str) == sorted(
        [
            ("stock.changed", listing | {"pack_id": pack_id, "on_hand": 4}),
            ("listing.changed", listing | {"fields": ["summary", f"variant.{pack_id}.price_vnd"]}),
            ("price.changed", listing | {"pack_id": pack_id, "price_vnd": 99_000}),
            ("listing.unpublished", listing | {"fields": ["is_for_sale", "is_listed"]}),
            ("listing.published", listing | {"fields": ["is_for_sale", "is_listed"]}),
        ],
        key=str,
    )


def test_recognitions_and_their_withdrawal_are_told(shop, receiver):
    from datetime import date

    from catalog.facts import CertificationFacts, RevocationFacts, SourceFacts
    from catalog.operations.certifications import record_certification, record_revocation
    from catalog.operations.sources import record_source

    facts = CertificationFacts(
        stars=4,
        decision_number="1/QĐ-UBND",
        decided_on=date(2025, 6, 1),
        authority_level="province",
        authority_name="UBND tỉnh Vĩnh Long",
        evidence_level="B",
    )
    with transaction():
        source = record_source(SourceFacts(key="S9", publisher="Báo", title="Tin"))
        row = record_certification(shop.product, facts, now=present.now(), source=source)
        taken = RevocationFacts(
            decision_number="2/QĐ-UBND",
            revoked_on=date(2026, 1, 5),
            ground="misuse_of_mark",
            authority_name="UBND tỉnh Vĩnh Long",
        )
        record_revocation(row, taken, now=present.now())
    work()

    told = {json.loads(body)["kind"]: json.loads(body)["data"] for _, _, body in receiver.heard}
    assert told["recognition.recorded"]["stars"] == 4
    assert told["recognition.revoked"]["revoked_on"] == "2026-01-05"


@pytest.mark.parametrize("step", [500, 404, 302, 301, "drop", "hang"])
def test_what_fails_is_tried_again_until_it_arrives_once(shop, receiver, clock, monkeypatch, step):
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 0.3)
    receiver.plan = [step, step]
    shop.announce()

    work()
    assert len(receiver.heard) == 1
    (waiting,) = deliveries()
    assert (waiting.state, waiting.attempts) == ("pending", 1)
    assert waiting.next_at == present.now() + timedelta(minutes=1)
    assert waiting.last_status == (step if isinstance(step, int) else None)
    assert shop.endpoint.failing_since_at == present.now()

    clock.move(timedelta(minutes=1))
    work()
    clock.move(timedelta(minutes=5))
    work()

    assert len(receiver.heard) == 3
    assert {path for path, _, _ in receiver.heard} == {"/hook"}
    assert len({body for _, _, body in receiver.heard}) == 1
    assert [each.state for each in deliveries()] == ["delivered"]
    assert shop.endpoint.failing_since_at is None


def test_after_three_days_it_is_given_up(shop, receiver, clock):
    receiver.plan = [500] * 100
    shop.announce()
    begun = present.now()

    while deliveries()[0].state == "pending":
        work()
        if deliveries()[0].next_at:
            clock.set(deliveries()[0].next_at)

    assert timedelta(days=2) < present.now() - begun < timedelta(days=3)
    assert len(receiver.heard) == 12
    assert deliveries()[0].state == "dead"
    clock.move(timedelta(days=1))
    work()
    assert len(receiver.heard) == 12


def test_an_address_that_fails_is_left_in_peace_by_other_messages(shop, receiver, clock):
    """One that hangs would otherwise hold the only worker for seconds with each of a thousand messages."""
    receiver.plan = [500]
    for number in range(20):
        shop.announce(number=number)

    work()
    assert len(receiver.heard) == 1
    clock.move(timedelta(minutes=1))
    work()

    assert len(receiver.heard) == 21
    assert {each.state for each in deliveries()} == {"delivered"}


def test_trying_an_address_that_fails_does_not_end_its_rest(shop, receiver, clock):
    """An owner who tries a receiver that hangs twenty times a minute would have the worker for itself."""
    receiver.plan = [500] * 2
    shop.announce()
    work()
    clock.move(timedelta(minutes=1))
    work()
    assert shop.endpoint.rest_until_at == present.now() + timedelta(minutes=5)

    for _ in range(4):
        with transaction():
            send_ping(shop.endpoint, now=present.now())
        with transaction():
            enable(shop.endpoint, by=shop.by, now=present.now())
        with transaction():
            replay(shop.producer_id, deliveries()[0].id, by=shop.by, now=present.now())
        work()
    assert len(receiver.heard) == 2
    assert shop.endpoint.rest_until_at == present.now() + timedelta(minutes=1)

    clock.move(timedelta(minutes=2))
    work()
    assert len(receiver.heard) == 6, "each trial once; the first message waits for its own time"
    clock.move(timedelta(minutes=3))
    work()
    assert len(receiver.heard) == 7
    assert {each.state for each in deliveries()} == {"delivered"}


def test_a_slow_receiver_rests_and_gets_all_of_it_bit_by_bit(shop, receiver, clock, monkeypatch):
    """Whoever answers after 4.9 seconds does not fail; 500 messages at once would still take the worker 40 minutes."""
    monkeypatch.setattr(jobs, "monotonic", iter([0.0, 4.0] * 50).__next__)
    for number in range(8):
        shop.announce(number=number)

    work()
    assert [len(receiver.heard), shop.endpoint.rest_until_at] == [1, present.now() + timedelta(seconds=36)]
    begun = present.now()
    while any(each.state == "pending" for each in deliveries()):
        clock.move(timedelta(seconds=12))
        work()

    told = [json.loads(body)["data"]["number"] for _, _, body in receiver.heard]
    assert told == list(range(8))
    assert present.now() - begun == timedelta(seconds=7 * 36)
    done = db.session.query(Job).filter_by(name="catalog.deliver_webhook").count()
    assert done < 8 * 8


def test_after_five_days_without_arrival_the_address_is_switched_off_and_its_owner_told(
    shop, receiver, clock
):
    from core.messages.models import Message

    receiver.plan = [500] * 200
    end = present.now() + timedelta(days=6)
    while present.now() < end and shop.endpoint.is_live:
        shop.announce()
        work()
        clock.move(timedelta(hours=7))
    shop.announce()

    assert not shop.endpoint.is_live
    assert shop.endpoint.disabled_by_id is None
    assert {each.state for each in deliveries()} == {"dead"}
    assert db.session.query(Message).count() == 1


def test_what_was_given_up_can_be_sent_again_with_the_same_id(shop, receiver, clock):
    receiver.plan = [500]
    event = shop.announce()
    event_id = event.id
    work()
    clock.move(timedelta(days=4))
    work()
    assert deliveries()[0].state == "dead"

    with transaction():
        replay(shop.producer_id, deliveries()[0].id, by=shop.by, now=present.now())
    work()

    assert deliveries()[0].state == "delivered"
    assert [json.loads(body)["id"] for _, _, body in receiver.heard] == [event_id, event_id]


def test_after_a_crash_between_sending_and_noting_it_is_sent_again(shop, receiver):
    """At least once: a receiver knows an event by its id."""
    shop.announce()
    (delivery,) = deliveries()
    ring = shop.app.extensions["settings"].keys
    with transaction():
        begin_delivery(delivery.id, ring, now=present.now())  # and here the worker died

    work()

    assert len(receiver.heard) == 1
    assert (deliveries()[0].state, deliveries()[0].attempts) == ("delivered", 2)


def test_outside_tests_the_own_network_is_never_asked(shop, receiver, monkeypatch):
    asked = []

    def refuse(*arguments, is_trusted, **_options):
        asked.append(is_trusted)
        return Answer(200, b"")

    monkeypatch.setattr(jobs, "post", refuse)
    settings = shop.app.extensions["settings"]
    from dataclasses import replace

    from core.config import Environment

    for environment in (Environment.PRODUCTION, Environment.DEVELOPMENT):
        shop.app.extensions["settings"] = replace(settings, ocop_env=environment)
        shop.announce()
        work()

    assert asked == [False, False]


def test_a_switched_off_address_hears_nothing(shop, receiver):
    with transaction():
        disable(db.session.get_one(WebhookEndpoint, shop.endpoint_id), by=shop.by, now=present.now())

    assert shop.announce() is None
    work()
    assert receiver.heard == []


def test_events_are_forgotten_after_a_month(shop, receiver, clock):
    shop.announce()
    work()
    clock.move(timedelta(days=31))

    with transaction():
        forget_old(now=present.now())

    assert (db.session.query(WebhookEvent).count(), deliveries()) == (0, [])


def test_a_hostile_answer_is_kept_short_and_plain(shop, receiver):
    receiver.said = b"<script>\x00\x1b[31m\xff" + b"x" * 100_000
    shop.announce()
    work()

    excerpt = deliveries()[0].last_excerpt
    assert len(excerpt) == 300
    assert "\x00" not in excerpt
    assert "\x1b" not in excerpt


def test_one_that_is_told_twice_at_once_is_told_once(shop, receiver):
    shop.announce()
    jobs.deliver_webhook(deliveries()[0].id)
    jobs.deliver_webhook(deliveries()[0].id)

    assert len(receiver.heard) == 1
    assert db.session.query(Job).filter_by(name="catalog.deliver_webhook").count() == 1
