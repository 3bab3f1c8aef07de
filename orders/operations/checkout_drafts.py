"""Keeping what a buyer types between the pages of a checkout, and forgetting it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.db import db
from core.prepared import Prepared, values_of
from orders.models.checkout import CheckoutDraftRow

KEPT: Final = timedelta(hours=24)
"""A day after its last change a draft is gone (docs/limits.md)."""
_DRAFTS: Final = CheckoutDraftRow.__table__
_DRAFT: Final = CheckoutDraftRow.__table__.c
_FIND: Final = Prepared(
    select(_DRAFT.checkout_key, _DRAFT.typed).where(_DRAFT.cart_id == bindparam("of_cart"))
)
_CHANGE: Final = Prepared(
    update(_DRAFTS)  # type: ignore[arg-type]
    .where(_DRAFT.cart_id == bindparam("of_cart"))
    .values(values_of(_DRAFTS, "typed", "changed_at"))
)
_FORGET: Final = Prepared(delete(_DRAFTS).where(_DRAFT.checkout_key == bindparam("of_key")))  # type: ignore[arg-type]


def _begin(of_dialect: Any) -> Prepared:
    made = of_dialect.insert(_DRAFTS).values(
        values_of(_DRAFTS, "cart_id", "checkout_key", "typed", "changed_at")
    )
    begun = made.on_conflict_do_update(  # two windows may begin at once
        index_elements=["cart_id"],
        set_={"typed": made.excluded.typed, "changed_at": made.excluded.changed_at},
    )
    return Prepared(begun.returning(_DRAFT.checkout_key))


_BEGIN: Final = {"sqlite": _begin(sqlite), "postgresql": _begin(postgresql)}


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """What was typed so far. checkout_key: of the order that it will become."""

    checkout_key: str
    typed: Mapping[str, Any]


def find_draft(cart_id: int) -> KeptDraft | None:
    """What was typed for this basket, None if nothing is kept (any more)."""
    row = _FIND.first({"of_cart": cart_id})
    return None if row is None else KeptDraft(row.checkout_key, row.typed)


def keep_draft(cart_id: int, typed: Mapping[str, Any], *, now: datetime) -> KeptDraft:
    """Keep `typed` (values that JSON knows) beside what is kept already; the draft is begun if there is none."""
    kept = find_draft(cart_id)
    whole = {**(kept.typed if kept else {}), **typed}
    if kept is not None:
        _CHANGE.run({"of_cart": cart_id, "typed": whole, "changed_at": now})
        return KeptDraft(kept.checkout_key, whole)
    key = str(uuid4())
    values = {"cart_id": cart_id, "checkout_key": key, "typed": whole, "changed_at": now}
    begun = _BEGIN[db.engine.dialect.name].first(values)
    return KeptDraft(key if begun is None else begun.checkout_key, whole)


def forget_draft(checkout_key: str) -> None:
    """It became an order: nothing of it is needed here any more."""
    _FORGET.run({"of_key": checkout_key})


def delete_old_drafts(before: datetime) -> int:
    """Delete what was last changed before `before`; how many."""
    gone = db.session.execute(delete(_DRAFTS).where(_DRAFT.changed_at < before))  # type: ignore[arg-type]
    return int(gone.rowcount)  # type: ignore[attr-defined]
