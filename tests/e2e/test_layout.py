"""What a person sees first, and that nothing of it is cut: UX-09, UX-13, UX-14, UX-22 of the specification."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import FloatRect

from tests.e2e.conftest import Come
from tests.e2e.page_kinds import PRODUCT, SERVICE
from tests.e2e.visitors import DESK

FONTS = Path(__file__).resolve().parents[2] / "static" / "vendor" / "fonts"
FONT_BYTES = {"cho-sans-latin.woff2": 22 * 1024, "cho-sans-vietnamese.woff2": 8 * 1024}
VIETNAMESE = [*range(0x1EA0, 0x1EFA), *map(ord, "ĐđĂăƠơƯư₫")]

# Capitals with two marks, as high and as deep as letters get.
TALL = "ẪẰỄỖỮỴẶ"


@pytest.mark.parametrize("path", ["/products", "/products?q=nuoc+mam", "/en/products?q=fish+sauce"])
def test_the_first_product_shows_without_scrolling(come: Come, path: str) -> None:
    visitor = come()
    visitor.open(path)

    box = visitor.page.locator(".cards .card").first.bounding_box()

    assert box is not None
    assert box["y"] < 640


@pytest.mark.parametrize("language", ["", "/en"])
def test_price_and_button_show_in_the_first_800_pixels(come: Come, language: str) -> None:
    visitor = come()
    visitor.open(f"{language}/products/{PRODUCT}")

    for part in (".price", ".button"):
        box = visitor.page.locator(f".buy {part}").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800, part


def test_a_service_shows_how_to_ask_in_the_first_800_pixels(come: Come) -> None:
    visitor = come()
    visitor.open(f"/products/{SERVICE}")

    box = visitor.page.locator(".buy .button").first.bounding_box()

    assert box is not None
    assert box["y"] + box["height"] <= 800


@pytest.mark.parametrize(
    "style", [".card h3", ".card .plate", ".card .demo", "h1", ".chip", ".button-2", ".price"]
)
def test_marks_of_capitals_are_not_cut(come: Come, style: str) -> None:
    visitor = come(device_scale_factor=2, reduced_motion="reduce")
    visitor.open("/products?q=nuoc+mam&stars=5&stars=3")
    # Nothing behind the letters: what is cut must show by itself.
    element = visitor.page.locator(style).first
    element.evaluate("(element, words) => { element.textContent = words; }", TALL)
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    assert box is not None
    letters = FloatRect(x=box["x"], y=box["y"] - 4, width=box["width"], height=box["height"] + 8)

    cut = visitor.page.screenshot(clip=letters)
    element.evaluate("(element) => { element.style.overflow = 'visible'; }")
    whole = visitor.page.screenshot(clip=letters)

    assert cut == whole


@pytest.mark.parametrize("name", FONT_BYTES)
def test_a_font_is_small(name: str) -> None:
    assert (FONTS / name).stat().st_size <= FONT_BYTES[name]


def test_the_fonts_hold_every_vietnamese_letter() -> None:
    held = {letter for name in FONT_BYTES for letter in TTFont(FONTS / name).getBestCmap()}

    assert [chr(letter) for letter in VIETNAMESE if letter not in held] == []


def test_the_typeface_is_used(come: Come) -> None:
    visitor = come()
    visitor.open("/products")

    loaded = visitor.page.evaluate(
        "async () => { await document.fonts.ready; return [...document.fonts].map((f) => `${f.family} ${f.status}`) }"
    )

    assert loaded.count("Cho Sans loaded") == 2 or loaded.count('"Cho Sans" loaded') == 2


def test_nothing_moves_for_people_who_asked_for_that(come: Come) -> None:
    visitor = come(reduced_motion="reduce")
    visitor.open("/products")

    moving = visitor.page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((element) => {
          const style = getComputedStyle(element);
          return parseFloat(style.transitionDuration) > 0 || parseFloat(style.animationDuration) > 0;
        }).length"""
    )

    assert moving == 0


def test_more_contrast_is_given_to_people_who_ask_for_it(come: Come) -> None:
    visitor = come(contrast="more")
    visitor.open("/products")

    quiet, text = visitor.page.evaluate(
        """() => [".card p", "body"].map((name) => getComputedStyle(document.querySelector(name)).color)"""
    )

    assert quiet == text


def test_a_page_on_paper_holds_goods_and_no_navigation(come: Come) -> None:
    visitor = come(viewport=DESK)
    visitor.open(f"/products/{PRODUCT}")

    visitor.page.emulate_media(media="print")

    assert visitor.page.locator("h1").is_visible()
    assert visitor.page.locator("#chung-nhan").is_visible()
    for part in (".top", ".foot", ".crumbs", ".button"):
        assert not visitor.page.locator(part).first.is_visible()
