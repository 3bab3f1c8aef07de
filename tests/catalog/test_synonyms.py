"""Other words for goods."""

import csv
import unicodedata

from catalog.query_text import toned_words
from catalog.synonyms import TABLE, other_words


def all_words(name):
    found = other_words(name)
    return (*found.head, *found.rest)


def test_goods_have_their_english_name():
    assert "fish sauce" in all_words("Nước mắm Cự Nham 500 ml")
    assert "coffee" in all_words("CÀ PHÊ BỘT Ngân Nga")
    assert {"sticky rice", "glutinous rice"} <= set(all_words("Gạo nếp cái hoa vàng"))


def test_what_a_name_begins_with_is_the_thing_itself():
    assert "fish sauce" in other_words("Nước mắm cá cơm").head
    assert "fish sauce" in other_words("Cá kho nước mắm").rest


def test_tones_are_compared():
    assert "plum" in all_words("Mận hậu")
    assert "plum" not in all_words("Cá kho mặn")
    assert "salty" in all_words("Cá kho mặn")


def test_other_regions_words_are_known():
    assert "heo" in all_words("Thịt lợn gác bếp")
    assert "trà" in all_words("Chè Thái Nguyên")


def test_names_without_tones_are_understood_in_phrases_only():
    assert "fish sauce" in all_words("Nuoc mam Phu Quoc")
    assert all_words("Man") == ()


def test_the_table_is_composed_and_has_no_phrase_twice():
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    phrases = [tuple(toned_words(row["vi"])) for row in rows]
    assert len(phrases) > 450
    assert len(set(phrases)) == len(phrases)
    assert all(row["other"] == unicodedata.normalize("NFC", row["other"]).strip() for row in rows)
    assert all(part.strip() == part != "" for row in rows for part in row["other"].split(";"))
