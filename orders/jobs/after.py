"""What happens by itself after orders: reviews appear, forgotten returns end, overdue disputes are decided."""

from datetime import timedelta

from sqlalchemy import select

from core import clock
from core.db import db, transaction
from core.jobs.apart import apart
from core.jobs.registry import job
from orders.models.returns import Dispute, ReturnRequest
from orders.operations.disputes import decide_overdue
from orders.operations.personal_facts import empty_orders_of_erased_people
from orders.operations.returns import close_forgotten
from orders.operations.reviews import publish_due
from orders.return_rules import ReturnState


@job("orders.publish_reviews", every=timedelta(minutes=30))
def publish_reviews() -> None:
    """Show the reviews that have waited their day."""
    with transaction():
        publish_due(clock.now())


@job("orders.end_forgotten", every=timedelta(hours=6))
def end_forgotten() -> None:
    """End accepted returns whose goods never came, and disputes that nobody decided; each in its own transaction."""
    now = clock.now()
    accepted = select(ReturnRequest.id).where(ReturnRequest.state == ReturnState.ACCEPTED.value)
    overdue = select(Dispute.id).where(Dispute.decided_at.is_(None), Dispute.deadline_at <= now)
    returns, disputes = list(db.session.scalars(accepted)), list(db.session.scalars(overdue))
    db.session.rollback()
    for number in returns:
        with apart("a return cannot be closed", return_id=number):
            close_forgotten(number, now=now)
    for number in disputes:
        with apart("a dispute cannot be decided", dispute_id=number):
            decide_overdue(number, now=now)


@job("orders.empty_orders", every=timedelta(hours=6))
def empty_orders() -> None:
    """Empty the orders of erased people that were under way then and are over now."""
    with transaction():
        empty_orders_of_erased_people(clock.now())
