"""What the page of one product, one place and one document is made from."""

from datetime import date

import pytest

from catalog.errors import PlaceNotFoundError, ProducerNotFoundError, ProductNotFoundError
from catalog.queries.documents import find_document
from catalog.queries.home import list_newest_recognitions
from catalog.queries.place import get_place_page
from catalog.queries.producer import count_producers, find_producer_story, get_producer_page, list_producers
from catalog.queries.product import get_product_page
from catalog.queries.recognitions import recognition_facts
from catalog.stars import stars_on
from tests.factories import certify, make_producer, make_product, make_register_entry
from tests.support.statements import counted

ON = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _context(db_session):
    """Every test here reads and writes the database."""


def test_a_product_page_needs_six_statements():
    make_product(slug="keo-dua")

    with counted() as seen:
        get_product_page("keo-dua", ON)

    assert len(seen) == 6


@pytest.mark.parametrize("slug", ["khong-co", "an", ""])
def test_what_is_not_listed_is_not_found(slug):
    make_product(slug="an", is_listed=False)

    with pytest.raises(ProductNotFoundError) as refused:
        get_product_page(slug, ON)

    assert refused.value.facts == {"slug": slug}


def test_only_the_recognition_that_speaks_has_stars_to_show():
    product = make_product(slug="keo-dua", certification={"stars": 3, "decided_on": date(2025, 1, 1)})
    certify(product, stars=5, decided_on=date(2026, 1, 1), score=91.5)

    page = get_product_page("keo-dua", ON)

    assert page.recognition is not None
    assert (page.recognition.stars_shown, page.recognition.stars_recorded) == (5, 5)
    assert page.recognition.score == 91.5
    assert [(past.stars_shown, past.stars_recorded) for past in page.history] == [(None, 3)]
    assert (page.stars, page.state) == (5, "in_force")


def test_a_revocation_is_told_with_its_ground():
    make_product(slug="keo-dua", certification={"revoked_on": date(2026, 10, 1)})

    recognition = get_product_page("keo-dua", ON).recognition

    assert recognition is not None
    assert recognition.revocation is not None
    assert (recognition.revoked_on, recognition.revocation.ground) == (date(2026, 10, 1), "misuse_of_mark")
    assert recognition.stars_shown is None


def test_a_withdrawn_decision_shows_no_star_by_another_record_of_it_on_any_page():
    product = make_product(slug="keo-dua", certification={"revoked_on": date(2026, 10, 1)})
    certify(product, decision_number="123 / QD-UBND")

    page = get_product_page("keo-dua", ON)

    assert page.recognition is not None
    assert (page.stars, page.state, page.recognition.revoked_on) == (None, "revoked", date(2026, 10, 1))
    assert [(stars_on(facts, ON)) for facts in recognition_facts([product.id]).values()] == [None]
    assert [past.state for past in page.history] == ["revoked"]


def test_an_extended_recognition_says_how_long_it_may_run_on():
    make_product(slug="k", certification={"expires_on": date(2026, 11, 1), "filed_on": date(2026, 6, 1)})

    recognition = get_product_page("k", ON).recognition

    assert recognition is not None
    assert recognition.extended_until == date(2027, 4, 30)


def test_a_code_without_known_form_is_kept_as_text():
    make_product(slug="k", ocop_code="OCOP-12/BT")

    code = get_product_page("k", ON).ocop_code

    assert code is not None
    assert (code.text, code.is_decoded) == ("OCOP-12/BT", False)


def test_an_entry_of_the_register_has_its_source_and_no_telephone():
    make_register_entry(slug="k", producer=make_producer(phone="+84912345678"))

    page = get_product_page("k", ON)

    assert page.source is not None
    assert page.source.title == "Danh sách công nhận"
    assert page.producer is not None
    assert page.producer.phone is None
    assert page.cheapest is None


def test_producers_are_counted_and_listed_with_what_they_have():
    maker = make_producer(slug="b")
    make_product(producer=maker)
    make_product(producer=maker)
    make_product(producer=make_producer(slug="a"), is_listed=False)

    listed = list_producers(1)

    assert (listed.total, count_producers()) == (1, 1)
    assert [(line.slug, line.product_count) for line in listed.producers] == [("b", 2)]
    assert [card.stars for card in get_producer_page("b", ON).products] == [4, 4]


def test_a_producer_that_is_none_is_not_found():
    with pytest.raises(ProducerNotFoundError):
        get_producer_page("khong-co", ON)


def test_another_story_is_told_each_day():
    for slug in ("a", "b"):
        make_product(producer=make_producer(slug=slug, story=f"Chuyện {slug}"))
    make_product(producer=make_producer(slug="c"))

    told = [find_producer_story(date(2026, 11, day)) for day in (1, 2, 3)]

    assert {story.slug for story in told if story} == {"a", "b"}


def test_without_stories_none_is_told():
    make_product()

    assert find_producer_story(ON) is None


def test_the_newest_recognitions_are_those_that_show_stars_today():
    make_product(slug="moi", certification={"decided_on": date(2026, 5, 1)})
    make_product(slug="het", certification={"decided_on": date(2026, 6, 1), "expires_on": date(2026, 11, 21)})
    make_product(slug="mai", certification={"decided_on": date(2026, 11, 23)})

    with counted() as seen:
        newest = list_newest_recognitions(ON)

    assert [line.product_slug for line in newest] == ["moi"]
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("slug", "kind", "name"),
    [
        ("vinh-long", "province", "Tỉnh Vĩnh Long"),
        ("binh-duong", "former_province", "Tỉnh Bình Dương"),
        ("phuong-ben-tre-28789", "commune", "Phường Bến Tre"),
    ],
)
def test_a_place_is_known_by_its_slug(slug, kind, name):
    page = get_place_page(slug)

    assert (page.kind, page.name) == (kind, name)


@pytest.mark.parametrize("slug", ["phuong-ben-tre-1", "ben-tre-28789", "", "x" * 5000])
def test_a_place_that_is_none_has_no_page(slug):
    with pytest.raises(PlaceNotFoundError):
        get_place_page(slug)


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", "AB" * 32, "g" * 64, "a" * 65])
def test_what_is_no_hash_finds_no_document(sha256):
    with counted() as seen:
        assert find_document(sha256) is None

    assert seen == []
