"""The table of goods as a file: written, read again, and never a formula."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from catalog.product_sheet.columns import COLUMNS, PACK_FIELDS, PRODUCT_FIELDS
from catalog.product_sheet.files import csv_of, texts_csv, xlsx_of
from catalog.product_sheet.goods import SheetPack, SheetProduct, rows_of, version_of
from catalog.product_sheet.rows import SheetFault, harmless, plain, read_sheet
from catalog.spreadsheets import FORMULA_STARTS, read_table
from core.text import clean_line, clean_text

WRITERS = {"xlsx": xlsx_of, "csv": csv_of}
NASTY = [f"{start}cmd|' /C calc'!A0" for start in ("=", "+", "-", "@", "＝", "＋", "－", "＠")]
NASTY += [
    '=HYPERLINK("http://x","y")',
    "'=1+1",
    "''",
    "'",
    "'tis",
    "#N/A",
    "=",
    "1e999",
    "00123",
    "2026-01-02",
    "TRUE",
]


def goods(**facts):
    product = dict.fromkeys(PRODUCT_FIELDS) | {"name": "Kẹo dừa", "group_no": 1} | facts
    pack = dict.fromkeys(PACK_FIELDS) | {
        "label": "Hộp 500 g",
        "net_quantity": 500,
        "net_unit": "g",
        "price_vnd": 125_000,
        "on_hand": 30,
    }
    return SheetProduct(7, product, [SheetPack(8, pack)])


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_file_read_again_says_what_was_written(kind, language):
    product = goods(story="Đoạn một.\n\nĐoạn hai.", summary="Ngọt, thơm")

    sheet = read_sheet(read_table(WRITERS[kind](rows_of([product], language), language)))

    (row,) = sheet.rows
    assert sheet.messages == ()
    assert sheet.unknown == ()
    assert (row.product_id, row.pack_id) == (7, 8)
    assert row.product == product.facts
    assert row.pack == product.packs[0].facts
    assert row.version.on_hand == 30
    assert version_of(product, product.packs[0]) == (
        f"v{row.version.product_hash}-{row.version.pack_hash}-30"
    )


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("text", NASTY)
def test_no_text_becomes_a_formula_or_changes(kind, text):
    content = WRITERS[kind](rows_of([goods(summary=text)], "vi"), "vi")

    (row,) = read_sheet(read_table(content)).rows

    assert row.product["summary"] == text


@pytest.mark.parametrize("text", NASTY)
def test_in_a_workbook_every_text_is_typed_as_text(text):
    book = load_workbook(io.BytesIO(xlsx_of(rows_of([goods(summary=text)], "vi"), "vi")))
    column = [each.name for each in COLUMNS].index("summary") + 1
    cell = book.worksheets[0].cell(2, column)

    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    assert b"<f>" not in zipfile.ZipFile(
        io.BytesIO(xlsx_of(rows_of([goods(summary=text)], "vi"), "vi"))
    ).read("xl/worksheets/sheet1.xml")


def test_in_a_csv_everything_is_quoted_and_no_cell_begins_like_a_formula():
    written = csv_of(rows_of([goods(summary="=1+1")], "vi"), "vi").decode("utf-8-sig")

    assert '"\'=1+1"' in written
    assert all(cell.startswith('"') for cell in written.splitlines()[1].split(",")[:4])


@settings(max_examples=200)
@given(st.text(max_size=40))
def test_marking_and_unmarking_gives_back_every_text(text):
    assert plain(harmless(text)) == text
    assert not harmless(text).startswith(FORMULA_STARTS)


@settings(max_examples=60)
@given(
    st.text(min_size=1, max_size=40).map(clean_line).filter(bool),
    st.text(max_size=60).map(clean_text),
    st.integers(0, 10**9),
)
def test_any_clean_text_goes_through_both_kinds_of_file_unchanged(name, story, price):
    product = goods(name=name, story=story or None)
    product.packs[0].facts["price_vnd"] = price
    for write in WRITERS.values():
        (row,) = read_sheet(read_table(write(rows_of([product], "vi"), "vi"))).rows

        assert row.product == product.facts
        assert row.pack == product.packs[0].facts


def test_numbers_stay_numbers_and_choices_are_offered():
    book = load_workbook(io.BytesIO(xlsx_of(rows_of([goods()], "vi"), "vi")))
    sheet, instructions = book.worksheets
    names = [each.name for each in COLUMNS]

    assert sheet.cell(2, names.index("price_vnd") + 1).value == 125_000
    rules = {rule.formula1: str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert '"Thực phẩm,Đồ uống,Dược liệu,Thủ công mỹ nghệ' in "".join(rules)
    assert '"g,kg,ml,lít,cái"' in rules
    assert instructions.title == "Hướng dẫn"
    assert instructions.max_row == 5 + len(COLUMNS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_of_other_programs_are_read(encoding, delimiter):
    heads = delimiter.join(["Ma san pham", "MÃ GÓI", "Phiên bản", "Tên sản phẩm", "Giá (đồng)", "Ghi chú"])
    text = f"{heads}\r\n{delimiter.join(['', '', '', 'Kẹo dừa', '125.000 đ', 'x'])}\r\n"
    if encoding == "cp1258":  # written by old Vietnamese Windows: marks stand apart
        import unicodedata

        parts = [unicodedata.normalize("NFD", letter) for letter in text]
        text = "".join(_composed_base(part) for part in parts)

    sheet = read_sheet(read_table(text.encode(encoding)))

    assert sheet.messages == ()
    assert sheet.unknown == ("Ghi chú",)
    assert sheet.rows[0].product == {"name": "Kẹo dừa"}
    assert sheet.rows[0].pack == {"price_vnd": 125_000}


def _composed_base(letter):
    """As cp1258 has it: base letter with hat or horn in one, tone after it."""
    import unicodedata

    tones = "\u0300\u0301\u0303\u0309\u0323"
    tone = "".join(mark for mark in letter if mark in tones)
    return unicodedata.normalize("NFC", "".join(mark for mark in letter if mark not in tones)) + tone


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("125000", 125_000),
        ("125.000", 125_000),
        ("1,250,000 ₫", 1_250_000),
        ("125 000 đồng", 125_000),
        ("-5", -5),
        ("0", 0),
    ],
)
def test_prices_are_read_as_people_write_them(cell, number):
    assert read_one("Giá (đồng)", cell).rows[0].pack["price_vnd"] == number


@pytest.mark.parametrize("cell", ["12,5", "1.2.3", "abc", "1e6", "٣", "9" * 5_000, "12.34.567", "--5", "½"])
def test_what_is_no_whole_number_is_told(cell):
    (message,) = read_one("Giá (đồng)", cell).messages

    assert (message.line, message.column, message.code) == (2, "price_vnd", SheetFault.NOT_A_WHOLE_NUMBER)
    assert len(message.value) <= 80


def test_missing_and_repeated_columns_are_told_and_no_row_is_read():
    sheet = read_sheet(read_table("Tên sản phẩm,Nhóm,Nhom\nKẹo,1,1\n".encode()))

    assert sheet.rows == ()
    assert [(each.column, each.code) for each in sheet.messages] == [
        ("group_no", SheetFault.REPEATED_COLUMN),
        ("product_id", SheetFault.MISSING_COLUMN),
        ("pack_id", SheetFault.MISSING_COLUMN),
        ("version", SheetFault.MISSING_COLUMN),
    ]


def test_errors_files_are_safe_to_open():
    assert b'"\'=cmd"' in texts_csv([["=cmd"]])


def read_one(heading, cell):
    return read_sheet(
        read_table(f'Mã sản phẩm,Mã gói,Phiên bản,Tên sản phẩm,{heading}\n,,,Kẹo,"{cell}"\n'.encode())
    )
