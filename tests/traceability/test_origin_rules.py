"""Pure rules of origin: squares, amounts, balances, what the law wants, diaries that are alike."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.typed_amounts import UnreadableAmountError
from traceability.completeness import EventFact, Item, LotFacts, missing_of, share_percent
from traceability.diaries import Diary, Doubt, DoubtKind, Entry, same_diaries, same_photos
from traceability.forms.amounts import typed_amount, written_amount
from traceability.map_cells import cell_of, read_point
from traceability.mass_balances import Amount, is_overdrawn, mass_balance

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "cell"),
    [
        ("10.243127, 106.375219", "10.24,106.37"),
        ("10,243127; 106,375219", "10.24,106.37"),
        ("22.5 103.7", "22.50,103.70"),
        ("8.64;111.92", "8.64,111.92"),  # Trường Sa
        ("106.37, 10.24", None),
        ("48.85, 2.35", None),
        ("10.24", None),
        ("mười, một trăm", None),
        ("9" * 70, None),
    ],
)
def test_a_point_as_maps_write_it_becomes_its_square(typed, cell):
    assert read_point(typed) == cell


@settings(max_examples=100)
@given(
    st.decimals(min_value=8, max_value=23, places=7),
    st.decimals(min_value=103, max_value=117, places=7),
)
def test_a_square_holds_its_point_and_tells_nothing_finer(latitude, longitude):
    south, west = (Decimal(part) for part in (cell_of(latitude, longitude) or "").split(","))

    assert 0 <= latitude - south < Decimal("0.01")
    assert 0 <= longitude - west < Decimal("0.01")
    assert (south.as_tuple().exponent, west.as_tuple().exponent) == (-2, -2)


@pytest.mark.parametrize(
    ("typed", "unit", "amount"),
    [
        ("120", "kg", 120_000),
        ("120,5", "kg", 120_500),
        ("0.125", "kg", 125),
        ("12,25 kg", "kg", 12_250),
        ("3", "piece", 3),
        ("1,5", "l", 1_500),
    ],
)
def test_amounts_are_read_as_people_write_them(typed, unit, amount):
    assert typed_amount(typed, unit) == amount


@pytest.mark.parametrize(
    ("typed", "unit", "reason"),
    [
        ("", "kg", "missing"),
        ("1.250", "kg", "ambiguous"),
        ("0", "kg", "not_a_number"),
        ("-3", "kg", "not_a_number"),
        ("1,5", "piece", "not_a_number"),
        ("0,1234", "kg", "not_a_number"),
        ("9999999", "kg", "not_a_number"),  # beyond what a column holds
        ("3", "bó", "not_a_number"),
        ("1e5", "kg", "not_a_number"),
    ],
)
def test_what_is_no_amount_or_two_is_not_guessed(typed, unit, reason):
    with pytest.raises(UnreadableAmountError) as refused:
        typed_amount(typed, unit)

    assert refused.value.reason == reason


@settings(max_examples=60)
@given(st.integers(1, 10_000_000))
def test_an_amount_that_is_written_reads_the_same_again(grams):
    amount, unit = written_amount(grams, "g")

    assert amount * 1000 == grams
    assert unit == "kg"


def test_a_balance_is_told_only_where_all_is_weighed():
    pack = Amount(250, "g")

    assert mass_balance([], pack, 10) is None
    assert mass_balance([Amount(3, "piece")], pack, 10) is None
    assert mass_balance([Amount(3, "kg")], Amount(1, "l"), 10) is None
    assert mass_balance([Amount(3, "kg")], None, 10) is None
    told = mass_balance([Amount(1, "kg"), Amount(500, "g")], pack, 3)
    assert told is not None
    assert (told.in_kg, told.out_kg, told.yield_percent, told.is_possible) == (
        Decimal("1.5"),
        Decimal("0.75"),
        50,
        True,
    )


def test_five_percent_more_than_a_raw_lot_held_may_be_used_and_not_a_gram_beyond():
    assert [is_overdrawn(1000, used) for used in (1000, 1050, 1051)] == [False, False, True]


def facts(**otherwise) -> LotFacts:
    values = {
        "product_name": "Xoài sấy",
        "has_image": True,
        "producer_name": "HTX",
        "has_address": True,
        "has_origin": True,
        "events": (
            EventFact(step="harvesting", happened_at=NOW),
            EventFact(step="packing", happened_at=NOW),
        ),
        "lot_code": "L1",
        "expires_on": DAY,
        "standard_count": 1,
    }
    return LotFacts(**(values | otherwise))


@pytest.mark.parametrize(
    ("otherwise", "lacking", "letter"),
    [
        ({"product_name": ""}, Item.NAME, "a"),
        ({"has_image": False}, Item.IMAGE, "b"),
        ({"producer_name": None}, Item.PRODUCER, "c"),
        ({"has_address": False}, Item.ADDRESS, "d"),
        ({"has_origin": False}, Item.ORIGIN, "đ"),
        ({"events": (EventFact(step="packing", happened_at=NOW),)}, Item.EVENTS, "e"),
        (
            {
                "events": (
                    EventFact(step="harvesting", happened_at=None),
                    EventFact(step="packing", happened_at=NOW),
                )
            },
            Item.EVENT_TIMES,
            "e",
        ),
        ({"lot_code": ""}, Item.LOT, "g"),
        ({"expires_on": None}, Item.EXPIRY, "h"),
        ({"standard_count": 0}, Item.STANDARDS, "i"),
    ],
)
def test_each_fact_of_article_23_5_that_lacks_is_named_with_its_letter(otherwise, lacking, letter):
    [missing] = missing_of(facts(**otherwise), DAY)

    assert (missing.item, missing.letter, missing.is_if_any) == (lacking, letter, lacking is Item.EXPIRY)
    assert share_percent((missing,)) == 90


def test_nothing_lacks_of_a_lot_that_tells_all():
    assert missing_of(facts(), DAY) == ()
    assert share_percent(()) == 100


def diary(lot_id: int, product_id: int = 1, producer_id: int = 1, first: date = DAY, **words: str) -> Diary:
    notes = {"harvesting": "Hái quả chín buổi sáng", "processing": "Sấy lạnh mười giờ", "packing": "Đóng túi"}
    return Diary(
        lot_id,
        product_id,
        producer_id,
        [
            Entry(step, first + timedelta(days=number * 2), note)
            for number, (step, note) in enumerate((notes | words).items())
        ],
    )


def test_the_same_diary_of_two_producers_or_products_is_told_of_the_later_lot():
    later = DAY + timedelta(days=40)

    assert same_diaries([diary(1), diary(2, 2, 2, later)]) == (Doubt(DoubtKind.SAME_DIARY_PRODUCERS, 2, 1),)
    assert same_diaries([diary(5, 2, 1, later), diary(3)]) == (Doubt(DoubtKind.SAME_DIARY_PRODUCTS, 5, 3),)


def test_two_lots_of_one_product_may_be_alike_and_three_are_told():
    assert same_diaries([diary(1), diary(2)]) == ()
    assert [doubt.lot_id for doubt in same_diaries([diary(1), diary(2), diary(3)])] == [2, 3]


def test_tones_and_capitals_make_no_other_diary_and_a_word_or_a_day_does():
    other = {"product_id": 2}

    assert len(same_diaries([diary(1), diary(2, **other, packing="đóng TÚI")])) == 1
    assert same_diaries([diary(1), diary(2, **other, packing="Đóng hũ")]) == ()
    shifted = diary(2, **other)
    entries = [*shifted.entries[:2], Entry("packing", DAY + timedelta(days=5), "Đóng túi")]
    assert same_diaries([diary(1), Diary(2, 2, 1, entries)]) == ()


def test_a_diary_that_says_little_is_like_many_and_means_nothing():
    short = [Entry(step, DAY, "") for step in ("harvesting", "processing", "packing")]

    assert same_diaries([Diary(1, 1, 1, short), Diary(2, 2, 2, short)]) == ()


def test_a_photograph_is_of_one_lot():
    assert same_photos({"aa": [4, 2, 4], "bb": [2], "cc": [4, 2]}) == (Doubt(DoubtKind.SAME_PHOTO, 4, 2),)
