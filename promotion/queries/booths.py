"""Which booths a person may make a telephone the counter of."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from core.db import db
from orders.permissions import can_handle_orders
from promotion.fair_terms import ParticipationState
from promotion.models.counter import BoothDevice
from promotion.models.fairs import Fair, Participation
from promotion.queries.counter import SENDING, closed_because


@dataclass(frozen=True, slots=True)
class OwnBooth:
    """A booth that sells or soon will. device: the telephone that is its counter now.

    sends_only: nothing is sold there any more, but a telephone may be paired to send what it sold.
    """

    participation: Participation
    device: BoothDevice | None
    sends_only: bool


def list_own_booths(actor: Actor, on: date) -> tuple[OwnBooth, ...]:
    """Confirmed booths of the producers whose orders the person handles, at fairs not over on `on`; the next first.

    With them booths where a telephone sold and nothing is sold any more, as long as it may still send.
    """
    producers = [team.producer_id for team in actor.teams if can_handle_orders(actor, team.producer_id)]
    sells = and_(
        Participation.state == ParticipationState.CONFIRMED.value,
        Fair.cancelled_at.is_(None),
        Fair.ends_on >= on,
    )
    sold = select(BoothDevice.participation_id)
    rows = db.session.scalars(
        select(Participation)
        .join(Participation.fair)
        .where(
            Participation.producer_id.in_(producers),
            Fair.published_at.is_not(None),
            or_(sells, and_(Fair.ends_on >= on - SENDING, Participation.id.in_(sold))),
        )
        .options(
            joinedload(Participation.fair),
            joinedload(Participation.booth),
            joinedload(Participation.producer),
        )
        .order_by(Fair.starts_on, Participation.id)
    ).all()
    devices = _live_devices([row.id for row in rows])
    return tuple(OwnBooth(row, devices.get(row.id), closed_because(row, on) is not None) for row in rows)


def _live_devices(participation_ids: list[int]) -> dict[int, BoothDevice]:
    """The telephone that is the counter now, by booth."""
    rows = db.session.scalars(
        select(BoothDevice).where(
            BoothDevice.participation_id.in_(participation_ids), BoothDevice.ended_at.is_(None)
        )
    )
    return {row.participation_id: row for row in rows}
