"""A listing typed on a telephone: kept while it is typed, without a connection too, and on two telephones at once."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bench.market import Market
from tests.e2e.photographs import photograph
from tests.e2e.signed_in import sign_in
from tests.e2e.visitors import Visitor, visitor


@pytest.fixture
def owner(browser: Browser, market: Market) -> Iterator[Visitor]:
    with visitor(browser, market.base_url, reduced_motion="reduce") as person:
        sign_in(person, market, "chu-co-so")
        yield person


def begun(person: Visitor) -> str:
    """A new listing; the address of its first question."""
    person.open("/workspace")
    page = person.page
    page.goto(f"{page.url}/products/new")
    page.locator("#name").fill(f"Mứt gừng {uuid4().hex[:6]}")
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("**/draft/what")
    return page.url


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text(re.compile(r"Đã lưu lúc \d{2}:\d{2}"))


def test_what_is_typed_is_there_on_the_next_telephone_without_a_press(
    owner: Visitor, browser: Browser, market: Market
) -> None:
    address = begun(owner)
    owner.page.locator("#summary").fill("Cay, thơm")
    saved(owner.page)

    with visitor(browser, market.base_url) as other:
        sign_in(other, market, "chu-co-so")
        other.page.goto(address)
        expect(other.page.locator("#summary")).to_have_value("Cay, thơm")


def test_without_a_connection_nothing_is_lost(owner: Visitor) -> None:
    address = begun(owner)
    page = owner.page
    owner.context.set_offline(True)
    page.locator("#summary").fill("Gõ trên xe khách")
    expect(page.locator("[data-saved]")).to_contain_text("được giữ trên máy này")
    # Closed, not left: a page that is left is told «online» when the browser's pretence of being offline ends with it.
    page.close()
    owner.context.set_offline(False)
    page = owner.context.new_page()

    page.goto(address)

    expect(page.locator("#summary")).to_have_value("Gõ trên xe khách")
    saved(page)
    page.reload()
    expect(page.locator("#summary")).to_have_value("Gõ trên xe khách")


def test_two_telephones_are_told_of_each_other(owner: Visitor) -> None:
    address = begun(owner)
    first, second = owner.page, owner.context.new_page()
    second.goto(address)
    first.locator("#summary").fill("Của máy một")
    saved(first)

    second.locator("#summary").fill("Của máy hai")

    expect(second.locator(".clash")).to_contain_text("«Của máy một»")
    expect(second.locator("#summary")).to_have_value("Của máy hai")
    second.reload()
    expect(second.locator("#summary")).to_have_value("Của máy hai")
    expect(second.locator(".clash")).to_contain_text("«Của máy một»")

    second.locator("#summary").fill("Của cả hai")

    saved(second)
    first.reload()
    expect(first.locator("#summary")).to_have_value("Của cả hai")


def test_a_price_is_told_in_words_while_it_is_typed(owner: Visitor) -> None:
    page = owner.page
    page.goto(begun(owner).replace("/what", "/packs"))

    page.locator("#variant-n1-price").fill("1tr250")

    expect(page.locator(".in-words").first).to_have_text(
        "1.250.000\N{NO-BREAK SPACE}₫: một triệu hai trăm năm mươi nghìn đồng"
    )


def everything(address: str) -> str:
    """The page with all questions of the listing whose first question is at `address`."""
    return address.replace("/draft/what", "/draft/all")


def test_text_of_a_draft_that_was_thrown_away_does_not_come_back(owner: Visitor) -> None:
    address, page = everything(begun(owner)), owner.page
    page.goto(address)
    page.locator("#summary").press_sequentially("Bản cũ")
    saved(page)
    page.locator("#origin").fill("Chỗ cũ")
    page.get_by_role("button", name="Tiếp tục").last.click()
    page.wait_for_url("**/draft/check")
    token = page.locator("[name=csrf_token]").first.input_value()
    page.request.post(address.replace("/all", "/removal"), form={"csrf_token": token})

    page.goto(address)

    expect(page.locator("#summary")).to_have_value("")
    page.locator("#storage").fill("Nơi khô ráo")
    saved(page)
    page.reload()
    expect(page.locator("#storage")).to_have_value("Nơi khô ráo")
    expect(page.locator("#summary")).to_have_value("")
    expect(page.locator("#origin")).to_have_value("")


def test_text_whose_page_never_arrived_is_put_back_and_told(owner: Visitor) -> None:
    address, page = everything(begun(owner)), owner.page
    page.goto(address)
    page.route("**/draft/*", lambda route: route.abort())
    page.locator("#summary").fill("Bấm khi mất sóng")
    page.get_by_role("button", name="Tiếp tục").last.click()
    page.wait_for_url("chrome-error://**")
    page.unroute("**/draft/*")

    page.goto(address)

    expect(page.locator("#summary")).to_have_value("Bấm khi mất sóng")
    expect(page.locator("[data-saved]")).to_contain_text("đã được đưa lại vào ô")
    saved(page)
    page.reload()
    expect(page.locator("#summary")).to_have_value("Bấm khi mất sóng")
    expect(page.locator("[data-saved]")).not_to_contain_text("đã được đưa lại vào ô")


def signed_out(person: Visitor, cookie: str = "sid") -> None:
    """The sign-in has ended («sid»), or with it what proves forms («session»), while a page is open."""
    person.context.clear_cookies(name=re.compile(rf"(__Host-)?{cookie}"))


def test_who_is_signed_out_while_typing_is_told_so_and_loses_nothing(owner: Visitor, market: Market) -> None:
    address, page = begun(owner), owner.page
    signed_out(owner)

    page.locator("#summary").fill("Gõ sau khi hết phiên")

    expect(page.locator("[data-saved]")).to_contain_text("không còn đăng nhập")
    sign_in(owner, market, "chu-co-so")
    page.goto(address)
    expect(page.locator("#summary")).to_have_value("Gõ sau khi hết phiên")
    saved(page)


@contextmanager
def late_script(page: Page, name: str) -> Iterator[Callable[[str], None]]:
    """Opens addresses whose script `name` only comes at the end of the block, as on a slow connection."""
    asked: list[Route] = []
    # Playwright marks the function that it is given, which it cannot do with a method of a list.
    page.route(re.compile(rf"/js/{name}[.\w]*\.js"), lambda route: asked.append(route), times=1)  # noqa: PLW0108
    yield lambda address: page.goto(address, wait_until="commit") and None
    while not asked:
        page.wait_for_timeout(20)
    asked.pop().continue_()


def test_what_is_typed_before_the_script_came_is_kept(owner: Visitor) -> None:
    address, page = begun(owner), owner.page
    with late_script(page, "autosave") as go:
        go(address)
        page.locator("#summary").fill("Gõ khi sóng yếu")

    saved(page)
    page.reload()
    expect(page.locator("#summary")).to_have_value("Gõ khi sóng yếu")


def test_communes_are_offered_for_a_name_typed_before_the_script_came(owner: Visitor) -> None:
    page = owner.page
    owner.open("/workspace")
    with late_script(page, "communes") as go:
        go(re.sub(r"\?.*", "", page.url) + "/areas")
        page.locator("#province").select_option("15")
        page.locator("#q").fill("muong hum")

    expect(page.locator("#commune input")).to_have_count(1)
    page.locator("#q").fill("khong co xa nay")
    expect(page.locator("#commune .hint")).to_contain_text("không có xã, phường tên như vậy")
    expect(page.locator("#commune input")).to_have_count(0)


def test_photographs_chosen_before_the_script_came_are_sent(owner: Visitor) -> None:
    address, page = begun(owner), owner.page
    with late_script(page, "photo") as go:
        go(re.sub(r"/draft/.*", "/photos", address))
        page.locator("#photos").set_input_files(photograph("mut-gung.jpg", 90))

    expect(page.locator(".photo-list > li")).to_have_count(1)


@pytest.mark.parametrize("lost", ["sid", "session"])
def test_a_photograph_sent_by_who_is_signed_out_is_kept_until_they_are_in_again(
    owner: Visitor, market: Market, lost: str
) -> None:
    address, page = re.sub(r"/draft/.*", "/photos", begun(owner)), owner.page
    page.goto(address)
    signed_out(owner, lost)

    page.locator("#photos").set_input_files(photograph("mut-gung.jpg", 90))

    expect(page.locator("[data-queue]")).to_contain_text("không còn đăng nhập")
    expect(page.get_by_role("button", name="Gửi lại")).to_be_visible()
    sign_in(owner, market, "chu-co-so")
    page.goto(address)
    expect(page.locator(".photo-list > li")).to_have_count(1)


def test_who_is_signed_out_while_registering_is_not_told_that_it_was_kept(
    owner: Visitor, market: Market
) -> None:
    page = owner.page
    owner.open("/workspace/new/name")
    page.locator("#name").fill("Hợp tác xã Thử")
    expect(page.locator("[data-saved]")).to_be_visible()
    signed_out(owner)

    with page.expect_response("**/workspace/new/name"):
        page.locator("#name").fill("Hợp tác xã Thử hai")

    expect(page.locator("[data-saved]")).to_be_hidden()
