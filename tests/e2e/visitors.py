"""People with a browser, watched for what must never happen to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize

TELEPHONE = ViewportSize(width=360, height=640)
DESK = ViewportSize(width=1280, height=800)
# Patience for a busy machine: what comes late still comes, what never comes fails all the same.
WAIT_MS = 30_000

# A refused piece of a page is told in the page's world; a console message alone would not name the directive.
POLICY_WATCH = """
window.refusedByPolicy = [];
addEventListener("securitypolicyviolation", (event) =>
  refusedByPolicy.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""
# What Chromium says of any page answered with an error; the status is asserted by itself.
ANSWERED_WITH_ERROR = "Failed to load resource: the server responded with a status of"
# What Playwright says of a worker that it keeps out.
KEPT_OUT = "Service Worker registration blocked"

_numbers = count(1)


@dataclass
class Visitor:
    """One person, one browser window.

    complaints: console errors and warnings, exceptions and refusals, each with its page; strangers: requests to other
    hosts.
    """

    context: BrowserContext
    page: Page
    base_url: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def open(self, path: str) -> int:
        """Go to `path` on the market; the status it is answered with."""
        answer = self.page.goto(f"{self.base_url}{path}", wait_until="load")
        assert answer is not None
        return answer.status

    def forget(self) -> None:
        """Begin anew: no cookies, nothing complained of."""
        self.context.clear_cookies()
        self.complaints.clear()
        self.strangers.clear()

    def path(self) -> str:
        """Where the window is, without scheme and host."""
        address = urlsplit(self.page.url)
        return f"{address.path}?{address.query}" if address.query else address.path

    def refusals(self) -> list[str]:
        """What the content policy of the present page refused."""
        refused: list[str] = self.page.evaluate("window.refusedByPolicy ?? []")
        return refused

    def heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(
            (ANSWERED_WITH_ERROR, KEPT_OUT)
        ):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.netloc != urlsplit(self.base_url).netloc:
            self.strangers.append(request.url)


@contextmanager
def visitor(browser: Browser, base_url: str, **options: Any) -> Iterator[Visitor]:
    """Somebody never seen here before, from a network of their own. options: of the browser context."""
    number = next(_numbers)
    network = {"X-Forwarded-For": f"10.{number // 250}.{number % 250}.7"}
    settings = {
        "viewport": TELEPHONE,
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
        "service_workers": "block",  # tests of what the worker does let it in: test_offline.py
        **options,
    }
    context = browser.new_context(extra_http_headers=network, **settings)
    context.set_default_timeout(WAIT_MS)
    context.add_init_script(POLICY_WATCH)
    page = context.new_page()
    person = Visitor(context, page, base_url)
    page.on("console", person.heard)
    page.on("pageerror", lambda error: person.complaints.append(f"{page.url}: {error}"))
    page.on("request", person.asked)
    try:
        yield person
    finally:
        context.close()
