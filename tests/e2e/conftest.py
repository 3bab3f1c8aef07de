"""A real server with the demonstration and a real browser, each started once for all journeys."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect

from bench.chromium import find_chromium, launch, running_playwright
from bench.market import Market, running_market
from tests.e2e.signed_in import MESSAGES_AS_FILES
from tests.e2e.survey import Survey, fresh_codes
from tests.e2e.visitors import WAIT_MS, Visitor, visitor
from tests.support.operators import OPERATOR

Come = Callable[..., Visitor]
BrowserThatSees = Callable[[Path], AbstractContextManager[Browser]]

CODES_NEEDED = 100
# Each visitor comes from a network of their own, so that limits per network stay as they are.
BEHIND_A_PROXY = {"PROXY_HOPS": "1"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = find_chromium()
    if found is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    return found


@pytest.fixture(scope="session")
def playwright_engine(chromium: str) -> Iterator[Playwright]:
    expect.set_options(timeout=WAIT_MS)
    with running_playwright() as engine:
        yield engine


@pytest.fixture(scope="session")
def browser(playwright_engine: Playwright) -> Iterator[Browser]:
    started = launch(playwright_engine)
    yield started
    started.close()


@pytest.fixture(scope="session")
def market(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """The market with its demonstration, as `make run` starts it."""
    with running_market(tmp_path_factory.mktemp("market"), BEHIND_A_PROXY | MESSAGES_AS_FILES) as running:
        yield running


@pytest.fixture(scope="session")
def empty_market(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """A market of production on its first day, with nothing in it."""
    settings = {
        **OPERATOR,
        "OCOP_ENV": "production",
        "SECRET_KEY": "a key for tests only, long enough to be taken",
        "PUBLIC_BASE_URL": "https://market.example",
        "TRUSTED_HOSTS": "127.0.0.1,market.example",
        "WEB_WORKERS": "1",
    }
    with running_market(tmp_path_factory.mktemp("empty"), BEHIND_A_PROXY | settings) as running:
        yield running


@pytest.fixture(scope="session")
def survey(browser: Browser, market: Market, empty_market: Market) -> Survey:
    """What there is to know of every kind of page in both languages, looked at once."""
    return Survey.of(browser, market, empty_market)


@pytest.fixture(scope="session")
def _codes_in_stock(market: Market) -> Iterator[str]:
    return iter(fresh_codes(market, CODES_NEEDED))


@pytest.fixture
def fresh_code(_codes_in_stock: Iterator[str]) -> str:
    """The code of a stamp in force that nobody has looked up yet."""
    return next(_codes_in_stock)


@pytest.fixture
def come(browser: Browser, market: Market) -> Iterator[Come]:
    """`come(viewport=DESK)`: a new visitor. Afterwards nothing may have gone wrong in their window."""
    people = []
    with ExitStack() as stack:

        def new(base_url: str = market.base_url, **options: Any) -> Visitor:
            person = stack.enter_context(visitor(browser, base_url, **options))
            people.append(person)
            return person

        yield new
    assert [complaint for person in people for complaint in person.complaints] == []
    assert [address for person in people for address in person.strangers] == []


@pytest.fixture(scope="session")
def browser_that_sees(playwright_engine: Playwright) -> BrowserThatSees:
    """`with browser_that_sees(film) as other:` a browser whose camera shows a film (.y4m)."""

    @contextmanager
    def launch_with(film: Path) -> Iterator[Browser]:
        flags = (
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        )
        started = launch(playwright_engine, flags)
        try:
            yield started
        finally:
            started.close()

    return launch_with
