"""The classes of goods of Decision 26/2026, appendix I, and the names that data use for them."""

import unicodedata
from collections import Counter

import pytest

from catalog.groups import (
    AGENCY_NAMES,
    CRITERIA_SETS,
    GROUPS,
    SUB_GROUPS,
    Agency,
    _stated_key,
    _stated_names,
    criteria_set_by_number,
    group_by_number,
    group_by_slug,
    group_from_stated,
    group_of_set,
    is_service,
    label,
    sub_group_by_number,
    sub_group_of_set,
)


def test_there_are_six_groups_seventeen_sub_groups_and_twenty_six_sets_in_order() -> None:
    assert [group.number for group in GROUPS] == list(range(1, 7))
    assert [sub_group.number for sub_group in SUB_GROUPS] == list(range(1, 18))
    assert [criteria_set.number for criteria_set in CRITERIA_SETS] == list(range(1, 27))


def test_the_slugs_are_the_addresses_of_the_groups() -> None:
    slugs = [group.slug for group in GROUPS]

    assert slugs == ["food", "drinks", "herbal", "handicraft", "ornamental", "tourism"]
    assert [group_by_slug(slug) for slug in slugs] == list(GROUPS)
    assert group_by_slug("fish") is None


def test_sets_and_sub_groups_fall_to_the_groups_of_the_decision() -> None:
    sets = Counter(group.number for number in range(1, 27) if (group := group_of_set(number)))
    sub_groups = Counter(sub_group.group_number for sub_group in SUB_GROUPS)

    assert sets == {1: 13, 2: 4, 3: 3, 4: 2, 5: 3, 6: 1}
    assert sub_groups == {1: 6, 2: 2, 3: 3, 4: 2, 5: 3, 6: 1}


@pytest.mark.parametrize(
    ("number", "sub_group", "slug", "agencies"),
    [
        (3, "Thực phẩm thô, sơ chế", "food", (Agency.AGRICULTURE,)),
        (5, "Thực phẩm chế biến", "food", (Agency.TRADE,)),
        (8, "Thực phẩm chế biến", "food", (Agency.AGRICULTURE, Agency.TRADE)),
        (9, "Gia vị", "food", (Agency.AGRICULTURE,)),
        (13, "Cà phê, ca cao", "food", (Agency.AGRICULTURE,)),
        (16, "Đồ uống không cồn", "drinks", (Agency.HEALTH,)),
        (20, "Tinh dầu và dược liệu khác", "herbal", (Agency.HEALTH, Agency.TRADE)),
        (22, "Vải, may mặc", "handicraft", (Agency.TRADE,)),
        (25, "Động vật cảnh", "ornamental", (Agency.AGRICULTURE,)),
        (26, "Dịch vụ du lịch", "tourism", (Agency.CULTURE, Agency.AGRICULTURE)),
    ],
)
def test_a_set_has_its_sub_group_group_and_agencies(
    number: int, sub_group: str, slug: str, agencies: tuple[Agency, ...]
) -> None:
    found_set, found_sub_group, found_group = (
        criteria_set_by_number(number),
        sub_group_of_set(number),
        group_of_set(number),
    )

    assert found_set is not None
    assert found_sub_group is not None
    assert found_group is not None
    assert (found_sub_group.name_vi, found_group.slug) == (sub_group, slug)
    assert found_set.agencies == agencies


@pytest.mark.parametrize("number", [0, -1, 27])
def test_numbers_outside_are_nothing(number: int) -> None:
    assert group_by_number(number) is None
    assert sub_group_by_number(number) is None
    assert criteria_set_by_number(number) is None
    assert sub_group_of_set(number) is None
    assert group_of_set(number) is None


def test_only_tourism_is_a_service() -> None:
    assert [group.slug for group in GROUPS if is_service(group)] == ["tourism"]


def test_every_label_is_there_in_both_languages_and_composed() -> None:
    for named in (*GROUPS, *SUB_GROUPS, *CRITERIA_SETS):
        assert named.name_en.isascii()
        assert unicodedata.is_normalized("NFC", named.name_vi)
        assert (label(named, "vi"), label(named, "en")) == (named.name_vi, named.name_en)
    assert set(AGENCY_NAMES) == set(Agency)


@pytest.mark.parametrize(
    ("stated", "slug"),
    [
        ("Thực phẩm", "food"),
        ("THỰC PHẨM", "food"),
        ("Nhóm thực phẩm", "food"),
        ("Sản phẩm thực phẩm", "food"),
        ("Đồ uống", "drinks"),
        ("do uong", "drinks"),
        ("Thảo dược", "herbal"),
        ("Dược liệu", "herbal"),
        ("Vải và may mặc", "handicraft"),
        ("Vải, may mặc", "handicraft"),
        ("Lưu niệm – nội thất – trang trí", "handicraft"),
        ("Lưu niệm - Nội thất - Trang trí", "handicraft"),
        ("Thủ công mỹ nghệ", "handicraft"),
        ("Thủ công mỹ nghệ, trang trí", "handicraft"),
        ("Sinh vật cảnh", "ornamental"),
        ("Dịch vụ du lịch cộng đồng, du lịch sinh thái và điểm du lịch", "tourism"),
        ("Dịch vụ du lịch cộng đồng và điểm du lịch", "tourism"),
        ("Nhóm: Gia vị", "food"),
        ("Cà phê, Ca cao", "food"),
        ("Thực phẩm chức năng, thuốc dược liệu, thuốc cổ truyền", "herbal"),
        ("Food", "food"),
    ],
)
def test_stated_names_of_today_and_of_before_lead_to_the_group(stated: str, slug: str) -> None:
    for spelling in (stated, unicodedata.normalize("NFD", stated)):
        found = group_from_stated(spelling)

        assert found is not None
        assert found.slug == slug


@pytest.mark.parametrize("stated", ["", "nhóm", "Điện tử", "Thực phẩm và đồ uống", "?"])
def test_an_unknown_group_is_not_guessed(stated: str) -> None:
    assert group_from_stated(stated) is None


def test_no_stated_name_leads_to_two_groups() -> None:
    numbers: dict[tuple[str, ...], set[int]] = {}
    for number, name in _stated_names():
        numbers.setdefault(_stated_key(name), set()).add(number)

    assert {key: found for key, found in numbers.items() if len(found) > 1} == {}
