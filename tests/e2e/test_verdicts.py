"""Pages behind stamps: the verdict first, and no two alike, colours or not: UX-10 of the specification."""

import io
from collections.abc import Iterator
from itertools import combinations

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser

from bench.market import Market
from tests.e2e.page_kinds import REACHABLE
from tests.e2e.survey import Survey, codes_by_verdict
from tests.e2e.visitors import visitor
from traceability.verdicts import Verdict

BAND = (360, 90)
"""What is compared: the icon and the beginning of the heading."""
ALIKE = 0.5
"""Mean difference of brightness, of 255, below which two bands look the same without colours."""


@pytest.fixture(scope="module")
def bands(browser: Browser, market: Market) -> Iterator[dict[Verdict, Image.Image]]:
    """The band of each verdict on a telephone, without colours."""
    codes = codes_by_verdict(market)
    with visitor(browser, market.base_url) as person:
        found = {}
        for verdict in REACHABLE:
            person.open(f"/T/{next(codes[verdict])}")
            picture = person.page.locator("[data-verdict]").screenshot()
            found[verdict] = Image.open(io.BytesIO(picture)).convert("L").crop((0, 0, *BAND))
        yield found


def test_a_page_says_its_verdict_to_machines(survey: Survey) -> None:
    assert {sight.name: sight.facts["verdict"] for sight in survey.stamps()} == {
        sight.name: sight.kind.name for sight in survey.stamps()
    }


def test_the_title_begins_with_the_verdict(survey: Survey) -> None:
    for sight in survey.stamps():
        assert sight.facts["title"].startswith(sight.facts["h1"]), sight.name


def test_each_verdict_has_words_of_its_own(survey: Survey) -> None:
    headings = {(sight.language, sight.facts["h1"]) for sight in survey.stamps()}

    assert len(headings) == len(survey.stamps())


def test_verdicts_differ_without_colours(bands: dict[Verdict, Image.Image]) -> None:
    alike = [
        (one.value, two.value)
        for one, two in combinations(bands, 2)
        if ImageStat.Stat(ImageChops.difference(bands[one], bands[two])).mean[0] < ALIKE
    ]

    assert alike == []


def test_a_page_that_could_not_check_accuses_nobody(survey: Survey) -> None:
    for sight in survey.named("could not check"):
        said = " ".join(text["words"] for text in sight.facts["texts"]).lower()

        assert sight.facts["verdict"] == "could_not_check"
        for word in ("không hợp lệ", "giả", "không tìm thấy", "invalid", "fake", "not found"):
            assert word not in said.replace("giải", "")


def test_a_recalled_lot_shows_no_star_beside_its_name(survey: Survey) -> None:
    for sight in survey.named("recalled"):
        assert sight.facts["h1"] in {"Lô hàng đang thu hồi", "This lot is being recalled"}
