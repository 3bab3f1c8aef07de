"""Weight of the first view on a telephone: UX-07 of the specification. `python -m bench.browser` measures speed."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from bench.browser import FirstView, first_view, page_paths
from bench.market import Market

KIB = 1024


@dataclass(frozen=True, slots=True)
class Budget:
    """KiB as sent, headers included; requests as a count."""

    html: float
    css: float
    js: float
    fonts: float
    images: float
    total: float
    requests: int


# Source: the specification, section 2. Fonts and sheet are shared: the budget counts them at the first page.
BUDGETS = {
    "home": Budget(html=16, css=14, js=10, fonts=30, images=60, total=150, requests=16),
    "listing": Budget(html=20, css=14, js=10, fonts=30, images=140, total=200, requests=24),
    "product": Budget(html=18, css=14, js=12, fonts=30, images=45, total=150, requests=12),
    "trace": Budget(html=12, css=0, js=5, fonts=0, images=15, total=35, requests=4),
}
SHIFT_MAX = 0.05
"""Of the layout; the specification allows 0.1 in the field. Without Roboto the fallback face is of another measure."""


@pytest.fixture(scope="module")
def views(browser: Browser, market: Market) -> dict[str, FirstView]:
    return {name: first_view(browser, market.base_url + path) for name, path in page_paths(market).items()}


@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_weighs_no_more_than_it_may(views: dict[str, FirstView], name: str) -> None:
    view, budget = views[name], BUDGETS[name]
    limits = {
        "html": budget.html,
        "css": budget.css,
        "js": budget.js,
        "fonts": budget.fonts,
        "images": budget.images,
    }

    over = {kind: view.bytes_by_kind.get(kind, 0) for kind, most in limits.items()
            if view.bytes_by_kind.get(kind, 0) > most * KIB}  # fmt: skip

    assert over == {}
    assert view.total_bytes <= budget.total * KIB


@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_asks_for_few_things(views: dict[str, FirstView], name: str) -> None:
    assert views[name].request_count <= BUDGETS[name].requests


@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_asks_nobody_else(views: dict[str, FirstView], name: str) -> None:
    assert views[name].third_parties == ()


@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_does_not_shift(views: dict[str, FirstView], name: str) -> None:
    assert views[name].cls <= SHIFT_MAX
