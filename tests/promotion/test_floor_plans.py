"""Booths on a grid: no two share a cell, none lies outside, labels stay in their booths. Values only."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promotion.fair_terms import PlaceClass, is_open_at, place_class, read_hours
from promotion.floor_plans import (
    CELL,
    FileRow,
    Spot,
    SpotFault,
    columns_of,
    fault_of,
    free_cell,
    next_code,
    normal_code,
    overlap,
    read_rows,
    shapes,
)

SPOTS = st.builds(
    Spot,
    st.integers(1, 10**6).map(lambda number: f"A{number}"),
    st.integers(1, 12),
    st.integers(1, 12),
    st.integers(1, 5),
    st.integers(1, 5),
)


def cells(spot):
    return {
        (left, top)
        for left in range(spot.left, spot.left + spot.width)
        for top in range(spot.top, spot.top + spot.height)
    }


@given(SPOTS, SPOTS)
@settings(max_examples=100)
def test_two_booths_overlap_where_they_share_a_cell(one, other):
    assert overlap(one, other) == overlap(other, one) == bool(cells(one) & cells(other))


@given(st.lists(SPOTS, max_size=20))
@settings(max_examples=60)
def test_a_file_lays_only_what_has_room_and_tells_why_of_the_rest(spots):
    lines = [
        (n, (s.code, str(s.left), str(s.top), str(s.width), str(s.height))) for n, s in enumerate(spots, 2)
    ]
    where = columns_of(("Mã", "Cột", "Hàng", "Rộng", "Cao"))
    assert where is not None

    read = read_rows(lines, where, (12, 12), [])

    laid = [row.spot for row in read if row.fault is None]
    taken = [cell for spot in laid for cell in cells(spot)]
    assert len(taken) == len(set(taken))
    assert len({spot.code for spot in laid}) == len(laid)
    assert all(1 <= left <= 12 and 1 <= top <= 12 for left, top in taken)
    assert [row.line for row in read] == [line for line, _ in lines]


def test_each_fault_is_told_with_the_booth_it_meets():
    others = [Spot("A1", 1, 1, 2, 2)]

    def told(*spot):
        return fault_of(Spot(*spot), 10, 6, others)

    assert told("A2", 3, 1) is None
    assert told("A2", 2, 2) == SpotFault("overlap", "A1")
    assert told("A1", 9, 1) == SpotFault("code_taken", "A1")
    assert told("A2", 10, 6, 2, 1) == SpotFault("outside")
    assert told("A2", 0, 1) == SpotFault("outside")
    assert told("A2", 3, 1, 0, 1) == SpotFault("size")
    assert told("", 3, 1) == SpotFault("code")
    assert read_rows([(2, ("A9", "1,5", "1"))], {"code": 0, "left": 1, "top": 2}, (9, 9), []) == [
        FileRow(2, "A9", None, SpotFault("number"))
    ]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("a12", "A12"),
        (" đ 7 ", "D7"),
        ("A-1", "A-1"),
        ("", ""),
        ("-A", ""),
        ("A12345678", ""),
        ("A/1", ""),
        ("<b>", ""),
        ("٣", ""),
    ],
)
def test_a_code_is_capitals_and_digits(typed, code):
    assert normal_code(typed) == code


def test_the_next_booth_is_offered_with_the_next_code_and_the_first_free_cell():
    assert next_code([]) == "A1"
    assert next_code(["A1", "A9", "A10"]) == "A11"
    assert next_code(["CỔNG"]) == "A1"
    assert free_cell([Spot("A1", 1, 1, 3, 1)], 3, 2) == (1, 2)
    assert free_cell([Spot("A1", 1, 1, 3, 2)], 3, 2) is None


@given(SPOTS)
@settings(max_examples=60)
def test_a_label_stays_within_its_booth(spot):
    (shape,) = shapes([spot])

    assert (spot.left - 1) * CELL < shape.x
    assert shape.x + shape.width < (spot.left - 1 + spot.width) * CELL
    assert len(shape.code) * shape.letters * 0.66 <= shape.width + 1
    assert shape.letters <= shape.height


def test_a_file_needs_code_column_and_row_once_each():
    assert columns_of(("row", "CODE", "Column", "note")) == {"top": 0, "code": 1, "left": 2}
    assert columns_of(("code", "column")) is None
    assert columns_of(("code", "ma", "column", "row")) is None


def test_where_a_fair_lies_is_seen_from_the_producer():
    assert place_class("VN", "86", "86") is PlaceClass.IN_PROVINCE
    assert place_class("VN", "79", "86") is PlaceClass.OUTSIDE_PROVINCE
    assert place_class("JP", None, "86") is PlaceClass.INTERNATIONAL
    assert place_class("JP", None, None) is PlaceClass.INTERNATIONAL
    assert place_class("VN", None, "86") is None
    assert place_class("VN", "86", None) is None


def test_hours_are_daily_and_end_with_the_last_minute():
    first, last = date(2026, 12, 20), date(2026, 12, 24)

    def is_open(*at):
        return is_open_at(first, last, "08:00-21:00", datetime(*at))  # noqa: DTZ001 - a time of Vietnam's clocks

    assert is_open(2026, 12, 20, 8, 0)
    assert is_open(2026, 12, 24, 20, 59)
    assert not is_open(2026, 12, 24, 21, 0)
    assert not is_open(2026, 12, 19, 12, 0)
    assert [
        read_hours(hours) for hours in ("8:00-21:00", "08:00-08:00", "08:00-24:00", "", "08:00–21:00")
    ] == [None] * 5
