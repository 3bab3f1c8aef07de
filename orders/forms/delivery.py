"""What is typed of delivery, made into facts that operations judge. What cannot be read is told by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from catalog.typed_amounts import UnreadableAmountError, typed_count, typed_vnd
from core.phones import vietnamese_phone
from core.text import clean_line
from orders.delivery_terms import DeliveryKind, OwnScope, Zone
from orders.operations.delivery import HandlingFacts, PointFacts, TermsFacts
from orders.rate_sheets import OwnFees

TYPED_MAX: Final = 200


class Given(Protocol):
    """A form: the fields of werkzeug's, without needing it."""

    def get(self, name: str, default: str) -> str: ...

    def getlist(self, name: str) -> list[str]: ...


@dataclass(slots=True)
class Typed:
    """A form being read. faults: field to reason."""

    given: Given
    faults: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return clean_line(self.given.get(name, ""))[:TYPED_MAX]

    def money(self, name: str) -> int | None:
        return self._number(name, typed_vnd)

    def count(self, name: str) -> int | None:
        return self._number(name, typed_count)

    def day(self, name: str) -> date | None:
        text = self.text(name)
        parts = text.split("/")
        if len(parts) == 3:
            text = "-".join((parts[2], parts[1].zfill(2), parts[0].zfill(2)))
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.faults[name] = "not_a_day"
            return None

    def _number(self, name: str, read: "Reader") -> int | None:
        text = self.text(name)
        try:
            return read(text) if text else None
        except UnreadableAmountError:
            self.faults[name] = "not_a_number"
            return None


class Reader(Protocol):
    """Reads a number of a text. Raises UnreadableAmountError."""

    def __call__(self, text: str) -> int: ...


def read_terms(given: Given) -> tuple[TermsFacts, dict[int, int], dict[str, str]]:
    """A producer's terms, days to each point that it brings goods to, and faults by field."""
    typed = Typed(given)
    scope = given.get("own_scope", "none")
    facts = TermsFacts(
        handover_days=_or(typed.count("handover_days"), 2),
        send_weekdays="".join(day for day in "1234567" if day in given.getlist("send_weekdays")),
        sends_by_carrier=given.get("sends_by_carrier", "") == "yes",
        free_from_vnd=typed.money("free_from_vnd"),
        own_scope=OwnScope(scope) if scope in set(OwnScope) else OwnScope.NONE,
        own_fee_vnd=_or(typed.money("own_fee_vnd"), 0),
        own_free_from_vnd=typed.money("own_free_from_vnd"),
        own_days=_or(typed.count("own_days"), 1),
        pickup_hours=typed.text("pickup_hours") or None,
        minimum_vnd=_or(typed.money("minimum_vnd"), 0),
    )
    points = {
        int(number): _or(typed.count(f"days-{number}"), 1)
        for number in given.getlist("points")[:50]
        if number.isascii() and number.isdigit() and len(number) < 10
    }
    return facts, points, typed.faults


def read_fees(given: Given) -> tuple[dict[Zone, OwnFees], dict[str, str]]:
    """A producer's own fees by zone, and faults by field; a zone whose first fee is empty is not sent to."""
    typed = Typed(given)
    fees = {}
    for zone in Zone:
        first, further = typed.money(f"first-{zone.value}"), typed.money(f"further-{zone.value}")
        if first is not None:
            fees[zone] = OwnFees(first, further or 0)
        for name, amount in (("first", first), ("further", further)):
            if amount is not None and amount > 3_000_000:
                typed.faults[f"{name}-{zone.value}"] = "out_of_range"
    if not fees and not typed.faults:
        typed.faults[f"first-{Zone.SAME_PROVINCE.value}"] = "missing"
    return fees, typed.faults


def read_handling(given: Given, variant_ids: Mapping[int, str]) -> tuple[HandlingFacts, dict[str, str]]:
    """What a product needs on the way, and faults by field. variant_ids: its packs."""
    typed = Typed(given)
    weights = {number: typed.count(f"weight-{number}") for number in variant_ids}
    facts = HandlingFacts(
        packaging_g=typed.count("packaging_g"),
        is_fragile="fragile" in given.getlist("needs"),
        is_chilled="chilled" in given.getlist("needs"),
        max_transit_days=typed.count("max_transit_days"),
        weights_g={number: grams for number, grams in weights.items() if grams is not None},
    )
    return facts, typed.faults


def read_point(given: Given) -> tuple[PointFacts, dict[str, str]]:
    """A point of collection or a fair, and faults by field."""
    typed = Typed(given)
    phone = typed.text("phone")
    number = vietnamese_phone(phone) if phone else None
    if phone and number is None:
        typed.faults["phone"] = "not_a_phone"
    is_fair = given.get("kind", "") == DeliveryKind.PICKUP_FAIR.value
    facts = PointFacts(
        kind=DeliveryKind.PICKUP_FAIR if is_fair else DeliveryKind.PICKUP_POINT,
        name=typed.text("name")[:120],
        address=typed.text("address"),
        province_code=typed.text("province_code")[:2],
        commune_code=None,
        hours=typed.text("hours"),
        from_on=typed.day("from_on"),
        until_on=typed.day("until_on"),
        run_by=typed.text("run_by")[:120],
        phone=number,
        fee_vnd=_or(typed.money("fee_vnd"), 0),
    )
    return facts, typed.faults


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value
