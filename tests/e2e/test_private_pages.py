"""Every page behind the sign-in, for whom it is, in both languages: UX-01 to UX-04, UX-24 of the specification."""

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from bench.market import Market
from tests.e2e.rounds import Round, Stop, go_round
from tests.e2e.signed_in import sign_in
from tests.e2e.survey import AXE
from tests.e2e.test_languages import ENGLISH_WORDS
from tests.e2e.visitors import visitor
from tests.e2e.words import sentences_only_in

# Who begins where, and how many kinds of page there are at least to come to.
PEOPLE = {
    "nguoi-mua": ("/account", 10),
    "nha-buon": ("/trade", 8),
    "chu-co-so": ("/workspace", 20),
    "can-bo-tinh-1": ("/office", 15),
    "quan-tri": ("/account", 10),
    "to-chuc": ("/organiser", 8),
}


@pytest.fixture(scope="module", params=itertools.product(PEOPLE, ("vi", "en")), ids="-".join)
def found(request: pytest.FixtureRequest, browser: Browser, market: Market) -> Iterator[Round]:
    """What one of the people comes to in one of the languages."""
    who, language = request.param
    with visitor(browser, market.base_url, reduced_motion="reduce") as person:
        if language == "vi":
            person.context.add_init_script(path=AXE)
        sign_in(person, market, who)
        yield go_round(person, who, language, PEOPLE[who][0])


def test_no_link_leads_nowhere(found: Round) -> None:
    assert found.dead == ()
    assert len(found.stops) >= PEOPLE[found.who][1]


def test_axe_finds_nothing(found: Round) -> None:
    assert {stop.kind: stop.violations for stop in found.stops if stop.violations} == {}


def test_nothing_sticks_out_on_a_telephone_or_a_desk(found: Round) -> None:
    assert {stop.kind: stop.beyond_the_edge for stop in found.stops if stop.beyond_the_edge} == {}


def test_whatever_is_pressed_is_large_enough(found: Round) -> None:
    small = {stop.kind: stop.facts["small"] + stop.facts["lowButtons"] for stop in found.stops}

    assert {kind: names for kind, names in small.items() if names} == {}


def test_a_page_has_one_first_heading_and_skips_no_level(found: Round) -> None:
    broken = {}
    for stop in found.stops:
        levels = stop.facts["headings"]
        jumps = [two for one, two in itertools.pairwise(levels) if two > one + 1]
        if levels.count(1) != 1 or jumps:
            broken[stop.kind] = levels

    assert broken == {}


def test_a_page_speaks_one_language(found: Round) -> None:
    foreign = sentences_only_in("en" if found.language == "vi" else "vi")
    said = {stop.kind: [text for text in own_texts(stop) if foreign.fullmatch(text)] for stop in found.stops}

    assert {kind: texts for kind, texts in said.items() if texts} == {}


def test_a_vietnamese_page_holds_no_english_words(found: Round) -> None:
    if found.language == "en":
        return
    said = {
        stop.kind: [text for text in own_texts(stop) if ENGLISH_WORDS.search(text)] for stop in found.stops
    }

    assert {kind: texts for kind, texts in said.items() if texts} == {}


def test_nothing_is_complained_of_or_styled_in_place(found: Round) -> None:
    styled = {stop.kind: stop.facts["styleAttributes"] for stop in found.stops}

    assert found.complaints == ()
    assert {kind: names for kind, names in styled.items() if names} == {}


def own_texts(stop: Stop) -> list[str]:
    return [text["words"] for text in stop.facts["texts"] if text["lang"] == stop.facts["language"]]
