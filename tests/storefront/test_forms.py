from dataclasses import replace
from uuid import UUID

import pytest

from storefront.forms import (
    InquiryForm,
    listing_criteria,
    listing_query,
    page_number,
    without_choice,
    without_facet,
)


def test_an_empty_query_is_the_whole_catalogue_with_certified_goods_first():
    criteria = listing_criteria("")

    assert (criteria.q, criteria.sort, criteria.page, criteria.certified) == ("", "certified", 1, None)
    assert listing_query(criteria) == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("utm_source=x&fbclid=1", ""),
        ("stars=4&stars=3&stars=4", "stars=3&stars=4"),
        ("stars=2&stars=6&stars=x", ""),
        ("page=0", ""),
        ("page=1", ""),
        ("page=-3", ""),
        ("page=99999999999999999999", ""),
        ("page=٣", ""),
        ("page=7&page=9", "page=7"),
        ("sort=certified", ""),
        ("sort=nonsense", ""),
        ("sort=relevance", ""),
        ("sort=-price", "sort=-price"),
        ("group=food&group=weapons", "group=food"),
        ("province=vinh-long&province=ben-tre", "province=vinh-long"),
        (
            "old_province=ben-tre&old_province=vinh-long&old_province=x",
            "old_province=ben-tre&old_province=vinh-long",
        ),
        ("commune=00000", ""),
        ("kind=cooperative&kind=admin", "kind=cooperative"),
        ("certificate=iso&certificate=x", "certificate=iso"),
        ("price=50000-100000&price=1-2", "price=50000-100000"),
        ("availability=in_stock&availability=x", "availability=in_stock"),
        ("certified=1", "certified=1"),
        ("certified=yes", ""),
        ("q=", ""),
        ("q=%20%20n%C6%B0%E1%BB%9Bc%20%20m%E1%BA%AFm%20", "q=n%C6%B0%E1%BB%9Bc+m%E1%BA%AFm"),
        ("q=%FF%FE", "q=%EF%BF%BD%EF%BF%BD"),
        ("q=g%E1%BA%A1o&sort=relevance", "q=g%E1%BA%A1o"),
    ],
)
def test_every_spelling_of_a_request_is_one_address(typed, kept):
    assert listing_query(listing_criteria(typed)) == kept


def test_what_was_understood_is_understood_again():
    criteria = listing_criteria(
        "q=k%E1%BA%B9o&stars=4&group=food&province=vinh-long&sort=price&page=2&certified=1"
    )

    assert listing_criteria(listing_query(criteria)) == criteria


def test_words_are_cut_at_two_hundred_characters():
    assert len(listing_criteria("q=" + "a" * 5000).q) == 200


def test_a_flood_of_parameters_is_no_request():
    assert listing_criteria("&".join(f"stars={n}" for n in range(400))) == listing_criteria("")


def test_a_choice_taken_back_leads_to_the_first_page():
    criteria = listing_criteria("stars=3&stars=4&page=3&q=a")

    assert listing_query(without_choice(criteria, "stars", "3")) == "q=a&stars=4"
    assert listing_query(without_facet(criteria, "stars")) == "q=a"


def test_words_taken_back_take_their_order_with_them():
    assert without_facet(listing_criteria("q=a"), "q") == listing_criteria("")
    assert without_facet(replace(listing_criteria("certified=1"), page=2), "certified") == listing_criteria(
        ""
    )


@pytest.mark.parametrize(
    ("text", "number"), [("", 1), ("12", 12), ("0", 1), ("1e3", 1), ("999", 999), ("1000", 1)]
)
def test_a_page_is_a_number_from_one_to_nine_hundred_and_ninety_nine(text, number):
    assert page_number(text) == number


def test_an_inquiry_form_says_what_is_missing_and_keeps_what_was_typed():
    form = InquiryForm.parse({"name": "  Lê  An ", "phone": "", "message": "x" * 2001, "submission_key": "k"})

    assert form.errors == {"phone": "missing", "message": "too_long"}
    assert form.name == "Lê An"
    assert len(form.message) == 2001
    assert UUID(form.submission_key)


def test_an_inquiry_form_keeps_its_key():
    key = "0b1e5f3a-31f1-4c55-9f1a-0d9c2f4a6a11"

    assert InquiryForm.parse({"submission_key": key}).submission_key == key
