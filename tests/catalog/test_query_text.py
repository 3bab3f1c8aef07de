"""What a person typed, taken apart."""

import unicodedata

import pytest

from catalog.query_text import QUERY_MAX_WORDS, parse_query, toned_words


@pytest.mark.parametrize("typed", ["", "   ", "***", "?!", "«»", "\u200b", "~:^"])
def test_signs_alone_ask_for_nothing(typed):
    assert parse_query(typed) is None


def test_words_are_folded_and_keep_their_tones_beside():
    query = parse_query("  Nước   MẮM ")

    assert (query.text, query.words, query.toned) == ("Nước MẮM", ("nuoc", "mam"), ("nước", "mắm"))
    assert query.has_tones


def test_both_unicode_forms_and_both_schools_of_tones_are_one_query():
    composed = parse_query("Hoà Bình")

    assert parse_query(unicodedata.normalize("NFD", "Hoà Bình")) == composed
    assert parse_query("Hòa Bình").toned == composed.toned


def test_there_are_no_wildcards_operators_or_fields():
    query = parse_query("name:gao* OR mam~2 [a TO z]")

    assert query.words == ("name", "gao", "or", "mam", "2", "a", "to", "z")


def test_quotes_make_phrases_and_close_the_last_word():
    query = parse_query('"gạo nếp" hữu cơ')

    assert query.phrases == (("gao", "nep"),)
    assert query.text == "gạo nếp hữu cơ"
    assert query.is_open
    assert not parse_query('hữu cơ "gạo nếp"').is_open


def test_only_the_first_hundred_characters_and_twelve_words_count():
    assert parse_query("gạo " * 40).words == ("gao",) * QUERY_MAX_WORDS
    assert parse_query("x" * 500).words == ("x" * 100,)


def test_toned_words_tell_plum_from_salt():
    assert toned_words("Mận, mặn") == ["mận", "mặn"]
