"""A producer with a key, and a system that asks by it."""

import json
from typing import Any

from accounts.models import User
from accounts.operations.keys import create_key
from catalog.models import Producer, Product, Variant
from core import clock as present
from core.db import db, transaction
from tests.factories import make_producer, make_product
from tests.people import actor, make_member

ALL = ("listings:read", "listings:write", "stock:write", "prices:write")


def make_shop(client: Any) -> "Shop":
    """A producer with one product of one pack, an owner, and a key with every scope."""
    producer = make_producer()
    product = make_product(name="Kẹo dừa", producer=producer, certification=None)
    return Shop(client, producer, product, make_member(producer))


class Shop:
    def __init__(self, client: Any, producer: Producer, product: Product, owner: User) -> None:
        self.client, self.owner = client, owner
        self.producer_id, self.product_id = producer.id, product.id
        self.pack_id = product.variants[0].id
        self.key = key_of(self.producer_id, owner)
        self._names = iter(range(1000))

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        name: str | None = None,
        **headers: str,
    ) -> Any:
        sent = {"Authorization": f"Bearer {key or self.key}", **headers}
        if method == "POST":
            sent["Idempotency-Key"] = name or f"name-{next(self._names)}"
        if body is None:
            return self.client.open(f"/api/v1{path}", method=method, headers=sent)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent.setdefault("Content-Type", "application/json")
        return self.client.open(f"/api/v1{path}", method=method, data=content, headers=sent)


def key_of(producer_id: int, owner: User, scopes: tuple[str, ...] = ALL, **options: Any) -> str:
    by = actor(owner)
    with transaction():
        _key, text = create_key(
            producer_id,
            name="Kho",
            scopes=scopes,
            expires_on=options.get("expires_on"),
            by=by,
            now=present.now(),
        )
    return text


def pack(pack_id: int) -> Variant:
    db.session.rollback()
    return db.session.get_one(Variant, pack_id, populate_existing=True)


def wire(text: str) -> str:
    """A header as a server hands it over: bytes of UTF-8 taken for Latin-1."""
    return text.encode().decode("latin-1")


def errors_of(answer: Any) -> list[tuple[str, str]]:
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    return [(each["pointer"], each["reason"]) for each in answer.json["errors"]]
