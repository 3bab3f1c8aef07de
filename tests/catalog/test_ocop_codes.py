"""Product codes read by their vintage: values of our own, and real codes where the vectors are at hand."""

import pytest

from catalog.ocop_codes import OcopCode, OcopCodeForm, parse_ocop_code, place_of_code
from core.places import Vintage
from tests.support.vectors import note_cases, vectors


@pytest.mark.parametrize(
    "text",
    [
        "83-829-28780-3-2022",
        " 83 - 829 - 28780 - 3 - 2022 ",
        "83\u2013829\u201328780\u20133\u20132022",
        "\ufeff83-829\u200b-28780-3-2022",
    ],
)
def test_five_parts_are_province_district_commune_ordinal_year(text: str) -> None:
    code = parse_ocop_code(text)

    assert (code.form, code.vintage) == ("district_and_commune", "before_2025_07")
    assert (code.province_code, code.district_code, code.commune_code) == ("83", "829", "28780")
    assert (code.ordinal, code.year) == (3, 2022)


def test_four_parts_with_three_digits_are_province_and_district_of_before_july_2025() -> None:
    assert parse_ocop_code("38-585-1-2022") == OcopCode(
        text="38-585-1-2022",
        form=OcopCodeForm.DISTRICT,
        province_code="38",
        district_code="585",
        ordinal=1,
        year=2022,
    )


def test_four_parts_with_five_digits_are_province_and_commune_of_2026() -> None:
    code = parse_ocop_code("68-24649-12-2026")

    assert (code.form, code.vintage) == ("commune", "since_2025_07")
    assert (code.province_code, code.district_code, code.commune_code) == ("68", None, "24649")
    assert (code.ordinal, code.year) == (12, 2026)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "OCOP 4 sao",
        "83-829-28780-3",
        "83-829-28780-3-2022-1",
        "83-8290-1-2022",
        "8-829-1-2022",
        "83-829-28780-x-2022",
        "83-829-28780-3-1822",
        "8382928780",
        "٨٣-829-1-2022x",
    ],
)
def test_any_other_text_is_kept_and_says_nothing(text: str) -> None:
    code = parse_ocop_code(f" {text} ")

    assert code == OcopCode(text=text, form=OcopCodeForm.UNKNOWN)
    assert code.vintage is None
    assert place_of_code(code).province is None


def test_the_units_of_an_old_code_are_named_as_they_were() -> None:
    place = place_of_code(parse_ocop_code("83-829-28780-3-2022"))

    assert place.province is not None
    assert (place.province.short_name, place.province.vintage) == ("Bến Tre", Vintage.BEFORE_2025_07)
    assert (place.district, place.commune) == ("Thành phố Bến Tre", "Phường 7")


@pytest.mark.parametrize(
    ("text", "short_name"),
    [
        ("15-132-1-2022", "Yên Bái"),
        ("15-02647-1-2026", "Lào Cai"),
        ("52-543-21637-1-2021", "Bình Định"),
        ("52-21637-1-2026", "Gia Lai"),
        ("91-911-1-2022", "Kiên Giang"),
        ("91-31078-1-2026", "An Giang"),
    ],
)
def test_a_reused_number_is_read_by_its_vintage(text: str, short_name: str) -> None:
    province = place_of_code(parse_ocop_code(text)).province

    assert province is not None
    assert province.short_name == short_name


def test_the_commune_of_a_new_code_is_named_only_within_its_province() -> None:
    assert place_of_code(parse_ocop_code("68-24649-12-2026")).commune == "Xã Nam Dong"
    assert place_of_code(parse_ocop_code("01-24649-12-2026")).commune is None
    assert place_of_code(parse_ocop_code("83-24649-12-2026")).province is None


def test_real_codes_of_2021_and_2022_are_all_read() -> None:
    lines = (vectors("ocop-codes") / "codes.txt").read_text(encoding="utf-8").split()
    note_cases("ocop-codes", len(lines))

    codes = [parse_ocop_code(line) for line in lines]
    places = [place_of_code(code) for code in codes]

    assert codes
    assert {code.form for code in codes} <= {OcopCodeForm.DISTRICT_AND_COMMUNE, OcopCodeForm.DISTRICT}
    assert {code.year for code in codes} <= {2021, 2022}
    assert [code.text for code in codes] == lines
    assert all(place.province is not None for place in places)
    named = sum(place.commune is not None for place in places)
    assert named / len(places) >= 0.9
