"""A member of a producer at a browser, who begins and answers the questions of a listing."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from catalog.models import Producer, Product
from core.db import db
from tests.people import browser_of, make_member


class Hand:
    """A member at a browser: looks at a page before a form of it is sent."""

    def __init__(self, app: Flask, producer: Producer, role: str = "owner", **facts: Any) -> None:
        self.user = make_member(producer, role, **facts)
        self.browser = browser_of(app, self.user)
        self.base = f"/workspace/{producer.id}"

    def get(self, path: str) -> TestResponse:
        return self.browser.get(self.base + path)

    def post(self, path: str, form: dict[str, Any] | None = None, *, at: str = "/products") -> TestResponse:
        return self.send(self.base + path, form, at=at)

    def send(
        self, address: str, form: dict[str, Any] | None = None, *, at: str = "/products"
    ) -> TestResponse:
        """The same to any address, also of somebody else's workspace."""
        pages = (self.get(page).text for page in (at, "/products/new", "/stock"))
        tokens = (re.search(r'name="csrf_token" value="([^"]+)"', page) for page in pages)
        token = next((found[1] for found in tokens if found), "")
        return self.browser.post(address, data={"csrf_token": token, **(form or {})})


ANSWERS = {
    "what": {"criteria_set": "4", "summary": "Thơm, sánh", "name": "Mật ong hoa cà phê"},
    "packs": {
        "variant-n1-label": "Chai 500 ml",
        "variant-n1-quantity": "0,5",
        "variant-n1-unit": "l",
        "variant-n1-price": "1tr250",
        "variant-n1-gtin": "9520000000028",
    },
    "stock": {"variant-n1-on_hand": "12"},
    "label": {"origin": "Đắk Lắk, Việt Nam", "shelf_life_days": "730", "ingredients": "100% mật ong"},
    "story": {"story": "Ong **nhà**.\n- hoa cà phê"},
}


def begin(
    hand: Hand, name: str = "Mật ong hoa cà phê", key: str = "11111111-1111-4111-8111-111111111111"
) -> int:
    """A new listing by its name; its number."""
    answer = hand.post("/products", {"name": name, "submission_key": key}, at="/products/new")
    assert answer.status_code == 303
    found = re.search(r"/products/(\d+)/draft/what$", answer.headers["Location"])
    assert found
    return int(found[1])


def answer_all(hand: Hand, product_id: int) -> None:
    """Answer every question of a listing."""
    for step, form in ANSWERS.items():
        path = f"/products/{product_id}/draft/{step}"
        answer = hand.post(path, form, at=path)
        assert answer.status_code == 303, (step, answer.text)


def product_row(product_id: int) -> Product:
    """The product as it is on record now."""
    db.session.rollback()
    return db.session.get_one(Product, product_id)
