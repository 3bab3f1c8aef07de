"""A newcomer's way through the market, on a telephone and at a desk, in both languages, with and without JavaScript."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Come
from tests.e2e.page_kinds import PRODUCT
from tests.e2e.visitors import DESK, TELEPHONE, Visitor
from tests.e2e.words import say

WAYS = list(itertools.product(("vi", "en"), ("telephone", "desk"), ("with", "without")))
SCREENS = {"telephone": TELEPHONE, "desk": DESK}


@pytest.mark.parametrize(("language", "screen", "javascript"), WAYS)
def test_a_newcomer_finds_fish_sauce_and_learns_what_certifies_it(
    come: Come, fresh_code: str, language: str, screen: str, javascript: str
) -> None:
    visitor = come(viewport=SCREENS[screen], java_script_enabled=javascript == "with")
    visitor.open("/" if language == "vi" else "/en/")

    find_five_star_fish_sauce(visitor, language)
    read_certificate(visitor, language)
    open_lot(visitor, language)
    type_code(visitor, language, fresh_code)


def find_five_star_fish_sauce(visitor: Visitor, language: str) -> None:
    page = visitor.page
    page.get_by_role("main").get_by_role("searchbox").or_(
        page.get_by_role("main").get_by_role("combobox")
    ).fill("nuoc mam")
    page.get_by_role("main").get_by_role("button", name=say(language, "Search")).click()
    opener = page.locator(".filter-open summary")
    if opener.is_visible():
        opener.click()
    page.get_by_role("checkbox", name=re.compile(say(language, "OCOP %(count)s-star", count=5))).check()
    page.get_by_role("button", name=say(language, "Show the products")).click()
    expect(page.locator(".cards .card")).to_have_count(1)
    assert "stars=5" in visitor.path()


def read_certificate(visitor: Visitor, language: str) -> None:
    page = visitor.page
    page.locator(".cards .card a").first.click()
    assert visitor.path().endswith(f"/products/{PRODUCT}")
    panel = page.locator("#chung-nhan")
    expect(panel).to_contain_text(say(language, "OCOP %(count)s-star", count=5))
    expect(panel).to_contain_text("007/QĐ-TRÌNH DIỄN")
    expect(panel).to_contain_text(say(language, "In force"))


def open_lot(visitor: Visitor, language: str) -> None:
    page = visitor.page
    page.get_by_role("link", name=re.compile("T12-40")).click()
    assert visitor.path().endswith("/lots/T12-40")
    expect(page.get_by_role("heading", level=2, name=say(language, "Journey of the lot"))).to_be_visible()
    page.go_back()


def type_code(visitor: Visitor, language: str, code: str) -> None:
    """A code as people type it: small letters, hyphens, O for 0."""
    page = visitor.page
    page.get_by_role("banner").get_by_role("link", name=say(language, "Check a stamp")).click()
    typed = "-".join(code[at : at + 4] for at in range(0, len(code), 4)).lower().replace("0", "o")
    page.get_by_label(say(language, "Code of the stamp")).fill(typed)
    page.get_by_role("button", name=say(language, "Check"), exact=True).click()
    band = page.locator("[data-verdict]")
    expect(band).to_have_attribute("data-verdict", "valid_first")
    assert page.title().startswith(band.locator("h1").inner_text())


@pytest.mark.parametrize(
    "path", ["/products?q=nuoc+mam&stars=5", f"/products/{PRODUCT}", "/scan", "/places/dak-lak"]
)
def test_the_other_language_shows_the_same_page(come: Come, path: str) -> None:
    visitor = come(viewport=DESK)
    visitor.open(path)

    visitor.page.get_by_role("banner").get_by_role("link", name="English").click()
    assert visitor.path() == f"/en{path}"
    visitor.page.get_by_role("banner").get_by_role("link", name="Tiếng Việt").click()

    assert visitor.path() == path


def test_the_menu_of_a_telephone_opens_and_closes_by_keyboard(come: Come) -> None:
    visitor = come()
    visitor.open("/products")
    menu = visitor.page.locator(".menu")

    menu.locator("summary").focus()
    visitor.page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name=say("vi", "Producers"))).to_be_visible()
    visitor.page.keyboard.press("Escape")

    expect(menu.get_by_role("link", name=say("vi", "Producers"))).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


def test_nothing_found_helps_on(come: Come) -> None:
    visitor = come()
    visitor.open("/products?q=nuoc+mam&stars=5&province=lai-chau")

    way_out = visitor.page.locator(".empty li a").first
    expect(way_out).to_be_visible()
    way_out.click()

    assert visitor.page.locator(".cards .card").count() > 0


def test_a_misspelt_word_is_put_right(come: Come) -> None:
    visitor = come()
    visitor.open("/products?q=ca+phee")

    visitor.page.locator("main a[href*='q=']").first.click()

    assert visitor.page.locator(".cards .card").count() > 0


def test_the_keyboard_reaches_the_content_past_the_header(come: Come) -> None:
    visitor = come()
    visitor.open("/products")

    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")

    inside = visitor.page.evaluate("document.querySelector('main').contains(document.activeElement)")
    assert inside


def test_whatever_has_the_focus_can_be_seen(come: Come) -> None:
    visitor = come(viewport=DESK)
    visitor.open(f"/products/{PRODUCT}")

    unseen = []
    for _ in range(40):
        visitor.page.keyboard.press("Tab")
        seen = visitor.page.evaluate(FOCUS_CAN_BE_SEEN)
        if seen is not True:
            unseen.append(seen)

    assert unseen == []


FOCUS_CAN_BE_SEEN = """() => {
  const element = document.activeElement;
  if (element === document.body) return true;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const marked = style.boxShadow !== "none" || parseFloat(style.outlineWidth) >= 2 || element.closest(".card");
  const inside = box.bottom > 0 && box.top < innerHeight;
  return Boolean(marked && inside) || element.outerHTML.slice(0, 120);
}"""
