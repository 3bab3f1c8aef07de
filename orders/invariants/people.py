"""Nothing of erased people is left in what orders hold (I21b; I21 stands with the accounts)."""

from collections.abc import Iterator

from sqlalchemy import or_, select

from accounts.models import User
from core.db import db
from core.invariants import Facts, invariant
from orders.models.complaints import Complaint
from orders.models.returns import ReturnEvent, ReturnRequest
from orders.models.reviews import Review


@invariant("I21b", "of people who were erased no letter, review or complaint is left that is theirs")
def words_of_erased_people() -> Iterator[Facts]:
    """Words of returns that were emptied; reviews and complaints that still say whose they are."""
    emptied = (
        select(ReturnRequest.id)
        .outerjoin(ReturnEvent, ReturnEvent.return_id == ReturnRequest.id)
        .where(
            ReturnRequest.erased_at.is_not(None),
            or_(ReturnRequest.text != "", ReturnEvent.text.is_not(None)),
        )
        .distinct()
    )
    for return_id in db.session.scalars(emptied):
        yield {"return_id": return_id, "fault": "emptied, and has words"}
    erased = select(User.id).where(User.erased_at.is_not(None))
    for name, of_erased in (
        ("review", select(Review.id).where(Review.by_id.in_(erased))),
        ("complaint", select(Complaint.id).where(Complaint.user_id.in_(erased))),
    ):
        for number in db.session.scalars(of_erased):
            yield {name: number, "fault": "its author was erased"}
