"""What words find, in which order: by the index, by what changed since, and without an index at all."""

import unicodedata
from datetime import date

import pytest
from sqlalchemy import text

from catalog.operations.indexing import rebuild_index
from catalog.queries.columns import get_columns
from catalog.queries.listing import ListingCriteria, get_listing
from catalog.queries.text_index import get_word_sets
from catalog.queries.word_sets import IndexedSets, StoredSets
from core.db import db, transaction
from tests.factories import BEN_TRE, make_place, make_producer, make_product

TODAY = date(2026, 11, 22)

DI_AN = {
    "commune": "Phường Dĩ An",
    "district": "Thành phố Dĩ An",
    "province": "Tỉnh Bình Dương",
    "old_province_code": "74",
    "current_commune_code": "25942",
    "current_commune": "Phường Dĩ An",
    "current_province_code": "79",
    "current_province": "Thành phố Hồ Chí Minh",
}
CU_MGAR = {
    "commune": "Xã Ea Tul",
    "district": "Huyện Cư M'gar",
    "province": "Tỉnh Đắk Lắk",
    "old_province_code": "66",
    "current_commune_code": "24262",
    "current_commune": "Xã Ea Tul",
    "current_province_code": "66",
    "current_province": "Tỉnh Đắk Lắk",
}
GOODS = {
    "fish sauce": ("Nước mắm cá cơm", {}),
    "fish sauce 5": ("Nước mắm nhỉ", {"certification": {"stars": 5}}),
    "braised fish": ("Cá kho nước mắm", {"certification": {"stars": 5}}),
    "plum": ("Mận hậu tươi", {}),
    "salted egg": ("Trứng vịt muối mặn", {"certification": {"stars": 5}}),
    "coffee": ("Cà phê bột", {"name_en": "Ground coffee", "place": CU_MGAR}),
    "sticky rice": ("Gạo nếp cái hoa vàng", {}),
    "rice in another order": ("Gạo lứt trộn nếp", {"certification": {"stars": 5}}),
    "honey": ("Mật ong rừng", {"name_en": "Wild honey"}),
    "cashew": ("Hạt điều rang", {"place": DI_AN}),
    "peace": ("Trà Hòa Bình", {}),
    "pork": ("Thịt lợn gác bếp", {}),
}


@pytest.fixture(params=["indexed", "changed since", "without index"])
def goods(request, db_session):
    """Ids of GOODS by key; found by the index, by the memory of changes, or by the column."""
    if request.param == "changed since":
        rebuild_index(wait_seconds=0)
    made = {key: make_goods(name, dict(facts)) for key, (name, facts) in GOODS.items()}
    if request.param == "indexed":
        rebuild_index(wait_seconds=0)
    sets = get_word_sets(get_columns(TODAY))
    assert isinstance(sets, StoredSets if request.param == "without index" else IndexedSets)
    return made


def make_goods(name, facts):
    place = facts.pop("place", None)
    producer = make_producer(name="HTX Minh Họa", place=make_place(**place)) if place else None
    return make_product(name=name, **({"producer": producer} if producer else {}), **facts).id


def found(q, **criteria):
    return list(get_listing(ListingCriteria(q=q, per_page=100, **criteria), TODAY).product_ids)


def keys(goods, ids):
    names = {product_id: key for key, product_id in goods.items()}
    return [names[product_id] for product_id in ids]


def test_fish_sauce_is_found_however_it_is_written(goods):
    decomposed = unicodedata.normalize("NFD", "Nước Mắm")
    for q in ("nuoc mam", "nước mắm", "NƯỚC MẮM", decomposed, "Nuoc-mam", "nước mắm "):
        assert keys(goods, found(q)) == ["fish sauce 5", "fish sauce", "braised fish"], q


def test_exact_tones_come_first_and_folded_ones_after(goods):
    assert keys(goods, found("mận")) == ["plum", "salted egg"]
    assert keys(goods, found("mặn")) == ["salted egg", "plum"]
    assert keys(goods, found("man")) == ["plum", "salted egg"]


def test_both_schools_of_tone_marks_find_the_same(goods):
    assert keys(goods, found("Hoà Bình")) == keys(goods, found("Hòa Bình")) == ["peace"]


def test_words_in_another_order_come_after_the_phrase(goods):
    assert keys(goods, found("gao nep")) == ["sticky rice", "rice in another order"]


def test_quotes_ask_for_the_phrase_alone(goods):
    assert keys(goods, found('"gạo nếp"')) == ["sticky rice"]


def test_a_province_is_found_in_every_spelling(goods):
    for q in ("đắk lắk", "dak lak", "Đăk Lăk", "ĐẮK LẮK", "Tỉnh Đắk Lắk"):
        assert keys(goods, found(q)) == ["coffee"], q


def test_old_and_new_names_of_a_place_both_find_it(goods):
    for q in ("Bình Dương", "Thành phố Hồ Chí Minh", "ho chi minh", "Dĩ An"):
        assert keys(goods, found(q)) == ["cashew"], q


def test_goods_and_place_in_one_query(goods):
    assert keys(goods, found("ca phe dak lak")) == ["coffee"]
    assert found("ca phe binh duong") == []


def test_an_unfinished_last_word_stands_for_those_that_begin_so(goods):
    assert keys(goods, found("mat on"))[:1] == ["honey"]
    assert keys(goods, found("nuoc ma"))[:2] == ["fish sauce 5", "fish sauce"]


def test_words_and_choices_narrow_together(goods):
    assert keys(goods, found("nuoc mam", stars=(4,))) == ["fish sauce"]


def test_a_product_that_is_no_longer_listed_is_not_found(goods):
    with transaction():
        db.session.execute(text("UPDATE product SET is_listed = :no WHERE name LIKE 'M_n%'"), {"no": False})

    assert keys(goods, found("mận")) == ["salted egg"]


def test_signs_of_query_languages_mean_nothing(goods):
    for q in ("*", "((((", '"', "%", "_", "\x00", "~", "\\"):
        assert get_listing(ListingCriteria(q=q), TODAY).total == len(GOODS), q
    for q in ("a*b", "ga~2", "[a TO z]", "name:mam", "'; DROP TABLE product", "mam OR gao"):
        assert found(q) == [], q


class TestWithAnIndex:
    """What needs the words of the index."""

    @pytest.fixture(autouse=True)
    def _indexed(self, db_session):
        self.ids = {key: make_goods(name, dict(facts)) for key, (name, facts) in GOODS.items()}
        rebuild_index(wait_seconds=0)

    def test_english_and_other_names_find_vietnamese_goods(self):
        firsts = {
            "fish sauce": "fish sauce 5",
            "coffee": "coffee",
            "sticky rice": "sticky rice",
            "honey": "honey",
            "plum": "plum",
            "pork": "pork",
            "thịt heo": "pork",
            "TP HCM": "cashew",
            "Sài Gòn": "cashew",
        }

        assert {q: keys(self.ids, found(q))[0] for q in firsts} == firsts

    def test_a_slip_is_noticed_and_what_was_meant_is_offered_with_tones(self):
        slips = {"nuoc man": "nước mắm", "nuoc mma": "nước mắm", "mat ogn": "mật ong", "ca phee": "cà phê"}

        offered = {typed: get_listing(ListingCriteria(q=typed), TODAY).did_you_mean for typed in slips}

        assert {typed: answers[0] for typed, answers in offered.items()} == slips

    def test_a_slip_brings_what_was_meant_along(self):
        listing = get_listing(ListingCriteria(q="nuoc man"), TODAY)

        assert keys(self.ids, listing.near_product_ids)[:2] == ["fish sauce 5", "fish sauce"]
        assert set(listing.near_product_ids).isdisjoint(listing.product_ids)

    def test_nothing_is_offered_where_enough_is_found(self):
        assert get_listing(ListingCriteria(q="nuoc mam"), TODAY).did_you_mean == ()

    def test_a_query_that_finds_nothing_is_tried_with_a_word_less(self):
        listing = get_listing(ListingCriteria(q="nước mắm xyzzy"), TODAY)

        assert listing.total == 0
        assert listing.near == ("nước mắm",)
        assert keys(self.ids, listing.near_product_ids) == ["fish sauce 5", "fish sauce", "braised fish"]

    def test_a_slip_of_price_or_stock_needs_no_new_index_and_a_new_name_is_found_at_once(self):
        with transaction():
            db.session.execute(
                text("UPDATE product SET name = 'Sâm dây' WHERE id = :id"), {"id": self.ids["honey"]}
            )

        assert found("mat ong") == []
        assert keys(self.ids, found("sam day")) == ["honey"]
        assert keys(self.ids, found("sâm dây")) == ["honey"]

    def test_a_producers_and_a_places_new_names_are_found_at_once(self):
        with transaction():
            db.session.execute(text("UPDATE producer SET name = 'HTX Sóng Biếc' WHERE name = 'HTX Minh Họa'"))

        assert set(keys(self.ids, found("song biec"))) == {"coffee", "cashew"}
        assert found("minh hoa") == []


def test_a_place_of_the_product_itself_goes_before_that_of_its_producer(db_session):
    product = make_product(place_id=make_place(**(BEN_TRE | DI_AN)).id)
    rebuild_index(wait_seconds=0)

    assert found("Bình Dương") == [product.id]
    assert get_listing(ListingCriteria(old_province=("binh-duong",)), TODAY).total == 1
