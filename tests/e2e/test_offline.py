"""Stamps looked at with the network cut, and pages read again: UX-11 of the specification, threats T-41 and T-42."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from bench.market import Market
from core import clock
from core.config import load_settings
from core.db import db, transaction
from core.ed25519 import public_of
from storefront.app import create_app
from tests.e2e.survey import codes_by_verdict
from tests.e2e.visitors import Visitor, visitor
from tests.e2e.words import say
from traceability.models import SealKey, SealKeyRevocation
from traceability.operations.packs import make_pack, plan_pack
from traceability.operations.sealing import add_seal_key, publish_key_list, read_private_key
from traceability.operations.stamps import issue_stamps
from traceability.queries.lots import get_lot
from traceability.queries.runs import get_stamp, list_codes
from traceability.seals import month_of, seal_of
from traceability.verdicts import Verdict
from transparency.notes import SigningKey

SOUND = "gao-nep-nuong-suoi-mo/NEP-01"
PACK = "hoi-cho-thu"
KEYS = "/.well-known/ocop-stamp-keys"
ROOT = SigningKey("market.test", b"\7" * 32)
OLD_SEED, REVOKED_SEED, FOREIGN_SEED = b"\1" * 32, b"\2" * 32, b"\3" * 32
READY = "() => navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"
NEVER_SAID = ("hàng thật", "tem thật", "chính hãng", "genuine", "authentic")


@dataclass(frozen=True, slots=True)
class Stamps:
    """Addresses without host by the state that they are in without a network. code: of a stamp in no list."""

    by_state: dict[str, str]
    in_list: str
    recalled: str
    online: str


@pytest.fixture(scope="module")
def stamps(market: Market, tmp_path_factory: pytest.TempPathFactory) -> Stamps:
    """Keys of every kind, published; sealed stamps of each; and a list for a fair."""
    folder = tmp_path_factory.mktemp("keys")
    recalled = next(codes_by_verdict(market)[Verdict.RECALLED])
    with working_on(market):
        now, today = clock.now(), clock.today()
        with transaction():
            key = add_seal_key(folder, not_before=today, now=now)
            far = today + timedelta(days=900)
            for kid, seed, last in ((101, OLD_SEED, today - timedelta(days=1)), (102, REVOKED_SEED, far)):
                first = date(2024, 1, 1)
                db.session.add(
                    SealKey(
                        kid=kid, public_key=public_of(seed), not_before=first, not_after=last, added_at=now
                    )
                )
            db.session.flush()
            db.session.add(SealKeyRevocation(kid=102, revoked_on=today, reason="Mất khóa", revoked_at=now))
            publish_key_list(ROOT, market.base_url.partition("://")[2], now=now)
        with transaction():
            codes = codes_of(SOUND)
            lots = [get_lot(SOUND), get_stamp(recalled).run.lot]
            make_pack(plan_pack(PACK, "Hội chợ thử", lots), folder, now=now)
            late = codes_of(SOUND)
        seed, month = read_private_key(folder, key.kid), month_of(far)
        path = f"/T/{late[0]}"
        sound = seal_of(seed, key.kid, month, path)
        flipped = ("1" if sound[60] != "1" else "2").join((sound[:60], sound[61:]))
        return Stamps(
            {
                "offline_sealed": f"/{sound}{path}",
                "bad_seal": f"/{flipped}{path}",
                "seal_key_unknown": f"/{seal_of(FOREIGN_SEED, 250, month, path)}{path}",
                "seal_expired": f"/{seal_of(OLD_SEED, 101, month, path)}{path}",
                "seal_revoked": f"/{seal_of(REVOKED_SEED, 102, month, path)}{path}",
                "could_not_check": f"/T/{late[1]}",
                "offline_listed": f"/T/{codes[0]}",
                "recalled": f"/T/{recalled}",
            },
            in_list=codes[0], recalled=recalled, online=codes[1],
        )  # fmt: skip


@pytest.fixture(scope="module")
def known(browser: Browser, market: Market, stamps: Stamps) -> Iterator[Visitor]:
    """Somebody who was here before with a network, and saved the list."""
    with visitor(browser, market.base_url, service_workers="allow") as person:
        person.open("/packs")
        person.page.get_by_role("button", name=say("vi", "Save on this device")).click()
        expect(person.page.locator("[data-saved]")).to_contain_text("2")
        person.page.wait_for_function(READY)
        yield person
        assert person.strangers == []
        assert [each for each in person.complaints if "net::ERR" not in each] == []


@pytest.fixture
def prepared(known: Visitor) -> Iterator[Visitor]:
    """The same person, on whom nothing of another test has stayed."""
    yield known
    known.page.goto("about:blank")  # a page that waits for the network would load itself beside the next test
    known.context.set_offline(False)


def test_each_state_of_a_seal_is_told_apart_without_a_network(prepared: Visitor, stamps: Stamps) -> None:
    page = prepared.page
    prepared.context.set_offline(True)

    told = {}
    for language, prefix in (("vi", ""), ("en", "/en")):
        for state, address in stamps.by_state.items():
            words = look(page, prepared.base_url + prefix + address)
            assert page.locator("[data-verdict]").get_attribute("data-verdict") == state, words
            assert not any(word in words.lower() for word in NEVER_SAID), words
            assert "{" not in words
            told[language, state] = page.locator("h1").inner_text()

    assert len(set(told.values())) == len(told)
    assert told["vi", "offline_sealed"] == "Tem do nền tảng phát hành · chưa kiểm tra trực tuyến"


def test_a_list_says_its_age_and_its_recalls(prepared: Visitor, stamps: Stamps) -> None:
    page = prepared.page
    prepared.context.set_offline(True)

    fresh = look(page, f"{prepared.base_url}/T/{stamps.in_list}")
    recalled = look(page, f"{prepared.base_url}/T/{stamps.recalled}")
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=3))
    stale = look(page, f"{prepared.base_url}/T/{stamps.in_list}")
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=3_650))
    past = look(page, f"{prepared.base_url}/T/{stamps.in_list}")
    page.clock.set_fixed_time(datetime.now(UTC))

    stars, over = (
        "còn hiệu lực khi lập danh sách",
        say("vi", "Past its best-before date of {over}, by the date of this device."),
    )
    assert (stars in fresh, stars in past) == (True, False)
    assert (over[:20] in fresh, over[:20] in past) == (False, True)
    assert "Gạo nếp nương Suối Mơ" in fresh
    assert "Hội chợ thử" in fresh
    assert "cũ" not in fresh
    assert "Danh sách đó đã cũ 3 ngày" in stale
    assert say("vi", "What to do:") in recalled


def test_a_list_of_keys_proves_a_seal_for_thirty_days_and_comes_with_any_page(
    prepared: Visitor, stamps: Stamps
) -> None:
    page, sealed = prepared.page, prepared.base_url + stamps.by_state["offline_sealed"]
    prepared.open("/about")
    page.evaluate(
        f"async () => {{ for (const n of await caches.keys()) (await caches.open(n)).delete('{KEYS}') }}"
    )
    prepared.open("/help")
    page.wait_for_function(f"async () => !!(await caches.match('{KEYS}'))")
    prepared.context.set_offline(True)

    told = {}
    for days in (29, 31):
        page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=days))
        words = look(page, sealed)
        told[page.locator("[data-verdict]").get_attribute("data-verdict")] = words
    page.clock.set_fixed_time(datetime.now(UTC))

    assert list(told) == ["offline_sealed", "could_not_check"]
    assert "Theo danh sách khóa ngày" in told["offline_sealed"]
    assert "hơn 30 ngày trước" in told["could_not_check"]


def test_when_the_network_is_back_the_stamp_is_looked_up_by_itself(prepared: Visitor, stamps: Stamps) -> None:
    page = prepared.page
    prepared.context.set_offline(True)
    look(page, f"{prepared.base_url}/T/{stamps.online}")

    prepared.context.set_offline(False)

    expect(page.locator("[data-verdict]")).to_have_attribute("data-verdict", "valid_first", timeout=20_000)


def test_pages_read_before_say_when_they_were_saved_and_private_ones_are_not_kept(prepared: Visitor) -> None:
    for path in ("/about", "/orders", "/cart", "/sign-in"):
        prepared.open(path)
    prepared.context.set_offline(True)

    seen = {}
    for path in ("/about", "/orders", "/cart", "/sign-in", "/products"):
        prepared.page.goto(prepared.base_url + path)
        seen[path] = prepared.page.locator("h1").inner_text()

    nothing = say("vi", "No network")
    assert seen == dict.fromkeys(seen, nothing) | {"/about": say("vi", "About this market")}
    prepared.page.goto(f"{prepared.base_url}/about")
    expect(prepared.page.locator(".kept")).to_contain_text("bản lưu lúc")


def test_what_a_halls_network_says_is_no_verdict(prepared: Visitor, stamps: Stamps) -> None:
    """A page of somebody else, an error of ours, an answer that never comes: the seal is looked at all the same."""
    sealed, short = stamps.by_state["offline_sealed"], stamps.by_state["could_not_check"]
    for trouble in (portal, failing):
        with in_the_way(prepared.context, trouble):
            look(prepared.page, prepared.base_url + sealed)
            assert prepared.page.locator("[data-verdict]").get_attribute("data-verdict") == "offline_sealed"
            words = look(prepared.page, prepared.base_url + short)
            assert prepared.page.locator("[data-verdict]").get_attribute("data-verdict") == "could_not_check"
            assert not any(word in words.lower() for word in ("không hợp lệ", "giả ", "không tìm thấy"))


def look(page: Page, address: str) -> str:
    """Open `address`, wait until its page has found out what it can, and hand back its words."""
    page.goto(address)
    page.locator("[data-unreachable][data-done]").wait_for(state="attached")
    return page.locator("main").inner_text()


def portal(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<h1>Chào mừng đến Wi-Fi hội chợ</h1>")


def failing(route: Route) -> None:
    route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")


@contextmanager
def in_the_way(context: BrowserContext, trouble: object) -> Iterator[None]:
    context.route("**/T/*", trouble)  # type: ignore[arg-type]
    try:
        yield
    finally:
        context.unroute("**/T/*")


@contextmanager
def working_on(market: Market) -> Iterator[None]:
    """Operations of the program on the data of the running market."""
    app = create_app(load_settings(dict(market.environment)))
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def codes_of(lot: str) -> list[str]:
    run = issue_stamps(get_lot(lot), 2, now=clock.now())
    return list_codes(run.id)
