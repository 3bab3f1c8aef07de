"""What services that watch bank accounts send us of a transaction: one reader for each. Pure.

Sources: documentation of SePay webhooks (developer.sepay.vn), of Casso webhooks (developer.casso.vn), and of the
callback «transaction-sync» of vietqr.vn (api.vietqr.vn), all as of November 2026; docs/payments.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

VIETNAM: Final = timezone(timedelta(hours=7))
LINES_MAX: Final = 500
AMOUNT_MAX: Final = 10**15


class UnreadableNoticeError(ValueError):
    """The body is not what this service sends. `args[0]`: which field is missing or wrong."""


@dataclass(frozen=True, slots=True)
class NoticedLine:
    """One transaction. amount_vnd: below 0 for what went out, or for a credit that the bank took back."""

    account: str
    bank_reference: str
    booked_at: datetime
    amount_vnd: int
    memo: str
    counterparty: str = ""


def read_notice(provider: str, body: object) -> tuple[NoticedLine, ...]:
    """The transactions in a JSON `body` of `provider`. Raises UnreadableNoticeError; KeyError for none we know."""
    return READERS[provider](body)


def _sepay(body: object) -> tuple[NoticedLine, ...]:
    told = _mapping(body)
    way = _text(told, "transferType").lower()
    if way not in ("in", "out"):
        raise UnreadableNoticeError("transferType")
    amount = _amount(told, "transferAmount")
    return (
        NoticedLine(
            account=_text(told, "accountNumber"),
            bank_reference=_text(told, "referenceCode") or f"sepay-{_text(told, 'id', required=True)}",
            booked_at=_instant(told, "transactionDate"),
            amount_vnd=amount if way == "in" else -abs(amount),
            memo=_text(told, "content") or _text(told, "description"),
        ),
    )


def _casso(body: object) -> tuple[NoticedLine, ...]:
    data = _mapping(body).get("data")
    entries = data if isinstance(data, list) else [data]
    if not 0 < len(entries) <= LINES_MAX:
        raise UnreadableNoticeError("data")
    return tuple(_casso_line(_mapping(each)) for each in entries)


def _casso_line(told: Mapping[str, Any]) -> NoticedLine:
    """Both shapes: of the first version (tid, when, bank_sub_acc_id) and of the second."""
    is_second = "transactionDateTime" in told
    return NoticedLine(
        account=_text(told, "accountNumber" if is_second else "bank_sub_acc_id"),
        bank_reference=_text(told, "reference" if is_second else "tid")
        or f"casso-{_text(told, 'id', required=True)}",
        booked_at=_instant(told, "transactionDateTime" if is_second else "when"),
        amount_vnd=_amount(told, "amount"),
        memo=_text(told, "description"),
        counterparty=_text(told, "counterAccountName" if is_second else "corresponsiveName"),
    )


def _vietqr(body: object) -> tuple[NoticedLine, ...]:
    told = _mapping(body)
    way = _text(told, "transType").upper()
    if way not in ("C", "D"):
        raise UnreadableNoticeError("transType")
    amount = _amount(told, "amount")
    reference = _text(told, "referencenumber") or _text(told, "referenceNumber")
    number = _text(told, "transactionid") or _text(told, "transactionId")
    if not (reference or number):
        raise UnreadableNoticeError("transactionid")
    return (
        NoticedLine(
            account=_text(told, "bankaccount") or _text(told, "bankAccount"),
            bank_reference=reference or f"vietqr-{number}",
            booked_at=_milliseconds(told, "transactiontime"),
            amount_vnd=amount if way == "C" else -abs(amount),
            memo=_text(told, "content"),
        ),
    )


READERS: Final[Mapping[str, Callable[[object], tuple[NoticedLine, ...]]]] = {
    "sepay": _sepay,
    "casso": _casso,
    "vietqr": _vietqr,
}


def _mapping(body: object) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise UnreadableNoticeError("body")
    return body


def _text(told: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    value = told.get(name)
    text = "" if value is None else str(value).strip() if isinstance(value, str | int) else ""
    if required and not text:
        raise UnreadableNoticeError(name)
    return text[:1_000]


def _amount(told: Mapping[str, Any], name: str) -> int:
    """A whole number of dong, also as «100000» or 100000.0; nothing else is money."""
    value = told.get(name)
    if isinstance(value, str) and value.strip().removeprefix("-").isdecimal():
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= AMOUNT_MAX:
        raise UnreadableNoticeError(name)
    return value


def _instant(told: Mapping[str, Any], name: str) -> datetime:
    """«2026-11-22 14:02:37» in Vietnam, also with a zone of its own."""
    try:
        instant = datetime.fromisoformat(_text(told, name, required=True))
    except ValueError:
        raise UnreadableNoticeError(name) from None
    return (instant if instant.tzinfo else instant.replace(tzinfo=VIETNAM)).astimezone(UTC)


def _milliseconds(told: Mapping[str, Any], name: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(_text(told, name, required=True)) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise UnreadableNoticeError(name) from None
