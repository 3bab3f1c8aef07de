"""`python -m bench.browser`: weight and speed of the first view of each kind of page on a weak telephone.

Each figure is one JSON line on standard output; remarks go to standard error. Profiles and budgets: docs/budgets.md.
"""

import json
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, ViewportSize

from bench.chromium import find_chromium, launch, running_playwright
from bench.market import Market, running_market

TELEPHONE: Final = ViewportSize(width=360, height=800)
ROUNDS: Final = 3
SETTLE_MS: Final = 300

# Collects what the browser tells of paint, shifts and long tasks, from the very first moment of a page.
WATCH: Final = """
window.seen = { lcp: 0, cls: 0, tbt: 0 };
new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.lcp = e.startTime; })
  .observe({ type: 'largest-contentful-paint', buffered: true });
new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) seen.cls += e.value; })
  .observe({ type: 'layout-shift', buffered: true });
new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.tbt += Math.max(0, e.duration - 50); })
  .observe({ type: 'longtask', buffered: true });
"""

KIND_OF_TYPE: Final = {
    "Document": "html",
    "Stylesheet": "css",
    "Script": "js",
    "Font": "fonts",
    "Image": "images",
}


@dataclass(frozen=True, slots=True)
class Profile:
    """A connection and a processor. kbit: per second, both ways. slowdown: of the processor."""

    name: str
    kbit: int
    latency_ms: int
    slowdown: int


# Source: Lighthouse's mobile throttling, and a crowded 3G cell.
PROFILES: Final = (Profile("slow4g", 1_600, 150, 4), Profile("fair3g", 400, 400, 6))


@dataclass(frozen=True, slots=True)
class FirstView:
    """A page opened with an empty cache.

    bytes_by_kind: as sent, headers included; html, css, js, fonts, images, other. third_parties: hosts asked besides
    the market's own. lcp_ms, tbt_ms: of the browser's observers; cls: sum of layout shifts.
    """

    bytes_by_kind: Mapping[str, int]
    request_count: int
    third_parties: tuple[str, ...]
    lcp_ms: float
    cls: float
    tbt_ms: float

    @property
    def total_bytes(self) -> int:
        return sum(self.bytes_by_kind.values())


def page_paths(market: Market) -> dict[str, str]:
    """An address for each kind of page that has a budget."""
    return {
        "home": "/",
        "listing": "/products",
        "product": "/products/nuoc-mam-song-ke-40-do-dam",
        "trace": f"/T/{market.sample_codes()[0]}",
    }


def first_view(
    browser: Browser, url: str, profile: Profile | None = None, cookies: Mapping[str, str] | None = None
) -> FirstView:
    """Open `url` as a telephone that was never here, and wait until all it asked for has come.

    cookies: of somebody who was here before, with another cache, for pages that only they see.
    """
    context = browser.new_context(viewport=TELEPHONE, device_scale_factor=2)
    context.add_cookies(
        [{"name": name, "value": value, "url": url} for name, value in (cookies or {}).items()]
    )
    try:
        return _look(context, url, profile)
    finally:
        context.close()


def _look(context: BrowserContext, url: str, profile: Profile | None) -> FirstView:
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    if profile:
        throttle(session, profile)
    traffic = _Traffic(session, urlsplit(url).netloc)
    page.goto(url, wait_until="load", timeout=90_000)
    page.wait_for_load_state("networkidle", timeout=90_000)
    page.wait_for_timeout(SETTLE_MS)
    seen = page.evaluate("seen")
    return FirstView(
        dict(traffic.bytes_by_kind),
        traffic.request_count,
        tuple(sorted(traffic.third_parties)),
        seen["lcp"],
        seen["cls"],
        seen["tbt"],
    )


def throttle(session: CDPSession, profile: Profile) -> None:
    """Slow down the connection and the processor of a page."""
    bytes_per_second = profile.kbit * 1_000 // 8
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": profile.latency_ms,
            "downloadThroughput": bytes_per_second,
            "uploadThroughput": bytes_per_second,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": profile.slowdown})


class _Traffic:
    """What one page asked for, counted as it was sent."""

    def __init__(self, session: CDPSession, own_host: str) -> None:
        self.bytes_by_kind: Counter[str] = Counter()
        self.request_count = 0
        self.third_parties: set[str] = set()
        self._own_host = own_host
        self._kinds: dict[str, str] = {}
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)

    def _asked(self, event: dict[str, Any]) -> None:
        address = urlsplit(event["request"]["url"])
        if address.scheme not in {"http", "https"}:
            return
        self.request_count += 1
        self._kinds[event["requestId"]] = KIND_OF_TYPE.get(event.get("type", ""), "other")
        if address.netloc != self._own_host:
            self.third_parties.add(address.netloc)

    def _came(self, event: dict[str, Any]) -> None:
        kind = self._kinds.get(event["requestId"])
        if kind:
            self.bytes_by_kind[kind] += int(event["encodedDataLength"])


def report_weights(name: str, view: FirstView) -> None:
    for kind, size in sorted(view.bytes_by_kind.items()):
        report(f"browser_{name}_{kind}", round(size / 1_024, 1), "KiB")
    report(f"browser_{name}_total", round(view.total_bytes / 1_024, 1), "KiB")
    report(f"browser_{name}_requests", view.request_count, "requests")
    report(f"browser_{name}_third_parties", len(view.third_parties), "hosts")


def report_speed(name: str, profile: Profile, views: Sequence[FirstView]) -> None:
    """Medians of several first views."""
    for figure, unit in (("lcp_ms", "ms"), ("tbt_ms", "ms"), ("cls", "")):
        median = statistics.median(getattr(view, figure) for view in views)
        report(f"browser_{name}_{profile.name}_{figure.removesuffix('_ms')}", round(median, 3), unit)


def report(name: str, value: float, unit: str) -> None:
    print(json.dumps({"name": name, "value": value, "unit": unit}), flush=True)


def main() -> None:
    if find_chromium() is None:
        print("no Chromium here: nothing measured", file=sys.stderr)
        return
    with (
        tempfile.TemporaryDirectory(prefix="ocop-browser-") as folder,
        running_market(Path(folder)) as market,
        running_playwright() as playwright,
    ):
        browser = launch(playwright)
        for name, path in page_paths(market).items():
            url = market.base_url + path
            report_weights(name, first_view(browser, url))
            for profile in PROFILES:
                report_speed(name, profile, [first_view(browser, url, profile) for _ in range(ROUNDS)])
        browser.close()


if __name__ == "__main__":
    main()
