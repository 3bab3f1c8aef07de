"""Products seen lately: the device alone remembers them."""

import json

from playwright.sync_api import Browser

from bench.market import Market
from tests.e2e.page_kinds import PRODUCT, SERVICE


def test_the_device_remembers_what_was_seen_and_tells_nobody(browser: Browser, market: Market) -> None:
    context = browser.new_context()
    page = context.new_page()
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(f"{request.method} {request.url} {request.post_data or ''}")
    )

    page.goto(f"{market.base_url}/")
    assert not page.locator("[data-seen-list]").is_visible()
    for slug in (SERVICE, PRODUCT, SERVICE):
        page.goto(f"{market.base_url}/products/{slug}")
    sent.clear()
    page.goto(f"{market.base_url}/en/")
    links = page.locator("[data-seen-list] li a")
    links.first.wait_for()

    assert [link.get_attribute("href") for link in links.all()] == [
        f"/en/products/{SERVICE}",
        f"/en/products/{PRODUCT}",
    ]
    assert [each for each in sent if SERVICE in each or PRODUCT in each] == []
    page.locator("[data-seen-clear]").click()
    page.reload()
    assert not page.locator("[data-seen-list]").is_visible()
    assert page.evaluate("localStorage.length") == 0
    context.close()


def test_what_is_in_the_storage_runs_nothing_and_leads_nowhere_else(browser: Browser, market: Market) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{market.base_url}/about")
    hostile = json.dumps(
        [
            {"slug": "//evil.example", "name": "x"},
            {"slug": "a", "name": "<img src=x onerror=alert(1)>"},
            7,
            None,
        ]
    )
    page.evaluate("(text) => localStorage.setItem('seen', text)", hostile)

    page.goto(f"{market.base_url}/")
    links = page.locator("[data-seen-list] li a")
    links.first.wait_for()

    assert [link.get_attribute("href") for link in links.all()] == ["/products/a"]
    assert page.locator("[data-seen-list] img").count() == 0
    context.close()
