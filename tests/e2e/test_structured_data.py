"""What pages tell machines is what they tell people: UX-20 of the specification."""

import json
import re
from typing import Any

from tests.e2e.conftest import Come
from tests.e2e.page_kinds import IN_REGISTER, LAPSED, PRODUCT
from tests.e2e.survey import Sight, Survey


def test_structured_data_can_be_read(survey: Survey) -> None:
    for sight in survey:
        for text in sight.facts["data"]:
            assert json.loads(text)["@context"] == "https://schema.org", sight.name


def test_both_languages_of_a_page_name_each_other(survey: Survey) -> None:
    broken = {}
    for kind in {sight.kind.name for sight in survey} - {"valid_first", "could not check"}:
        vietnamese, english = (sight.facts["alternates"] for sight in survey.named(kind))
        if vietnamese != english or set(vietnamese) != {"vi", "en", "x-default"}:
            broken[kind] = (vietnamese, english)
        elif vietnamese["x-default"] != vietnamese["vi"]:
            broken[kind] = vietnamese

    assert broken == {}


def test_a_page_that_may_be_found_names_its_one_address(survey: Survey) -> None:
    for sight in survey.named("product") + survey.named("home") + survey.named("producer"):
        assert sight.facts["canonical"] == sight.facts["alternates"][sight.language]


def test_the_offer_for_machines_is_the_offer_on_the_page(come: Come, survey: Survey) -> None:
    visitor = come()
    visitor.open(f"/products/{PRODUCT}")

    offers = _product(survey.named("product")[0])["offers"]

    shown = {_digits(text) for text in visitor.page.locator(".buy .price, .buy td").all_inner_texts()}
    assert offers
    assert {str(offer["price"]) for offer in offers} <= shown
    assert {offer["availability"] for offer in offers} == {"https://schema.org/InStock"}
    assert {offer["priceCurrency"] for offer in offers} == {"VND"}


def test_the_rank_for_machines_is_the_rank_on_the_page(come: Come, survey: Survey) -> None:
    visitor = come()
    visitor.open(f"/products/{PRODUCT}")

    certification = _product(survey.named("product")[0])["hasCertification"]

    panel = visitor.page.locator("#chung-nhan").inner_text()
    assert certification["certificationRating"]["ratingValue"] == 5
    assert "OCOP 5 sao" in panel
    assert certification["certificationIdentification"] in panel


def test_a_lapsed_rank_is_told_to_nobody_as_a_rank(come: Come, survey: Survey) -> None:
    visitor = come()
    visitor.open(f"/products/{LAPSED}")

    assert "hasCertification" not in _product(survey.named("product, lapsed")[0])
    assert visitor.page.locator(".plate").count() == 0


def test_an_entry_of_the_register_is_offered_by_nobody(come: Come, survey: Survey) -> None:
    visitor = come()
    visitor.open(f"/products/{IN_REGISTER}")

    assert "offers" not in _product(survey.named("product, in register")[0])
    assert visitor.page.locator(".buy .price, .buy .button").count() == 0


def test_nobody_is_rated_by_customers_who_do_not_exist(survey: Survey) -> None:
    assert [sight.name for sight in survey if "aggregateRating" in "".join(sight.facts["data"])] == []


def test_the_picture_for_networks_has_the_size_they_ask_for(come: Come, survey: Survey) -> None:
    facts = survey.named("product")[0].facts["openGraph"]
    visitor = come()
    visitor.open("/")

    answer = visitor.context.request.get(facts["og:image"])

    size = visitor.page.evaluate(
        """async (url) => { const p = new Image(); p.src = url; await p.decode(); return [p.width, p.height] }""",
        facts["og:image"],
    )
    assert size == [1200, 630]
    assert len(answer.body()) <= 150 * 1024
    assert (facts["og:image:width"], facts["og:image:height"]) == ("1200", "630")


def _product(sight: Sight) -> dict[str, Any]:
    found = [json.loads(text) for text in sight.facts["data"]]
    return next(data for data in found if data["@type"] == "Product")


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
