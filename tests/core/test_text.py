"""Vietnamese text compared, stored and put into addresses."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import SLUG_MAX_LENGTH, clean_line, clean_text, fold, nfc, slugify, tone_key, words

VIETNAMESE_LETTERS = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
)
vietnamese = st.text(alphabet=VIETNAMESE_LETTERS + VIETNAMESE_LETTERS.upper() + " 0123456789-.,")


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("NƯỚC MẮM", "nuoc mam"),
        ("Đắk Lắk", "dak lak"),
        ("Ðà Nẵng", "da nang"),
        ("  gạo \t nếp\n", "gao nep"),
        ("Cà phê 100% 250g", "ca phe 100% 250g"),
        ("Bà Rịa\u00a0- Vũng Tàu", "ba ria - vung tau"),
        ("Crème brûlée", "creme brulee"),
        ("", ""),
    ],
)
def test_folding_drops_case_tones_marks_and_spare_space(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_every_vietnamese_letter_folds_to_one_ascii_letter() -> None:
    folded = [fold(letter) for letter in VIETNAMESE_LETTERS + VIETNAMESE_LETTERS.upper()]

    assert all(len(letter) == 1 and letter in "abcdeghiklmnopqrstuvxy" for letter in folded)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_spellings_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(vietnamese)
def test_composed_and_decomposed_spellings_have_one_tone_key(text: str) -> None:
    assert tone_key(unicodedata.normalize("NFD", text)) == tone_key(text)


@given(vietnamese)
def test_taking_the_tone_key_twice_changes_nothing(text: str) -> None:
    assert tone_key(tone_key(text)) == tone_key(text)


@given(vietnamese)
def test_the_tone_key_loses_no_tone(text: str) -> None:
    assert sorted(unicodedata.normalize("NFD", tone_key(text))) == sorted(
        unicodedata.normalize("NFD", " ".join(text.lower().split()))
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà", "Hòa"),
        ("Thanh Hoá", "thanh hóa"),
        ("Thuỷ", "Thủy"),
        ("KHOẺ", "khỏe"),
        ("Phú Quý", "Phú Qúy"),
        ("của", "cuả"),
        ("toàn", "tòan"),
    ],
)
def test_both_ways_of_placing_a_tone_have_one_key(one: str, other: str) -> None:
    assert tone_key(one) == tone_key(other)


def test_different_tones_and_d_have_different_keys() -> None:
    keys = {tone_key(word) for word in ("man", "mán", "mận", "mặn", "mắn", "đà", "dà", "ma", "mă", "mâ")}

    assert len(keys) == 10


def test_words_are_folded_runs_of_letters_and_digits() -> None:
    assert words("_Cà-phê «Buôn Mê» 250g/gói") == ["ca", "phe", "buon", "me", "250g", "goi"]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Nước mắm Phú Quốc 40°N", "nuoc-mam-phu-quoc-40-n"),
        ("  --Đường (thốt nốt)--  ", "duong-thot-not"),
        ("茶 trà", "tra"),
        ("茶", ""),
        ("x" * 100, "x" * 80),
        ("chín " * 30, "-".join(["chin"] * 16)),
    ],
)
def test_a_slug_is_plain_hyphened_words(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_a_slug_is_short_and_its_own_slug(text: str) -> None:
    slug = slugify(text)

    assert len(slug) <= SLUG_MAX_LENGTH
    assert slugify(slug) == slug
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_a_clean_line_has_nothing_invisible() -> None:
    assert clean_line("\ufeffMa\u0302\u0323n\u200b  Mộc\u202e\x00 Châu\r\n") == "Mận Mộc Châu"


def test_a_clean_text_keeps_its_lines() -> None:
    assert clean_text("\n Một \u200bhai \r\n\n\n\n ba\tbốn\u2028năm\n") == "Một hai\n\nba bốn\nnăm"


@given(st.text(alphabet=st.characters()))
def test_cleaning_twice_changes_nothing_and_the_result_can_be_stored(text: str) -> None:
    line, lines = clean_line(text), clean_text(text)

    assert clean_line(line) == line == nfc(line)
    assert clean_text(lines) == lines
    line.encode("utf-8")
    lines.encode("utf-8")
