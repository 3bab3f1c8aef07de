"""The rules of other shelves: each kind of breach is found, a good row breaks none, every rule has its source."""

from datetime import date

import pytest

from core import clock
from promotion.channel_rules import (
    Basis,
    ChannelKey,
    check_row,
    get_channel,
    list_channels,
    wrong_star_claim,
)
from tests.promotion import feed_goods
from tests.promotion.feed_goods import make_goods, verdict

FEED = ("google", "facebook")
SHEETS = ("shopee", "lazada", "tiki", "tiktok", "postmart")
# right check digits, prefixes for shops' own use (20, 02) and for coupons (98)
GIVEN_OUT_BY_NOBODY = ("2012345678903", "0212345678909", "9812345678902")
BAD_LINKS = ("ftp://x", "/products/x", "https://x/có dấu", "https://cho.example/" + "a" * 2_000)

# shelf, field, what it becomes, the check that must find it
BROKEN = (
    *((shelf, "id", "", "required") for shelf in FEED),
    *((shelf, "id", "mã có dấu", "code") for shelf in FEED),
    ("google", "id", "x" * 51, "code"),
    ("facebook", "id", "x" * 101, "code"),
    *((shelf, "title", "", "required") for shelf in FEED),
    ("google", "title", "k" * 151, "max_length"),
    ("facebook", "title", "k" * 201, "max_length"),
    *((shelf, "title", "KẸO DỪA SIÊU NGON GIÁ RẺ", "not_shouted") for shelf in FEED),
    ("google", "title", "Kẹo <b>dừa</b>", "plain"),
    *((shelf, "description", " ", "required") for shelf in FEED),
    ("google", "description", "k" * 5_001, "max_length"),
    ("facebook", "description", "k" * 10_000, "max_length"),
    *((shelf, "description", "<script>probe()</script>", "plain") for shelf in FEED),
    *((shelf, "link", "", "required") for shelf in FEED),
    *((shelf, "link", bad, "url") for shelf in FEED for bad in BAD_LINKS),
    *((shelf, "image_link", "", "required") for shelf in FEED),
    ("google", "image_link", "https://x/a.svg", "image"),
    ("facebook", "image_link", "https://x/a.webp", "image"),
    ("facebook", "additional_image_link", "https://x/a.jpeg,https://x/b.svg", "images"),
    ("facebook", "additional_image_link", ",".join(["https://x/aaaaaaaaaaaaaaaa.jpeg"] * 70), "max_length"),
    *((shelf, "availability", "", "required") for shelf in FEED),
    ("google", "availability", "in stock", "one_of"),
    ("facebook", "availability", "in_stock", "one_of"),
    *((shelf, "price", "", "required") for shelf in FEED),
    *(
        (shelf, "price", bad, "price")
        for shelf in FEED
        for bad in (
            "125000",
            "125.000 VND",
            "0 VND",
            "-5 VND",
            "125000 ₫",
            "125000 USD",
            "VND 125000",
            "125000VND",
        )
    ),
    *((shelf, "condition", "mới", "one_of") for shelf in FEED),
    ("facebook", "condition", "", "required"),
    ("google", "additional_image_link", "https://x/a.jpeg,https://x/b.svg", "images"),
    ("facebook", "google_product_category", "Thực phẩm", "number"),
    ("google", "brand", "k" * 71, "max_length"),
    ("facebook", "brand", "", "required"),
    ("facebook", "brand", "k" * 101, "max_length"),
    *(
        (shelf, "gtin", bad, "gtin")
        for shelf in FEED
        for bad in (
            "8935001234560",
            "893500123456",
            "abc",
            "0000000000000",
            "2012345678900",
            "0212345678908",
            "9812345678905",
        )
    ),
    ("google", "identifier_exists", "yes", "identifier"),
    ("google", "identifier_exists", "", "identifier"),
    ("google", "google_product_category", "Thực phẩm", "number"),
    ("google", "product_type", "k" * 751, "max_length"),
    ("google", "item_group_id", "hai chữ", "code"),
    ("google", "unit_pricing_measure", "500 gam", "measure"),
    ("google", "unit_pricing_base_measure", "3 kg", "base_measure"),
    ("google", "unit_pricing_base_measure", "1 l", "same_dimension"),
    ("google", "custom_label_0", "k" * 101, "max_length"),
    ("schema", "@context", "", "required"),
    ("schema", "@context", "https://example.org", "one_of"),
    ("schema", "@type", "Thing", "one_of"),
    ("schema", "@type", "", "required"),
    ("schema", "@id", "", "required"),
    ("schema", "@id", "keo-dua", "url"),
    ("schema", "name", "", "required"),
    ("schema", "name", "k" * 151, "max_length"),
    ("schema", "description", "", "required"),
    ("schema", "description", "k" * 5_001, "max_length"),
    ("schema", "image", "", "required"),
    ("schema", "image", "https://x/a.svg", "image"),
    ("schema", "gtin", "8935001234560", "gtin"),
    ("schema", "offers.price", "", "required"),
    ("schema", "offers.price", "nhiều", "number"),
    ("schema", "offers.price", "0", "number"),
    ("schema", "offers.priceCurrency", "", "required"),
    ("schema", "offers.priceCurrency", "USD", "one_of"),
    ("schema", "offers.availability", "", "required"),
    ("schema", "offers.availability", "InStock", "one_of"),
    ("schema", "offers.itemCondition", "new", "one_of"),
    ("schema", "offers.url", "", "required"),
    ("schema", "offers.url", "x", "url"),
    *((shelf, "name", "", "required") for shelf in SHEETS),
    *((shelf, "description", "", "required") for shelf in SHEETS),
    *((shelf, "price", "", "required") for shelf in SHEETS),
    *((shelf, "price", "999", "number") for shelf in SHEETS),
    *((shelf, "stock", "-1", "number") for shelf in SHEETS),
    *((shelf, "image", "", "required") for shelf in SHEETS),
    *((shelf, "image", "https://x/a.webp", "image") for shelf in SHEETS),
    *((shelf, "gtin", "8935001234560", "gtin") for shelf in SHEETS),
    ("shopee", "name", "k" * 121, "max_length"),
    ("shopee", "name", "Kẹo dừa", "min_length"),
    ("shopee", "name", "KẸO DỪA SIÊU NGON", "not_shouted"),
    ("shopee", "description", "Kẹo ngon.", "min_length"),
    ("shopee", "description", "k" * 3_001, "max_length"),
    ("shopee", "stock", "", "required"),
    ("lazada", "name", "k" * 256, "max_length"),
    ("lazada", "brand", "", "required"),
    ("lazada", "sku", "", "required"),
    ("tiki", "name", "ab", "min_length"),
    ("tiki", "name", "k" * 256, "max_length"),
    ("tiktok", "name", "k" * 255, "max_length"),
    ("tiktok", "name", "Kẹo dừa", "min_length"),
    ("tiktok", "sku", "x" * 51, "code"),
    ("tiktok", "weight_g", "", "required"),
    ("shopee", "weight_g", "0", "number"),
    ("lazada", "weight_kg", "", "required"),
    ("postmart", "maker", "", "required"),
    ("postmart", "origin", "", "required"),
)


def rows_of_good_goods():
    """For every shelf the row of goods to which nothing is missing but a category on platforms."""
    make_goods()
    return {key.value: feed_goods.row(key.value) for key in ChannelKey}


@pytest.mark.usefixtures("db_session")
def test_a_good_row_breaks_no_rule_of_any_shelf_and_each_broken_one_is_found():
    good, missed = rows_of_good_goods(), []

    for shelf, field, value, check in BROKEN:
        found = check_row(get_channel(shelf), good[shelf] | {field: value}, clock.today())
        if (field, check) not in {(each.field, each.check) for each in found}:
            missed.append((shelf, field, value[:30], check))

    remarks = {
        shelf: [(each.field, each.check) for each in check_row(get_channel(shelf), row, clock.today())]
        for shelf, row in good.items()
    }
    assert missed == []
    assert remarks == {
        **{shelf: [] for shelf in ("google", "facebook", "schema", "postmart")},
        **{shelf: [("category", "required")] for shelf in ("shopee", "lazada", "tiki", "tiktok")},
    }


def test_every_kind_of_rule_of_every_shelf_is_broken_by_a_row_of_the_table():
    broken = {(shelf, check) for shelf, _, _, check in BROKEN}
    asked = {
        (str(each.key), rule.check)
        for each in list_channels()
        for rule in each.rules
        if rule.check != "image_min" and rule.blocks
    }

    untried = {pair for pair in asked - broken if pair[0] in (*FEED, "schema")}
    assert untried == set()
    assert {check for _, check in asked} <= {check for _, check in broken}


def test_every_rule_names_its_source_and_the_day_on_which_it_was_read():
    unsourced = [
        (each.key, rule.field)
        for each in list_channels()
        for rule in each.rules
        if not rule.source.url.startswith("https://")
        or (rule.source.read_on is None) != (rule.source.basis is Basis.RECALLED)
    ]

    assert unsourced == []
    assert [each.key for each in list_channels() if each.is_checked] == ["google", "facebook", "schema"]
    assert [each.key for each in list_channels()] == list(ChannelKey)


def test_pictures_of_400_pixels_go_to_google_until_31_january_2027():
    google, row = get_channel("google"), {"image_link": "https://x/a.jpeg"}

    def blocked(on: date, side: int) -> bool:
        found = check_row(google, row, on, {"image_side": side})
        return any(each.check == "image_min" and each.blocks for each in found)

    assert [blocked(date(2027, 1, 30), side) for side in (99, 100, 499)] == [True, False, False]
    assert [blocked(date(2027, 1, 31), side) for side in (400, 499, 500)] == [True, True, False]


CLAIMS = (
    ("Mật ong OCOP 4 sao", 4, False),
    ("Mật ong OCOP 4 sao", 3, True),
    ("Mật ong OCOP 4 sao", None, True),
    ("Mật ong đạt OCOP bốn sao", 4, False),
    ("Mật ong đạt OCOP bốn sao", None, True),
    ("Chứng nhận 5 sao cấp quốc gia", 4, True),
    ("5 sao OCOP", 4, True),
    ("4-star OCOP honey", 4, False),
    ("4-star OCOP honey", None, True),
    ("★★★★ OCOP", 4, False),
    ("★★★★★ hảo hạng", 4, True),
    ("Sản phẩm đạt chuẩn OCOP", None, True),
    ("Sản phẩm đạt chuẩn OCOP", 3, False),
    ("Chưa được công nhận OCOP", None, False),
    ("Không đạt 4 sao OCOP", None, False),
    ("Chợ OCOP của làng", None, False),
    ("Trà hoa hồi năm cánh", None, False),
    ("Đặc sản khách sạn 5 sao", None, False),
    ("Nếp cái hoa vàng", None, False),
    ("Nước mắm không phẩm màu OCOP 5 sao", None, True),
    ("Mắm không chất bảo quản, đạt OCOP 5 sao", None, True),
    ("Mắm không chất bảo quản đạt chuẩn OCOP", None, True),
    ("Mắm không phẩm màu đạt chuẩn OCOP", 3, False),
    ("Đường: không\nĐạt OCOP 5 sao", None, True),
    ("Không chỉ đạt OCOP 5 sao", None, True),
    ("Sữa chua đạt OCOP 4 sao", None, True),
    ("Sữa chua đạt OCOP 4 sao", 4, False),
    ("Cà chua đạt chuẩn OCOP", None, True),
    ("Tea not sprayed, OCOP 4-star", None, True),
    ("Not only certified OCOP", None, True),
    ("Trà OCOP 4*", None, True),
    ("Trà OCOP 4*", 4, False),
    ("Trà OCOP 5 *, 100 g", 4, True),
    ("OCOP 4 ngôi sao", None, True),
    ("OCOP bốn ngôi sao", 4, False),
    ("Năm ngôi sao OCOP", 4, True),
    ("Combo 2*500 g mắm OCOP", 4, False),
    ("Chưa được đánh giá OCOP 4 sao", None, False),
    ("CHƯA ĐẠT OCOP 5 SAO", None, False),
    ("Không phải là sản phẩm đạt chuẩn OCOP", None, False),
    ("Khong dat 4 sao OCOP", None, False),
    ("This is not an OCOP 4-star product", None, False),
    ("Honey, not yet certified OCOP", None, False),
    ("Not a certified OCOP product", None, False),
    ("Five-star OCOP honey", None, True),
    ("Five-star OCOP honey", 4, True),
    ("Four-star OCOP honey", 4, False),
    ("OCOP three stars honey", 3, False),
    ("OCOP five stars honey", None, True),
    ("Honey, not an OCOP five-star product", None, False),
    ("Five-spice powder with star anise, OCOP village", None, False),
    ("Mật ong OCOP ５ sao", None, True),
    ("Mật ong ＯＣＯＰ ５ ｓａｏ", 4, True),
    ("Mật ong OCOP ４ sao", 4, False),
    ("Mật ong OCOP… 5 sao", 4, True),
    ("Mật ong đạt chuẩn OCOP™", None, True),
    ("OCOP-certified honey", None, True),
    ("OCOP certified honey", 3, False),
    ("Honey recognised as OCOP", None, True),
    ("OCOP-recognized honey", None, True),
    ("Honey, not OCOP-certified", None, False),
    ("Honey, not yet recognised as OCOP", None, False),
    ("HTX Ba Sao, Kim Bảng", None, False),
    ("HTX Nông nghiệp OCOP Năm Căn", None, False),
    ("Rau không thuốc trừ sâu, chợ OCOP", None, False),
)


def test_claims_of_stars_are_told_from_other_words():
    wrong = [
        (text, stars) for text, stars, expected in CLAIMS if wrong_star_claim(text, stars) is not expected
    ]

    assert wrong == []


@pytest.mark.usefixtures("db_session")
def test_a_gtin_is_told_as_it_was_given_out_and_never_made_up():
    make_goods(variants=[{"gtin": feed_goods.GTIN}, {}])

    rows = [each.row for each in verdict("google").rows]

    assert [(row.get("gtin"), row["identifier_exists"]) for row in rows] == [
        ("8935001234562", "yes"),
        (None, "no"),
    ]
    assert rows[0]["item_group_id"] == rows[1]["item_group_id"]
    assert rows[0]["id"] != rows[1]["id"]
