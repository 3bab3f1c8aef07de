"""Every kind of page, in both languages, looked at once from all sides; the tests then read what was seen."""

import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from bench.market import Market
from tests.e2e.page_kinds import EMPTY_MARKET_KINDS, PAGE_KINDS, PageKind
from tests.e2e.visitors import TELEPHONE, Visitor, visitor
from traceability.looking import UNKNOWN_LIMIT
from traceability.stamp_codes import new_codes
from traceability.verdicts import Verdict

HERE = Path(__file__).parent
AXE = HERE.parent / "vendor" / "axe-core" / "axe.min.js"
LANGUAGES = ("vi", "en")
READ_PAGE = (HERE / "survey.js").read_text(encoding="utf-8")
WIDTHS = {"vi": (320, 360, 412, 768, 1280), "en": (320, 1280)}
FRESH_LOT = "gao-nep-nuong-suoi-mo/NEP-01"

# WCAG 2.2 at level AA and good practice.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What the words of a page can break; all else is the same in both languages and looked at in one.
AXE_OF_WORDS = ["document-title", "html-has-lang", "html-lang-valid", "valid-lang", "link-name", "button-name", "label",
    "image-alt", "target-size", "heading-order"]  # fmt: skip
RUN_AXE = """async (rules) => (await axe.run(document, { resultTypes: ["violations"], runOnly: rules })).violations
  .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 4).join(", ")}`)"""
BEYOND_THE_EDGE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 1)
    .map((e) => `${e.tagName.toLowerCase()}.${e.className}`).slice(0, 5);
}"""


@dataclass(frozen=True, slots=True)
class Sight:
    """One page as seen. facts: what survey.js tells; beyond_the_edge: width to what sticks out there."""

    kind: PageKind
    language: str
    status: int
    facts: Mapping[str, Any]
    violations: tuple[str, ...]
    violations_in_the_dark: tuple[str, ...]
    beyond_the_edge: Mapping[int, list[str]]
    complaints: tuple[str, ...]
    strangers: tuple[str, ...]
    cookies: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.kind.name} ({self.language})"


@dataclass(frozen=True, slots=True, repr=False)
class Survey:
    sights: tuple[Sight, ...]

    @classmethod
    def of(cls, browser: Browser, market: Market, empty_market: Market) -> "Survey":
        codes = codes_by_verdict(market)
        seen: list[Sight] = []
        for language in LANGUAGES:
            with surveyor(browser, market) as person:
                seen += [look(person, kind, language, _filled_in(kind.path, codes)) for kind in PAGE_KINDS]
            with surveyor(browser, empty_market) as person:
                seen += [look(person, kind, language, kind.path) for kind in EMPTY_MARKET_KINDS]
            with surveyor(browser, market) as person:
                seen.append(_could_not_check(person, market, language))
        return cls(tuple(seen))

    def __iter__(self) -> Iterator[Sight]:
        return iter(self.sights)

    def named(self, name: str) -> list[Sight]:
        """The page of this kind in each language."""
        return [sight for sight in self.sights if sight.kind.name == name]

    def stamps(self) -> list[Sight]:
        """The pages that carry a verdict."""
        return [sight for sight in self.sights if sight.kind.name in set(Verdict)]


@contextmanager
def surveyor(browser: Browser, market: Market) -> Iterator[Visitor]:
    """A visitor with axe in their browser, on whose screen colours change at once."""
    with visitor(browser, market.base_url, reduced_motion="reduce") as person:
        person.context.add_init_script(path=AXE)
        yield person


def look(person: Visitor, kind: PageKind, language: str, address: str) -> Sight:
    """Open one page as if for the first time, and note all there is to note."""
    page = person.page
    person.forget()
    page.set_viewport_size(TELEPHONE)
    status = person.open(address if language == "vi" else f"/en{address}")
    return Sight(
        kind=kind,
        language=language,
        status=status,
        facts=page.evaluate(READ_PAGE),
        violations=tuple(page.evaluate(RUN_AXE, AXE_TAGS if language == "vi" else AXE_OF_WORDS)),
        violations_in_the_dark=tuple(_violations_in_the_dark(page) if language == "vi" else ()),
        beyond_the_edge=dict(_beyond_the_edge(page, WIDTHS[language])),
        complaints=(*person.complaints, *person.refusals()),
        strangers=tuple(person.strangers),
        cookies=tuple(cookie["name"] for cookie in person.context.cookies()),
    )


def _violations_in_the_dark(page: Page) -> list[str]:
    """What axe finds in the dark scheme, whose colours are the same in both languages."""
    page.emulate_media(color_scheme="dark")
    found: list[str] = page.evaluate(RUN_AXE, ["color-contrast"])
    page.emulate_media(color_scheme="light")
    return found


def axe_violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN_AXE, AXE_TAGS)
    return found


def codes_by_verdict(market: Market) -> dict[str, Iterator[str]]:
    """Codes for each verdict: a stamp nobody has looked up is a new one every time, the others are always the same."""
    samples = market.command("traceability", "check-stamp", *market.sample_codes())
    found = {verdict: code for code, verdict in (line.split() for line in samples.splitlines())}
    codes = {verdict: _again_and_again(code) for verdict, code in found.items()}
    codes[Verdict.VALID_FIRST] = iter(fresh_codes(market, len(LANGUAGES)))
    return codes


def fresh_codes(market: Market, count: int) -> list[str]:
    """Codes of new stamps in force, looked up by nobody."""
    told = market.command("traceability", "issue-stamps", FRESH_LOT, str(count))
    return [line.rpartition("/")[2] for line in told.splitlines() if "://" in line]


def _again_and_again(code: str) -> Iterator[str]:
    while True:
        yield code


def _filled_in(path: str, codes: Mapping[str, Iterator[str]]) -> str:
    """A `{verdict}` in the path of a kind becomes the page of a code with that verdict."""
    if not path.startswith("{"):
        return path
    verdict, _, rest = path[1:].partition("}")
    return f"/T/{next(codes[verdict])}{rest}"


def _could_not_check(person: Visitor, market: Market, language: str) -> Sight:
    """The page for a network that asked for too many codes that are not known."""
    kind = PageKind("could not check", f"/T/{new_codes(1)[0]}", 429)
    network = {"X-Forwarded-For": f"10.99.{LANGUAGES.index(language)}.1"}
    person.context.set_extra_http_headers(network)
    for code in new_codes(2 * UNKNOWN_LIMIT):
        if _status(f"{market.base_url}/T/{code}", network) == 429:
            break
    return look(person, kind, language, kind.path)


def _status(url: str, headers: Mapping[str, str]) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers))) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code


def _beyond_the_edge(page: Page, widths: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    for width in widths:
        page.set_viewport_size({"width": width, "height": 640})
        stuck_out = page.evaluate(BEYOND_THE_EDGE)
        if stuck_out:
            yield width, stuck_out
