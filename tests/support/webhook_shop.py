"""A producer whose system takes messages, and how a receiver checks them."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from flask import Flask

from accounts.models import User
from catalog.jobs import webhooks  # noqa: F401  (its jobs are known from here on)
from catalog.models import Producer, Product
from catalog.models.webhooks import EventKind, WebhookDelivery, WebhookEndpoint
from catalog.operations.webhook_delivery import secrets_of
from catalog.operations.webhooks import add_endpoint, announce
from core import clock as present
from core.db import db, transaction
from core.jobs.worker import run_next
from tests.people import actor

ALL = [kind.value for kind in EventKind if kind is not EventKind.PING]


class Shop:
    def __init__(self, app: Flask, producer: Producer, product: Product, owner: User, url: str) -> None:
        self.app, self.owner = app, owner
        self.producer_id, self.product_id = producer.id, product.id
        self.by = actor(owner)
        self.endpoint_id = self.add(url)

    def add(self, url: str, events: Sequence[str] = ALL) -> int:
        with transaction():
            endpoint = add_endpoint(
                self.producer_id, url, events, by=self.by, now=present.now(), is_trusted=True
            )
            return endpoint.id

    @property
    def product(self) -> Product:
        return db.session.get_one(Product, self.product_id)

    @property
    def endpoint(self) -> WebhookEndpoint:
        db.session.rollback()
        return db.session.get_one(WebhookEndpoint, self.endpoint_id, populate_existing=True)

    def announce(self, kind: EventKind = EventKind.STOCK_CHANGED, **facts: Any) -> Any:
        with transaction():
            return announce(kind, producer_id=self.producer_id, facts=facts, now=present.now())

    def secrets(self) -> Any:
        ring = self.app.extensions["settings"].keys
        return secrets_of(self.endpoint, ring, now=present.now())


def work() -> None:
    while run_next():
        pass
    db.session.rollback()


def deliveries() -> list[WebhookDelivery]:
    db.session.rollback()
    return db.session.query(WebhookDelivery).order_by(WebhookDelivery.id).all()


def is_signed(header: str, body: bytes, secret: str) -> bool:
    """As the documentation tells a receiver to check it."""
    parts = [each.split("=", 1) for each in header.split(",")]
    time = next(value for name, value in parts if name == "t")
    wanted = hmac.new(secret.encode(), f"{time}.".encode() + body, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(wanted, value) for name, value in parts if name == "v1")
