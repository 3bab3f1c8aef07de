"""A guest without a browser: keeps cookies, reads forms from pages, fills them in and sends them.

One connection, kept alive; for measuring, and for crowds of buyers in tests.
"""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

RECEIVER: Final = {
    "name": "Người Mua Thử",
    "province": "79",
    "q": "Sài Gòn",
    "commune": "26740",
    "street": "12 Lê Lợi",
}


@dataclass
class Form:
    """A form of a page: where it goes and what it would send as it stands."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)

    def chosen(self) -> dict[str, str]:
        """What is sent by someone who takes the first of each choice and agrees to everything."""
        return {name: values[0] for name, values in self.options.items()} | self.fields


@dataclass(frozen=True)
class Answer:
    """What came back, redirects not followed."""

    status: int
    location: str
    body: str


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(facts.get("action", "")))
        if not self.forms:
            return
        form, name = self.forms[-1], facts.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in facts or self._select not in form.fields:
                form.fields[self._select] = facts.get("value", "")
        elif tag == "textarea" and name:
            form.fields.setdefault(name, "")
        elif tag == "input" and name:
            self._input(form, name, facts)

    def _input(self, form: Form, name: str, facts: Mapping[str, str]) -> None:
        kind, value = facts.get("type", "text"), facts.get("value", "")
        if kind in {"checkbox", "radio"}:
            form.options.setdefault(name, []).append(value)
            if "checked" in facts:
                form.fields[name] = value
        elif kind not in {"submit", "button", "image", "file"}:
            form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None


class Shopper:
    """A guest at the shop on `port` of this machine, that calls itself `base_url`.

    network: the address to come from, for a server that trusts one proxy.
    """

    def __init__(
        self, port: int, base_url: str, phone: str = "0912345678", network: str | None = None
    ) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._base_url = base_url
        self._phone = phone
        self._network = network
        self.cookies: dict[str, str] = {}

    def close(self) -> None:
        self._connection.close()

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: Mapping[str, Any]) -> Answer:
        return self._ask("POST", path, urlencode(fields))

    def add_to_cart(self, variant_id: int, quantity: int = 1) -> Answer:
        """As the form of a product's page does."""
        return self.post("/cart/lines", {"variant_id": variant_id, "quantity": quantity})

    def send(self, page: str, action: str, **typed: str) -> Answer:
        """Fill in the form of `page` that goes to `action`, and send it."""
        form = next(each for each in forms_of(page) if urlsplit(each.action).path == action)
        return self.post(action, form.fields | typed)

    def check_out(self, checkout_key: str | None = None, method: str = "cod") -> Answer:
        """From a filled basket to the page of the order: the last answer, wherever that is.

        checkout_key: sent instead of the one that the page holds, to be the same each time.
        """
        answer = self.get("/checkout")
        for action, typed in (
            ("/checkout/receiver", {"phone": self._phone, **RECEIVER}),
            ("/checkout/delivery", {"method": method}),
            ("/checkout/orders", {"checkout_key": checkout_key} if checkout_key else {}),
        ):
            form = next((each for each in forms_of(answer.body) if each.action.endswith(action)), None)
            if form is None:
                return answer
            answer = self.post(action, form.chosen() | typed)
            if answer.status != 303:
                return answer
            answer = self.get(answer.location)
        return answer

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        parts = urlsplit(path)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if self._network:
            headers["X-Forwarded-For"] = self._network
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": self._base_url,
                "Referer": f"{self._base_url}/",
                "Sec-Fetch-Site": "same-origin",
            }
        self._connection.request(method, target, body=body, headers=headers)
        response = self._connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _equals, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(response.status, response.headers.get("Location", ""), text)


def forms_of(page: str) -> list[Form]:
    """All forms of a page."""
    parser = _Forms()
    parser.feed(page)
    return parser.forms


def new_key() -> str:
    """A key for a checkout."""
    return str(uuid4())
