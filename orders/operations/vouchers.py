"""Making vouchers, using them within their limits, and giving a use back. Terms of a voucher never change."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, case, or_, select, update
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from core.clock import vietnam_date
from core.db import db
from orders.baskets import VoucherProblem
from orders.errors import InvalidVoucherError, VoucherRefusedError
from orders.models.vouchers import Bearer, Voucher, VoucherUse
from orders.queries.basket_views import Basket
from orders.queries.vouchers import judge_voucher
from orders.voucher_terms import VoucherFacts, VoucherFault, fault_of, normal_code, random_code

BASIS_POINTS: Final = 100


def make_voucher(facts: VoucherFacts, bearer: Bearer, *, by: Actor, now: datetime) -> Voucher:
    """A new voucher, its discount borne by `bearer`. Raises InvalidVoucherError; then there is none.

    A producer bears discounts on its own goods only.
    """
    fault = fault_of(facts, vietnam_date(now))
    if fault is None and bearer is Bearer.PRODUCER and facts.producer_id is None:
        fault = VoucherFault.PRODUCER
    if fault is not None:
        raise InvalidVoucherError(field=fault.value, reason=fault.value)
    voucher = Voucher(
        code=facts.code or random_code(),
        producer_id=facts.producer_id,
        bearer=bearer.value,
        percent_bp=facts.percent * BASIS_POINTS if facts.percent is not None else None,
        amount_vnd=facts.amount_vnd,
        cap_vnd=facts.cap_vnd,
        minimum_vnd=facts.minimum_vnd,
        from_on=facts.from_on,
        until_on=facts.until_on,
        use_limit=facts.use_limit,
        person_limit=facts.person_limit,
        created_by_id=by.user_id,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(voucher)
    except IntegrityError:
        raise InvalidVoucherError(
            field=VoucherFault.CODE.value, reason=VoucherFault.CODE_TAKEN.value
        ) from None
    return voucher


def end_voucher(voucher: Voucher, *, by: Actor, now: datetime) -> None:
    """Let nobody use the voucher any more; orders keep what it took off. Harmless when repeated."""
    db.session.execute(
        update(Voucher)
        .where(Voucher.id == voucher.id, Voucher.ended_at.is_(None))
        .values(ended_at=now, ended_by_id=by.user_id)
    )


def use_voucher(code: str, basket: Basket, person_key: bytes, order_id: int, *, now: datetime) -> None:
    """Count a use of the voucher of `basket` by the order. One order uses it once: repeated, nothing happens.

    person_key: keyed hash of the buyer's telephone number, 16 bytes. Raises VoucherRefusedError (with `problem`) when
    the code is over, used up, or this person has had it as often as may be; then nothing has changed. Safe when many
    use the last one at once: one guarded UPDATE decides, and its row stays locked while the person's uses are counted.
    """
    voucher, discount_vnd = basket.voucher, basket.voucher.discount_vnd if basket.voucher else 0
    if voucher is None or voucher.id is None or voucher.code != normal_code(code) or not discount_vnd:
        raise VoucherRefusedError(code=code, problem=VoucherProblem.UNKNOWN.value)
    of_order = (VoucherUse.voucher_id == voucher.id, VoucherUse.order_id == order_id)
    if db.session.scalar(select(VoucherUse.id).where(*of_order)) is not None:
        return
    person_limit = _counted(voucher.id, code, now)
    ordinal = _free_ordinal(voucher.id, person_key)
    if person_limit is not None and ordinal > person_limit:
        _count_back([voucher.id])
        raise VoucherRefusedError(code=code, problem=VoucherProblem.PERSON_LIMIT.value)
    db.session.add(
        VoucherUse(
            voucher_id=voucher.id,
            order_id=order_id,
            person_key=person_key,
            ordinal=ordinal,
            discount_vnd=discount_vnd,
            used_at=now,
        )
    )
    db.session.flush()


def give_back_vouchers(order_id: int, *, now: datetime) -> None:
    """Let the uses by the order count no more: it was cancelled before it was paid. Harmless when repeated."""
    freed = db.session.execute(
        update(VoucherUse)
        .where(VoucherUse.order_id == order_id, VoucherUse.released_at.is_(None))
        .values(released_at=now)
        .returning(VoucherUse.voucher_id)
        .execution_options(synchronize_session=False)
    )
    _count_back(sorted(row.voucher_id for row in freed))


def _counted(voucher_id: int, code: str, now: datetime) -> int | None:
    """Count one use more; how often one person may. Raises VoucherRefusedError."""
    on = vietnam_date(now)
    counted: Any = db.session.execute(
        update(Voucher)
        .where(
            Voucher.id == voucher_id,
            Voucher.ended_at.is_(None),
            and_(Voucher.from_on <= on, Voucher.until_on >= on),
            or_(Voucher.use_limit.is_(None), Voucher.used < Voucher.use_limit),
        )
        .values(used=Voucher.used + 1)
        .returning(Voucher.person_limit)
        .execution_options(synchronize_session=False)
    ).first()
    if counted is None:
        _terms, problem = judge_voucher(normal_code(code), on)
        raise VoucherRefusedError(code=code, problem=(problem or VoucherProblem.USED_UP).value)
    limit: int | None = counted.person_limit
    return limit


def _free_ordinal(voucher_id: int, person_key: bytes) -> int:
    """The lowest number that none of the person's live uses has."""
    taken = set(
        db.session.scalars(
            select(VoucherUse.ordinal).where(
                VoucherUse.voucher_id == voucher_id,
                VoucherUse.person_key == person_key,
                VoucherUse.released_at.is_(None),
            )
        )
    )
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def _count_back(voucher_ids: list[int]) -> None:
    for voucher_id in voucher_ids:
        db.session.execute(
            update(Voucher)
            .where(Voucher.id == voucher_id)
            .values(used=case((Voucher.used > 0, Voucher.used - 1), else_=0))
            .execution_options(synchronize_session=False)
        )
