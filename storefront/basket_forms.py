"""What is sent from the basket and from pages of goods, made into plain checked values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.db import ID_MAX
from core.places import Vintage, find_province_by_code
from orders.baskets import quantity_of
from orders.voucher_terms import is_code, normal_code

ID_DIGITS_MAX: Final = 10
QUANTITY: Final = "quantity"
THING: Final = "thing"


@dataclass(frozen=True, slots=True)
class NewCartLineForm:
    """What is put into the basket: a pack or a hamper, by number (0: none), and how many. fault: «» if all is well."""

    variant_id: int
    bundle_id: int
    quantity: int
    fault: str = ""

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> "NewCartLineForm":
        variant_id, bundle_id = (
            row_number(given.get("variant_id", "")),
            row_number(given.get("bundle_id", "")),
        )
        quantity = quantity_of(given.get("quantity", "1"))
        if (variant_id == 0) == (bundle_id == 0):
            return cls(0, 0, 0, THING)
        return cls(variant_id, bundle_id, quantity or 0, "" if quantity else QUANTITY)


@dataclass(frozen=True, slots=True)
class CartLineForm:
    """How many of a line. fault: «» if all is well."""

    quantity: int
    fault: str = ""

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> "CartLineForm":
        quantity = quantity_of(given.get("quantity", ""))
        return cls(quantity or 0, "" if quantity else QUANTITY)


@dataclass(frozen=True, slots=True)
class Removed:
    """What was just taken out, for putting it back: 0 for nothing."""

    variant_id: int = 0
    bundle_id: int = 0
    quantity: int = 0

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> "Removed":
        quantity = quantity_of(given.get("removed", ""))
        variant_id, bundle_id = row_number(given.get("variant", "")), row_number(given.get("hamper", ""))
        if quantity is None or (variant_id == 0) == (bundle_id == 0):
            return cls()
        return cls(variant_id, bundle_id, quantity)


def province_code_of(given: Mapping[str, str]) -> str | None:
    """The code of a province of today, None for anything else."""
    code = given.get("province_code", "")
    return code if find_province_by_code(code, Vintage.SINCE_2025_07) is not None else None


def voucher_code_of(given: Mapping[str, str]) -> str | None:
    """A code as it is compared; «» for none typed, None for what cannot be one."""
    code = normal_code(given.get("code", ""))
    return code if not code or is_code(code) else None


def row_number(typed: str) -> int:
    """A number of a row as typed, 0 for anything else."""
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > ID_DIGITS_MAX:
        return 0
    number = int(typed)
    return number if number <= ID_MAX else 0
