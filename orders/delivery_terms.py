"""The words of delivery: what is sent, where to, how, and what that costs and promises. Pure.

What is offered for a parcel works out `orders.delivery_offers`; the calendar is in `orders.delivery_days`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final


class DeliveryKind(StrEnum):
    """How goods reach the buyer."""

    CARRIER = "carrier"
    PRODUCER = "producer"  # brought by the producer itself
    PICKUP_PRODUCER = "pickup_producer"
    PICKUP_POINT = "pickup_point"
    PICKUP_FAIR = "pickup_fair"


PICKUPS: Final = frozenset(
    {DeliveryKind.PICKUP_PRODUCER, DeliveryKind.PICKUP_POINT, DeliveryKind.PICKUP_FAIR}
)
"""Ways in which the buyer comes for the goods: no address is needed."""


class Zone(StrEnum):
    """How far a parcel goes, as fees are told."""

    SAME_PROVINCE = "same_province"
    SAME_REGION = "same_region"
    NATION = "nation"


class Region(StrEnum):
    """The three parts of the country by which carriers set their fees."""

    NORTH = "north"
    CENTRE = "centre"
    SOUTH = "south"


class OwnScope(StrEnum):
    """How far a producer brings goods itself."""

    NONE = "none"
    COMMUNE = "commune"
    PROVINCE = "province"


class Refusal(StrEnum):
    """Why a way of delivery is not offered for a parcel."""

    TOO_HEAVY = "too_heavy"
    TOO_SLOW = "too_slow"
    NOT_COLD = "not_cold"
    NOT_FRAGILE = "not_fragile"
    NOT_THERE = "not_there"  # no fee is set for so far a way
    OVER = "over"  # the fair ends before the goods could be there


# The codes of today's 34 provinces, in the usual three parts: 15 of the north, 11 of the centre with the highlands, 8
# of the south. Our division: statistics and carriers draw the line alike, save that some count Thanh Hóa to the north.
_REGIONS: Final[dict[Region, str]] = {
    Region.NORTH: "01 04 08 11 12 14 15 19 20 22 24 25 31 33 37",
    Region.CENTRE: "38 40 42 44 46 48 51 52 56 66 68",
    Region.SOUTH: "75 79 80 82 86 91 92 96",
}
_REGION_OF: Final = {code: region for region, codes in _REGIONS.items() for code in codes.split()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What one producer sends to one buyer. weight_g: with packaging. goods_vnd: before discounts.

    max_transit_days: how long the most delicate of the goods may be on the way; None: as long as it takes.
    """

    producer_id: int
    weight_g: int
    goods_vnd: int
    is_fragile: bool = False
    is_chilled: bool = False
    max_transit_days: int | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """Codes of places of today; no province where nothing is known yet: then only pick-up is offered."""

    province_code: str | None
    commune_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOption:
    """One way of delivery as offered. key: stays the same from quote to order («carrier:manual:standard», «point:7»).

    fee_vnd: what the buyer pays for it. from_on, to_on: the promised days in Vietnam, both included. facts: what pages
    tell of it: «service», «zone», «name», «address», «hours», «free_from_vnd», «is_cold».
    """

    key: str
    kind: DeliveryKind
    carrier: str | None
    fee_vnd: int
    from_on: date
    to_on: date
    facts: Mapping[str, str] = field(default_factory=dict)

    def as_copy(self, parcel: Parcel) -> dict[str, Any]:
        """What an order keeps of it (`SellerOrder.delivery`), with what was known of the parcel."""
        return {
            "key": self.key,
            "kind": self.kind.value,
            "carrier": self.carrier,
            "fee_vnd": self.fee_vnd,
            "facts": dict(self.facts),
            "weight_g": parcel.weight_g,
            "is_fragile": parcel.is_fragile,
            "is_chilled": parcel.is_chilled,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedOption:
    """A way that is not offered, and why. facts: as of an option, and «max_transit_days», «up_to_g», «until_on»."""

    key: str
    kind: DeliveryKind
    carrier: str | None
    reason: Refusal
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryQuote:
    """What can be offered for one parcel: what is brought first, the cheapest first; then what one comes for.

    minimum_vnd: goods of less than that the producer does not send (0: none).
    """

    options: tuple[DeliveryOption, ...]
    refused: tuple[RefusedOption, ...]
    minimum_vnd: int

    def find(self, key: str) -> DeliveryOption | None:
        """The option of that key, if it is offered."""
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateStep:
    """The fee of a service in a zone for parcels of up to `up_to_g`, both included.

    fragile_fee_vnd: on top for fragile goods; None: takes none. days_from, days_to: on the way after handing over.
    """

    carrier: str
    service: str
    zone: Zone
    up_to_g: int
    fee_vnd: int
    fragile_fee_vnd: int | None
    days_from: int
    days_to: int
    is_cold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderTerms:
    """How one producer delivers. Codes are of places of today, None where its place is not known.

    handover_days: days until the goods are ready; they leave on the next of send_weekdays (ISO numbers, «123456»).
    free_from_vnd, own_free_from_vnd: goods of so much go without a fee. pickup_hours: None if nobody can come.
    """

    producer_id: int
    province_code: str | None = None
    commune_code: str | None = None
    address: str = ""
    handover_days: int = 2
    send_weekdays: str = "123456"
    sends_by_carrier: bool = True
    free_from_vnd: int | None = None
    own_scope: OwnScope = OwnScope.NONE
    own_fee_vnd: int = 0
    own_free_from_vnd: int | None = None
    own_days: int = 1
    pickup_hours: str | None = None
    minimum_vnd: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectPoint:
    """A place, or a fair, where a producer brings goods to and buyers come for them.

    days: after handing over until the goods lie there. from_on, until_on: when it is open; None: always.
    """

    id: int
    kind: DeliveryKind
    name: str
    address: str
    hours: str
    days: int
    fee_vnd: int
    from_on: date | None
    until_on: date | None


def region_of(province_code: str) -> Region | None:
    """The part of the country of a province of today; None for a code that is none."""
    return _REGION_OF.get(province_code)


def zone_of(from_code: str | None, to_code: str) -> Zone:
    """How far it is between two provinces of today; from an unknown place as far as can be."""
    if from_code == to_code:
        return Zone.SAME_PROVINCE
    if (
        from_code is not None
        and region_of(from_code) is not None
        and region_of(from_code) == region_of(to_code)
    ):
        return Zone.SAME_REGION
    return Zone.NATION
