"""Vouchers as a basket meets them, and as lists for those who made them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from core.db import db
from orders.baskets import VoucherProblem, VoucherTerms
from orders.errors import VoucherNotFoundError
from orders.models.vouchers import Voucher, VoucherUse

LISTED_MOST: Final = 200

_VOUCHER: Final = Voucher.__table__.c
_BY_CODE: Final = select(*_VOUCHER).where(_VOUCHER.code == bindparam("code"))


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherFigures:
    """What a voucher has cost so far. used: live uses; discount_vnd: of them together."""

    used: int
    discount_vnd: int


def judge_voucher(code: str, on: date) -> tuple[VoucherTerms | None, VoucherProblem | None]:
    """The terms of the code, and why it cannot be used on that day at all; (None, UNKNOWN) for one that is none.

    Only a look: limits are kept by `use_voucher`, when the order is placed.
    """
    row: Any = db.session.execute(_BY_CODE, {"code": code}).first()
    if row is None:
        return None, VoucherProblem.UNKNOWN
    terms = VoucherTerms(**{name: getattr(row, name) for name in VoucherTerms.__dataclass_fields__})
    if on < row.from_on:
        return terms, VoucherProblem.NOT_YET
    if row.ended_at is not None or on > row.until_on:
        return terms, VoucherProblem.OVER
    is_used_up = row.use_limit is not None and row.used >= row.use_limit
    return terms, VoucherProblem.USED_UP if is_used_up else None


def list_vouchers(producer_id: int | None) -> Sequence[Voucher]:
    """What a producer made, or (None) what the platform made, the newest first."""
    if producer_id is None:
        whose = Voucher.bearer == "platform"
    else:
        whose = (Voucher.producer_id == producer_id) & (Voucher.bearer == "producer")
    found = select(Voucher).where(whose).options(joinedload(Voucher.producer))
    return db.session.scalars(found.order_by(Voucher.id.desc()).limit(LISTED_MOST)).all()


def get_voucher(voucher_id: int, producer_id: int | None) -> Voucher:
    """A voucher that the producer made, or (None) the platform. Raises VoucherNotFoundError for any other."""
    found = db.session.get(Voucher, voucher_id)
    bearer = "platform" if producer_id is None else "producer"
    is_own = found is not None and found.bearer == bearer and producer_id in (None, found.producer_id)
    if found is None or not is_own:
        raise VoucherNotFoundError(voucher_id=voucher_id)
    return found


def figures_of(voucher_ids: Sequence[int]) -> dict[int, VoucherFigures]:
    """Live uses and what they came to, by number of the voucher; vouchers never used are left out."""
    rows = db.session.execute(
        select(
            VoucherUse.voucher_id, func.count().label("used"), func.sum(VoucherUse.discount_vnd).label("off")
        )
        .where(VoucherUse.voucher_id.in_(voucher_ids), VoucherUse.released_at.is_(None))
        .group_by(VoucherUse.voucher_id)
    )
    return {row.voucher_id: VoucherFigures(used=row.used, discount_vnd=int(row.off)) for row in rows}
