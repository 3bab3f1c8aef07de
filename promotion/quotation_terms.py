"""Quotations: sums, deposits, how long they hold, and where a request stands. Pure.

Dates are days in Vietnam, both ends included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from core.clock import VIETNAM

VALID_DAYS_MAX: Final = 180
READY_DAYS_MAX: Final = 730
DEPOSIT_WITHIN: Final = timedelta(days=3)
"""After the acceptance the deposit is waited for so long; then the order ends by itself. Our rule."""
LINES_MAX: Final = 30
TERMS_MAX: Final = 2_000
TOTAL_MAX_VND: Final = 100_000_000_000


class Outcome(StrEnum):
    """What became of a quotation. `replaced`: by a later version."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class QuotationState(StrEnum):
    """How a quotation stands on a day."""

    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class Stage(StrEnum):
    """Where a request stands on its way to a sale, in this order."""

    NEW = "new"
    QUOTED = "quoted"
    ACCEPTED = "accepted"
    DEPOSIT_PAID = "deposit_paid"
    IN_PREPARATION = "in_preparation"
    DELIVERED = "delivered"
    LOST = "lost"


class QuotationFault(StrEnum):
    """Why a quotation cannot be sent."""

    LINES = "lines"
    QUANTITY = "quantity"
    PRICE = "price"
    FREIGHT = "freight"
    DISCOUNT = "discount"
    DEPOSIT = "deposit"
    VALID_UNTIL = "valid_until"
    READY_ON = "ready_on"
    CANCEL_UNTIL = "cancel_until"
    TERMS = "terms"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Party:
    """Who offers, or to whom. phone: E.164 or empty."""

    name: str
    tax_code: str
    address: str
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """quantity packs of a variant at a price each. ladder_id: where the price came from, None where it was typed."""

    variant_id: int
    quantity: int
    unit_price_vnd: int
    ladder_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A quotation before it is sent. deposit_percent or deposit_vnd; cancel_until_on None: no cancelling later."""

    lines: tuple[OfferedLine, ...]
    freight_vnd: int
    discount_vnd: int
    deposit_percent: int | None
    deposit_vnd: int | None
    valid_until_on: date
    ready_on: date
    cancel_until_on: date | None
    terms: str

    @property
    def goods_vnd(self) -> int:
        return sum(line.quantity * line.unit_price_vnd for line in self.lines)

    @property
    def total_vnd(self) -> int:
        return self.goods_vnd + self.freight_vnd - self.discount_vnd

    @property
    def asked_first_vnd(self) -> int:
        """The deposit in whole dong."""
        if self.deposit_vnd is not None:
            return self.deposit_vnd
        return deposit_of(self.total_vnd, self.deposit_percent or 0)


def deposit_of(total_vnd: int, percent: int) -> int:
    """`percent` (0 to 100) of the total, half a dong rounded up."""
    return (total_vnd * percent * 2 + 100) // 200


def fault_of(offer: Offer, *, is_sample: bool, on: date) -> QuotationFault | None:
    """Why the offer cannot be sent on `on`, None if it can. A sample may be free, and is paid in full first."""
    checks = (
        (QuotationFault.LINES, not 1 <= len(offer.lines) <= LINES_MAX or _has_twice(offer.lines)),
        (QuotationFault.QUANTITY, any(not 1 <= line.quantity <= 100_000 for line in offer.lines)),
        (
            QuotationFault.PRICE,
            any(not (0 if is_sample else 1) <= line.unit_price_vnd <= 1_000_000_000 for line in offer.lines),
        ),
        (QuotationFault.FREIGHT, not 0 <= offer.freight_vnd <= 1_000_000_000),
        (QuotationFault.DISCOUNT, not 0 <= offer.discount_vnd <= offer.goods_vnd),
        (
            QuotationFault.TOTAL,
            not (0 if is_sample else 1) <= offer.total_vnd <= TOTAL_MAX_VND,
        ),
        (QuotationFault.DEPOSIT, _is_deposit_wrong(offer)),
        (QuotationFault.VALID_UNTIL, not on <= offer.valid_until_on <= on + timedelta(VALID_DAYS_MAX)),
        (QuotationFault.READY_ON, not on <= offer.ready_on <= on + timedelta(READY_DAYS_MAX)),
        (
            QuotationFault.CANCEL_UNTIL,
            offer.cancel_until_on is not None and not on <= offer.cancel_until_on <= offer.ready_on,
        ),
        (QuotationFault.TERMS, len(offer.terms) > TERMS_MAX),
    )
    return next((fault for fault, is_wrong in checks if is_wrong), None)


def state_of(outcome: str | None, valid_until_on: date, *, on: date) -> QuotationState:
    """How a quotation stands on `on`: its last day is still good."""
    if outcome is not None:
        return QuotationState(outcome)
    return QuotationState.EXPIRED if on > valid_until_on else QuotationState.OPEN


def deposit_until(now: datetime) -> datetime:
    """Until when the deposit of what is accepted at `now` is waited for: the end of the third day in Vietnam."""
    day = now.astimezone(VIETNAM).date() + DEPOSIT_WITHIN + timedelta(days=1)
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC)


def stage_of(
    *,
    is_lost: bool,
    has_quotation: bool,
    lifecycle: str | None,
    fulfilment: str | None,
    facts: tuple[bool, bool],
) -> Stage:
    """Where a request stands. lifecycle, fulfilment: of its order, None without one. facts: deposit paid, all paid.

    An order that was cancelled is a sale lost.
    """
    if lifecycle == "cancelled" or (is_lost and lifecycle is None):
        return Stage.LOST
    if lifecycle is None:
        return Stage.QUOTED if has_quotation else Stage.NEW
    if fulfilment in ("delivered", "handed_over", "in_transit", "failed_attempt"):
        return Stage.DELIVERED if fulfilment == "delivered" else Stage.IN_PREPARATION
    has_deposit, is_paid = facts
    if fulfilment == "packed" or is_paid:
        return Stage.IN_PREPARATION
    return Stage.DEPOSIT_PAID if has_deposit else Stage.ACCEPTED


def _is_deposit_wrong(offer: Offer) -> bool:
    if offer.deposit_vnd is not None:
        return not 0 <= offer.deposit_vnd <= offer.total_vnd
    return offer.deposit_percent is None or not 0 <= offer.deposit_percent <= 100


def _has_twice(lines: Sequence[OfferedLine]) -> bool:
    variants = [line.variant_id for line in lines]
    return len(set(variants)) != len(variants)
