"""Request data of settlement to plain checked values."""

import re
from collections.abc import Mapping
from datetime import date

from catalog.typed_amounts import UnreadableAmountError, typed_count, typed_vnd
from core.db import ID_MAX
from core.text import clean_line
from settlement.errors import InvalidRuleError, PayoutNotFoundError
from settlement.operations.rules import CommissionFacts, TaxFacts

TYPED_MAX = 500
_RATE = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?")


def month_of(text: str) -> date:
    """First day of «2026-11». Raises PayoutNotFoundError for what is no month."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text):
        raise PayoutNotFoundError(month=text)
    return date(int(text[:4]), int(text[5:]), 1)


def read_commission(form: Mapping[str, str]) -> CommissionFacts:
    """A rule of commission. Raises InvalidRuleError with the name of the field."""
    return CommissionFacts(
        position=_count(form, "position", 500),
        rate_bp=read_rate(form.get("rate", "")),
        reason=clean_line(form.get("reason", "")[:TYPED_MAX]),
        producer_id=_number(form, "producer_id"),
        producer_kind=form.get("producer_kind") or None,
        group_no=_number(form, "group_no"),
        flat_vnd=_amount(form, "flat") or 0,
        min_vnd=_amount(form, "min") or 0,
        max_vnd=_amount(form, "max"),
        includes_shipping=form.get("includes_shipping") == "1",
        is_enabled=form.get("is_enabled", "1") == "1",
        replaces_id=_number(form, "replaces_id"),
    )


def read_tax(form: Mapping[str, str]) -> TaxFacts:
    """A rule of tax. Raises InvalidRuleError with the name of the field."""
    try:
        day = date.fromisoformat(form.get("valid_from_on", ""))
    except ValueError:
        raise InvalidRuleError(field="valid_from_on", reason="missing") from None
    return TaxFacts(
        kind=form.get("kind", ""),
        seller_type=form.get("seller_type", ""),
        residency=form.get("residency", ""),
        category=form.get("category", ""),
        rate_bp=read_rate(form.get("rate", "")),
        valid_from_on=day,
        source=clean_line(form.get("source", "")[:TYPED_MAX]),
    )


def read_rate(text: str) -> int:
    """Hundredths of a percent of «1,5» or «1.5 %». Raises InvalidRuleError (field «rate»)."""
    found = _RATE.fullmatch(text.replace("%", "").strip()[:10])
    if found is None:
        raise InvalidRuleError(field="rate", reason="unreadable")
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def read_amount(form: Mapping[str, str], field: str) -> int:
    """Whole dong, 1 or more. Raises InvalidRuleError with the name of the field."""
    amount = _amount(form, field)
    if not amount:
        raise InvalidRuleError(field=field, reason="missing")
    return amount


def _amount(form: Mapping[str, str], field: str) -> int | None:
    text = form.get(field, "")[:40].strip()
    if not text:
        return None
    try:
        return typed_vnd(text)
    except UnreadableAmountError:
        raise InvalidRuleError(field=field, reason="unreadable") from None


def _count(form: Mapping[str, str], field: str, default: int) -> int:
    text = form.get(field, "")[:12].strip()
    if not text:
        return default
    try:
        return typed_count(text)
    except UnreadableAmountError:
        raise InvalidRuleError(field=field, reason="unreadable") from None


def _number(form: Mapping[str, str], field: str) -> int | None:
    text = form.get(field, "")[:12].strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= ID_MAX:
        raise InvalidRuleError(field=field, reason="unreadable")
    return int(text)
