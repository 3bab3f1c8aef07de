"""Suggestions while typing."""

from datetime import date

import pytest
from sqlalchemy import text

from catalog.queries import suggest as module
from catalog.queries.columns import get_columns
from catalog.queries.suggest import Suggestion, suggest
from core.db import db, transaction
from tests.catalog.test_search import DI_AN
from tests.factories import make_place, make_producer, make_product
from tests.support.statements import counted

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def goods(db_session, monkeypatch):
    monkeypatch.setattr(module, "_RENEW_SECONDS", 0.0)
    cooperative = make_producer(name="HTX Bưởi Xanh", slug="htx-buoi-xanh", place=make_place(**DI_AN))
    make_product(name="Nước mắm cá cơm", name_en="Anchovy fish sauce", slug="nuoc-mam-1")
    make_product(name="Nước mắm nhỉ", slug="nuoc-mam-2", certification={"stars": 5})
    make_product(name="Nước mắm Phú Quốc", slug="nuoc-mam-3", certification=None)
    make_product(name="Cá kho nước mắm", slug="ca-kho", certification={"stars": 5})
    make_product(name="Nước ép bưởi", slug="nuoc-ep", producer=cooperative)


def labels(typed, kind=None, language="vi"):
    return [each.label for each in suggest(typed, language, TODAY) if kind in {None, each.kind}]


def test_goods_come_first_then_products_that_begin_so_then_others():
    assert suggest("nuoc m", "vi", TODAY)[0] == Suggestion("query", "nước mắm", None, None)
    assert labels("nuoc m", "product") == [
        "Nước mắm nhỉ",
        "Nước mắm cá cơm",
        "Nước mắm Phú Quốc",
        "Cá kho nước mắm",
    ]


@pytest.mark.parametrize("typed", ["nước é", "NUOC EP", "bưởi nước", "é"])
def test_any_word_may_be_begun_with_or_without_tones(typed):
    assert "Nước ép bưởi" in labels(typed, "product")


def test_products_tell_their_producer_and_their_page():
    assert Suggestion("product", "Nước ép bưởi", "HTX Bưởi Xanh", "nuoc-ep") in suggest(
        "nuoc ep", "vi", TODAY
    )


def test_producers_and_places_are_suggested():
    assert Suggestion("producer", "HTX Bưởi Xanh", None, "htx-buoi-xanh") in suggest("buoi", "vi", TODAY)
    assert Suggestion("place", "Bình Dương", "Hồ Chí Minh", "binh-duong") in suggest("binh d", "vi", TODAY)
    assert Suggestion("place", "Hồ Chí Minh", None, "ho-chi-minh") in suggest("sai g", "vi", TODAY)
    assert "Phường Dĩ An" in labels("di an", "place")


def test_places_without_products_are_not_suggested():
    assert labels("ca mau") == []


def test_in_english_the_english_name_is_shown_and_found_in_both():
    assert "Anchovy fish sauce" in labels("anchovy", "product", "en")
    assert "Nước mắm cá cơm" in labels("anchovy", "product", "vi")
    assert "Nước mắm nhỉ" in labels("nuoc", "product", "en")


def test_at_most_eight_and_nothing_for_signs():
    assert len(suggest("n", "vi", TODAY)) <= 8
    assert suggest("", "vi", TODAY) == suggest("***", "vi", TODAY) == ()
    assert suggest("x" * 5_000, "vi", TODAY) == ()


def test_what_is_no_longer_listed_is_gone_at_once_and_new_names_come():
    labels("nuoc")
    with transaction():
        db.session.execute(text("UPDATE product SET is_listed = :no WHERE slug = 'nuoc-ep'"), {"no": False})
    make_product(name="Nước yến", slug="nuoc-yen")

    assert "Nước ép bưởi" not in labels("nuoc", "product")
    assert "Nước yến" in labels("nuoc y", "product")


def test_the_second_time_nothing_is_asked_of_the_database():
    suggest("nuoc", "vi", TODAY)

    with counted() as statements:
        suggest("nuoc m", "vi", TODAY)

    assert statements == []
    assert get_columns(TODAY).day == TODAY
