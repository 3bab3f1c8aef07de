"""What a producer shows at a fair, and which stamps are on the samples there."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from accounts.actors import Actor
from catalog.models import Product
from core.clock import vietnam_date
from core.db import ID_MAX, db
from promotion.errors.fairs import FairNotFoundError, FairStateError, InvalidFairError
from promotion.fair_terms import BOOTH_PRODUCTS_MAX, ParticipationState
from promotion.models.fairs import BoothProduct, Participation
from promotion.operations.fair_changes import touch_fair
from promotion.operations.fairs import lock_fair, require_open
from promotion.queries.star_names import find_misnamed
from traceability.models import Lot, StampRun
from traceability.operations.states import declare_display
from traceability.queries.runs import find_number

_SHOWING = frozenset({ParticipationState.REGISTERED.value, ParticipationState.CONFIRMED.value})


def choose_goods(fair_id: int, producer_id: int, product_ids: Sequence[int], *, now: datetime) -> int:
    """The booth shows these listed products of the producer, in this order, and no others; how many.

    Samples declared before stay declared with the products that stay. Raises InvalidFairError (too_many, unknown, or
    star_claim for a name that speaks of stars which its goods do not have), FairStateError (over, cancelled,
    not_taking_part); then nothing has changed.
    """
    part = _showing(fair_id, producer_id, now)
    wanted = list(dict.fromkeys(product_ids))
    if len(wanted) > BOOTH_PRODUCTS_MAX:
        raise InvalidFairError(faults={"goods": "too_many"})
    own = select(func.count()).select_from(Product)
    of_producer = (
        Product.producer_id == producer_id,
        Product.is_listed,
        Product.id.in_([min(n, ID_MAX) for n in wanted]),
    )
    if db.session.scalar(own.where(*of_producer)) != len(wanted):
        raise InvalidFairError(faults={"goods": "unknown"})
    if find_misnamed(wanted, vietnam_date(now)):
        raise InvalidFairError(faults={"goods": "star_claim"})
    before = {line.product_id: line for line in _lines(part.id)}
    samples = {
        product_id: (line.stamp_run_id, line.stamp_first, line.stamp_last)
        for product_id, line in before.items()
    }
    db.session.execute(delete(BoothProduct).where(BoothProduct.participation_id == part.id))
    db.session.expire_all()
    for position, product_id in enumerate(wanted, start=1):
        run_id, first, last = samples.get(product_id, (None, None, None))
        db.session.add(
            BoothProduct(
                participation_id=part.id,
                product_id=product_id,
                position=position,
                stamp_run_id=run_id,
                stamp_first=first,
                stamp_last=last,
            )
        )
    touch_fair(fair_id, now=now)
    return len(wanted)


def declare_samples(
    fair_id: int, producer_id: int, product_id: int, span: tuple[int, str, str], *, by: Actor, now: datetime
) -> int:
    """Stamps of a run are on samples of a product at the fair: they never count as copied, and are not sold.

    span: number of the run, first and last stamp, each as its number or its code; an empty last is the first. Answers
    how many stamps are new samples. Raises InvalidFairError (`samples`: unknown_run, unknown_stamp), FairStateError,
    FairNotFoundError for a product that the booth does not show; and what `declare_display` raises.
    """
    part = _showing(fair_id, producer_id, now)
    line = db.session.get(BoothProduct, (part.id, min(product_id, ID_MAX)))
    if line is None:
        raise FairNotFoundError(fair_id=fair_id, product_id=product_id)
    run_id, first_typed, last_typed = span
    run = db.session.scalar(
        select(StampRun)
        .join(Lot, Lot.id == StampRun.lot_id)
        .where(StampRun.id == min(run_id, ID_MAX), Lot.product_id == product_id)
    )
    if run is None:
        raise InvalidFairError(faults={"samples": "unknown_run"})
    first = _number(run, first_typed)
    last = _number(run, last_typed) if last_typed else first
    count = declare_display(run, (first, last), fair=part.fair.name, by_id=by.user_id, now=now)
    line.stamp_run_id, line.stamp_first, line.stamp_last = run.id, first, last
    touch_fair(fair_id, now=now)
    return count


def _showing(fair_id: int, producer_id: int, now: datetime) -> Participation:
    require_open(lock_fair(fair_id), now)
    part = db.session.scalar(
        select(Participation).where(
            Participation.fair_id == fair_id, Participation.producer_id == producer_id
        )
    )
    if part is None or part.state not in _SHOWING:
        raise FairStateError(reason="not_taking_part")
    return part


def _lines(participation_id: int) -> Sequence[BoothProduct]:
    return db.session.scalars(
        select(BoothProduct).where(BoothProduct.participation_id == participation_id)
    ).all()


def _number(run: StampRun, typed: str) -> int:
    """The number of a stamp typed as its number or code. Raises InvalidFairError."""
    if typed.isascii() and typed.isdecimal() and len(typed) <= 9:
        return int(typed)
    number = find_number(run.id, typed.upper().replace("-", ""))
    if number is None:
        raise InvalidFairError(faults={"samples": "unknown_stamp"})
    return number
