"""Headless Chromium for journeys and measurements."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, Playwright, sync_playwright

FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The path of the browser, or None where none is installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def running_playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


def launch(playwright: Playwright, more_flags: Sequence[str] = ()) -> Browser:
    """A browser without a window. It must be installed."""
    return playwright.chromium.launch(executable_path=find_chromium(), args=[*FLAGS, *more_flags])
