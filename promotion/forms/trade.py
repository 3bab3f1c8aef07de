"""What is typed by trade buyers and by those who sell to them, made into the facts that operations judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from catalog.typed_amounts import UnreadableAmountError, typed_count, typed_vnd
from core.clock import VIETNAM
from core.db import ID_MAX
from core.text import clean_line
from promotion.meeting_terms import SLOTS_MAX, Span
from promotion.operations.trade_accounts import AccountFacts
from promotion.operations.trade_requests import AskedLine, RfqFacts
from promotion.price_ladders import STEPS_MAX, LadderFacts, Step
from promotion.quotation_terms import LINES_MAX, Offer, OfferedLine

TYPED_MAX: Final = 2_100
UNREADABLE: Final = -1
"""Stands for a number that could not be read: every rule refuses it."""
NO_DAY: Final = date(1, 1, 1)
YEARS: Final = (2000, 2999)
"""Of a slot: moments at the ends of the calendar cannot be counted from."""
STEP_ROWS: Final = 6
"""Rows of a ladder's form."""
WORD_ROWS: Final = 3
"""Rows for goods in words in the form of a request."""


@dataclass(frozen=True, slots=True)
class TypedForm:
    """A form as it was typed, for showing it again. wrong: the field and why it was refused, None if it was not.

    unsold: facts of UnsoldGoodsError, where it was refused for goods that may not be sold.
    """

    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[str, str] | None = None
    unsold: Mapping[str, object] | None = None


def kept(given: Mapping[str, str]) -> dict[str, str]:
    """What was typed, cut to a sane length."""
    return {name: text[:TYPED_MAX] for name, text in given.items() if name != "csrf_token"}


def account_facts(given: Mapping[str, str]) -> AccountFacts:
    """A firm as typed."""
    texts = {name: given.get(name, "")[:TYPED_MAX] for name in AccountFacts.__dataclass_fields__}
    return AccountFacts(**texts)


def ladder_facts(given: Mapping[str, str]) -> LadderFacts:
    """A ladder as typed; rows without a quantity and a price are left out."""
    steps = []
    for row in range(1, STEPS_MAX + 1):
        quantity, price = _count(given, f"from-{row}"), _money(given, f"price-{row}")
        if quantity is not None or price is not None:
            steps.append(
                Step(UNREADABLE if quantity is None else quantity, UNREADABLE if price is None else price)
            )
    first = steps[0].from_quantity if steps else UNREADABLE
    minimum = _count(given, "minimum_quantity")
    lead = _count(given, "lead_days")
    return LadderFacts(
        steps=tuple(steps),
        minimum_quantity=first if minimum is None else minimum,
        lead_days=UNREADABLE if lead is None else lead,
        month_capacity=_count(given, "month_capacity"),
        is_public=given.get("is_public", "") == "1",
        valid_from_on=_day(given, "valid_from_on") or NO_DAY,
        valid_to_on=_day(given, "valid_to_on"),
    )


def chosen_numbers(texts: list[str]) -> list[int]:
    """Numbers of packs, each once, in the order in which they were chosen; others are left out."""
    numbers = [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) <= 10]
    return list(dict.fromkeys(number for number in numbers if 0 < number <= ID_MAX))[:LINES_MAX]


def rfq_facts(given: Mapping[str, str], variant_ids: list[int], producer_id: int | None) -> RfqFacts:
    """A request as typed. producer_id: of whom goods in words are asked."""
    lines = [
        AskedLine(UNREADABLE if quantity is None else quantity, variant_id)
        for variant_id in variant_ids
        if (quantity := _count(given, f"quantity-{variant_id}")) != 0
    ]
    for row in range(1, WORD_ROWS + 1):
        words = clean_line(given.get(f"words-{row}", "")[:TYPED_MAX])
        if words:
            quantity = _count(given, f"count-{row}")
            lines.append(AskedLine(UNREADABLE if quantity is None else quantity, None, words, producer_id))
    return RfqFacts(
        key=given.get("key", "")[:40],
        kind=given.get("kind", "goods")[:10],
        lines=tuple(lines),
        wanted_on=_day(given, "wanted_on"),
        province_code=given.get("province_code", "")[:2],
        delivery_place=given.get("delivery_place", "")[:TYPED_MAX],
        note=given.get("note", "")[:TYPED_MAX],
    )


def offer_of(given: Mapping[str, str], lines: tuple[OfferedLine, ...]) -> Offer:
    """An offer as typed. lines: with their prices, worked out already."""
    has_amount = bool(given.get("deposit_vnd", "").strip())
    return Offer(
        lines=lines,
        freight_vnd=_money(given, "freight_vnd") or 0,
        discount_vnd=_money(given, "discount_vnd") or 0,
        deposit_percent=None if has_amount else _or_zero(_count(given, "deposit_percent")),
        deposit_vnd=_money(given, "deposit_vnd") if has_amount else None,
        valid_until_on=_day(given, "valid_until_on") or NO_DAY,
        ready_on=_day(given, "ready_on") or NO_DAY,
        cancel_until_on=_day(given, "cancel_until_on"),
        terms=given.get("terms", "")[:TYPED_MAX],
    )


def typed_line(given: Mapping[str, str], variant_id: int) -> tuple[int | None, int | None]:
    """Quantity and price of a pack in an offer: None where nothing was typed."""
    return _count(given, f"quantity-{variant_id}"), _money(given, f"price-{variant_id}")


def typed_day(given: Mapping[str, str], name: str) -> date | None:
    """A day, None where none was typed; one that cannot be read is long past."""
    return _day(given, name)


def spans_of(given: Mapping[str, str]) -> list[Span]:
    """Slots in a row: from a moment in Vietnam, so many of so many minutes. Empty where it cannot be read."""
    try:
        begins = datetime.fromisoformat(f"{given.get('day', '')[:10]}T{given.get('time', '')[:5]}")
    except ValueError:
        return []
    minutes, count = _count(given, "minutes") or 0, _count(given, "count") or 0
    if not 1 <= count <= SLOTS_MAX or not 1 <= minutes <= 240 or begins.tzinfo is not None:
        return []
    if not YEARS[0] <= begins.year <= YEARS[1]:
        return []
    first = begins.replace(tzinfo=VIETNAM)
    return [Span(first + timedelta(minutes=minutes * number), minutes) for number in range(count)]


def _or_zero(number: int | None) -> int:
    return 0 if number is None else number


def _count(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name, "")[:20].strip()
    if not text:
        return None
    try:
        return min(typed_count(text), ID_MAX)
    except UnreadableAmountError:
        return UNREADABLE


def _money(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name, "")[:30].strip()
    if not text:
        return None
    try:
        return min(typed_vnd(text), 10**12)
    except UnreadableAmountError:
        return UNREADABLE


def _day(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name, "")[:20].strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return NO_DAY
