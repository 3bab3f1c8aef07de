"""Those who hold fairs and producers that come, at their browsers.

Each function needs an application context (the fixture `db_session`) and commits what it makes.
"""

import re
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from accounts.models import User
from catalog.models import Producer
from catalog.models.joining import SellerCheck
from catalog.queries.sellers import compared_facts
from core import clock
from tests.factories import saved
from tests.people import browser_of, make_organiser

WHAT = {
    "kind": "fair",
    "name": "Hội chợ OCOP Vĩnh Long",
    "starts_on": "2026-12-20",
    "ends_on": "2026-12-24",
    "opens": "08:00",
    "closes": "21:00",
    "register_until_on": "2026-12-10",
}
PLACE = {"venue": "Quảng trường Thử", "address": "1 đường Trình Diễn", "province_code": "86", "country": "VN"}
ABOUT = {
    "organiser_name": "Sở Công Thương thử",
    "phone": "0270 3822 345",
    "summary": "Năm ngày, ba mươi gian.",
}


class Holder:
    """An organiser at a browser: fetches a page before a form is sent."""

    def __init__(self, app: Flask, user: User | None = None) -> None:
        self.user = user or make_organiser()
        self.browser = browser_of(app, self.user)

    def get(self, path: str) -> TestResponse:
        return self.browser.get(f"/organiser{path}")

    def post(self, path: str, form: dict[str, Any] | None = None, **others: Any) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/fairs/new").text)
        assert found
        return self.browser.post(f"/organiser{path}", data={"csrf_token": found[1], **(form or {})}, **others)

    def open_fair(self, **changes: str) -> int:
        """A published fair through all its pages; its number."""
        answer = self.post("/fairs", WHAT | changes)
        assert answer.status_code == 303, answer.text
        found = re.search(r"/fairs/(\d+)/", answer.headers["Location"])
        assert found
        number = int(found[1])
        for step, form in (("place", PLACE), ("about", ABOUT)):
            assert self.post(f"/fairs/{number}/edit/{step}", form).status_code == 303
        assert self.post(f"/fairs/{number}/publication").status_code == 303
        return number


def verify(producer: Producer) -> Producer:
    """Let the producer be verified for a year."""
    asked = saved(
        SellerCheck(
            producer_id=producer.id, state="asked", told=compared_facts(producer), noted_at=clock.now()
        )
    )
    saved(
        SellerCheck(
            producer_id=producer.id,
            state="verified",
            answers_id=asked.id,
            told=compared_facts(producer),
            method="business_register",
            office="cán bộ thử",
            checked_on=clock.today(),
            until_on=clock.today() + timedelta(days=365),
            noted_at=clock.now(),
        )
    )
    return producer
