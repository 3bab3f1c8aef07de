"""Booths of fair mode and their telephones: whose they are, whether something may be sold there."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from core.db import ID_MAX, db
from orders.permissions import can_handle_orders
from promotion.errors.counter import BoothNotFoundError
from promotion.fair_terms import ParticipationState
from promotion.models.counter import BoothDevice
from promotion.models.fairs import Participation

SENDING: Final = timedelta(days=30)
"""So long after a fair a telephone may be paired to send what it sold there: they lie in drawers. Ours."""


def place_of(participation_id: int) -> str:
    """How stock names the booth: by the participation, whatever place on the plan it has or gets."""
    return f"participation:{participation_id}"


def get_own_booth(actor: Actor, participation_id: int) -> Participation:
    """A participation of a producer whose orders the person handles. Raises BoothNotFoundError."""
    found = _find(Participation.id == participation_id) if 0 < participation_id <= ID_MAX else None
    if found is None or not can_handle_orders(actor, found.producer_id):
        raise BoothNotFoundError(participation_id=participation_id)
    return found


def get_booth_at(actor: Actor, producer_id: int, fair_id: int) -> Participation:
    """The participation of the person's producer at a fair. Raises BoothNotFoundError."""
    is_own = 0 < fair_id <= ID_MAX and can_handle_orders(actor, producer_id)
    here = (Participation.producer_id == producer_id) & (Participation.fair_id == fair_id)
    found = _find(here) if is_own else None
    if found is None:
        raise BoothNotFoundError(producer_id=producer_id, fair_id=fair_id)
    return found


def closed_because(booth: Participation, on: date) -> str | None:
    """Why nothing is sold at a booth on a day («not_confirmed», «cancelled», «over»), None where it is."""
    for holds, reason in (
        (booth.state != ParticipationState.CONFIRMED, "not_confirmed"),
        (booth.fair.is_cancelled, "cancelled"),
        (booth.fair.is_over_on(on), "over"),
    ):
        if holds:
            return reason
    return None


def may_send(booth: Participation, on: date) -> bool:
    """Whether what was sold at a booth may still come in by a telephone paired on a day: one sold there."""
    if on > booth.fair.ends_on + SENDING:
        return False
    sold = select(BoothDevice.id).where(BoothDevice.participation_id == booth.id)
    return db.session.scalar(sold.limit(1)) is not None


def find_device(token_hash: str) -> BoothDevice | None:
    """The telephone with this token, with all that tells its booth; also one that was taken over or ended."""
    return db.session.scalar(
        select(BoothDevice)
        .where(BoothDevice.token_hash == token_hash)
        .options(
            joinedload(BoothDevice.participation).joinedload(Participation.fair),
            joinedload(BoothDevice.participation).joinedload(Participation.producer),
        )
        .execution_options(populate_existing=True)
    )


def list_devices(participation_id: int) -> Sequence[BoothDevice]:
    """Telephones of a booth, the newest first."""
    return db.session.scalars(
        select(BoothDevice)
        .where(BoothDevice.participation_id == participation_id)
        .order_by(BoothDevice.id.desc())
        .execution_options(populate_existing=True)
    ).all()


def _find(which: object) -> Participation | None:
    return db.session.scalar(
        select(Participation)
        .where(which)  # type: ignore[arg-type]
        .options(joinedload(Participation.fair), joinedload(Participation.producer))
    )
