"""Tables out of the files of offices, and of people who mean harm."""

import io
import zipfile
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from catalog.errors import RegisterFileError
from catalog.spreadsheets import ROWS_MAX, FileFault, read_table, write_table
from core.text import nfc

TEXT = "Tên sản phẩm;Số sao\nNước mắm Đất Mũi;4\n"
ROWS = [("Tên sản phẩm", "Số sao"), ("Nước mắm Đất Mũi", "4")]


def cells(content: bytes) -> list[tuple[str, ...]]:
    table = read_table(content)
    return [table.header.cells, *(row.cells for row in table.rows)]


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def changed(content: bytes, member: str, data: bytes) -> bytes:
    """The workbook with one member replaced."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as new,
    ):
        for name in {*old.namelist(), member}:
            new.writestr(name, data if name == member else old.read(name))
    return result.getvalue()


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.replace(";", "\t").encode("utf-16-be").join((b"\xfe\xff", b"")), "utf-16"),
        (TEXT.replace(";", ",").replace("\n", "\r\n").encode(), "utf-8"),
    ],
    ids=["utf-8", "with a mark", "utf-16", "utf-16 and tabs", "commas and crlf"],
)
def test_a_csv_is_read_in_the_encodings_and_forms_of_offices(content: bytes, encoding: str) -> None:
    assert cells(content) == ROWS
    assert read_table(content).encoding == encoding


def test_a_csv_of_vietnamese_windows_is_understood() -> None:
    # Windows-1258 writes some letters with a mark of their own behind: «ả» is «a» and the hook.
    content = b"san ph\xe2\xd2m,sao\nn\xfd\xf5\xecc m\xe3\xecm \xf0\xe2\xect,4\n"

    table = read_table(content)

    assert table.encoding == "windows-1258"
    assert [nfc(cell) for cell in table.rows[0].cells] == ["nước mắm đất", "4"]


def test_lines_are_counted_as_the_file_counts_them() -> None:
    table = read_table(b'\na,b\n"1\n2",x\n\ny,z\n')

    assert [(row.line, row.cells) for row in (table.header, *table.rows)] == [
        (2, ("a", "b")),
        (3, ("1\n2", "x")),
        (6, ("y", "z")),
    ]


def test_a_sheet_gives_texts_whole_numbers_and_days() -> None:
    content = workbook([["code", "n", "day"], ["0089", 8936118150400, date(2025, 6, 19)], [None, 69.5, True]])

    assert cells(content)[1:] == [("0089", "8936118150400", "2025-06-19"), ("", "69.5", "True")]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", FileFault.EMPTY),
        (b"\n \n", FileFault.EMPTY),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", FileFault.NOT_A_TABLE),
        (b"name,stars\nA\x00B,4\n", FileFault.NOT_A_TABLE),
        ("a,b\x00".encode("utf-16"), FileFault.NOT_A_TABLE),
        (b"\xff\xfea", FileFault.UNKNOWN_ENCODING),
        (b"name,stars\n\xd2\x9d\x8d,4\n", FileFault.UNKNOWN_ENCODING),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileFault.OLD_EXCEL),
        (b"PK\x03\x04 and then nothing", FileFault.DAMAGED),
        (b'name,stars\n"never closed,4\n', FileFault.DAMAGED),
        (b"x" * (30 * 1024 * 1024 + 1), FileFault.TOO_BIG),
        (b"a\n" * (ROWS_MAX + 2), FileFault.TOO_MANY_ROWS),
        (b"," * 100, FileFault.TOO_MANY_COLUMNS),
        (b"a\n" + b"b" * 200_000, FileFault.DAMAGED),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_told(content: bytes, fault: FileFault) -> None:
    with pytest.raises(RegisterFileError) as refused:
        read_table(content)

    assert refused.value.reason == fault


def zipped(members: dict[str, bytes]) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return result.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(rows: bytes) -> bytes:
    return b"<worksheet " + MAIN + b"><sheetData>" + rows + b"</sheetData></worksheet>"


def long_shared_text() -> bytes:
    """A text of 30,000 letters that 20,000 cells share: 600 MB once written out."""
    row = b"".join(b'<c t="s"><v>0</v></c>' for _ in range(20))
    plain = changed(
        workbook([["a"]]), SHEET, sheet(b"".join(b"<row>" + row + b"</row>" for _ in range(1000)))
    )
    shared = (
        b"<sst "
        + MAIN
        + b"><si><t>"
        + b"".join(b"%d," % number for number in range(6000))
        + b"</t></si></sst>"
    )
    return changed(plain, "xl/sharedStrings.xml", shared)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (zipped({SHEET: b"0" * (60 * 1024 * 1024)}), FileFault.TOO_BIG),
        (zipped({SHEET: b"0" * (20 * 1024 * 1024)}), FileFault.PACKED_TOO_TIGHT),
        (zipped({f"{number}.xml": b"" for number in range(201)}), FileFault.TOO_BIG),
        (
            changed(
                workbook([["a"]]), SHEET, sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
            ),
            FileFault.TOO_MANY_ROWS,
        ),
        (
            changed(workbook([["a"]]), SHEET, sheet(b'<row r="1"><c r="XFD1"><v>1</v></c></row>')),
            FileFault.TOO_MANY_COLUMNS,
        ),
        (changed(workbook([["a"]]), SHEET, sheet(b"<row></row>" * (ROWS_MAX + 2))), FileFault.TOO_MANY_ROWS),
        (
            changed(workbook([["a"]]), SHEET, b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + sheet(b"")),
            FileFault.DAMAGED,
        ),
        (long_shared_text(), FileFault.TOO_BIG),
        (zipped({"hello.txt": b"no workbook"}), FileFault.NOT_A_TABLE),
        (zipped({"mimetype": b"", "content.xml": b"", "xl/workbook.xml": b""}), FileFault.NOT_A_TABLE),
    ],
    ids=[
        "60 MB",
        "tight",
        "many members",
        "far corner",
        "far column",
        "many rows",
        "entities",
        "shared text",
        "zip",
        "another office",
    ],
)
def test_a_bomb_is_refused_within_two_seconds(content: bytes, fault: FileFault) -> None:
    begun = perf_counter()

    with pytest.raises(RegisterFileError) as refused:
        read_table(content)

    assert refused.value.reason == fault
    assert perf_counter() - begun < 2


def test_a_lying_size_is_found_out() -> None:
    honest = zipped({SHEET: b"0123456789" * 20_000})
    lying = honest.replace((200_000).to_bytes(4, "little"), (200).to_bytes(4, "little"))

    with pytest.raises(RegisterFileError) as refused:
        read_table(lying)

    assert refused.value.reason == FileFault.DAMAGED


@given(st.binary(max_size=400))
def test_no_bytes_do_worse_than_be_refused(content: bytes) -> None:
    try:
        read_table(content)
    except RegisterFileError:
        return


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_what_is_written_is_never_a_formula(tmp_path: Path, start: str) -> None:
    text = f"{start}HYPERLINK(1)"
    write_table(tmp_path / "t.csv", [["a"], [text]])
    write_table(tmp_path / "t.xlsx", [["a"], [text]])

    cell = load_workbook(tmp_path / "t.xlsx").worksheets[0]["A2"]

    assert read_table((tmp_path / "t.csv").read_bytes()).rows[0].cells[0][0] == "'"
    assert cell.data_type in {"s", "inlineStr"}
