"""Rules that hold on every page, in both languages, for everybody: UX-01 to UX-04, UX-23 of the specification."""

from collections import defaultdict
from itertools import pairwise

from tests.e2e.survey import Survey

# Narrowed by filters, a search is the same search; a refused code is the same form; what is not there is not there.
SAME_PAGE_AGAIN = {
    "search, filtered",
    "nothing found, filtered",
    "scan, foreign host",
    "public log, no such entry",
    "order not found",
    "hamper not found",
    "campaign not found",
    "collection not found",
    "fair not found",
    "point not found",
    "live session not found",
}


def test_axe_finds_nothing_on_any_page(survey: Survey) -> None:
    assert {sight.name: sight.violations for sight in survey if sight.violations} == {}


def test_text_is_readable_in_the_dark_scheme(survey: Survey) -> None:
    dark = {sight.name: sight.violations_in_the_dark for sight in survey if sight.violations_in_the_dark}

    assert dark == {}


def test_nothing_sticks_out_at_any_width(survey: Survey) -> None:
    assert {sight.name: sight.beyond_the_edge for sight in survey if sight.beyond_the_edge} == {}


def test_every_page_answers_as_it_should(survey: Survey) -> None:
    statuses = {sight.name: sight.status for sight in survey}

    assert statuses == {sight.name: sight.kind.status for sight in survey}


def test_a_page_has_one_first_heading_and_skips_no_level(survey: Survey) -> None:
    broken = {}
    for sight in survey:
        levels = sight.facts["headings"]
        jumps = [two for one, two in pairwise(levels) if two > one + 1]
        if levels.count(1) != 1 or jumps:
            broken[sight.name] = levels

    assert broken == {}


def test_a_page_has_its_landmarks(survey: Survey) -> None:
    broken = {}
    for sight in survey:
        landmarks = sight.facts["landmarks"]
        if (landmarks["main"], landmarks["header"], landmarks["footer"]) != (1, 1, 1):
            broken[sight.name] = landmarks

    assert broken == {}


def test_a_page_says_its_language(survey: Survey) -> None:
    assert {sight.name: sight.facts["language"] for sight in survey} == {
        sight.name: sight.language for sight in survey
    }


def test_no_two_kinds_of_page_have_one_title(survey: Survey) -> None:
    pages_by_title = defaultdict(set)
    for sight in survey:
        if sight.kind.name not in SAME_PAGE_AGAIN and not sight.kind.name.startswith("empty market"):
            pages_by_title[sight.language, sight.facts["title"]].add(sight.kind.name)

    assert {title: names for title, names in pages_by_title.items() if len(names) > 1} == {}


def test_whatever_is_pressed_is_large_enough(survey: Survey) -> None:
    assert {sight.name: sight.facts["small"] for sight in survey if sight.facts["small"]} == {}


def test_the_main_button_is_48_pixels_high(survey: Survey) -> None:
    assert {sight.name: sight.facts["lowButtons"] for sight in survey if sight.facts["lowButtons"]} == {}


def test_no_box_cuts_the_marks_of_vietnamese_capitals(survey: Survey) -> None:
    assert {sight.name: sight.facts["tight"] for sight in survey if sight.facts["tight"]} == {}


def test_nothing_covers_the_page_and_one_message_is_enough(survey: Survey) -> None:
    broken = {
        sight.name: (sight.facts["covering"], sight.facts["dialogs"], sight.facts["notices"])
        for sight in survey
        if sight.facts["covering"]
        or sight.facts["dialogs"]
        or (sight.facts["notices"] > 1 and sight.kind.name != "components")
    }

    assert broken == {}


def test_no_page_carries_a_style_attribute(survey: Survey) -> None:
    styled = {sight.name: sight.facts["styleAttributes"] for sight in survey}

    assert {name: found for name, found in styled.items() if found} == {}


def test_no_page_complains_or_is_refused_anything(survey: Survey) -> None:
    assert {sight.name: sight.complaints for sight in survey if sight.complaints} == {}


def test_no_page_asks_another_host_for_anything(survey: Survey) -> None:
    assert {sight.name: sight.strangers for sight in survey if sight.strangers} == {}


def test_only_a_page_with_a_form_sets_a_cookie(survey: Survey) -> None:
    setting = {sight.name for sight in survey if sight.cookies}

    assert setting == {sight.name for sight in survey if sight.kind.sets_cookie}
