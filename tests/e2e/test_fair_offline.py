"""A fair saved on a telephone at its gate, and read in the hall without a network."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from bench.market import Market
from tests.e2e.page_kinds import FAIR
from tests.e2e.visitors import Visitor, visitor
from tests.e2e.words import say

READY = "() => navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"
BOOTH = f"/fairs/{FAIR}/booths/B2"


@pytest.fixture
def at_the_gate(browser: Browser, market: Market) -> Iterator[Visitor]:
    """Somebody who has opened the fair's page, and whose browser runs our worker."""
    with visitor(browser, market.base_url, service_workers="allow") as person:
        person.open("/about")
        person.page.wait_for_function(READY)
        person.open(f"/fairs/{FAIR}")
        yield person
        assert person.strangers == []
        assert [each for each in person.complaints if "net::ERR" not in each] == []


def test_only_what_was_saved_on_purpose_is_there_without_a_network(at_the_gate: Visitor) -> None:
    page, base_url = at_the_gate.page, at_the_gate.base_url
    nothing = say("vi", "No network")
    at_the_gate.context.set_offline(True)
    page.goto(base_url + BOOTH)
    unasked = page.locator("h1").inner_text()

    at_the_gate.context.set_offline(False)
    at_the_gate.open(f"/fairs/{FAIR}")
    page.get_by_role("button", name=say("vi", "Save for offline")).click()
    expect(page.locator("[data-fair] [role=status]")).to_have_text("Đã lưu trên máy này: 3/3 gian.")
    at_the_gate.context.set_offline(True)
    page.goto(base_url + BOOTH)
    expect(page.locator(".kept")).to_contain_text("bản lưu lúc")
    booth = page.locator("h1").inner_text()
    is_styled = (
        page.evaluate("getComputedStyle(document.querySelector('.booth-code')).display") == "inline-block"
    )
    page.goto(f"{base_url}/fairs/{FAIR}")
    expect(page.locator("[data-fair] [role=status]")).to_contain_text("Đã lưu trên máy này lúc")
    booths = page.locator("a[data-booth]").count()
    page.get_by_role("button", name=say("vi", "Remove from this device")).click()
    expect(page.locator("[data-fair] [role=status]")).to_have_text("Đã xóa khỏi máy này.")
    page.goto(base_url + BOOTH)

    assert unasked == nothing
    assert booth.startswith("B2")
    assert is_styled
    assert booths == 3
    assert page.locator("h1").inner_text() == nothing
