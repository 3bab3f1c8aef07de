"""Prices per kilogram, litre or piece, so that packs of different size can be compared."""

from dataclasses import dataclass
from typing import Final

# How many of the unit make one of the unit that prices are compared by.
_COMPARED_BY: Final = {"g": (1000, "kg"), "kg": (1, "kg"), "ml": (1000, "l"), "l": (1, "l")}


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """price_vnd: whole đồng for one `per`, which is "kg" or "l"."""

    price_vnd: int
    per: str


def unit_price(price_vnd: int | None, net_quantity: int | None, net_unit: str | None) -> UnitPrice | None:
    """What one kilogram or litre costs in a pack of `net_quantity` `net_unit`, rounded half up to whole đồng.

    net_unit: "g", "kg", "ml" or "l". None where price or size is not known, where goods are counted in pieces,
    and where the pack itself holds just one kilogram or litre, whose price is already told.
    """
    if price_vnd is None or not net_quantity or net_unit not in _COMPARED_BY:
        return None
    parts, per = _COMPARED_BY[net_unit]
    if net_quantity == parts:
        return None
    return UnitPrice((2 * price_vnd * parts + net_quantity) // (2 * net_quantity), per)
