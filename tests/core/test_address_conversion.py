"""Addresses as certified and where they lie today. Values from the resolutions of 2025 on communes."""

import csv
import gzip
import unicodedata

import pytest

from core.address_conversion import ConversionKind, choose, current_place, find_old_commune
from core.places import DATA_FOLDER, Vintage, find_province

BEFORE, SINCE = Vintage.BEFORE_2025_07, Vintage.SINCE_2025_07
ISLANDS = {
    ("Bạch Long Vĩ", "Hải Phòng"): "11948",
    ("Cồn Cỏ", "Quảng Trị"): "19742",
    ("Hoàng Sa", "Đà Nẵng"): "20333",
    ("Lý Sơn", "Quảng Ngãi"): "21548",
    ("Côn Đảo", "Bà Rịa - Vũng Tàu"): "26732",
    ("Vân Đồn", "Quảng Ninh"): "06994",
    ("Cô Tô", "Quảng Ninh"): "07192",
    ("Trường Sa", "Khánh Hòa"): "22736",
    ("Phú Quí", "Bình Thuận"): "23272",
}


@pytest.mark.parametrize(
    ("commune", "district", "province", "kind", "code"),
    [
        ("Phường 7", "Thành phố Bến Tre", "Bến Tre", "whole", "28789"),
        ("P.7", "TP. Bến Tre", "tỉnh Bến Tre", "whole", "28789"),
        ("phường 07", "bến tre", "ben tre", "whole", "28789"),
        ("thị trấn Liên Nghĩa", "Đức Trọng", "Lâm Đồng", "whole", "24958"),
        ("TT Liên Nghĩa", None, "Lâm Đồng", "whole", "24958"),
        ("phường Phú Hài", "Phan Thiết", "Bình Thuận", "whole", "22924"),
        ("thị trấn Dương Đông", "Phú Quốc", "Kiên Giang", "whole", "31078"),
        ("xã Nam Dong", "Cư Jút", "Đắk Nông", "whole", "24649"),
        ("xa nam dong", "cu jut", "dak nong", "whole", "24649"),
    ],
)
def test_an_old_commune_lies_in_one_of_today(
    commune: str, district: str | None, province: str, kind: str, code: str
) -> None:
    for form in ("NFC", "NFD"):
        spelt = (
            unicodedata.normalize(form, commune),
            unicodedata.normalize(form, district) if district else None,
            unicodedata.normalize(form, province),
        )
        for vintage in (BEFORE, None):
            found = current_place(*spelt, vintage)

            assert found.commune is not None
            assert (found.kind, found.commune.code) == (kind, code)
            assert found.province is not None
            assert found.commune.province_code == found.province.code


def test_a_split_commune_is_ambiguous_until_someone_chooses() -> None:
    found = current_place("Phường Cống Vị", "Quận Ba Đình", "Hà Nội", BEFORE)

    assert (found.kind, found.commune) == (ConversionKind.AMBIGUOUS, None)
    assert [commune.name for commune in found.candidates] == ["Phường Ngọc Hà", "Phường Giảng Võ"]

    chosen = choose(found, "00025")

    assert chosen.kind is ConversionKind.CHOSEN
    assert chosen.commune is not None
    assert chosen.commune.name == "Phường Giảng Võ"
    with pytest.raises(ValueError, match="00004"):
        choose(found, "00004")


def test_a_name_that_several_districts_have_is_ambiguous_without_the_district() -> None:
    found = current_place("Phường 7", None, "Thành phố Hồ Chí Minh", BEFORE)

    assert found.kind is ConversionKind.AMBIGUOUS
    assert len(found.candidates) > 1
    assert found.province is not None
    assert found.province.short_name == "Hồ Chí Minh"


def test_a_commune_of_another_district_is_told_but_not_decided() -> None:
    found = current_place("xã Nam Dong", "Đắk Song", "Đắk Nông", BEFORE)

    assert (found.kind, found.commune) == (ConversionKind.AMBIGUOUS, None)
    assert [commune.code for commune in found.candidates] == ["24649"]


@pytest.mark.parametrize(
    ("province", "kind", "short_name"),
    [
        ("Bình Dương", "whole", "Hồ Chí Minh"),
        ("Thừa Thiên Huế", "unchanged", "Huế"),
        ("Thái Bình", "whole", "Hưng Yên"),
        ("Hà Nội", "unchanged", "Hà Nội"),
        ("Lâm Đồng", "unchanged", "Lâm Đồng"),
    ],
)
def test_a_province_alone_is_converted(province: str, kind: str, short_name: str) -> None:
    for vintage in (BEFORE, None):
        found = current_place(None, "", province, vintage)

        assert (found.kind, found.commune) == (kind, None)
        assert found.province is not None
        assert found.province.short_name == short_name


def test_an_address_of_today_is_its_own() -> None:
    for vintage in (SINCE, None):
        found = current_place("xã Đức Trọng", None, "Lâm Đồng", vintage)

        assert found.kind is ConversionKind.UNCHANGED
        assert found.commune is not None
        assert found.commune.code == "24958"


def test_a_commune_of_today_under_the_old_name_of_its_province_is_found() -> None:
    found = current_place("xã Nam Dong", None, "Đắk Nông", SINCE)

    assert found.kind is ConversionKind.WHOLE
    assert found.province is not None
    assert found.province.short_name == "Lâm Đồng"
    assert found.commune is not None
    assert found.commune.code == "24649"


@pytest.mark.parametrize(
    "address", [("", "", ""), (None, None, None), ("xã Nam Dong", "Cư Jút", ""), ("x", "y", "Sao Hỏa")]
)
def test_without_a_province_nothing_is_known(address: tuple[str | None, str | None, str | None]) -> None:
    found = current_place(*address)

    assert (found.province, found.commune, found.kind) == (None, None, ConversionKind.UNKNOWN)


def test_an_unknown_commune_leaves_the_province() -> None:
    for vintage in (BEFORE, SINCE, None):
        found = current_place("xã Sao Hỏa", None, "Bến Tre", vintage)

        assert (found.kind, found.commune) == (ConversionKind.UNKNOWN, None)
        assert found.province is not None
        assert found.province.short_name == "Vĩnh Long"


@pytest.mark.parametrize(("island", "code"), ISLANDS.items())
def test_an_island_district_lies_only_in_the_special_zone_of_its_name(
    island: tuple[str, str], code: str
) -> None:
    district, province = island

    found = current_place(None, f"Huyện {district}", province, BEFORE)

    assert found.kind is ConversionKind.WHOLE
    assert [commune.code for commune in found.candidates] == [code]
    assert found.commune is not None
    assert found.commune.name.startswith("Đặc khu ")


def test_a_commune_that_the_table_does_not_name_lies_in_the_special_zone_of_its_island() -> None:
    found = current_place("xã An Vĩnh", "Lý Sơn", "Quảng Ngãi", BEFORE)

    assert found.kind is ConversionKind.WHOLE
    assert found.commune is not None
    assert found.commune.name == "Đặc khu Lý Sơn"


@pytest.mark.parametrize(("commune", "zone"), [("Dương Đông", "Phú Quốc"), ("Thổ Châu", "Thổ Châu")])
def test_each_island_of_phu_quoc_has_its_own_special_zone(commune: str, zone: str) -> None:
    found = current_place(commune, "Phú Quốc", "Kiên Giang", BEFORE)

    assert found.commune is not None
    assert found.commune.name == f"Đặc khu {zone}"


def test_every_old_commune_of_the_table_leads_to_its_own_new_ones() -> None:
    expected: dict[tuple[str, str, str], set[str]] = {}
    path = DATA_FOLDER / "vn_wards_old_to_new_2025.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            address = (row["old_ward"], row["old_district"], row["old_province"])
            expected.setdefault(address, set()).add(row["new_ward_code"])

    for (commune, district, province), codes in expected.items():
        found = current_place(commune, district, province, BEFORE)

        assert {candidate.code for candidate in found.candidates} == codes
        assert found.kind is (ConversionKind.WHOLE if len(codes) == 1 else ConversionKind.AMBIGUOUS)
    assert len(expected) > 10_000


def test_an_old_commune_is_found_by_the_code_of_its_time() -> None:
    old, new = (find_province(name, vintage) for name, vintage in (("Bến Tre", BEFORE), ("Vĩnh Long", SINCE)))
    assert old is not None
    assert new is not None

    found = find_old_commune("28780", old)

    assert found is not None
    assert (found.name, found.district) == ("Phường 7", "Thành phố Bến Tre")
    assert find_old_commune("00001", old) is None
    assert find_old_commune("28780", new) is None
