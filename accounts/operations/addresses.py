"""A person's addresses: kept, changed, forgotten."""

from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from accounts.addresses import AddressFacts, check_address
from accounts.errors import AddressNotFoundError, TooManyAddressesError
from accounts.models.personal import UserAddress
from accounts.queries.addresses import count_addresses, get_own_address
from core.db import db

ADDRESSES_MAX: Final = 20
"""Of one person (docs/limits.md)."""


def add_address(
    facts: AddressFacts, submission_key: str, *, by: Actor, now: datetime, is_default: bool = False
) -> UserAddress:
    """Keep an address of `by`; the first is the usual one. Sent twice with one key, it is one address.

    Raises InvalidPersonalFactError, TooManyAddressesError; AddressNotFoundError for a key that another person used.
    """
    known = _find_by_key(submission_key)
    if known is None:
        checked = check_address(facts)
        count = count_addresses(by.user_id)
        if count >= ADDRESSES_MAX:
            raise TooManyAddressesError(most=ADDRESSES_MAX)
        address = UserAddress(
            user_id=by.user_id,
            submission_key=submission_key,
            created_at=now,
            is_default=False,
            **asdict(checked),
        )
        try:
            with db.session.begin_nested():
                db.session.add(address)
        except IntegrityError:  # the same form arrived twice at once, and the other was first
            known = _find_by_key(submission_key)
        else:
            if is_default or count == 0:
                _make_default(address)
            return address
    if known is None or known.user_id != by.user_id:
        raise AddressNotFoundError(address_id=None)
    return known


def change_address(
    address_id: int, facts: AddressFacts, *, by: Actor, is_default: bool = False
) -> UserAddress:
    """Put `facts` in place of what the address says. Raises AddressNotFoundError, InvalidPersonalFactError."""
    address = get_own_address(by.user_id, address_id)
    for name, value in asdict(check_address(facts)).items():
        setattr(address, name, value)
    db.session.flush()
    if is_default:
        _make_default(address)
    return address


def make_default_address(address_id: int, *, by: Actor) -> None:
    """Let the address be the usual one. Raises AddressNotFoundError."""
    _make_default(get_own_address(by.user_id, address_id))


def delete_address(address_id: int, *, by: Actor) -> None:
    """Forget the address; if it was the usual one, the oldest other takes its place. Raises AddressNotFoundError."""
    address = get_own_address(by.user_id, address_id)
    was_default = address.is_default
    db.session.delete(address)
    db.session.flush()
    if was_default:
        own = select(UserAddress).where(UserAddress.user_id == by.user_id)
        heir = db.session.scalar(own.order_by(UserAddress.id).limit(1))
        if heir is not None:
            _make_default(heir)


def _make_default(address: UserAddress) -> None:
    others = (UserAddress.user_id == address.user_id, UserAddress.id != address.id, UserAddress.is_default)
    db.session.execute(update(UserAddress).where(*others).values(is_default=False))
    address.is_default = True
    db.session.flush()


def _find_by_key(submission_key: str) -> UserAddress | None:
    return db.session.scalar(select(UserAddress).where(UserAddress.submission_key == submission_key))
