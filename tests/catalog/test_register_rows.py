"""Rows of a register file as facts and messages, without a database."""

from datetime import date

import pytest

from catalog.errors import RegisterFileError
from catalog.identity import product_key
from catalog.register.cells import date_cell, number_cell, stars_cell, stars_in_text
from catalog.register.layouts import parse_table
from catalog.register.rows import ParsedRow
from catalog.spreadsheets import FileFault, read_table

OWN = "product,producer,province,stars,decision_number,decided_on,authority_level,evidence_level,source_key\n"
PUBLISHED = (
    "source_id,name,producer,entity_type,commune,district,province,"
    "group,stars,decision,year,code,price_vnd,barcode,note\n"
)


def parsed(text: str) -> list[ParsedRow]:
    return list(parse_table(read_table(text.encode()))[1])


def told(row: ParsedRow) -> list[tuple[str, str, str]]:
    return [(message.level, message.code, message.field) for message in row.messages]


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("4", 4),
        ("4.0", 4),
        ("4 sao", 4),
        ("OCOP 4 SAO", 4),
        ("★★★★", 4),
        ("hạng 3 sao", 3),
        ("5*", 5),
        ("", None),
    ],
)
def test_stars_are_read_as_offices_write_them(text: str, stars: int | None) -> None:
    row = ParsedRow(2)

    assert stars_cell(row, "stars", text) == stars
    assert row.messages == []


@pytest.mark.parametrize(
    "text", ["3-4 sao", "3 hoặc 4", "34", "bốn sao", "4 sao (2020), 3 sao (2023)", "4.5"]
)
def test_unclear_stars_are_never_guessed(text: str) -> None:
    row = ParsedRow(2)

    assert stars_cell(row, "stars", text) is None
    assert told(row) == [("error", "stars_unclear", "stars")]


@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("Na Chi Lăng đạt tiêu chuẩn OCOP 3 sao (thùng 10kg)", (3,)),
        ("OCOP 3 sao năm 2020, nay 4 SAO", (3, 4)),
        ("Gạo ST25 5 kg", ()),
        ("Bánh 1.5 sao", ()),
        ("Nấm linh chi", ()),
    ],
)
def test_stars_in_prose_are_found(text: str, ranks: tuple[int, ...]) -> None:
    assert stars_in_text(text) == ranks


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-06-19", date(2025, 6, 19)),
        ("19/6/2025", date(2025, 6, 19)),
        ("05.06.2025", date(2025, 6, 5)),
        ("ngày 19 tháng 6 năm 2025", date(2025, 6, 19)),
        ("", None),
    ],
)
def test_days_are_read_day_before_month(text: str, day: date | None) -> None:
    assert date_cell(ParsedRow(2), "decided_on", text) == day


@pytest.mark.parametrize("text", ["6/19/2025", "31/2/2025", "19/6/25", "tháng 6 năm 2025", "45827"])
def test_a_day_that_is_none_is_told(text: str) -> None:
    row = ParsedRow(2)

    assert date_cell(row, "decided_on", text) is None
    assert told(row) == [("error", "not_a_date", "decided_on")]


@pytest.mark.parametrize(
    ("text", "number"), [("150.000 đ", 150_000), ("150,000", 150_000), ("0", 0), ("", None)]
)
def test_prices_are_read_as_people_write_them(text: str, number: int | None) -> None:
    assert number_cell(ParsedRow(2), "price_vnd", text) == number


@pytest.mark.parametrize("text", ["-5", "1e9", "15.5", "١٥", "NaN"])
def test_a_price_that_is_none_is_told(text: str) -> None:
    row = ParsedRow(2)

    assert number_cell(row, "price_vnd", text) is None
    assert told(row) == [("error", "not_a_number", "price_vnd")]


def test_a_recognition_is_read_with_what_the_law_adds() -> None:
    (row,) = parsed(OWN + "Trà tôm nõn,HTX Phú Lương,Thái Nguyên,5,2361/QĐ-BNNMT,26/6/2025,trung ương,B,S8\n")

    (facts,) = row.certifications
    assert (facts.expires_on, facts.expiry_basis) == (date(2028, 6, 26), "law")
    assert (facts.authority_level, facts.criteria_version) == ("ministry", "148/QĐ-TTg")
    assert told(row) == [("note", "expiry_by_law", "expires_on")]


@pytest.mark.parametrize("evidence", ["", "C"])
def test_stars_without_evidence_are_a_claim_and_no_recognition(evidence: str) -> None:
    (row,) = parsed(OWN + f"Trà tôm nõn,HTX Phú Lương,Thái Nguyên,5,,,,{evidence},S8\n")

    assert row.certifications == ()
    assert row.product is not None
    assert told(row) == [("warning", "claim_not_recorded", "stars")]


def test_evidence_without_a_source_is_a_claim_too() -> None:
    (row,) = parsed(OWN + "Trà tôm nõn,HTX Phú Lương,Thái Nguyên,5,1/QĐ,26/6/2025,trung ương,A,\n")

    assert row.certifications == ()


@pytest.mark.parametrize("source_id", ["S1", "S3", "S4", "S5", "S9"])
def test_no_claim_of_a_published_list_becomes_a_recognition(source_id: str) -> None:
    (row,) = parsed(
        PUBLISHED + f"{source_id},Trà tôm nõn 4 sao,HTX Phú Lương,,,,Thái Nguyên,,4,1214/QĐ-UBND,,,,,\n"
    )

    assert row.certifications == ()
    assert told(row) == [
        ("warning", "claim_not_recorded", "stars"),
        ("warning", "decision_not_recorded", "decision"),
        ("note", "stars_in_text", "name"),
    ]


def test_the_mess_of_real_names_is_mended_and_told() -> None:
    name = "__NƯỚC MẮM\u200b  Cửa Lò CL58 - 500 ml"
    (row,) = parsed(PUBLISHED + f"S1,{name},CTY TNHH X,,,,Nghệ An,Thảo dược,,,,,25000,,\n")

    assert row.product is not None
    assert row.product.name == "NƯỚC MẮM Cửa Lò CL58 - 500 ml"
    assert (row.product.group_no, row.product.group_as_stated) == (3, "Thảo dược")
    assert row.variant is not None
    assert (row.variant.label, row.variant.price_vnd) == ("500 ml", 25_000)
    assert told(row) == [("note", "text_cleaned", "name")]


def test_a_sellers_account_is_no_producer_and_an_origin_no_address() -> None:
    note = '"goods_id=1; seller account, may not be the OCOP subject; origin as listed: Số 8"'
    (row,) = parsed(PUBLISHED + f"S1,Mật ong,BƯU ĐIỆN HUẾ,,,,Thừa Thiên Huế,,,,,,,,{note}\n")

    assert row.producer is None
    assert row.place is not None
    assert (row.place.commune, row.place.province) == (None, "Thừa Thiên Huế")
    assert told(row) == [("note", "origin_not_recorded", "note"), ("note", "seller_not_producer", "producer")]


def test_a_note_of_two_recognitions_gives_both() -> None:
    note = (
        "first recognised 3 stars in 2019 under 303/QĐ-UBND of 4 Feb 2020 (expired 4 Feb 2023); "
        "reassessed 4 stars in 2021"
    )
    (row,) = parsed(
        PUBLISHED + f"S10,Hạt sen sấy,HTX sen Quê Bác,cooperative,,Nam Đàn,Nghệ An,,4,,2021,,,,{note}\n"
    )

    first, again = row.certifications
    assert (first.stars, first.decision_number, first.decided_on, first.expires_on, first.expiry_basis) == (
        3,
        "303/QĐ-UBND",
        date(2020, 2, 4),
        date(2023, 2, 4),
        "source",
    )
    assert (again.stars, again.recognised_year, again.decision_number, again.decided_on) == (
        4,
        2021,
        None,
        None,
    )


def test_a_shifted_row_and_an_unknown_column_are_told() -> None:
    messages, rows = parse_table(read_table(b"product,stars,colour\nA,4,red\nB,4,red,more\n"))

    assert [(message.code, message.field) for message in messages] == [("unknown_column", "colour")]
    assert [told(row) for row in rows][1] == [("error", "too_many_cells", "")]


@pytest.mark.parametrize(
    ("header", "fault"),
    [("name,price", FileFault.UNKNOWN_LAYOUT), ("product,stars,Số sao", FileFault.REPEATED_COLUMN)],
)
def test_a_header_that_cannot_be_used_is_refused(header: str, fault: FileFault) -> None:
    with pytest.raises(RegisterFileError) as refused:
        parsed(f"{header}\nA,4,4\n")

    assert refused.value.reason == fault


def test_vietnamese_headings_are_the_same_columns() -> None:
    (row,) = parsed("Tên sản phẩm;Chủ thể;Số sao\nCà phê Rin;Hộ Bùi Anh Tuấn;\n")

    assert row.product is not None
    assert row.product.register_key == "cà phê rin|hộ bùi anh tuấn|"


def test_a_key_follows_neither_spelling_nor_the_merger_of_provinces() -> None:
    (old,) = parsed(OWN + "Trà HOÀ Bình,HTX A,Hòa Bình,,,,,,\n")
    (new,) = parsed(OWN + "trà hòa bình,Hợp tác xã A,Phú Thọ,,,,,,\n")

    assert old.product is not None
    assert new.product is not None
    assert old.product.register_key == new.product.register_key == "trà hòa bình|hợp tác xã a|phú thọ"
    assert len(product_key("x" * 300, "y" * 300, None)) == 200
