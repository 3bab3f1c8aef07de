"""Rounds through the pages behind the sign-in: every link is followed, every kind of page looked at once.

A kind is an address whose numbers and codes are left out. Links that lead to nothing come to light by themselves.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Error, Page

from tests.e2e.survey import AXE_TAGS, BEYOND_THE_EDGE, READ_PAGE, RUN_AXE
from tests.e2e.visitors import TELEPHONE, Visitor

PRIVATE: Final = (
    "/account",
    "/workspace",
    "/office",
    "/organiser",
    "/admin",
    "/tasks",
    "/trade",
    "/run-sheets",
    "/sign-in",
    "/sign-up",
    "/sign-out",
)
LINKS: Final = "() => [...document.querySelectorAll('a[href]')].map((each) => each.getAttribute('href'))"
WIDTHS: Final = (320, 360, 1280)
PAGES_MAX: Final = 150


@dataclass(frozen=True, slots=True)
class Stop:
    """One page of a round. kind: its address without numbers. facts: what survey.js tells."""

    kind: str
    path: str
    status: int
    facts: Mapping[str, Any]
    violations: tuple[str, ...]
    beyond_the_edge: Mapping[int, list[str]]


@dataclass(frozen=True, slots=True)
class Round:
    """All pages that somebody comes to. dead: links that were answered with an error, each with where it stands."""

    who: str
    language: str
    stops: tuple[Stop, ...]
    dead: tuple[str, ...]
    complaints: tuple[str, ...]


def go_round(visitor: Visitor, who: str, language: str, start: str) -> Round:
    """Follow every link from `start`, as the person who is signed in; files are asked for, not opened."""
    prefix = "" if language == "vi" else "/en"
    ahead = deque([(f"{prefix}{start}", "start")])
    stops: dict[str, Stop] = {}
    dead: list[str] = []
    files: list[str] = []
    while ahead and len(stops) < PAGES_MAX:
        address, found_on = ahead.popleft()
        kind = kind_of(address)
        if kind in stops:
            continue
        status, is_page = _opened(visitor, address)
        if status >= 400:
            dead.append(f"{status} {address} on {found_on}")
        if status >= 400 or not is_page:
            files.append(f"{visitor.base_url}{address}: ")
            continue
        stops[kind] = _looked_at(visitor.page, kind, address, status, is_whole=language == "vi")
        ahead.extend((link, address) for link in _links(visitor.page, prefix))
    # The browser's own frame around a picture or paper breaks our rules, and is none of ours.
    complaints = [each for each in visitor.complaints if not each.startswith(tuple(files))]
    return Round(who, language, tuple(stops.values()), tuple(dead), tuple(complaints))


def kind_of(address: str) -> str:
    """«/workspace/N/products/N» of «/workspace/44/products/7?page=2»."""
    return re.sub(r"/(?:\d+|OC[0-9A-Z]{9})(?=/|$)", "/N", urlsplit(address).path.removeprefix("/en"))


def _links(page: Page, prefix: str) -> Iterator[str]:
    for href in page.evaluate(LINKS):
        address = urlsplit(href)
        is_here = not address.netloc and not address.scheme and address.path.startswith(prefix)
        if is_here and address.path.removeprefix(prefix).startswith(PRIVATE):
            yield f"{address.path}?{address.query}" if address.query else address.path


def _opened(visitor: Visitor, address: str) -> tuple[int, bool]:
    """How the address is answered, and whether by a page, which is then the one in the window."""
    try:
        answer = visitor.page.goto(f"{visitor.base_url}{address}", wait_until="load")
    except Error:  # a file, which the browser keeps instead of showing it
        return visitor.page.request.get(f"{visitor.base_url}{address}").status, False
    assert answer is not None
    return answer.status, answer.headers.get("content-type", "").startswith("text/html")


def _looked_at(page: Page, kind: str, address: str, status: int, *, is_whole: bool) -> Stop:
    page.set_viewport_size(TELEPHONE)
    facts = page.evaluate(READ_PAGE)
    violations = page.evaluate(RUN_AXE, AXE_TAGS) if is_whole else ()
    beyond = {}
    for width in WIDTHS if is_whole else ():
        page.set_viewport_size({"width": width, "height": 700})
        if found := page.evaluate(BEYOND_THE_EDGE):
            beyond[width] = found
    return Stop(kind, address, status, facts, tuple(violations), beyond)
