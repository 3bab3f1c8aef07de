"""A person's addresses. Those of others are not found."""

from dataclasses import dataclass

from sqlalchemy import func, select

from accounts.errors import AddressNotFoundError
from accounts.models.personal import UserAddress
from core.db import db
from core.places import Vintage, find_commune_by_code, find_province_by_code


@dataclass(frozen=True, slots=True)
class AddressView:
    """An address and its places in words: «Phường Bến Tre», «Vĩnh Long»; empty for a code that is none any more.

    phone: as people write it, «0912 345 678».
    """

    address: UserAddress
    commune: str
    province: str
    province_slug: str
    phone: str


def get_own_address(user_id: int, address_id: int) -> UserAddress:
    """The address if it is the person's. Raises AddressNotFoundError."""
    own = (UserAddress.id == address_id, UserAddress.user_id == user_id)
    found = db.session.scalar(select(UserAddress).where(*own))
    if found is None:
        raise AddressNotFoundError(address_id=address_id)
    return found


def list_addresses(user_id: int) -> list[AddressView]:
    """The person's addresses, the usual one first, then by age."""
    own = select(UserAddress).where(UserAddress.user_id == user_id)
    rows = db.session.scalars(own.order_by(UserAddress.is_default.desc(), UserAddress.id))
    return [address_view(row) for row in rows]


def count_addresses(user_id: int) -> int:
    """How many addresses the person has."""
    own = select(func.count()).select_from(UserAddress).where(UserAddress.user_id == user_id)
    return db.session.scalar(own) or 0


def phone_words(phone: str) -> str:
    """«+84912345678» as «0912 345 678»."""
    digits = f"0{phone.removeprefix('+84')}"
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"


def address_view(address: UserAddress) -> AddressView:
    """`address` with its places in words."""
    commune = find_commune_by_code(address.commune_code)
    province = find_province_by_code(address.province_code, Vintage.SINCE_2025_07)
    return AddressView(
        address,
        commune.name if commune else "",
        province.short_name if province else "",
        province.slug if province else "",
        phone_words(address.phone),
    )
