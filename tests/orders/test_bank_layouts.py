"""Statements in the tables of several banks."""

from datetime import date

import pytest

from orders.bank_layouts import (
    Field,
    RowFault,
    UnknownLayoutError,
    amount_of,
    columns_of,
    day_of,
    read_statement,
)


def numbered(*rows):
    return list(enumerate([list(row) for row in rows], start=1))


LAYOUTS = {
    "two columns of amounts": (
        ("NGÂN HÀNG", "", ""),
        ("Số tài khoản: 0011001234567",),
        ("Ngày giao dịch", "Số tham chiếu", "Số tiền ghi nợ", "Số tiền ghi có", "Số dư", "Mô tả"),
        ("22/11/2026", "5242 - 77", "", "155.000", "1.155.000", "OC234567892 chuyen tien"),
        ("22/11/2026", "5242 - 78", "20.000", "", "1.135.000", "Phí SMS"),
        ("Tổng cộng", "", "20.000", "155.000", "", ""),
    ),
    "in English": (
        ("Transaction Date", "Reference No", "Description", "Debit", "Credit", "Balance"),
        ("2026-11-22", "5242 - 77", "OC234567892 chuyen tien", "0", "155,000.00", "1,155,000.00"),
        ("2026-11-22", "5242 - 78", "Phí SMS", "20,000.00", "0", "1,135,000.00"),
    ),
    "one signed column": (
        ("STT", "Ngày GD", "Mã GD", "Số tiền", "Nội dung giao dịch", "Loại tiền"),
        ("1", "22-11-2026 08:15:00", "5242 - 77", "+155,000", "OC234567892 chuyen tien", "VND"),
        ("2", "22-11-2026 08:16:00", "5242 - 78", "-20,000", "Phí SMS", "VND"),
    ),
    "a column that says which way": (
        ("Thời gian", "Số CT", "Nợ/Có", "Số tiền GD", "Diễn giải"),
        ("22/11/26", "5242 - 77", "Có", "155000", "OC234567892 chuyen tien"),
        ("22/11/26", "5242 - 78", "Nợ", "20000", "Phí SMS"),
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_says_the_same(name):
    statement = read_statement(numbered(*LAYOUTS[name]))

    said = [
        (row.booked_on, row.amount_vnd, row.currency, row.memo, row.bank_reference) for row in statement.rows
    ]
    assert said == [
        (date(2026, 11, 22), 155_000, "VND", "OC234567892 chuyen tien", "5242 - 77"),
        (date(2026, 11, 22), -20_000, "VND", "Phí SMS", "5242 - 78"),
    ]
    assert statement.faults == ()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.250.000", 1_250_000),
        ("1,250,000.00", 1_250_000),
        ("1.250.000,00", 1_250_000),
        ("1250000", 1_250_000),
        ("+ 1 250 000 VND", 1_250_000),
        ("-5.000 ₫", -5_000),
        ("(5.000)", -5_000),
        ("5.000-", -5_000),
        ("", 0),
        ("0", 0),
        ("12,50", None),
        ("1.25.000", None),
        ("1.250,000", None),
        ("1e6", None),
        ("một triệu", None),
        ("１２３", None),
        ("9" * 20, None),
    ],
)
def test_amounts_as_banks_write_them(text, amount):
    assert amount_of(text) == amount


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("22/11/2026", date(2026, 11, 22)),
        ("02-03-2026 23:59", date(2026, 3, 2)),
        ("2.3.26", date(2026, 3, 2)),
        ("2026-11-22", date(2026, 11, 22)),
        ("31/02/2026", None),
        ("hôm nay", None),
        ("", None),
    ],
)
def test_days_as_banks_write_them(text, day):
    assert day_of(text) == day


def test_what_cannot_be_read_is_told_row_by_row():
    head = ("Ngày", "Ghi nợ", "Ghi có", "Nội dung")

    statement = read_statement(
        numbered(
            head,
            ("khi nào", "", "5.000", "A"),
            ("22/11/2026", "", "năm nghìn", "B"),
            ("22/11/2026", "5.000", "5.000", "C"),
            ("22/11/2026", "", "", "D"),
            ("", "", "", ""),
            ("22/11/2026", "", "5.000", "E"),
            head,
        )
    )

    assert [(each.number, each.fault) for each in statement.faults] == [
        (2, RowFault.DAY),
        (3, RowFault.AMOUNT),
        (4, RowFault.BOTH_WAYS),
        (5, RowFault.AMOUNT),
    ]
    assert [row.memo for row in statement.rows] == ["E"]


TAKEN_BACK = {
    "credit": (("Ngày", "Ghi nợ", "Ghi có", "Nội dung"), ("", "-100.000")),
    "credit in brackets": (("Ngày", "Ghi nợ", "Ghi có", "Nội dung"), ("0", "(100.000)")),
    "a signed debit": (("Ngày", "Ghi nợ", "Ghi có", "Nội dung"), ("-100.000", "")),
    "the word credit": (("Ngày", "Nợ/Có", "Số tiền", "Nội dung"), ("Có", "-100.000")),
    "the letter of credit": (("Date", "D/C", "Amount", "Description"), ("C", "100,000-")),
    "the word debit": (("Ngày", "Nợ/Có", "Số tiền", "Nội dung"), ("Nợ", "-100.000")),
    "the sign alone": (("Ngày", "Loại GD", "Số tiền", "Nội dung"), ("Khác", "-100.000")),
}


@pytest.mark.parametrize("name", TAKEN_BACK)
def test_an_amount_below_nothing_never_came_in(name):
    head, told = TAKEN_BACK[name]

    statement = read_statement(numbered(head, ("22/11/2026", *told, "Hoàn GD OC234567892")))

    assert [row.amount_vnd for row in statement.rows] == [-100_000]
    assert statement.faults == ()


def test_lines_without_a_number_are_told_apart_and_keep_their_name_in_the_next_file():
    head, row = ("Ngày", "Số tiền", "Nội dung"), ("22/11/2026", "5.000", "CHUYEN TIEN")

    first = read_statement(numbered(head, row, row)).rows
    again = read_statement(numbered(head, ("21/11/2026", "1", "x"), row, row)).rows

    assert len({each.bank_reference for each in first}) == 2
    assert [each.bank_reference for each in again[1:]] == [each.bank_reference for each in first]


def test_a_file_that_is_no_statement_is_refused():
    with pytest.raises(UnknownLayoutError):
        read_statement(numbered(("Tên", "Giá"), ("Kẹo dừa", "5.000")))
    with pytest.raises(UnknownLayoutError):
        read_statement([])


def test_a_heading_in_two_lines_of_one_cell_is_read():
    columns = columns_of(["Ngày\ngiao dịch", "Phát sinh\nCó", "Phát sinh\nNợ", "Diễn\ngiải"])

    assert columns == {Field.DAY: 0, Field.INCOMING: 1, Field.OUTGOING: 2, Field.MEMO: 3}
