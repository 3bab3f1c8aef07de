"""From a telephone number to a star and back, on a telephone: a household and the officers who vouch for it.

The household signs up, registers, lists a product with photographs and publishes it; an officer verifies its
certificate; two officers record and release a recognition; two officers withdraw it. No star is seen before the
release or after the withdrawal.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from playwright.sync_api import Page, expect

from bench.market import Market
from core.clock import vietnam_date
from tests.e2e.conftest import Come
from tests.e2e.photographs import photograph
from tests.e2e.signed_in import newest_code, sign_in
from tests.e2e.visitors import Visitor
from tests.e2e.words import say

PHONE: Final = "0912 345 678"
PRODUCT: Final = "Măng khô bản Mường Hum"
PRODUCER: Final = "Hộ kinh doanh Măng Rừng Thử"
DECISION: Final = "812/QĐ-UBND"
WITHDRAWAL: Final = "977/QĐ-UBND"


@dataclass(frozen=True, slots=True)
class Shop:
    """Where the new listing is. workspace: «/workspace/45»; product: its number; page: its public address."""

    workspace: str
    product: str
    page: str


def test_a_household_comes_to_a_star_by_two_officers_and_loses_it_by_two(come: Come, market: Market) -> None:
    household = come()
    sign_up(household, market)
    workspace = register(household)
    shop = list_product(household, workspace)
    assert_stars(come(), shop, 0)

    send_certificate(household, workspace)
    first, second = come(), come()
    sign_in(first, market, "can-bo-tinh-1")
    verify_certificate(first)
    expect_certificate(come(), shop)
    assert_stars(come(), shop, 0)

    proposal = propose_recognition(first)
    assert_stars(come(), shop, 0)
    expect(first.page.locator(f"form[action$='{proposal}/release']")).to_have_count(0)
    sign_in(second, market, "can-bo-tinh-2")
    press(second, proposal, "release")
    assert_stars(come(), shop, 4)

    withdrawal = propose_withdrawal(second, shop)
    assert_stars(come(), shop, 4)
    first.open(withdrawal)
    press(first, withdrawal, "release")
    assert_stars(come(), shop, 0)


def sign_up(visitor: Visitor, market: Market) -> None:
    page, begun = visitor.page, datetime.now(UTC) - timedelta(seconds=2)
    visitor.open("/sign-up?next=/workspace")
    page.locator("#contact").fill(PHONE)
    send(page)
    page.locator("#code").fill(newest_code(market, "345678", begun))
    send(page)
    page.locator("#name").fill("Chủ Hộ Măng Rừng")
    assert not page.locator("#terms").is_checked()
    assert not page.locator("#marketing").is_checked()
    page.locator("#terms").check()
    send(page)
    page.wait_for_url("**/workspace")


def register(visitor: Visitor) -> str:
    """Answer the questions about the producer; the address of its workspace."""
    page = visitor.page
    page.get_by_role("link", name=say("vi", "Register a producer")).click()
    page.locator("#name").fill(PRODUCER)
    send(page)
    page.locator("input[name=kind][value=household]").check()
    send(page)
    send(page)  # no tax code yet
    page.locator("#phone").fill(PHONE)
    send(page)
    page.locator("#province").select_option("15")
    page.locator("#q").fill("muong hum")
    page.locator("input[name=commune]").first.check()
    send(page, last=True)
    for name in ("speaks_for_it", "agrees_to_publish"):
        assert not page.locator(f"input[name={name}]").is_checked()
        page.locator(f"input[name={name}]").check()
    send(page)
    page.wait_for_url(re.compile(r"/workspace/\d+"))
    return "/workspace/" + visitor.path().split("/")[2].partition("?")[0]


def list_product(visitor: Visitor, workspace: str) -> Shop:
    page = visitor.page
    visitor.open(f"{workspace}/products/new")
    page.locator("#name").fill(PRODUCT)
    send(page)
    page.locator("fieldset.kinds details").first.locator("summary").click()
    page.locator("input[name=criteria_set]").first.check()
    page.locator("#summary").fill("Măng rừng phơi nắng, không xông lưu huỳnh.")
    send(page, last=True)
    page.locator("[name^='variant-'][name$='-label']").first.fill("Gói 500 g")
    page.locator("[name^='variant-'][name$='-quantity']").first.fill("500")
    page.locator("select[name$='-unit']").first.select_option("g")
    page.locator("[data-money]").first.fill("125k")
    expect(page.locator("[data-words-of]").first).to_contain_text("một trăm hai mươi lăm nghìn đồng")
    send(page, last=True)
    page.locator("[name^='variant-'][name$='-on_hand']").first.fill("12")
    send(page, last=True)
    send(page, last=True)  # nothing on the label yet
    page.locator("#story").fill("Nhà tôi hái măng **tháng ba**, luộc kỹ rồi phơi bảy nắng.")
    send(page, last=True)
    product = visitor.path().split("/")[4]
    add_photographs(visitor, f"{workspace}/products/{product}")
    visitor.open(f"{workspace}/products/{product}/draft/check")
    page.get_by_role("button", name=say("vi", "Publish in the shop")).click()
    page.get_by_role("link", name=say("vi", "See it in the shop")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PRODUCT)
    expect(page.locator("main")).to_contain_text("125.000 ₫")
    assert page.locator("main .gallery picture").count() >= 2
    return Shop(workspace, product, visitor.path())


def add_photographs(visitor: Visitor, listing: str) -> None:
    page = visitor.page
    visitor.open(f"{listing}/photos")
    page.locator("#photos").set_input_files([photograph("bo-mang.jpg", 40), photograph("phoi-mang.jpg", 160)])
    button = page.get_by_role("button", name=say("vi", "Send the photographs"))
    if button.is_visible():
        button.click()
    expect(page.locator(".photo-list > li")).to_have_count(2, timeout=30_000)


def send_certificate(visitor: Visitor, workspace: str) -> None:
    page, today = visitor.page, vietnam_date(datetime.now(UTC))
    visitor.open(f"{workspace}/certificates/new")
    page.locator("#file").set_input_files(photograph("giay-attp.jpg", 220))
    page.locator("#kind").select_option("food_safety")
    page.locator("#number").fill("45/2026/ATTP-LC")
    page.locator("#issuer").fill("Sở Nông nghiệp và Môi trường")
    page.locator("#issued_on").fill((today - timedelta(days=30)).isoformat())
    page.locator("#expires_on").fill((today + timedelta(days=900)).isoformat())
    send(page)
    page.wait_for_url(f"**{workspace}/certificates**")


def verify_certificate(officer: Visitor) -> None:
    page = officer.page
    officer.open("/office/certificates")
    page.get_by_role("link", name=PRODUCER).or_(page.locator("tbody a", has_text="ATTP")).first.click()
    page.locator("input[name=outcome][value=verified]").check()
    page.locator("input[name=method]").first.check()
    page.locator("input[name=public_pages]").first.check()
    page.locator("form[action$='/review'] button[type=submit]").click()
    page.wait_for_url("**/office/certificates?done=verified")


def propose_recognition(officer: Visitor) -> str:
    """Record the decision; the address of what waits for a second officer."""
    page, today = officer.page, vietnam_date(datetime.now(UTC))
    officer.open("/office/decisions/choose?q=mang+kho+ban")
    page.locator("label.choice", has_text=PRODUCT).locator("input").check()
    page.locator("button[formaction$='/office/decisions/new']").click()
    page.locator("#decision_number").fill(DECISION)
    page.locator("#decided_on").fill((today - timedelta(days=3)).isoformat())
    page.locator("#authority_level").select_option("province")
    page.locator("#authority_name").fill("UBND tỉnh Lào Cai")
    page.locator("#document").set_input_files(photograph("quyet-dinh.jpg", 90))
    page.locator("select[name^='stars-']").select_option("4")
    page.locator("form[action$='/office/decisions'] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/office/decisions/\d+"))
    expect(page.locator("main")).to_contain_text(DECISION)
    return officer.path()


def propose_withdrawal(officer: Visitor, shop: Shop) -> str:
    page, today = officer.page, vietnam_date(datetime.now(UTC))
    officer.open(f"/office/products/{shop.product}")
    page.locator("a[href$='/revocation']").click()
    page.locator("#decision_number").fill(WITHDRAWAL)
    page.locator("#revoked_on").fill(today.isoformat())
    page.locator("#ground").select_option("criteria_not_met")
    page.locator("#authority_name").fill("UBND tỉnh Lào Cai")
    page.locator("#document").set_input_files(photograph("thu-hoi.jpg", 130))
    page.locator("form[action$='/revocation'] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/office/decisions/\d+"))
    return officer.path()


def press(officer: Visitor, proposal: str, act: str) -> None:
    officer.open(proposal)
    officer.page.locator(f"form[action$='/{act}'] button[type=submit]").click()
    expect(officer.page.locator(f"form[action$='/{act}']")).to_have_count(0)


def assert_stars(shopper: Visitor, shop: Shop, stars: int) -> None:
    """What a stranger sees: on the product's page, in a search, in the list by stars and in the data."""
    plate = say("vi", "OCOP %(count)s-star", count=4)
    page = shopper.page
    shopper.open(shop.page)
    assert (page.locator("main .plate").count() > 0) is bool(stars)
    shopper.open("/products?q=mang+kho+ban+muong+hum")
    card = page.locator(".cards .card", has_text=PRODUCT)
    expect(card).to_have_count(1)
    assert (plate in card.inner_text()) is bool(stars)
    shopper.open("/products?q=mang+kho+ban+muong+hum&stars=4")
    expect(page.locator(".cards .card", has_text=PRODUCT)).to_have_count(1 if stars else 0)
    told = page.request.get(f"{shopper.base_url}/api/v1{shop.page}").json()
    assert told["stars"] == (stars or None)


def expect_certificate(shopper: Visitor, shop: Shop) -> None:
    shopper.open(shop.page)
    expect(shopper.page.locator("main")).to_contain_text("45/2026/ATTP-LC")


def send(page: Page, *, last: bool = False) -> None:
    """Press the button that goes on. last: the page has smaller buttons of a question before it."""
    buttons = page.locator("main form .actions button.button[type=submit]")
    (buttons.last if last else buttons.first).click()
