"""Provinces and communes by name, code and vintage. Values from Resolution 202/2025/QH15."""

import unicodedata
from collections import Counter

import pytest

from core.places import (
    Vintage,
    find_commune_by_code,
    find_commune_by_slug,
    find_communes,
    find_province,
    find_province_by_code,
    find_province_by_slug,
    list_communes,
    list_old_provinces,
    list_provinces,
    predecessors,
    successor,
)

UNIONS = {
    "Hà Nội": {"Hà Nội"},
    "Cao Bằng": {"Cao Bằng"},
    "Điện Biên": {"Điện Biên"},
    "Lai Châu": {"Lai Châu"},
    "Sơn La": {"Sơn La"},
    "Lạng Sơn": {"Lạng Sơn"},
    "Quảng Ninh": {"Quảng Ninh"},
    "Thanh Hóa": {"Thanh Hóa"},
    "Nghệ An": {"Nghệ An"},
    "Hà Tĩnh": {"Hà Tĩnh"},
    "Huế": {"Huế"},
    "Tuyên Quang": {"Hà Giang", "Tuyên Quang"},
    "Lào Cai": {"Yên Bái", "Lào Cai"},
    "Thái Nguyên": {"Bắc Kạn", "Thái Nguyên"},
    "Phú Thọ": {"Vĩnh Phúc", "Hòa Bình", "Phú Thọ"},
    "Bắc Ninh": {"Bắc Giang", "Bắc Ninh"},
    "Hưng Yên": {"Thái Bình", "Hưng Yên"},
    "Hải Phòng": {"Hải Dương", "Hải Phòng"},
    "Ninh Bình": {"Hà Nam", "Nam Định", "Ninh Bình"},
    "Quảng Trị": {"Quảng Bình", "Quảng Trị"},
    "Đà Nẵng": {"Quảng Nam", "Đà Nẵng"},
    "Quảng Ngãi": {"Kon Tum", "Quảng Ngãi"},
    "Gia Lai": {"Bình Định", "Gia Lai"},
    "Khánh Hòa": {"Ninh Thuận", "Khánh Hòa"},
    "Lâm Đồng": {"Đắk Nông", "Bình Thuận", "Lâm Đồng"},
    "Đắk Lắk": {"Phú Yên", "Đắk Lắk"},
    "Hồ Chí Minh": {"Bình Dương", "Bà Rịa - Vũng Tàu", "Hồ Chí Minh"},
    "Đồng Nai": {"Bình Phước", "Đồng Nai"},
    "Tây Ninh": {"Long An", "Tây Ninh"},
    "Cần Thơ": {"Sóc Trăng", "Hậu Giang", "Cần Thơ"},
    "Vĩnh Long": {"Bến Tre", "Trà Vinh", "Vĩnh Long"},
    "Đồng Tháp": {"Tiền Giang", "Đồng Tháp"},
    "Cà Mau": {"Bạc Liêu", "Cà Mau"},
    "An Giang": {"Kiên Giang", "An Giang"},
}
REUSED_CODES = {
    "15": ("Yên Bái", "Lào Cai"),
    "24": ("Bắc Giang", "Bắc Ninh"),
    "44": ("Quảng Bình", "Quảng Trị"),
    "52": ("Bình Định", "Gia Lai"),
    "80": ("Long An", "Tây Ninh"),
    "82": ("Tiền Giang", "Đồng Tháp"),
    "91": ("Kiên Giang", "An Giang"),
}


def short_names() -> dict[str, set[str]]:
    return {new.short_name: {old.short_name for old in predecessors(new)} for new in list_provinces()}


def test_sixty_three_provinces_became_these_thirty_four() -> None:
    assert (len(list_old_provinces()), len(list_provinces())) == (63, 34)
    assert short_names() == UNIONS


def test_every_old_province_has_the_successor_that_names_it() -> None:
    for old in list_old_provinces():
        assert old in predecessors(successor(old))
        assert successor(successor(old)) == successor(old)


def test_exactly_seven_codes_mean_another_province_since_july_2025() -> None:
    changed = {}
    for old in list_old_provinces():
        new = find_province_by_code(old.code, Vintage.SINCE_2025_07)
        if new is not None and new.short_name != old.short_name:
            changed[old.code] = (old.short_name, new.short_name)

    assert changed == REUSED_CODES


def test_an_unknown_code_is_no_province() -> None:
    assert find_province_by_code("83", Vintage.SINCE_2025_07) is None
    assert find_province_by_code("99", Vintage.BEFORE_2025_07) is None


@pytest.mark.parametrize(
    ("typed", "short_name", "vintage"),
    [
        ("Lâm Đồng", "Lâm Đồng", "since_2025_07"),
        ("tỉnh lâm đồng", "Lâm Đồng", "since_2025_07"),
        ("LAM DONG", "Lâm Đồng", "since_2025_07"),
        ("Thanh Hoá", "Thanh Hóa", "since_2025_07"),
        ("Thanh Hóa", "Thanh Hóa", "since_2025_07"),
        ("TP HCM", "Hồ Chí Minh", "since_2025_07"),
        ("TP. Hồ Chí Minh", "Hồ Chí Minh", "since_2025_07"),
        ("TPHCM", "Hồ Chí Minh", "since_2025_07"),
        ("T.P. Hồ Chí Minh", "Hồ Chí Minh", "since_2025_07"),
        ("Ho Chi Minh City", "Hồ Chí Minh", "since_2025_07"),
        ("Sài Gòn", "Hồ Chí Minh", "since_2025_07"),
        ("Đắk Lắk", "Đắk Lắk", "since_2025_07"),
        ("Đăk Lăk", "Đắk Lắk", "since_2025_07"),
        ("Dak Lak", "Đắk Lắk", "since_2025_07"),
        ("Đắc Lắc", "Đắk Lắk", "since_2025_07"),
        ("Thành phố Đà Nẵng", "Đà Nẵng", "since_2025_07"),
        ("Huế", "Huế", "since_2025_07"),
        ("Thừa Thiên Huế", "Huế", "before_2025_07"),
        ("Thừa Thiên - Huế", "Huế", "before_2025_07"),
        ("Bình Dương", "Bình Dương", "before_2025_07"),
        ("Bà Rịa - Vũng Tàu", "Bà Rịa - Vũng Tàu", "before_2025_07"),
        ("Bà Rịa\u2013Vũng Tàu", "Bà Rịa - Vũng Tàu", "before_2025_07"),
        ("KonTum", "Kon Tum", "before_2025_07"),
    ],
)
def test_a_province_is_found_however_it_is_written(typed: str, short_name: str, vintage: str) -> None:
    for spelling in (typed, unicodedata.normalize("NFD", typed)):
        found = find_province(spelling)

        assert found is not None
        assert (found.short_name, found.vintage) == (short_name, vintage)


def test_the_vintage_decides_between_namesakes() -> None:
    old, new = (find_province("Đồng Tháp", vintage) for vintage in Vintage)

    assert old is not None
    assert new is not None
    assert (old.code, new.code) == ("87", "82")
    assert find_province("Bình Dương", Vintage.SINCE_2025_07) is None


@pytest.mark.parametrize("typed", ["", "tỉnh", "Sao Hỏa", "Đà Lạt"])
def test_what_is_no_province_is_not_found(typed: str) -> None:
    assert find_province(typed) is None


def test_province_slugs_are_unique_among_todays_and_lead_to_them_first() -> None:
    slugs = [province.slug for province in list_provinces()]

    assert len(set(slugs)) == 34
    assert {"lam-dong", "ho-chi-minh", "dak-lak"} < set(slugs)
    for province in (*list_provinces(), *list_old_provinces()):
        found = find_province_by_slug(province.slug)
        assert found is not None
        assert found.short_name == province.short_name
    assert find_province_by_slug("binh-duong") == find_province("Bình Dương")
    assert find_province_by_slug("sao-hoa") is None


def test_there_are_3321_communes_each_with_its_own_slug() -> None:
    communes = [commune for province in list_provinces() for commune in list_communes(province.code)]
    kinds = Counter(commune.name.split()[0] for commune in communes)

    assert kinds == {"Xã": 2621, "Phường": 687, "Đặc": 13}
    assert len({commune.slug for commune in communes}) == 3321
    assert all(find_commune_by_slug(commune.slug) == commune for commune in communes)


def test_a_commune_says_its_name_code_and_slug() -> None:
    commune = find_commune_by_code("24649")

    assert commune is not None
    assert (commune.name, commune.short_name, commune.province_code) == ("Xã Nam Dong", "Nam Dong", "68")
    assert commune.slug == "xa-nam-dong-24649"
    assert find_commune_by_slug("xa-nam-dong") is None


@pytest.mark.parametrize("typed", ["Xã Nam Đông", "nam đông", "X. Nam Đông"])
def test_tones_decide_between_communes(typed: str) -> None:
    assert [commune.code for commune in find_communes(typed)] == ["20179"]


def test_without_tones_all_namesakes_are_meant() -> None:
    names = {commune.name for commune in find_communes("nam dong")}

    assert names == {"Xã Nam Đồng", "Phường Nam Đồng", "Xã Nam Đông", "Xã Nam Dong"}
    assert [commune.code for commune in find_communes("nam dong", "68")] == ["24649"]


@pytest.mark.parametrize(
    ("typed", "province_code", "name"),
    [
        ("P. Phan Thiết", "68", "Phường Phan Thiết"),
        ("ea hleo", "66", "Xã Ea H'Leo"),
        ("Đặc khu Phú Quí", "68", "Đặc khu Phú Quý"),
        ("Mỹ Tho", "82", "Phường Mỹ Tho"),
        ("xã Mỹ Thọ", "82", "Xã Mỹ Thọ"),
    ],
)
def test_a_commune_is_found_however_it_is_written(typed: str, province_code: str, name: str) -> None:
    assert [commune.name for commune in find_communes(typed, province_code)] == [name]


def test_the_kind_of_unit_decides_between_namesakes() -> None:
    kinds = {commune.name for commune in find_communes("Gia Lộc")}

    assert kinds
    assert [commune.name for commune in find_communes("Phường Gia Lộc")] == ["Phường Gia Lộc"]


def test_what_is_no_commune_is_not_found() -> None:
    assert find_communes("Xã Sao Hỏa") == ()
    assert find_communes("") == ()
    assert find_commune_by_code("99999") is None
