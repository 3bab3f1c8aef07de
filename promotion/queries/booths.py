"""Which booths a person may make a telephone the counter of."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from core.db import db
from orders.permissions import can_handle_orders
from promotion.fair_terms import ParticipationState
from promotion.models.counter import BoothDevice
from promotion.models.fairs import Fair, Participation


@dataclass(frozen=True, slots=True)
class OwnBooth:
    """A booth that sells or soon will. device: the telephone that is its counter now."""

    participation: Participation
    device: BoothDevice | None


def list_own_booths(actor: Actor, on: date) -> tuple[OwnBooth, ...]:
    """Confirmed booths of the producers whose orders the person handles, at fairs not over on `on`; the next first."""
    producers = [team.producer_id for team in actor.teams if can_handle_orders(actor, team.producer_id)]
    rows = db.session.scalars(
        select(Participation)
        .join(Participation.fair)
        .where(
            Participation.producer_id.in_(producers),
            Participation.state == ParticipationState.CONFIRMED.value,
            Fair.published_at.is_not(None),
            Fair.cancelled_at.is_(None),
            Fair.ends_on >= on,
        )
        .options(
            joinedload(Participation.fair),
            joinedload(Participation.booth),
            joinedload(Participation.producer),
        )
        .order_by(Fair.starts_on, Participation.id)
    ).all()
    devices = _live_devices([row.id for row in rows])
    return tuple(OwnBooth(row, devices.get(row.id)) for row in rows)


def _live_devices(participation_ids: list[int]) -> dict[int, BoothDevice]:
    """The telephone that is the counter now, by booth."""
    rows = db.session.scalars(
        select(BoothDevice).where(
            BoothDevice.participation_id.in_(participation_ids), BoothDevice.ended_at.is_(None)
        )
    )
    return {row.participation_id: row for row in rows}
