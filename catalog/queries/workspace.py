"""Reads of a producer's workspace. Every one is asked by a person, and finds only what that person works for."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.models import Membership
from catalog.models import Producer
from core.db import db


def get_own_producer(actor: Actor, producer_id: int) -> Producer:
    """The producer `producer_id` with its place, if `actor` works there now, in whatever role.

    Raises NotYoursError for a producer of somebody else as for one that does not exist: nothing is told.
    """
    found = db.session.scalar(
        select(Producer)
        .join(Membership, Membership.producer_id == Producer.id)
        .where(Producer.id == producer_id, Membership.user_id == actor.user_id, Membership.ended_at.is_(None))
        .options(joinedload(Producer.place))
    )
    # The actor was read with the time at hand, and knows which places in a team are over by now.
    if found is None or actor.role_at(producer_id) is None:
        raise NotYoursError(producer_id=producer_id)
    return found


def list_own_producers(actor: Actor) -> Sequence[Producer]:
    """All producers `actor` works for now, by name."""
    return db.session.scalars(
        select(Producer)
        .where(Producer.id.in_([team.producer_id for team in actor.teams]))
        .order_by(Producer.name, Producer.id)
    ).all()
