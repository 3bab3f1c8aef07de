"""Keeping what a buyer types between the pages of a checkout, and forgetting it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.db import db
from orders.models.checkout import CheckoutDraftRow

KEPT: Final = timedelta(hours=24)
"""A day after its last change a draft is gone (docs/limits.md)."""
_DRAFTS: Final = CheckoutDraftRow.__table__
_DRAFT: Final = CheckoutDraftRow.__table__.c
_FIND: Final = select(_DRAFT.checkout_key, _DRAFT.typed).where(_DRAFT.cart_id == bindparam("of_cart"))
_CHANGE: Final = (
    update(_DRAFTS)  # type: ignore[arg-type]
    .where(_DRAFT.cart_id == bindparam("of_cart"))
    .values(typed=bindparam("typed"), changed_at=bindparam("changed_at"))
)
_FORGET: Final = delete(_DRAFTS).where(_DRAFT.checkout_key == bindparam("of_key"))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """What was typed so far. checkout_key: of the order that it will become."""

    checkout_key: str
    typed: Mapping[str, Any]


def find_draft(cart_id: int) -> KeptDraft | None:
    """What was typed for this basket, None if nothing is kept (any more)."""
    row = db.session.connection().execute(_FIND, {"of_cart": cart_id}).first()
    return None if row is None else KeptDraft(row.checkout_key, row.typed)


def keep_draft(cart_id: int, typed: Mapping[str, Any], *, now: datetime) -> KeptDraft:
    """Keep `typed` (values that JSON knows) beside what is kept already; the draft is begun if there is none."""
    kept = find_draft(cart_id)
    connection = db.session.connection()
    whole = {**(kept.typed if kept else {}), **typed}
    if kept is not None:
        connection.execute(_CHANGE, {"of_cart": cart_id, "typed": whole, "changed_at": now})
        return KeptDraft(kept.checkout_key, whole)
    values = {"cart_id": cart_id, "checkout_key": str(uuid4()), "typed": whole, "changed_at": now}
    key = connection.scalar(_begin(connection.dialect.name), values)
    return KeptDraft(str(key), whole)


@cache
def _begin(dialect: str) -> Any:
    made: Any = (sqlite if dialect == "sqlite" else postgresql).insert(_DRAFTS)
    begun = made.on_conflict_do_update(  # two windows may begin at once
        index_elements=["cart_id"],
        set_={"typed": made.excluded.typed, "changed_at": made.excluded.changed_at},
    )
    return begun.returning(_DRAFT.checkout_key)


def forget_draft(checkout_key: str) -> None:
    """It became an order: nothing of it is needed here any more."""
    db.session.connection().execute(_FORGET, {"of_key": checkout_key})


def delete_old_drafts(before: datetime) -> int:
    """Delete what was last changed before `before`; how many."""
    gone = db.session.execute(delete(_DRAFTS).where(_DRAFT.changed_at < before))  # type: ignore[arg-type]
    return int(gone.rowcount)  # type: ignore[attr-defined]
