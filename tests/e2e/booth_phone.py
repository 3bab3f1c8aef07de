"""A booth of the running market and the telephone that sells for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from playwright.sync_api import Page, expect
from sqlalchemy import select

from accounts.models import User
from bench.market import Market
from catalog.models import Product, Variant
from core import clock
from core.config import load_settings
from core.db import db, transaction
from orders.operations.slices import allot
from promotion.models.fairs import Booth, Fair, Participation
from promotion.queries.counter import place_of
from storefront.app import create_app
from tests.e2e.visitors import Visitor

PIN: Final = "2580"
READY: Final = "() => navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"
ALL_KEPT: Final = """async () => {
  const { readAll } = await import("/static/js/booth/store.js");
  return (await readAll()).items;
}"""


@dataclass(frozen=True, slots=True)
class Stand:
    """participation_id: of the booth. variants: numbers of what was allotted, in the order asked for."""

    participation_id: int
    producer_id: int
    variants: tuple[int, ...]

    @property
    def place(self) -> str:
        return place_of(self.participation_id)


@contextmanager
def working_on(market: Market) -> Iterator[None]:
    """Operations of the program on the data of the running market."""
    app = create_app(load_settings(dict(market.environment)))
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def make_stand(market: Market, slug: str, *packs: int) -> Stand:
    """A confirmed booth, at a fair of today, of whoever makes `slug`, with `packs` of its first variants."""
    with working_on(market), transaction():
        product = db.session.scalars(select(Product).where(Product.slug == slug)).one()
        assert product.producer_id is not None
        booth = _booth(f"thu-{uuid4().hex[:8]}", product.producer_id)
        variants = db.session.scalars(
            select(Variant)
            .where(Variant.product_id == product.id, Variant.withdrawn_at.is_(None))
            .order_by(Variant.position)
        ).all()
        wanted = {each.id: count for each, count in zip(variants, packs, strict=False)}
        allot(place_of(booth.id), wanted, by=None, now=clock.now())
        return Stand(booth.id, product.producer_id, tuple(wanted))


def _booth(slug: str, producer_id: int) -> Participation:
    organiser_id = db.session.scalars(select(User.id)).first()
    assert organiser_id is not None
    fair = _fair(slug, organiser_id)
    db.session.add(fair)
    db.session.flush()
    spot = Booth(fair_id=fair.id, code="A12", left=1, top=1, width=1, height=1)
    db.session.add(spot)
    db.session.flush()
    booth = Participation(fair_id=fair.id, producer_id=producer_id, state="confirmed", booth_id=spot.id)
    db.session.add(booth)
    db.session.flush()
    return booth


def _fair(slug: str, organiser_id: int) -> Fair:
    today = clock.today()
    return Fair(
        slug=slug, kind="fair", name="Hội chợ thử tại quầy", venue="Nhà văn hóa", organiser_id=organiser_id,
        organiser_name="Sở Công Thương", starts_on=today, ends_on=today + timedelta(days=1),
        register_until_on=today, published_at=clock.now(), created_at=clock.now(),
    )  # fmt: skip


def pair(person: Visitor, participation_id: int) -> None:
    """Make the person's telephone the counter and choose its PIN. The person is signed in."""
    page = person.page
    person.open(f"/booth/{participation_id}/phone")
    page.locator("#name").fill("Máy thử")
    page.locator("form[data-pair] button[type=submit]").click()
    page.wait_for_url("**/booth")
    type_pin(page)
    type_pin(page)
    at(page, "sell")


def type_pin(page: Page, pin: str = PIN) -> None:
    at(page, "lock")
    title = page.locator("[data-put=lock_title]").inner_text()
    for digit in pin:
        page.locator(f"[data-do=pin][data-digit='{digit}']").click()
    page.wait_for_function(
        """(title) => document.querySelector("[data-screen=lock]").hidden
          || document.querySelector("[data-put=lock_title]").textContent !== title
          || document.querySelector("[data-put=lock_told]").textContent !== """
        '""',
        arg=title,
    )


def at(page: Page, screen: str) -> None:
    """Wait until the counter shows this screen."""
    expect(page.locator(f"[data-screen={screen}]")).to_be_visible()


def sell_for_cash(page: Page, variant_id: int, count: int = 1) -> None:
    """One sale of `count` packs, paid exactly; back to the goods."""
    for _ in range(count):
        page.locator(f"[data-variant='{variant_id}'] [data-do=more]").click()
    page.locator("[data-do=cash]").click()
    page.locator("[data-do=sum]").first.click()
    page.locator("[data-do=paid_cash]").click()
    at(page, "done")
    page.locator("[data-screen=done] [data-do=home]").click()
    at(page, "sell")


def kept_items(page: Page) -> list[dict[str, Any]]:
    """All that the telephone remembers having done."""
    items: list[dict[str, Any]] = page.evaluate(ALL_KEPT)
    return items
