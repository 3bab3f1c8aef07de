"""What the files of the demonstration say, without a database."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from catalog.models import ProducerKind
from catalog.recognition_rules import certification_faults, renewal_fault
from catalog.stars import CertificationState, RecognitionFacts, stars_on, state_on
from core.address_conversion import ConversionKind, current_place
from core.config import ROOT
from core.places import Vintage
from storefront.demo.days import decided_for, recognition_facts
from storefront.demo.documents import papers_of
from storefront.demo.plans import DATA_FOLDER, ProductPlan, RecognitionPlan, read_plans
from traceability.verdicts import Verdict

TODAY = date(2026, 11, 22)
PLANS = read_plans()
PRODUCTS = [product for producer in PLANS for product in producer.products]
# Days on which somebody may start it: the rule of extension is some weeks old, a leap day, years later.
DAYS = [date(2026, 6, 20), TODAY, date(2027, 8, 28), date(2028, 2, 29), date(2029, 6, 30), date(2031, 3, 1)]


def test_about_forty_products_of_about_a_dozen_producers() -> None:
    assert len(PLANS) == 13
    assert len(PRODUCTS) == 42


def test_every_group_and_every_kind_of_producer_is_there() -> None:
    assert {product.facts.group_no for product in PRODUCTS} == {1, 2, 3, 4, 5, 6}
    assert {producer.facts.kind for producer in PLANS} == set(ProducerKind)


def test_every_producer_says_in_its_name_that_it_is_made_up() -> None:
    assert [each.facts.name for each in PLANS if not re.search("Minh Họa|Trình Diễn", each.facts.name)] == []
    assert [each.facts.name for each in PLANS if each.facts.tax_code or each.facts.phone] == []


def test_producers_sit_in_what_was_binh_duong_and_in_dak_lak() -> None:
    provinces = Counter(producer.places["home"].province for producer in PLANS)

    assert provinces["Bình Dương"] == 2
    assert provinces["Đắk Lắk"] == 1
    assert len(provinces) == 12


def test_every_place_has_its_commune_of_today() -> None:
    for producer in PLANS:
        for place in producer.places.values():
            assert place.vintage is not None
            today = current_place(place.commune, place.district, place.province, Vintage(place.vintage))
            assert today.commune is not None, place
            assert today.kind is not ConversionKind.AMBIGUOUS


@pytest.mark.parametrize(
    ("wanted", "count"),
    [("nước mắm", 3), ("cà phê", 3), ("gạo nếp", 2), ("mận", 3), ("mặn", 2), ("mật ong", 1), ("rượu", 2)],
)
def test_goods_that_people_will_look_for(wanted: str, count: int) -> None:
    """«Mận» is a plum, «mặn» is salted: tones tell."""
    named = [name for name in (plan.facts.name.lower() for plan in PRODUCTS) if f" {wanted} " in f" {name} "]

    assert len([name for name in named if "mật ong hoa cà phê" not in name or wanted == "mật ong"]) == count


@pytest.mark.parametrize("day", DAYS)
def test_every_state_is_there_on_whatever_day_it_is_built(day: date) -> None:
    states = Counter(state_of(product, day) for product in PRODUCTS)

    assert set(states) == {*CertificationState, None}


@pytest.mark.parametrize("day", DAYS)
def test_nothing_of_it_breaks_a_rule_of_the_programme(day: date) -> None:
    for recognition in recognitions():
        facts = recognition_facts(recognition, day)
        assert list(certification_faults(facts, day)) == []
        if recognition.filed_days_before_end is not None:
            assert facts.expires_on is not None
            assert renewal_fault(facts.expires_on, filed_on(recognition, day), day) is None


def test_three_four_and_five_stars_are_shown() -> None:
    shown = Counter(stars_on([judged(each, TODAY) for each in plan.recognitions], TODAY) for plan in PRODUCTS)

    assert set(shown) == {3, 4, 5, None}
    assert shown[5] == 2


def test_a_product_rose_from_three_to_four_stars() -> None:
    assert (3, 4) in [tuple(each.stars for each in plan.recognitions) for plan in PRODUCTS]


def test_no_two_decisions_have_one_number() -> None:
    numbers = [each.number for each in recognitions() if each.number is not None]

    assert len(numbers) == len(set(numbers))


def test_numbers_of_goods_are_those_for_demonstrations() -> None:
    gtins = [variant.gtin for plan in PRODUCTS for variant in plan.variants if variant.gtin]

    assert len(gtins) == len(set(gtins)) == 48
    assert [gtin for gtin in gtins if not gtin.startswith("952")] == []
    assert any(not variant.gtin for plan in PRODUCTS for variant in plan.variants)


def test_stock_is_empty_low_and_plentiful() -> None:
    stocks = [variant.on_hand for plan in PRODUCTS if plan.facts.group_no != 6 for variant in plan.variants]

    assert min(stocks) == 0
    assert any(1 <= stock <= 5 for stock in stocks)
    assert max(stocks) > 200


def test_services_have_a_price_and_neither_stock_nor_lots() -> None:
    services = [plan for plan in PRODUCTS if plan.facts.group_no == 6]

    assert len(services) == 2
    for plan in services:
        assert plan.lots == ()
        assert [variant.on_hand for variant in plan.variants] == [0] * len(plan.variants)
        assert all(variant.price_vnd for variant in plan.variants)


def test_each_product_has_a_drawing_that_exists() -> None:
    drawings = {file.stem for file in (ROOT / "static" / "img" / "goods").glob("*.svg")}

    assert [plan.facts.name for plan in PRODUCTS if plan.facts.illustration not in drawings] == []


def test_stories_are_told_in_both_languages_in_sixty_to_a_hundred_and_twenty_words() -> None:
    for plan in PRODUCTS:
        for story in (plan.facts.story, plan.facts.story_en):
            assert story is not None
            assert 60 <= len(story.split()) <= 120, plan.facts.name
            assert "\n" not in story


def test_spirits_say_from_what_age_they_are_sold() -> None:
    spirits = [plan.facts for plan in PRODUCTS if plan.facts.sub_group_no == 7]

    assert len(spirits) == 2
    for facts in spirits:
        assert "18 tuổi" in (facts.story or "")
        assert "18" in (facts.summary_en or "")


def test_every_verdict_about_an_issued_stamp_has_a_sample() -> None:
    shown = [stamps.shows for plan in PRODUCTS for lot in plan.lots for stamps in lot.stamps if stamps.shows]

    assert set(shown) == set(Verdict) - {Verdict.UNKNOWN, Verdict.MISTYPED, Verdict.BAD_SEAL}


def test_some_steps_have_papers_and_some_have_none() -> None:
    events = [event for plan in PRODUCTS for lot in plan.lots for event in lot.events]

    assert {event.has_document for event in events} == {True, False}
    assert {event.step for event in events} >= {"harvesting", "processing", "inspecting", "packing"}


def test_no_two_papers_are_the_same() -> None:
    papers = list(papers_of(PLANS, TODAY))

    assert len(papers) == len(set(papers)) > 40


@pytest.mark.parametrize("file", sorted(DATA_FOLDER.glob("*.toml")), ids=lambda file: file.stem)
def test_files_are_nfc_and_short_enough_to_read(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert unicodedata.is_normalized("NFC", text)
    assert len(text.splitlines()) <= 400
    assert not re.search(r"\b89\d{11}\b", text)


def test_a_term_that_would_end_on_a_leap_day_ends_the_day_before() -> None:
    assert decided_for(date(2028, 2, 29)) == date(2025, 2, 28)
    assert decided_for(date(2029, 11, 22)) == date(2026, 11, 22)


def test_no_story_promises_a_cure() -> None:
    told = " ".join(
        f"{plan.facts.story} {plan.facts.story_en} {plan.facts.summary} {plan.facts.summary_en}"
        for plan in PRODUCTS
    )

    assert not re.search(r"\b(heals?|medicine|cancer|detox|immun\w+)\b", told)
    assert not re.search("chữa|trị bệnh|điều trị|giải độc|tăng cường sức đề kháng", told)


def recognitions() -> Iterator[RecognitionPlan]:
    return (each for plan in PRODUCTS for each in plan.recognitions)


def state_of(plan: ProductPlan, day: date) -> CertificationState | None:
    """Of the recognition that counts: the plans put the latest last."""
    return state_on(judged(plan.recognitions[-1], day), day) if plan.recognitions else None


def judged(plan: RecognitionPlan, day: date) -> RecognitionFacts:
    facts = recognition_facts(plan, day)
    return RecognitionFacts(
        stars=facts.stars,
        decision_number=facts.decision_number,
        decided_on=facts.decided_on,
        expires_on=facts.expires_on,
        revoked_on=day - timedelta(days=plan.revocation.days_ago) if plan.revocation else None,
        renewal_filed_on=filed_on(plan, day) if plan.filed_days_before_end is not None else None,
    )


def filed_on(plan: RecognitionPlan, day: date) -> date:
    facts = recognition_facts(plan, day)
    assert facts.expires_on is not None
    assert plan.filed_days_before_end is not None
    return facts.expires_on - timedelta(days=plan.filed_days_before_end)
