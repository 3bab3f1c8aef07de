"""Draw the icons of the installed app from our own mark, `static/img/favicon.svg`. Developers only; needs Chromium.

Run it after changing the mark, then look at the difference. Icons that phones cut to a circle (`maskable`) have the
ground out to every edge and the mark within the circle of 80 % that is never cut. Source: W3C Web Application Manifest.
"""

import re
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser  # noqa: E402

from bench.chromium import launch, running_playwright  # noqa: E402

IMAGES: Final = ROOT / "static" / "img"
GROUND: Final = re.compile(r'<rect width="64" height="64" rx="12" fill="(#[0-9A-F]{6})"/>')
SAFE_SHARE: Final = 0.72
SIZES: Final = {"icon-192": 192, "icon-512": 512, "apple-touch-icon": 180, "icon-maskable": 512}


def main() -> None:
    """Write every icon."""
    mark = (IMAGES / "favicon.svg").read_text(encoding="utf-8")
    with running_playwright() as playwright:
        browser = launch(playwright)
        for name, side in SIZES.items():
            is_whole = name in {"icon-maskable", "apple-touch-icon"}
            drawn = draw(browser, filled(mark, is_masked=name == "icon-maskable") if is_whole else mark, side)
            (IMAGES / f"{name}.png").write_bytes(drawn)
        browser.close()


def filled(mark: str, *, is_masked: bool) -> str:
    """The mark on a ground without round corners; drawn smaller where a circle is cut out of it."""
    ground = GROUND.search(mark)
    if ground is None:
        raise SystemExit("favicon.svg no longer begins with its ground: change scripts/icons.py with it")
    share = SAFE_SHARE if is_masked else 1.0
    shift = 32 * (1 - share)
    moved = f"translate({shift} {shift}) scale({share})"
    opened = f'<rect width="64" height="64" fill="{ground[1]}"/><g transform="{moved}">'
    return mark.replace(ground[0], opened).replace("</svg>", "</g></svg>")


def draw(browser: Browser, svg: str, side: int) -> bytes:
    """`svg` as a PNG of that many pixels."""
    page = browser.new_page(viewport={"width": side, "height": side})
    page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:{side}px;height:{side}px}}</style>{svg}")
    picture = page.screenshot(omit_background=True)
    page.close()
    return picture


if __name__ == "__main__":
    main()
