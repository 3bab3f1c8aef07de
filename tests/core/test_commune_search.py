"""Finding a commune by what people type, by today's name or one that is gone."""

import pytest

from core.commune_search import find_choice, search_communes

VINH_LONG, HO_CHI_MINH = "86", "79"


@pytest.mark.parametrize("typed", ["phường 7, bến tre", "PHUONG 7 ben tre", "Phuong 7 thanh pho Ben Tre"])
def test_an_old_commune_is_found_with_its_district_and_leads_to_todays(typed):
    (found,) = search_communes(typed, VINH_LONG)

    assert (found.key, found.commune.name) == ("83-28780-28789", "Phường Bến Tre")
    assert found.old is not None
    assert (found.old.commune, found.old.district) == ("Phường 7", "Thành phố Bến Tre")
    assert not found.is_split


def test_short_ways_of_writing_find_every_ward_of_that_number():
    found = search_communes("P7", VINH_LONG)

    assert [each.commune.name for each in found] == ["Phường Bến Tre", "Phường Nguyệt Hóa"]


def test_todays_name_goes_before_old_ones_with_the_same_words():
    found = search_communes("ben tre", VINH_LONG)

    assert (found[0].key, found[0].old) == ("28789", None)
    assert len(found) <= 12


def test_a_split_commune_is_offered_once_for_each_part_and_none_is_taken_for_granted():
    from core.commune_search import _entries
    from core.places import Vintage, find_province_by_code

    province = find_province_by_code(VINH_LONG, Vintage.SINCE_2025_07)
    assert province is not None
    split = [each.choice for each in _entries(province) if each.choice.is_split]
    name = split[0].old
    assert name is not None
    same = [each for each in split if each.old == name]

    found = search_communes(f"{name.commune} {name.district}", VINH_LONG)

    assert len(same) >= 2
    assert {each.key for each in same} <= {each.key for each in found}
    assert all(each.is_split for each in found if each.old == name)


def test_nothing_is_found_without_words_or_in_a_province_that_is_none():
    assert search_communes("", VINH_LONG) == ()
    assert search_communes(" ,. ", VINH_LONG) == ()
    assert search_communes("ben tre", "99") == ()


@pytest.mark.parametrize(
    ("key", "province", "name"),
    [
        ("28789", VINH_LONG, "Phường Bến Tre"),
        ("83-28780-28789", VINH_LONG, "Phường Bến Tre"),
        ("79-26740-26740", HO_CHI_MINH, "Phường Sài Gòn"),
    ],
)
def test_what_a_form_sends_back_is_found_again(key, province, name):
    found = find_choice(key, province)

    assert found is not None
    assert (found.key, found.commune.name) == (key, name)


@pytest.mark.parametrize("key", ["", "28789x", "83-28780-28777", "-", "99-1-2", "28789' OR 1=1", "26740"])
def test_what_nobody_was_offered_is_not_found(key):
    assert find_choice(key, VINH_LONG) is None
