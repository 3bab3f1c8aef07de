"""What a checkout holds once it is checked, what a buyer agrees to, and how much may be paid at the door. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

COD_TOTAL_MAX_VND: Final = 5_000_000
"""An order of more is not paid at the door: what is refused there costs its producer both ways. Ours (T-18)."""
COD_PERISHABLE_MAX_VND: Final = 1_000_000
"""Goods that do not keep are lost when they are refused: from more than this they are paid beforehand. Ours (T-18)."""
COD_OPEN_MAX: Final = 3
"""Orders to be paid at the door that one telephone number may have under way. Ours (T-18)."""
COD_OPEN_MAX_VND: Final = 8_000_000
"""What those may come to together. Ours (T-18)."""
COD_REFUSED_MAX: Final = 2
"""So many refusals at the door within `COD_REFUSED_FOR`, and this number pays beforehand for a while. Ours (T-18)."""
COD_REFUSED_FOR: Final = timedelta(days=90)


SALE_TERMS: Final = "sale_terms"
AGE: Final = "age_18"
"""Names of what a buyer agreed to and declared, as `Order.terms` keeps them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutDraft:
    """A checkout, checked field by field, ready to become an order.

    checkout_key: of the form; sent twice, one order. shown_total_vnd: what the buyer was shown. deliveries: key of
    the chosen option by number of the producer. phone: E.164. Codes are of places of today, with their names; None
    where every parcel is fetched. invoice: name, tax_code, address, email of a firm. terms: version of the terms of
    sale agreed to. declared_age: years that the buyer declares to have, 0 for none. person_key: keyed hash of the
    telephone number, 16 bytes, by which the uses of a voucher are counted.
    """

    checkout_key: str
    cart_id: int
    method: str
    shown_total_vnd: int
    name: str
    phone: str
    person_key: bytes
    language: str = "vi"
    email: str | None = None
    province_code: str | None = None
    province: str | None = None
    commune_code: str | None = None
    commune: str | None = None
    street: str | None = None
    landmark: str | None = None
    note: str | None = None
    invoice: Mapping[str, str] | None = None
    deliveries: Mapping[int, str] = field(default_factory=dict)
    terms: str | None = None
    declared_age: int = 0

    def agreed(self, now: datetime) -> dict[str, Any]:
        """What the order keeps of it: versions and ages with the instant of each."""
        at = now.isoformat(timespec="seconds")
        said: dict[str, Any] = {SALE_TERMS: {"version": self.terms, "at": at}}
        if self.declared_age:
            said[AGE] = {"years": self.declared_age, "version": self.terms, "at": at}
        return said


@dataclass(frozen=True, slots=True)
class OpenCod:
    """What one telephone number has under way to be paid at the door, and how often it was refused there lately."""

    count: int = 0
    total_vnd: int = 0
    refused: int = 0


def cod_fault(total_vnd: int, under_way: OpenCod, *, is_perishable: bool = False) -> str | None:
    """Why an order of `total_vnd` cannot be paid at the door, None if it can.

    «total» (dearer than `COD_TOTAL_MAX_VND`), «perishable» (dearer than such goods may be), «open» (too many or too
    much under way), «refused» (refused too often).
    """
    if total_vnd > COD_TOTAL_MAX_VND:
        return "total"
    if is_perishable and total_vnd > COD_PERISHABLE_MAX_VND:
        return "perishable"
    if under_way.refused >= COD_REFUSED_MAX:
        return "refused"
    if under_way.count >= COD_OPEN_MAX or under_way.total_vnd + total_vnd > COD_OPEN_MAX_VND:
        return "open"
    return None
