"""Forms: an empty one comes back with help, a good one is kept once, however often it is sent."""

import sqlite3

import pytest
from playwright.sync_api import expect

from bench.market import Market
from tests.e2e.conftest import Come
from tests.e2e.page_kinds import PRODUCT
from tests.e2e.survey import axe_violations
from tests.e2e.visitors import Visitor
from tests.e2e.words import say


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_an_incomplete_question_comes_back_with_what_was_typed(
    come: Come, language: str, javascript: bool
) -> None:
    visitor = come(java_script_enabled=javascript, reduced_motion="reduce")
    page = visitor.page
    visitor.open(f"{'' if language == 'vi' else '/en'}/products/{PRODUCT}/inquiries")
    page.get_by_label(say(language, "Your name")).fill("Nguyễn Thị Hồng")

    page.get_by_role("button", name=say(language, "Send the question")).click()

    summary = page.locator(".errors")
    expect(summary).to_be_visible()
    assert page.title().startswith(say(language, "Error:"))
    expect(page.get_by_label(say(language, "Your name"))).to_have_value("Nguyễn Thị Hồng")
    if javascript:
        expect(summary).to_be_focused()
        assert axe_violations(page) == []
    summary.get_by_role("link").first.click()
    expect(page.get_by_label(say(language, "Telephone"))).to_be_focused()


def test_a_number_that_is_none_is_told_with_an_example(come: Come) -> None:
    visitor = come()
    fill_in_question(visitor, "Có giao về Hà Nội không?", phone="12")

    visitor.page.get_by_role("button", name=say("vi", "Send the question")).click()

    expect(visitor.page.locator(".errors")).to_contain_text("0912 345 678")
    expect(visitor.page.get_by_label(say("vi", "Your question"))).to_have_value("Có giao về Hà Nội không?")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_question_is_thanked_for(come: Come, market: Market, javascript: bool) -> None:
    visitor = come(java_script_enabled=javascript)
    message = f"Mua 20 chai thì giá thế nào? ({javascript})"
    fill_in_question(visitor, message)

    visitor.page.get_by_role("button", name=say("vi", "Send the question")).click()

    assert visitor.path().endswith("/inquiries/sent")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(
        say("vi", "Thank you, your question was sent")
    )
    assert rows(market, "inquiry", message) == 1


def test_a_question_sent_twice_is_kept_once(come: Come, market: Market) -> None:
    visitor = come()
    message = "Một câu hỏi, hai lần bấm"
    fill_in_question(visitor, message)
    visitor.page.get_by_role("button", name=say("vi", "Send the question")).dblclick()
    visitor.page.wait_for_url("**/sent")

    visitor.page.reload()

    assert rows(market, "inquiry", message) == 1


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_stamp_is_reported_from_its_page(
    come: Come, market: Market, fresh_code: str, language: str, javascript: bool
) -> None:
    visitor = come(java_script_enabled=javascript)
    page = visitor.page
    message = f"Tem bị bóc ra ({language}, {javascript})"
    visitor.open(f"{'' if language == 'vi' else '/en'}/T/{fresh_code}")
    page.get_by_role("link", name=say(language, "Report this stamp")).click()

    page.get_by_role("button", name=say(language, "Send the report")).click()
    expect(page.locator(".errors")).to_be_visible()
    page.get_by_label(say(language, "What did you notice?")).fill(message)
    page.get_by_role("button", name=say(language, "Send the report")).click()

    expect(page.locator(".notice")).to_contain_text(
        say(language, "Thank you. Your report has been recorded and will be read by a person.")
    )
    assert rows(market, "stamp_report", message) == 1


def fill_in_question(visitor: Visitor, message: str, phone: str = "0912 345 678") -> None:
    visitor.open(f"/products/{PRODUCT}/inquiries")
    visitor.page.get_by_label(say("vi", "Your name")).fill("Nguyễn Thị Hồng")
    visitor.page.get_by_label(say("vi", "Telephone")).fill(phone)
    visitor.page.get_by_label(say("vi", "Your question")).fill(message)


def rows(market: Market, table: str, message: str) -> int:
    """How many rows of `table` hold `message`."""
    database = sqlite3.connect(f"file:{market.folder / 'market.sqlite3'}?mode=ro", uri=True)
    try:
        found = database.execute(f"SELECT count(*) FROM {table} WHERE message = ?", [message])
        return int(found.fetchone()[0])
    finally:
        database.close()
