"""A whole fair: opened by an organiser, its cards printed and scanned, goods sent home, twelve sales without a network.

The organiser, two producers and a visitor sit at browsers; a third producer registers beside them. The books are
looked at in the database, and the invariants of the program are asked.
"""

import io
import re
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from accounts.models import Membership
from accounts.queries.actors import get_actor
from bench.market import Market
from catalog.models import Producer, Product, Variant
from core import clock
from core.db import db, transaction
from ledger.chart import AccountKind
from ledger.models import Account, Posting
from orders.models.orders import Order
from orders.models.slices import StockSlice
from promotion.models.counter import BoothItem
from promotion.models.fairs import Fair, Participation
from promotion.operations.participation import invite_producers, register_producer
from promotion.queries.counter import place_of
from tests.e2e.booth_phone import READY, kept_items, pair, sell_for_cash, working_on
from tests.e2e.conftest import Come
from tests.e2e.signed_in import sign_in
from tests.e2e.visitors import Visitor, visitor
from tests.e2e.words import say
from tests.traceability.rendering import needs_poppler

pytestmark = needs_poppler
RICE: Final = "gao-nep-nuong-suoi-mo"
NAME: Final = "Hội chợ của chuyến đi thử"
OWNERS: Final = ("chu-co-so", "chu-co-so-2")
SPOTS: Final = (("K1", 1), ("K2", 2), ("K3", 3))
ALLOTTED: Final = 13
SOLD: Final = 12


@dataclass(frozen=True, slots=True)
class Seen:
    """fair: its number; producers: of the owners, in their order; rice: the variant sold."""

    fair: int
    producers: tuple[int, ...]
    rice: int
    price_vnd: int
    third: int


def test_a_fair_from_its_opening_to_the_books(browser: Browser, market: Market, come: Come) -> None:
    organiser, guest, rival = come(), come(), come()
    sign_in(organiser, market, "to-chuc")
    address = open_fair(organiser)

    with visitor(browser, market.base_url, service_workers="allow", reduced_motion="reduce") as seller:
        for person, mailbox in zip((seller, rival), OWNERS, strict=True):
            sign_in(person, market, mailbox)
        producers = (producer_of(seller), producer_of(rival))
        seen = facts_of(market, int(address.rsplit("/", 1)[1]), producers)
        invite(market, seen)
        three_register(market, seen, seller, rival)
        confirm_all(organiser, address)
        choose_goods_and_allot(seller, seen)
        codes = decoded_cards(organiser, address)
        assert len(set(codes)) == len(SPOTS)

        buy_sent_home(guest, codes)

        part = _part_of(market, seen)
        before_vnd = cash_taken(market, seen)
        sell_twelve_offline_and_send_twice(seller, part, seen.rice)
        the_books_are_right(market, seen, part, kept_items(seller.page), before_vnd)


def open_fair(organiser: Visitor) -> str:
    """Open, describe, lay three booths, publish; the address of the fair's page without the host."""
    page, today = organiser.page, clock.today()
    organiser.open("/organiser/fairs/new")
    page.locator("input[name=kind][value=fair]").check()
    page.locator("#name").fill(NAME)
    page.locator("#starts_on").fill(today.isoformat())
    page.locator("#ends_on").fill((today + timedelta(days=2)).isoformat())
    page.locator("#opens").fill("08:00")
    page.locator("#closes").fill("21:00")
    _keep(page)
    page.locator("#venue").fill("Quảng trường Thử")
    page.locator("#province_code").select_option("01")
    _keep(page)
    page.locator("#organiser_name").fill("Sở Công Thương Thử")
    _keep(page)
    found = re.search(r"/organiser/fairs/\d+", page.url)
    assert found
    address = found.group()
    for code, left in SPOTS:
        organiser.open(f"{address}/plan")
        page.locator("#code").fill(code)
        page.locator("#left").fill(str(left))
        page.locator("#top").fill("1")
        page.locator("form[action$='/booths'] button").click()
    organiser.open(address)
    page.locator("form[action$='/publication'] button").click()
    expect(page.locator("dl.facts a[href*='/fairs/']").first).to_be_visible()
    return address


def _keep(page: Page) -> None:
    page.locator("main form .actions button[type=submit]").first.click()


def facts_of(market: Market, fair_id: int, producers: tuple[int, ...]) -> Seen:
    with working_on(market):
        assert db.session.get_one(Fair, fair_id).published_at is not None
        product = db.session.scalars(select(Product).where(Product.slug == RICE)).one()
        assert product.producer_id == producers[0]
        third = select(Producer.id).where(Producer.id.not_in(producers)).order_by(Producer.id)
        rice = select(Variant).where(Variant.product_id == product.id).order_by(Variant.position)
        sold = db.session.scalars(rice).first()
        assert sold is not None
        assert sold.price_vnd is not None
        return Seen(fair_id, producers, sold.id, sold.price_vnd, db.session.scalars(third.limit(1)).one())


def producer_of(person: Visitor) -> int:
    """The only producer that somebody works for."""
    person.open("/workspace")
    found = person.page.locator("a[href*='/workspace/'][href$='/orders']").first.get_attribute("href")
    assert found
    return int(found.split("/")[-2])


def invite(market: Market, seen: Seen) -> None:
    """The organiser's word to all three; producers of the demonstration are not verified."""
    with working_on(market), transaction():
        organiser = get_actor(db.session.get_one(Fair, seen.fair).organiser_id)
        invite_producers(seen.fair, [*seen.producers, seen.third], by=organiser, now=clock.now())


def three_register(market: Market, seen: Seen, seller: Visitor, rival: Visitor) -> None:
    """Two at their browsers, one by an operation."""
    for person, producer_id in zip((seller, rival), seen.producers, strict=True):
        person.open(f"/workspace/{producer_id}/fairs/{seen.fair}")
        person.page.locator("form[action$='/registration'] button").click()
        expect(person.page.locator("dl.facts .tag").first).to_be_visible()
    with working_on(market), transaction():
        owner = db.session.scalars(
            select(Membership.user_id).where(Membership.producer_id == seen.producers[0])
        ).first()
        assert owner is not None
        register_producer(seen.fair, seen.third, "", by=get_actor(owner), now=clock.now())


def confirm_all(organiser: Visitor, address: str) -> None:
    page = organiser.page
    for code, _left in SPOTS:
        organiser.open(f"{address}/producers")
        form = page.locator("form[action$='/confirmation']").first
        form.locator("select").select_option(label=code)
        form.locator("button").click()
    organiser.open(f"{address}/producers")
    expect(page.locator("form[action$='/confirmation']")).to_have_count(0)


def choose_goods_and_allot(seller: Visitor, seen: Seen) -> None:
    """The booth shows rice, and thirteen packs of it go along."""
    page, producer_id = seller.page, seen.producers[0]
    seller.open(f"/workspace/{producer_id}/fairs/{seen.fair}/goods")
    page.get_by_label("Gạo nếp nương Suối Mơ", exact=True).check()
    page.locator("form[action$='/goods'] .actions button").click()
    seller.open(f"/workspace/{producer_id}/fairs/{seen.fair}/counter")
    page.locator(f"#packs-{seen.rice}").fill(str(ALLOTTED))
    page.locator("form[action$='/allotments'] button[type=submit]").click()
    expect(page.locator("td[data-label]").first).to_have_text(str(ALLOTTED))


def decoded_cards(organiser: Visitor, address: str) -> list[str]:
    """What the codes on the printed cards say, card by card."""
    answer = organiser.page.request.get(f"{organiser.base_url}{address}/papers/booth-cards.pdf")
    assert answer.ok
    pages = range(1, len(SPOTS) + 1)
    return [found.text for page in pages for found in zxingcpp.read_barcodes(_drawn(answer.body(), page))]


def _drawn(content: bytes, page: int) -> Image.Image:
    """One page at 150 dots to the inch."""
    command = ["pdftoppm", "-r", "150", "-gray", "-f", str(page), "-l", str(page), "-"]
    drawn = subprocess.run(command, input=content, check=True, capture_output=True).stdout
    return Image.open(io.BytesIO(drawn))


def buy_sent_home(guest: Visitor, codes: list[str]) -> None:
    """Scan cards until the booth that shows rice; buy a pack, sent home and paid at the door."""
    page = guest.page
    for code in codes:
        page.goto(code.replace(guest.base_url.upper(), guest.base_url))
        if page.locator(f"a[href$='/products/{RICE}']").count():
            break
    assert re.search(r"/fairs/[^/]+/booths/K\d", page.url)
    page.locator("form.add button").first.click()
    page.locator(".add-said a").click()
    page.wait_for_url("**/cart")
    page.locator(".cart-sum a.button").click()
    page.locator("#name").fill("Khách Hội Chợ")
    page.locator("#phone").fill("0913 200 399")
    page.locator("#province").select_option("79")
    page.locator("#q").fill("sai gon")
    page.locator("input[name=commune]").first.check()
    page.locator("#street").fill("12 Lê Lợi")
    page.locator("form[action$='/receiver'] .actions button").click()
    page.wait_for_url("**/checkout/delivery")
    page.locator("input[name=method][value=cod]").check()
    page.locator("form[action$='/delivery'] .actions button").click()
    page.wait_for_url("**/checkout/review")
    page.locator("input[name=terms]").check()
    page.locator("form[action$='/orders'] .actions button").click()
    page.wait_for_url(re.compile(r"/orders/[A-Za-z0-9_-]{20,}"))


def sell_twelve_offline_and_send_twice(seller: Visitor, part: int, rice: int) -> None:
    pair(seller, part)
    seller.page.wait_for_function(READY)
    seller.context.set_offline(True)
    for _ in range(SOLD):
        sell_for_cash(seller.page, rice)
    seller.context.set_offline(False)
    items = kept_items(seller.page)
    expect(seller.page.locator("[data-badge]")).to_have_text(say("vi", "All sent"))
    # Once more, as a telephone would that never heard the answer.
    told = seller.page.evaluate(
        """async (items) => {
          const [{ ask }, { read }] = await Promise.all(
            ["outbox", "store"].map((name) => import(`/static/js/booth/${name}.js`)));
          const body = JSON.stringify({ items: items.map(({ item }) => item) });
          const answer = await ask("/api/v1/booth/sync", (await read("phone")).token, { method: "POST", body });
          return answer.body.results.map(({ outcome }) => outcome);
        }""",
        items,
    )
    assert told == ["booked"] * SOLD


def _part_of(market: Market, seen: Seen) -> int:
    with working_on(market):
        return db.session.scalars(
            select(Participation.id).where(
                Participation.fair_id == seen.fair, Participation.producer_id == seen.producers[0]
            )
        ).one()


def cash_taken(market: Market, seen: Seen) -> int:
    """All cash that ever came into the producer's box, whether or not it was set off since."""
    with working_on(market):
        box = select(Account.id).where(
            Account.kind == AccountKind.CASH_HELD.value, Account.holder == f"producer:{seen.producers[0]}"
        )
        came = select(func.coalesce(func.sum(Posting.amount_vnd), 0)).where(Posting.debit_id.in_(box))
        return int(db.session.scalar(came) or 0)


def the_books_are_right(
    market: Market, seen: Seen, part: int, items: list[dict[str, object]], before_vnd: int
) -> None:
    codes = {item["result"]["order_code"] for item in items}  # type: ignore[index]
    assert len(codes) == SOLD
    with working_on(market):
        assert db.session.scalar(select(func.count()).where(Order.code.in_(codes))) == SOLD
        received = select(func.count()).where(BoothItem.participation_id == part)
        assert db.session.scalar(received) == SOLD
        there = db.session.scalars(select(StockSlice).where(StockSlice.place == place_of(part))).one()
        assert (there.allotted, there.sold, there.returned, there.left) == (ALLOTTED, SOLD, 0, 1)
    assert cash_taken(market, seen) == before_vnd + SOLD * seen.price_vnd
    market.command("verify", "--only", "I1", "--only", "I2", "--only", "I30")
