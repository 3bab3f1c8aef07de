"""One language on a page, whole: UX-24 of the specification."""

import re
import unicodedata

from tests.e2e.survey import Sight, Survey
from tests.e2e.words import sentences_only_in

ENGLISH_WORDS = re.compile(r"\b(the|and|of|with|is|are|not|this|your|from|you|by)\b", re.IGNORECASE)
# The gallery shows names of components; the page of the data names columns and values as programs read them.
TECHNICAL = {"components", "open data"}


def test_no_vietnamese_page_says_anything_of_ours_in_english(survey: Survey) -> None:
    assert _said_in(survey, "vi", "en") == {}


def test_no_english_page_says_anything_of_ours_in_vietnamese(survey: Survey) -> None:
    assert _said_in(survey, "en", "vi") == {}


def test_no_vietnamese_page_holds_english_words(survey: Survey) -> None:
    found = {
        sight.name: words
        for sight in survey
        if sight.language == "vi" and sight.kind.name not in TECHNICAL
        for words in [[text for text in _own_texts(sight) if ENGLISH_WORDS.search(text)]]
        if words
    }

    assert found == {}


def test_letters_with_marks_are_single_letters(survey: Survey) -> None:
    broken = {
        sight.name: texts
        for sight in survey
        for texts in [[text for text in _own_texts(sight) if not unicodedata.is_normalized("NFC", text)]]
        if texts
    }

    assert broken == {}


def _said_in(survey: Survey, language: str, other: str) -> dict[str, list[str]]:
    """Texts of pages in `language` that the program says in the `other` one."""
    foreign = sentences_only_in(other)
    found = {}
    for sight in survey:
        if sight.language == language and sight.kind.name not in TECHNICAL:
            texts = [text for text in _own_texts(sight) if foreign.fullmatch(text)]
            if texts:
                found[sight.name] = texts
    return found


def _own_texts(sight: Sight) -> list[str]:
    """What a page says in its own language: names and quotations in another one are marked as such."""
    return [text["words"] for text in sight.facts["texts"] if text["lang"] == sight.language]
