"""What a VietQR says: a transfer to an account, as text of the EMVCo merchant-presented QR. Pure.

Each field is its two-digit number, its length in two digits, its value. Sources: EMV QR Code Specification for Payment
Systems, Merchant-Presented Mode 1.1; NAPAS VietQR specification 1.5.2; docs/payments.md.
"""

from typing import Final

NAPAS: Final = "A000000727"
"""The application identifier of NAPAS, the clearing house."""
TO_ACCOUNT: Final = "QRIBFTTA"
TO_CARD: Final = "QRIBFTTC"
_VND: Final = "704"  # ISO 4217, numeric
_ONCE: Final = "12"  # a code with an amount, for one payment; 11 for one that is used again and again
_MANY: Final = "11"
PURPOSE_MAX_CHARS: Final = 25
MEMO_MAX_CHARS: Final = 19
"""What every bank hands on of a memo: letters and digits without marks. Source: callback of vietqr.vn."""


def transfer_payload(
    bank_bin: str,
    account_number: str,
    amount_vnd: int | None,
    memo: str,
    *,
    bill_number: str = "",
    is_reusable: bool | None = None,
    service: str = TO_ACCOUNT,
) -> str:
    """The text of a QR by which a banking app fills in a transfer.

    bank_bin: six digits (`orders.banks`). account_number: 19 letters and digits at most. amount_vnd: whole dong, None
    to let the payer fill it in. memo: ASCII, 25 characters at most; `MEMO_MAX_CHARS` letters and digits come through
    everywhere. is_reusable: by default where no amount is given. Raises ValueError for what does not fit.
    """
    if len(bank_bin) != 6 or not bank_bin.isdigit() or not 1 <= len(account_number) <= 19:
        raise ValueError("an account is the six digits of a bank and a number of 19 at most")
    if amount_vnd is not None and not 0 < amount_vnd < 10**13:
        raise ValueError("an amount is whole dong, 13 digits at most")
    if not (memo + bill_number).isascii() or max(len(memo), len(bill_number)) > PURPOSE_MAX_CHARS:
        raise ValueError("a memo is 25 ASCII characters at most")
    if is_reusable is None:
        is_reusable = amount_vnd is None
    payee = _field("00", bank_bin) + _field("01", account_number)
    said = _field("01", bill_number) + _field("08", memo)
    payload = (
        _field("00", "01")
        + _field("01", _MANY if is_reusable else _ONCE)
        + _field("38", _field("00", NAPAS) + _field("01", payee) + _field("02", service))
        + _field("53", _VND)
        + _field("54", "" if amount_vnd is None else str(amount_vnd))
        + _field("58", "VN")
        + _field("62", said)
        + "6304"
    )
    return f"{payload}{crc16(payload.encode('ascii')):04X}"


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 0x1021, beginning with 0xFFFF, nothing mirrored; 0x29B1 of «123456789»."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def _field(number: str, value: str) -> str:
    """One field; nothing for an empty value."""
    return f"{number}{len(value):02d}{value}" if value else ""
