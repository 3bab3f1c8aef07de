"""Suggestions while typing: by keyboard alone, by pointer, and harmless where they do not come."""

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Come
from tests.e2e.survey import axe_violations
from tests.e2e.visitors import DESK, TELEPHONE, Visitor


def typed(visitor: Visitor, words: str) -> Locator:
    """The list of suggestions after `words` were typed into the field of the home page."""
    field = visitor.page.locator("main input[type=search]")
    field.press_sequentially(words, delay=15)
    listed = visitor.page.locator("main [role=listbox]")
    expect(listed).to_be_visible()
    return listed


@pytest.mark.parametrize("screen", [TELEPHONE, DESK])
@pytest.mark.parametrize("home", ["/", "/en/"])
def test_arrows_and_enter_open_a_suggestion(come: Come, home: str, screen: dict[str, int]) -> None:
    visitor = come(viewport=screen)
    visitor.open(home)
    field = visitor.page.locator("main input[type=search]")
    listed = typed(visitor, "nuoc mam")

    visitor.page.keyboard.press("ArrowDown")
    first = listed.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("ArrowUp")
    expect(first).to_have_attribute("aria-selected", "true")
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")

    assert visitor.path().startswith(f"{home}products".replace("//", "/"))
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()


def test_escape_closes_the_list_and_keeps_the_words(come: Come) -> None:
    visitor = come()
    visitor.open("/")
    listed = typed(visitor, "nuoc mam")

    visitor.page.keyboard.press("Escape")

    expect(listed).to_be_hidden()
    field = visitor.page.locator("main input[type=search]")
    expect(field).to_have_value("nuoc mam")
    expect(field).to_have_attribute("aria-expanded", "false")


def test_enter_without_a_choice_searches_for_the_words(come: Come) -> None:
    visitor = come()
    visitor.open("/")
    typed(visitor, "nuoc mam")

    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")

    assert visitor.path() == "/products?q=nuoc+mam"


def test_a_suggestion_is_pressed(come: Come) -> None:
    visitor = come(has_touch=True)
    visitor.open("/")
    listed = typed(visitor, "suoi mo")

    with visitor.page.expect_navigation():
        listed.get_by_role("option").first.tap()

    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Suối Mơ")


def test_an_open_list_is_accessible(come: Come) -> None:
    visitor = come(reduced_motion="reduce")
    visitor.open("/")
    typed(visitor, "dak lak")
    visitor.page.keyboard.press("ArrowDown")

    assert axe_violations(visitor.page) == []


def test_words_of_a_stranger_stay_words(come: Come) -> None:
    visitor = come()
    visitor.page.route(
        "**/suggest?*",
        lambda route: route.fulfill(
            json={
                "items": [
                    {"kind": "query", "label": "<img src=x onerror=alert(1)>", "detail": "", "url": "/"}
                ]
            }
        ),
    )
    visitor.open("/")

    listed = typed(visitor, "nuoc")

    expect(listed).to_contain_text("<img src=x")
    assert listed.locator("img").count() == 0


def test_without_an_answer_the_form_still_searches(come: Come) -> None:
    visitor = come()
    visitor.page.route("**/suggest?*", lambda route: route.fulfill(status=503, body=""))
    visitor.open("/")
    visitor.page.locator("main input[type=search]").press_sequentially("nuoc mam")

    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")

    assert visitor.path() == "/products?q=nuoc+mam"
