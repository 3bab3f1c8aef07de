"""`python -m bench.booth`: how a booth's counter opens without a network, and answers a key, on a weak telephone.

Each figure is one JSON line on standard output; remarks go to standard error. Budgets: docs/budgets.md.
"""

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page

from bench.browser import TELEPHONE, first_view, report
from bench.chromium import find_chromium, launch, running_playwright
from bench.market import Market, running_market

ROUNDS: Final = 5
SLOWER: Final = 6
"""Of the processor, as for the profile of fairs (docs/budgets.md)."""
GOODS: Final = 30
KEYS: Final = "312000"

_READY: Final = "() => navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"
_PAIRED: Final = """async (pack) => {
  const { keep, pairWith } = await import("/static/js/booth/store.js");
  await pairWith({ device_id: 1, token: "none", name: "bench", participation_id: 1 }, pack);
  await keep("pin", { salt: new Uint8Array(16), hash: "", fails: 0, until: 0 });
  localStorage.setItem("booth-active", Date.now());
}"""
_IS_OPEN: Final = '() => document.querySelector("[data-screen=sell]:not([hidden]) .tile")'
_WATCH_KEYS: Final = """() => { window.taps = [];
  const note = (entry) => entry.name === "click" && taps.push(entry.duration);
  const watch = new PerformanceObserver((list) => list.getEntries().forEach(note));
  watch.observe({ type: "event", durationThreshold: 16 }); }"""


def main() -> None:
    """Measure on a market of its own, which is thrown away."""
    if find_chromium() is None:
        print("no Chromium here: nothing measured", file=sys.stderr)
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        running_market(Path(folder)) as market,
        running_playwright() as engine,
    ):
        browser = launch(engine)
        _measure(browser, market)
        browser.close()


def _measure(browser: Browser, market: Market) -> None:
    view = first_view(browser, f"{market.base_url}/booth")
    report("booth_cold_bytes", view.total_bytes, "B")
    report("booth_cold_js_bytes", view.bytes_by_kind.get("js", 0), "B")
    context = browser.new_context(viewport=TELEPHONE)
    page = context.new_page()
    page.goto(f"{market.base_url}/booth")
    page.evaluate(_PAIRED, _pack())
    page.reload()
    page.wait_for_function(_READY)
    context.set_offline(True)
    report("booth_offline_start", statistics.median(_start_ms(page) for _ in range(ROUNDS)), "ms")
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    slow = statistics.median(_start_ms(page) for _ in range(ROUNDS))
    report(f"booth_offline_start_processor_{SLOWER}_times_slower", slow, "ms")
    report("booth_key_to_next_frame_worst", _worst_key_ms(page), "ms")
    context.close()


def _start_ms(page: Page) -> float:
    """From asking for the page to goods on the screen, without a network."""
    page.reload()
    page.wait_for_function(_IS_OPEN)
    now: float = page.evaluate("performance.now()")
    return now


def _worst_key_ms(page: Page) -> float:
    """The longest of: packs tapped into the basket, and an amount on the keypad. 0: all within 16 ms."""
    page.evaluate(_WATCH_KEYS)
    for _ in range(3):
        page.locator("[data-do=more]").first.click()
    page.locator("[data-do=cash]").click()
    for digit in KEYS:
        page.locator(f"[data-do=digit][data-digit='{digit}']").click()
    page.wait_for_timeout(300)
    taps: list[float] = page.evaluate("taps")
    return max(taps, default=0)


def _pack() -> dict[str, Any]:
    goods: list[dict[str, Any]] = [
        {
            "variant_id": number, "product_id": number, "name": f"Trà Shan tuyết số {number}", "name_en": None,
            "pack": "Hộp 200 g", "pack_en": None, "price_vnd": 104_000, "weight_g": 260, "photo_url": None,
            "gtin": None, "slice_left": 24, "is_sellable": True, "why_not": None, "lot_codes": [],
        }
        for number in range(1, GOODS + 1)
    ]  # fmt: skip
    return {
        "version": "bench", "fair": {"name": "Hội chợ", "slug": "x", "ends_on": "2030-01-01"},
        "booth": {"code": "A1"}, "producer": {"id": 1, "name": "HTX", "phone": None}, "account": None,
        "provinces": [], "shipping": [], "references": ["OCK7M2Q9XTR"], "goods": goods,
    }  # fmt: skip


if __name__ == "__main__":
    main()
