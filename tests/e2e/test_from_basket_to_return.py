"""From two product pages to money back, on a telephone: a guest, two producers, a bank and the people between them.

The guest pays by VietQR; an administrator books what the bank tells; one producer confirms, packs, hands over and
delivers; the guest finds the order again and sends a pack back; the producer has it back, and a refund is due. Once
with JavaScript, once without, for the guest (that walk ends when the return is asked for).
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from bench.market import Market
from core.clock import vietnam_date
from tests.e2e.conftest import Come
from tests.e2e.signed_in import sign_in
from tests.e2e.survey import BEYOND_THE_EDGE, axe_violations
from tests.e2e.visitors import Visitor
from tests.e2e.words import say

RICE: Final = "gao-nep-nuong-suoi-mo"
SWEETS: Final = "keo-dua-la-dua-dua-ke-chuyen"
SELLER: Final = "Hợp tác xã Minh Họa Suối Mơ"
RICE_VND: Final = 45_000
SWEETS_VND: Final = 42_000
PROVINCE: Final = "79"


@dataclass(frozen=True, slots=True)
class Owed:
    """What the page of paying asks for. order: its address, «/orders/…»; code: «OC…» as the buyer knows it."""

    order: str
    code: str
    account: str
    amount_vnd: int
    memo: str


@pytest.mark.parametrize(("has_scripts", "phone"), [(True, "0913 200 361"), (False, "0913 200 362")])
def test_goods_of_two_producers_are_bought_sent_and_one_comes_back(
    come: Come, market: Market, has_scripts: bool, phone: str
) -> None:
    guest, seller, admin = come(java_script_enabled=has_scripts), come(), come()
    shown_vnd = fill_basket(guest, has_scripts)
    owed = check_out(guest, phone, has_scripts)
    assert owed.amount_vnd == shown_vnd

    sign_in(admin, market, "quan-tri")
    book_statement(admin, owed)
    guest.open(owed.order)
    expect(parcel_of(guest, SELLER)).to_contain_text(say("vi", "Paid"))

    sign_in(seller, market, "chu-co-so")
    deliver(seller, phone)
    finder = come(java_script_enabled=has_scripts)
    track(finder, owed, phone, has_scripts)
    ask_for_return(finder, has_scripts)
    if not has_scripts:  # from here on it is the same people at the same pages
        return
    take_back(seller)

    finder.open(owed.order)
    expect(finder.page.locator("#money + dl")).to_contain_text(say("vi", "Money back"))
    expect(finder.page.locator("#money + dl")).to_contain_text("45.000 ₫")


def fill_basket(guest: Visitor, has_scripts: bool) -> int:
    """Put two packs of one producer and one of another into the basket; the total it shows for a province."""
    page = guest.page
    for slug, packs in ((RICE, 2), (SWEETS, 1)):
        guest.open(f"/products/{slug}")
        page.locator("form#add input[name=quantity]").fill(str(packs))
        page.locator("form#add button[type=submit]").click()
        if has_scripts:
            page.locator(".add-said a").click()
        page.wait_for_url("**/cart")
        expect(page.locator(f".cart-line a[href$='/products/{slug}']")).to_have_count(1)
    expect(page.locator("section.parcel")).to_have_count(2)
    page.locator("#province_code").select_option(PROVINCE)
    page.locator("form[action$='/cart/province'] button").click()
    expect(page.locator(".cart-sum")).not_to_contain_text(
        say("vi", "Supposed until you choose: fees and days depend on the province.")
    )
    assert page.locator("main input:is([type=tel], [type=email], [name=name], [name=street])").count() == 0
    assert_sound(guest, has_scripts)
    fee = dong(page.locator(".cart-lines > div:not(.cart-total) dd").last)
    total = dong(page.locator(".cart-total dd"))
    assert fee > 0
    assert total == 2 * RICE_VND + SWEETS_VND + fee
    page.locator(".cart-sum a.button").click()
    return total


def check_out(guest: Visitor, phone: str, has_scripts: bool) -> Owed:
    """The three pages of the checkout; what is owed then."""
    page = guest.page
    page.locator("#name").fill("Người Mua Thử")
    page.locator("#phone").fill(phone)
    page.locator("#province").select_option(PROVINCE)
    page.locator("#q").fill("sai gon")
    if not has_scripts:
        page.locator("button[name=find]").click()
    page.locator("input[name=commune]").first.check()
    page.locator("#street").fill("12 Lê Lợi")
    assert_sound(guest, has_scripts)
    page.locator("form[action$='/receiver'] .actions button").click()
    page.wait_for_url("**/checkout/delivery")
    # Each parcel comes as the basket supposed, unless the buyer says otherwise; how to pay is for the buyer to say.
    expect(page.locator("input[name^=delivery-]:checked")).to_have_count(2)
    expect(page.locator("input[name=method]:checked")).to_have_count(0)
    page.locator("input[name=method][value=vietqr]").check()
    assert_sound(guest, has_scripts)
    page.locator("form[action$='/delivery'] .actions button").click()
    page.wait_for_url("**/checkout/review")
    assert not page.locator("input[name=terms]").is_checked()
    page.locator("input[name=terms]").check()
    assert_sound(guest, has_scripts)
    page.locator("form[action$='/orders'] .actions button").click()
    page.wait_for_url(re.compile(r"/orders/[^/]+/pay$"))
    return read_owed(guest, has_scripts)


def read_owed(guest: Visitor, has_scripts: bool) -> Owed:
    page = guest.page
    expect(page.locator(".pay-qr img")).to_be_visible()
    assert page.request.get(f"{guest.base_url}{page.locator('.pay-qr img').get_attribute('src')}").ok
    account, amount, memo = (page.locator(".pay-facts .copied").nth(number) for number in range(3))
    assert_sound(guest, has_scripts)
    code = re.search(r"OC[0-9A-Z]{9}", page.title())
    assert code
    return Owed(
        order=guest.path().removesuffix("/pay"),
        code=code.group(),
        account=account.inner_text(),
        amount_vnd=dong(amount),
        memo=memo.inner_text(),
    )


def book_statement(admin: Visitor, owed: Owed) -> None:
    """Send in what the bank hands out, with the transfer among other things, and agree to what it says."""
    page = admin.page
    admin.open("/admin/bank/statements")
    page.locator("#account").select_option(owed.account)
    page.locator("#file").set_input_files(statement_of(owed))
    page.locator("form[enctype] button[type=submit]").click()
    page.get_by_role("link", name=say("vi", "See the outcome")).click()
    page.locator("form[action$='/bookings'] button").click()
    page.get_by_role("link", name=say("vi", "See the outcome")).click()
    expect(page.locator("main a.button[href*='/admin/bank?']")).to_be_visible()


def statement_of(owed: Owed) -> FilePayload:
    """A statement as banks write it: the memo in the middle of their own words."""
    day = vietnam_date(datetime.now(UTC)).strftime("%d/%m/%Y")
    rows = (
        ("Ngày giao dịch", "Số tham chiếu", "Ghi nợ", "Ghi có", "Nội dung"),
        (day, f"FT{owed.memo}", "", str(owed.amount_vnd), f"MBVCB.123456.{owed.memo} chuyen tien"),
        (day, f"PHI{owed.memo}", "11000", "", "Phi quan ly tai khoan"),
    )
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return {"name": "sao-ke.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}


def deliver(seller: Visitor, phone: str) -> None:
    """Take, pack, hand over and deliver the parcel for the telephone number, with the big button of each step."""
    page = seller.page
    desk = desk_of(seller)
    seller.open(f"{desk}?tab=new")
    assert_sound(seller)
    seller.open(f"{desk}?q={phone.replace(' ', '')[-6:]}")
    page.locator(".order-card h2 a").click()
    acts = page.locator(".order-acts")
    for words in ("Take the order", "Packed", "Hand over", "Delivered"):
        assert_sound(seller)
        acts.get_by_role("button", name=say("vi", words), exact=True).click()
    expect(acts.get_by_role("button")).to_have_count(0)
    assert_sound(seller)


def desk_of(seller: Visitor) -> str:
    """The address of the orders of the only producer that the person works for."""
    seller.open("/workspace")
    found = seller.page.locator("a[href*='/workspace/'][href$='/orders']").first.get_attribute("href")
    assert found
    return found


def track(finder: Visitor, owed: Owed, phone: str, has_scripts: bool) -> None:
    """Find the order again by code and telephone, on another device."""
    page = finder.page
    finder.open("/orders")
    page.locator("#code").fill(owed.code)
    page.locator("#phone").fill(phone)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"**{owed.order}")
    expect(parcel_of(finder, SELLER).locator(".step-done")).not_to_have_count(0)
    expect(page.locator("main")).to_contain_text("12 Lê Lợi")
    assert_sound(finder, has_scripts)


def ask_for_return(finder: Visitor, has_scripts: bool) -> None:
    page = finder.page
    parcel_of(finder, SELLER).locator("a[href$='/returns']").click()
    page.locator("input[name^=packs-]").fill("1")
    page.locator("input[name=reason][value=damaged]").check()
    page.locator("#text").fill("Túi gạo bị rách khi đến nơi.")
    assert_sound(finder, has_scripts)
    page.locator("form[enctype] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/returns/\d+$"))
    expect(page.locator("main")).to_contain_text("Túi gạo bị rách khi đến nơi.")
    assert_sound(finder, has_scripts)


def take_back(seller: Visitor) -> None:
    """Accept the newest return and receive its pack, to be sold again."""
    page = seller.page
    seller.open(desk_of(seller).removesuffix("/orders") + "/returns")
    assert_sound(seller)
    page.locator(".tasks a", has_text="OC").first.click()
    expect(page.locator("main")).to_contain_text("Túi gạo bị rách khi đến nơi.")
    page.locator("input[name=answer][value=accept]").check()
    assert_sound(seller)
    page.locator("form[action$='/answer'] .actions button").click()
    page.locator("form[action$='/receipt'] .actions button").click()
    expect(page.locator("main")).to_contain_text("45.000 ₫")


def parcel_of(visitor: Visitor, producer: str) -> Locator:
    return visitor.page.locator("section.parcel", has=visitor.page.get_by_role("heading", name=producer))


def assert_sound(visitor: Visitor, has_scripts: bool = True) -> None:
    """Nothing sticks out on a telephone, and axe finds nothing; axe itself is a script and needs them to run."""
    page, where = visitor.page, visitor.path()
    page.wait_for_load_state()
    assert page.evaluate(BEYOND_THE_EDGE) == [], where
    if has_scripts:
        assert axe_violations(page) == [], where


def dong(place: Locator) -> int:
    """«245.000 ₫» as a number."""
    return int("".join(re.findall(r"\d", place.inner_text())))
