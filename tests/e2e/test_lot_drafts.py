"""Events written down on a telephone without a network: kept there with their photographs, sent once there is one."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from bench.market import Market
from tests.e2e.signed_in import sign_in
from tests.e2e.visitors import Visitor, visitor
from tests.papers import a_photo


@pytest.fixture
def owner(browser: Browser, market: Market) -> Iterator[Visitor]:
    with visitor(browser, market.base_url, reduced_motion="reduce") as person:
        sign_in(person, market, "chu-co-so")
        yield person


def lot_of(person: Visitor) -> str:
    """Open a lot; its address."""
    person.open("/workspace")
    page = person.page
    page.goto(f"{page.url}/lots/new")
    page.locator("ul.rows a").first.click()
    page.locator("#code").fill(f"E2E-{uuid4().hex[:8]}")
    page.locator("#quantity").fill("12")
    page.locator("form[data-drafts] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/lots/\d+"))
    return page.url.split("?")[0]


def test_what_is_written_without_a_network_is_sent_once_with_its_photograph_when_there_is_one(
    owner: Visitor, tmp_path: Path
) -> None:
    photo = tmp_path / "kho.jpg"
    photo.write_bytes(a_photo())
    lot, page = lot_of(owner), owner.page
    page.goto(f"{lot}/events/new?step=packing")
    waiting = page.locator("[data-waiting]")

    owner.context.set_offline(True)
    for note in ("Gói trong kho", "Xếp lên kệ"):
        page.locator("#note").fill(note)
        if note.startswith("Gói"):
            page.locator("#photos").set_input_files(photo)
        page.locator("form[data-drafts] button[type=submit]").click()
        expect(waiting).to_contain_text(note)
    expect(page.locator("#note")).to_have_value("")

    page.close()  # or it would send by itself
    owner.context.set_offline(False)
    page = owner.context.new_page()
    page.goto(lot)  # opened later: what waits is sent from there

    expect(page.locator("[data-waiting]")).to_contain_text("Đã gửi")
    page.reload()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    for note in ("Gói trong kho", "Xếp lên kệ"):
        expect(page.locator(".timeline").get_by_text(note, exact=True)).to_have_count(1)
    expect(page.locator(".event-photos img")).to_have_count(1)
