"""What a VietQR says, against vectors that others published."""

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from core.qr import LEVEL_M, matrix_of
from orders.banks import BANKS, bank_name, is_account_number
from orders.references import new_reference
from orders.vietqr import MEMO_MAX_CHARS, crc16, transfer_payload

# Source: README of the package `napas-qr` (npm).
DYNAMIC = (
    "00020101021238530010A0000007270123000697041601092245284790208QRIBFTTA530370454051000058"
    "02VN62340107NPS68690819TRANSFER TO SOMEONE6304AC13"
)
# Source: README of the package `vietqr_generator` (pub.dev).
STATIC = (
    "00020101021138540010A00000072701240006970407011003865776720208QRIBFTTA530370454071000000"
    "5802VN62160812henry an cut6304A322"
)


def read(payload: str) -> dict[str, str]:
    """The fields of a payload, read as a banking app reads them."""
    fields, at = {}, 0
    while at < len(payload):
        length = int(payload[at + 2 : at + 4])
        fields[payload[at : at + 2]] = payload[at + 4 : at + 4 + length]
        at += 4 + length
    return fields


def test_a_published_dynamic_code_comes_out_byte_for_byte():
    made = transfer_payload("970416", "224528479", 10_000, "TRANSFER TO SOMEONE", bill_number="NPS6869")

    assert made == DYNAMIC


def test_a_published_static_code_comes_out_byte_for_byte():
    assert transfer_payload("970407", "0386577672", 1_000_000, "henry an cut", is_reusable=True) == STATIC


def test_the_check_value_of_the_checksum():
    assert crc16(b"123456789") == 0x29B1
    assert crc16(b"") == 0xFFFF


@examples(max_examples=100)
@given(
    account=st.text("0123456789", min_size=4, max_size=19),
    amount_vnd=st.integers(1, 10**13 - 1),
    memo=st.text("ABCXYZ0189", min_size=1, max_size=25),
)
def test_a_banking_app_reads_what_was_written(account, amount_vnd, memo):
    fields = read(transfer_payload("970436", account, amount_vnd, memo))

    payee = read(read(fields["38"])["01"])
    assert payee == {"00": "970436", "01": account}
    assert (int(fields["54"]), read(fields["62"])["08"], fields["01"]) == (amount_vnd, memo, "12")


def test_without_an_amount_the_code_may_be_used_again():
    fields = read(transfer_payload("970436", "0011001234567", None, "UNG HO"))

    assert fields["01"] == "11"
    assert "54" not in fields


@pytest.mark.parametrize(
    ("bank", "account", "amount_vnd", "memo"),
    [
        ("97043", "123456", 1, "A"),
        ("97043X", "123456", 1, "A"),
        ("970436", "", 1, "A"),
        ("970436", "1" * 20, 1, "A"),
        ("970436", "123456", 0, "A"),
        ("970436", "123456", 10**13, "A"),
        ("970436", "123456", 1, "Đơn"),
        ("970436", "123456", 1, "A" * 26),
    ],
)
def test_what_no_code_can_hold_is_refused(bank, account, amount_vnd, memo):
    with pytest.raises(ValueError, match=r"account|amount|memo"):
        transfer_payload(bank, account, amount_vnd, memo)


def test_a_code_of_an_order_fits_the_memo_and_a_small_qr():
    memo = new_reference()
    payload = transfer_payload("970436", "0011001234567", 99_999_999, memo)

    assert len(memo) <= MEMO_MAX_CHARS
    assert matrix_of((payload,), LEVEL_M).size == 41


def test_banks_are_named_by_six_digits():
    assert all(len(bank_bin) == 6 and bank_bin.isdigit() for bank_bin in BANKS)
    assert len({short for short, _ in BANKS.values()}) == len(BANKS)
    assert (bank_name("970436"), bank_name("123456")) == ("Vietcombank", "123456")
    assert [is_account_number(text) for text in ("0011001", "123", "12 34", "abcd", "９９９９")] == [
        True,
        False,
        False,
        False,
        False,
    ]
