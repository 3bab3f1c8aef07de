"""The telephone of a booth: paired, taken over, ended; and the orders' codes that it may use on its own.

A booth has one live telephone. The row of the participation is taken before anything changes, so that of two who pair
at once the second sees the first, and takes over from it.
"""

import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from accounts.tokens import hash_token, new_token
from core.clock import vietnam_date
from core.db import db
from core.text import clean_line
from orders.models.orders import Order, SellerOrder
from orders.references import new_reference
from promotion.errors.counter import BoothClosedError, BoothNotFoundError, InvalidBoothError
from promotion.models.counter import BoothDevice, BoothReference, DeviceEnd
from promotion.models.fairs import Participation
from promotion.queries.counter import closed_because, may_send

NAME_MAX: Final = 60
MARK: Final = "booth_"
"""What every token begins with, so that scanners of leaked secrets know one when they see it."""
REFERENCES: Final = 100
"""Codes that a telephone holds unused: more than a booth mostly sells between two looks at the network. Ours."""
RECEIPT_KEY_BYTES: Final = 16
"""128 random bits. Source: OWASP ASVS 5.0.0, 11.5.1."""


def pair_device(
    booth: Participation, *, name: str, by: Actor, now: datetime
) -> tuple[BoothDevice, str, BoothDevice | None]:
    """Make a telephone the booth's, and tell its token this once: the telephone, the token, whom it took over from.

    Where nothing is sold any more it only sends what was sold, for a time, and gets no codes. Raises InvalidBoothError
    (field «name») and BoothClosedError; then nothing has changed.
    """
    title = clean_line(name)
    if not 1 <= len(title) <= NAME_MAX:
        raise InvalidBoothError(field="name", reason="name")
    lock_booth(booth.id)
    _require_open(booth, now)
    before = find_live_device(booth.id)
    if before is not None:
        _end(before, DeviceEnd.TAKEN_OVER, by=by, now=now)
    token = MARK + new_token()
    device = BoothDevice(
        participation_id=booth.id,
        name=title,
        token_hash=hash_token(token),
        paired_by_id=by.user_id,
        paired_at=now,
    )
    db.session.add(device)
    db.session.flush()
    _record("promotion.pair_device", device, booth, by=by, now=now)
    return device, token, before


def end_device(booth: Participation, device_id: int, *, by: Actor, now: datetime) -> bool:
    """Let a telephone do nothing more at the booth: lost, stolen, the fair is over. False if it was ended already.

    One that was taken over is ended for good by this: what it still holds is not taken any more. Raises
    BoothNotFoundError for one of another booth.
    """
    lock_booth(booth.id)
    device = db.session.scalar(
        select(BoothDevice)
        .where(BoothDevice.id == device_id, BoothDevice.participation_id == booth.id)
        .execution_options(populate_existing=True)
    )
    if device is None:
        raise BoothNotFoundError(device_id=device_id)
    if device.ended_because == DeviceEnd.ENDED:
        return False
    _end(device, DeviceEnd.ENDED, by=by, now=now)
    _record("promotion.end_device", device, booth, by=by, now=now)
    return True


def refill_references(device: BoothDevice, *, now: datetime) -> list[BoothReference]:
    """The codes that the telephone may use, the oldest first: made up to `REFERENCES`; none where nothing is sold."""
    if closed_because(device.participation, vietnam_date(now)):
        return []
    unused = (
        select(BoothReference)
        .where(BoothReference.device_id == device.id, BoothReference.used_at.is_(None))
        .order_by(BoothReference.reserved_at, BoothReference.code)
    )
    held = list(db.session.scalars(unused).all())
    missing = REFERENCES - len(held)
    if missing > 0:
        _reserve(device, missing, now)
        held = list(db.session.scalars(unused).all())
    return held


def reserve_reference(device: BoothDevice, *, now: datetime) -> str:
    """One more code, for a sale that the telephone had none for: the unused ones may stand in sales still to come."""
    return _reserve(device, 1, now)[0]


def find_live_device(participation_id: int) -> BoothDevice | None:
    """The one telephone of the booth that may sell."""
    return db.session.scalar(
        select(BoothDevice)
        .where(BoothDevice.participation_id == participation_id, BoothDevice.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )


def lock_booth(participation_id: int) -> None:
    """Let nobody else change what happened at this booth until the transaction ends."""
    db.session.execute(select(Participation.id).where(Participation.id == participation_id).with_for_update())


def _require_open(booth: Participation, now: datetime) -> None:
    """Raises BoothClosedError where nothing is sold, and nothing that was sold may come in any more either."""
    on = vietnam_date(now)
    reason = closed_because(booth, on)
    if reason and not may_send(booth, on):
        raise BoothClosedError(reason=reason)


def _end(device: BoothDevice, because: DeviceEnd, *, by: Actor, now: datetime) -> None:
    device.ended_at, device.ended_because, device.ended_by_id = now, because.value, by.user_id
    db.session.flush()


def _reserve(device: BoothDevice, count: int, now: datetime) -> list[str]:
    codes: set[str] = set()
    while len(codes) < count:
        codes |= {new_reference() for _ in range(count - len(codes))}
        codes -= _known(codes)
    rows = [
        {
            "code": code,
            "device_id": device.id,
            "receipt_key": secrets.token_urlsafe(RECEIPT_KEY_BYTES),
            "reserved_at": now,
            "used_at": None,
        }
        for code in codes
    ]
    db.session.execute(insert(BoothReference), rows)
    return list(codes)


def _known(codes: set[str]) -> set[str]:
    """Those that an order has, or a telephone may give to one. One of 30^8: this hardly ever happens."""
    columns = (Order.code, SellerOrder.code, BoothReference.code)
    return {
        code for column in columns for code in db.session.scalars(select(column).where(column.in_(codes)))
    }


def _record(act: str, device: BoothDevice, booth: Participation, *, by: Actor, now: datetime) -> None:
    record_act(
        act,
        by=by,
        subject=f"booth_device:{device.id}",
        after={"participation_id": device.participation_id},
        producer_id=booth.producer_id,
        now=now,
    )
