"""The counter on a telephone without a network: UX-19 of the specification, threat T-42, and its lock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from sqlalchemy import func, select

from bench.market import Market
from core.db import db
from orders.models.orders import Order
from orders.models.slices import StockSlice
from promotion.models.counter import BoothItem, DayEnd
from tests.e2e.booth_phone import (
    READY,
    Stand,
    at,
    kept_items,
    make_stand,
    pair,
    sell_for_cash,
    type_pin,
    working_on,
)
from tests.e2e.signed_in import sign_in
from tests.e2e.visitors import Visitor, visitor
from tests.e2e.words import say

RICE = "gao-nep-nuong-suoi-mo"
SALES = 20
PACKS = 22
SYNC = "**/api/v1/booth/sync"
OURS = {"X-Request-Id": "answer"}
A_PACK_IS_KEPT = """async () => {
  const { read } = await import("/static/js/booth/store.js");
  return (await read("basket"))?.lines.length === 1;
}"""


@pytest.fixture(scope="module")
def stand(market: Market) -> Stand:
    return make_stand(market, RICE, PACKS)


@pytest.fixture(scope="module")
def seller(browser: Browser, market: Market, stand: Stand) -> Iterator[Visitor]:
    """The owner, whose telephone was paired with a network and opened once."""
    with visitor(browser, market.base_url, service_workers="allow", reduced_motion="reduce") as person:
        sign_in(person, market, "chu-co-so")
        pair(person, stand.participation_id)
        person.page.wait_for_function(READY)
        yield person
        assert person.strangers == []
        assert [each for each in person.complaints if "net::ERR" not in each] == []


def waiting(page: Page) -> int:
    return sum(item["state"] == "waiting" for item in kept_items(page))


def more_of(page: Page, variant_id: int) -> Locator:
    return page.locator(f"[data-variant='{variant_id}'] [data-do=more]")


@contextmanager
def in_the_way(page: Page, act: Callable[[Route], None]) -> Iterator[None]:
    """What is sent meets `act` in place of the market."""
    page.route(SYNC, act)
    try:
        yield
    finally:
        page.unroute(SYNC)


def _taken_along(stand: Stand) -> tuple[int, int, int]:
    """Packs allotted, sold and brought back."""
    where = StockSlice.place == stand.place
    found = db.session.execute(
        select(StockSlice.allotted, StockSlice.sold, StockSlice.returned).where(where)
    ).one()
    return found.allotted, found.sold, found.returned


def send_now(page: Page) -> None:
    """Send, and wait until that has ended one way or the other."""
    page.evaluate(
        """async () => { const { send } = await import("/static/js/booth/outbox.js"); await send(); }"""
    )


def test_twenty_sales_without_a_network_arrive_once_each(
    market: Market, stand: Stand, seller: Visitor
) -> None:
    (rice,) = stand.variants

    seller.context.set_offline(True)
    _sell_twenty(seller, rice)
    _cannot_oversell(seller.page, rice)
    seller.context.set_offline(False)
    _nothing_leaves_for_strangers(seller.page)
    _what_was_refused_is_sent_again(seller.page)
    _send_twice(seller)

    page = seller.page
    items = kept_items(page)
    codes = {item["result"]["order_code"] for item in items}
    ids = [item["id"] for item in items]
    assert [item["state"] for item in items] == ["booked"] * SALES
    assert codes == {item["item"]["reference"] for item in items}
    expect(page.locator(f"[data-variant='{rice}'] [data-put=left]")).to_contain_text(str(PACKS - SALES))
    with working_on(market):
        booked = db.session.scalars(select(BoothItem.outcome).where(BoothItem.id.in_(ids))).all()
        assert booked == ["booked"] * SALES
        assert db.session.scalar(select(func.count()).where(Order.code.in_(codes))) == SALES
        assert _taken_along(stand) == (PACKS, SALES, 0)


def _sell_twenty(seller: Visitor, rice: int) -> None:
    """Twenty sales; the page is opened anew on the way, and killed with a pack in the basket."""
    page = seller.page
    for number in range(1, SALES + 1):
        if number == 8:
            page.reload()
            at(page, "sell")
        if number == 15:
            more_of(page, rice).click()
            page.wait_for_function(A_PACK_IS_KEPT)
            page.close()
            page = seller.page = seller.context.new_page()
            page.goto(f"{seller.base_url}/booth")
            at(page, "sell")
            expect(page.locator(f"[data-variant='{rice}'] [data-put=quantity]")).to_have_text("1")
            page.locator("[data-clear]").click()
        sell_for_cash(page, rice)
    unsent = say("vi", "{count} not sent").replace("{count}", str(SALES))
    expect(page.locator("[data-badge]")).to_have_text(unsent)


def _cannot_oversell(page: Page, rice: int) -> None:
    """Two packs are left: a third cannot be tapped."""
    for _ in range(PACKS - SALES):
        more_of(page, rice).click()
    expect(more_of(page, rice)).to_be_disabled()
    page.locator("[data-clear]").click()


def _nothing_leaves_for_strangers(page: Page) -> None:
    """The hall's Wi-Fi answers with its own page or JSON; the market can read or book nothing: all stays."""
    portal = {"content_type": "text/html", "body": "<h1>Wi-Fi</h1>"}
    unread = {"status": 422, "headers": OURS, "json": {"title": "Unprocessable"}}
    for answer in (
        portal,
        {"json": {"results": "welcome"}},
        unread,
        {"headers": OURS, "json": {"results": []}},
    ):
        with in_the_way(page, partial(_answered, answer=answer)):
            send_now(page)
            assert waiting(page) == SALES


def _what_was_refused_is_sent_again(page: Page) -> None:
    """What the market refused waits again when it is told to, and nothing of it is lost on the way."""
    first = kept_items(page)[0]["id"]
    with in_the_way(page, lambda route: route.abort()):
        page.locator("[data-badge]").click()
        page.evaluate(
            """async (id) => {
              const { settle } = await import("/static/js/booth/store.js");
              await settle([{ id, outcome: "refused", words_vi: "Không nhận.", words_en: "No." }], null);
              dispatchEvent(new Event("online"));
            }""",
            first,
        )
        page.locator("[data-told] [data-do=again]:visible").click()
        expect(page.locator("[data-told] [data-do=again]:visible")).to_have_count(0)
        assert waiting(page) == SALES
        page.locator("[data-screen=today] [data-do=home]").click()


def _send_twice(seller: Visitor) -> None:
    """The market books everything, but its answer is lost; then it is sent again, by two windows at once."""
    page = seller.page
    with in_the_way(page, _lose_the_answer):
        send_now(page)
        assert waiting(page) == SALES
    other = seller.context.new_page()
    other.goto(f"{seller.base_url}/booth")
    at(other, "sell")
    for each in (page, other):
        each.evaluate("() => void dispatchEvent(new Event('online'))")
    expect(page.locator("[data-badge]")).to_have_text(say("vi", "All sent"))
    other.close()


def _answered(route: Route, answer: dict[str, Any]) -> None:
    route.fulfill(**answer)


def _lose_the_answer(route: Route) -> None:
    route.fetch()
    route.abort()


def test_a_transfer_is_undone_and_the_day_closed(market: Market, stand: Stand, seller: Visitor) -> None:
    page = seller.page
    (rice,) = stand.variants
    seller.context.set_offline(False)
    page.goto(f"{seller.base_url}/en/booth")
    at(page, "sell")
    before = len(kept_items(page))

    sell_for_cash(page, rice)
    page.locator("[data-badge]").click()
    page.locator("[data-sales] [data-do=undo]").first.click()
    page.get_by_label(say("en", "Typed wrongly")).check()
    page.locator("[data-undo] [type=submit]").click()
    expect(page.locator("[data-badge]")).to_have_text("All sent")
    expect(page.locator("[data-sales] li").first).to_contain_text("Undone")
    page.locator("[data-screen=today] [data-do=home]").click()

    page.locator(".bar-menu").click()
    page.locator("[data-do=closing]").click()
    expected = page.locator("[data-put=cash_expected]").inner_text()
    page.locator("#closing-cash").fill("".join(filter(str.isdigit, expected)))
    expect(page.locator("[data-put=cash_difference]")).to_have_text("It is right.")
    page.locator("[data-counted]").first.fill(str(PACKS - SALES))
    page.locator("[data-closing] [type=submit]").click()
    page.locator("[data-do=understood]").click()
    expect(page.locator("[data-badge]")).to_have_text("All sent")

    made = kept_items(page)[before:]
    assert [(each["item"]["kind"], each["state"]) for each in made] == [
        ("sale", "booked"),
        ("undo", "booked"),
        ("day_end", "booked"),
    ]
    with working_on(market):
        day = db.session.scalars(
            select(DayEnd).where(DayEnd.participation_id == stand.participation_id)
        ).one()
        assert (day.cash_difference_vnd, day.undone_count) == (0, 1)
        assert _taken_along(stand) == (PACKS, SALES, 0)


def test_a_tap_while_the_memory_is_read_is_not_lost(stand: Stand, seller: Visitor) -> None:
    """What was read before a tap, or before the sale got its code, does not take the place of it on the screen."""
    page, (rice,) = seller.page, stand.variants
    page.goto(f"{seller.base_url}/booth")
    at(page, "sell")

    shown = page.evaluate(
        """async (id) => {
          const { nameBasket, refresh, state } = await import("/static/js/booth/state.js");
          const reading = refresh();
          document.querySelector(`[data-variant="${id}"] [data-do=more]`).click();
          await reading;
          const count = document.querySelector(`[data-variant="${id}"] [data-put=quantity]`).textContent;
          await Promise.all([nameBasket(), refresh()]);
          const { reference } = state.basket;
          await refresh();
          return [count, typeof reference, reference === state.basket.reference];
        }""",
        rice,
    )

    assert shown == ["1", "string", True]
    page.locator("[data-do=clear]").click()


def test_another_province_asks_for_a_commune_of_its_own(seller: Visitor) -> None:
    seller.page.goto(f"{seller.base_url}/booth")
    at(seller.page, "sell")

    left = seller.page.evaluate(
        """() => {
          const { commune, province } = document.querySelector("[data-ship]").elements;
          commune.value = "Phường Ba Đình";
          commune.dataset.code = "00004";
          province.dispatchEvent(new Event("change"));
          return [commune.value, commune.dataset.code ?? null];
        }"""
    )

    assert left == ["", None]


def test_what_is_sold_while_the_pack_is_fetched_is_sent_at_once(
    market: Market, stand: Stand, seller: Visitor
) -> None:
    page, held = seller.page, []
    (rice,) = stand.variants
    seller.context.set_offline(False)
    page.route("**/api/v1/booth/pack", lambda route: held.append(route), times=1)  # noqa: PLW0108
    with page.expect_request("**/api/v1/booth/pack"):
        page.goto(f"{seller.base_url}/en/booth")
    at(page, "sell")

    sell_for_cash(page, rice)
    expect(page.locator("[data-badge]")).to_have_text("1 not sent")
    held.pop().continue_()

    expect(page.locator("[data-badge]")).to_have_text("All sent")


def test_a_stranger_finds_it_locked_and_who_forgot_the_pin_loses_nothing(
    stand: Stand, seller: Visitor
) -> None:
    page, (rice,) = seller.page, stand.variants
    page.goto(f"{seller.base_url}/booth")
    at(page, "sell")
    seller.context.set_offline(True)
    sell_for_cash(page, rice)
    unsent = kept_items(page)

    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=11))
    page.reload()
    for left in (4, 3, 2, 1):
        type_pin(page, "0000")
        expect(page.locator("[data-put=lock_told]")).to_contain_text(str(left))
    type_pin(page, "0000")
    expect(page.locator("[data-put=lock_told]")).to_contain_text("30")
    type_pin(page)  # the right one, but too early; a reload does not help
    page.reload()
    type_pin(page)
    at(page, "lock")
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=12))
    type_pin(page)
    at(page, "sell")

    page.route(SYNC, lambda route: route.abort())
    seller.context.set_offline(False)
    page.locator(".bar-menu").click()
    page.locator("[data-do=lock]").click()
    page.locator("[data-forgot] a").click()
    page.locator(f"a[href$='/booth/{stand.participation_id}/phone']").click()
    page.locator("[data-known] button").click()
    for _ in range(2):
        type_pin(page, "1470")
    at(page, "sell")

    assert [each["id"] for each in kept_items(page)] == [each["id"] for each in unsent]
    assert waiting(page) == 1
