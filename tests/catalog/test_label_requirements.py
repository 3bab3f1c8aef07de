"""Which item of the law a label lacks."""

import pytest

from catalog.groups import CRITERIA_SETS, sub_group_by_number
from catalog.label_requirements import label_meter, required_items


def keys(group_no, criteria_set):
    return [item.key for item in required_items(group_no, criteria_set)]


def test_food_states_nine_items_of_which_warnings_are_if_any():
    assert keys(1, 7) == [
        *("name", "responsible", "origin", "quantity", "dates"),
        *("ingredients", "usage", "storage", "warnings"),
    ]
    assert [item.key for item in required_items(1, 7) if item.is_if_any] == ["warnings"]


def test_spirits_state_their_alcohol_and_their_last_day_if_any():
    assert "alcohol" in keys(2, 14)
    assert [item.key for item in required_items(2, 14) if item.is_if_any] == ["dates", "storage", "warnings"]


def test_rice_needs_no_list_of_ingredients():
    assert "ingredients" not in keys(1, 3)


def test_crafts_are_asked_for_the_common_items_only_and_services_for_none():
    assert keys(4, 21) == ["name", "responsible", "origin"]
    assert keys(6, 26) == []


@pytest.mark.parametrize("each", CRITERIA_SETS, ids=lambda each: str(each.number))
def test_goods_of_every_set_are_asked_for_what_article_10_names(each):
    group_no = sub_group_by_number(each.sub_group_number).group_number
    if group_no != 6:
        assert keys(group_no, each.number)[:3] == ["name", "responsible", "origin"]


def test_every_item_names_decree_and_article():
    for each in CRITERIA_SETS:
        for item in required_items(sub_group_by_number(each.sub_group_number).group_number, each.number):
            assert "/NĐ-CP, " in item.source


def test_the_meter_counts_what_must_be_said_and_names_what_is_missing():
    meter = label_meter(1, 7, {"name", "responsible", "quantity", "usage"})

    assert (meter.stated_count, meter.asked_count) == (4, 8)
    assert [item.key for item in meter.missing] == ["origin", "dates", "ingredients", "storage"]
