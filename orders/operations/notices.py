"""Keeping what payment services and banks told us: each notice once, with what became of it.

A notice is kept in the transaction of its effect, and answered only when both are kept: a crash in between loses
neither, and the provider, who heard nothing, sends it again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from accounts.operations.audit import record_act
from core.db import db
from orders.errors import NoticeNotFoundError, NoticeStateError
from orders.models.notices import WAITING_FOR_A_PERSON, NoticeState, PaymentNotice

KEEP: Final = timedelta(days=400)
"""Longer than a buyer may dispute a card payment (120 days, longer for some cards), and than a business year."""
REASON_MAX_CHARS: Final = 60


def keep_notice(
    provider: str, notice_id: str, kind: str, body: Mapping[str, Any], *, object_id: str | None, now: datetime
) -> PaymentNotice | None:
    """Keep a notice, state received; None if this provider's notice of this id is known: then do nothing again.

    body: values that JSON knows, nothing that tells who a person is. Of two who bring the same at once one waits for
    the other, and gets None if that one's transaction is kept.
    """
    table = PaymentNotice.__table__
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    values = {
        "provider": provider,
        "notice_id": notice_id,
        "kind": kind,
        "object_id": object_id,
        "body": dict(body),
        "received_at": now,
        "state": NoticeState.RECEIVED.value,
    }
    made = of_dialect.insert(table).values(values).on_conflict_do_nothing()
    number = db.session.execute(made.returning(table.c.id)).scalar()
    return None if number is None else db.session.get_one(PaymentNotice, number)


def end_notice(
    notice: PaymentNotice,
    state: NoticeState,
    *,
    now: datetime,
    reason: str | None = None,
    payment_id: int | None = None,
) -> None:
    """Say what became of `notice`. reason: needed for one that waits for a person."""
    notice.state = state.value
    notice.reason = reason[:REASON_MAX_CHARS] if reason else None
    notice.payment_id = payment_id or notice.payment_id
    notice.applied_at = now if state is NoticeState.APPLIED else None
    db.session.flush()


def get_notice(notice_id: int, *, locked: bool = False) -> PaymentNotice:
    """The notice of this number. Raises NoticeNotFoundError."""
    wanted = select(PaymentNotice).where(PaymentNotice.id == notice_id)
    found = db.session.scalar(wanted.with_for_update(of=PaymentNotice) if locked else wanted)
    if found is None:
        raise NoticeNotFoundError(notice_id=notice_id)
    return found


def reopen_notice(notice_id: int, *, by: Actor, now: datetime) -> PaymentNotice:
    """Take a notice up again, as if it had just come; the caller applies it in the same transaction.

    Harmless for one that was applied: what it says is compared with what is recorded, never added to it.
    """
    notice = get_notice(notice_id, locked=True)
    before = {"state": notice.state, "reason": notice.reason}
    end_notice(notice, NoticeState.RECEIVED, now=now)
    record_act("orders.replay_notice", by=by, subject=f"notice:{notice.id}", before=before, now=now)
    return notice


def set_notice_aside(notice_id: int, reason: str, *, by: Actor, now: datetime) -> PaymentNotice:
    """A person has seen to a notice that waited: it waits no more. reason: what was done, in the audit trail.

    Raises NoticeStateError for one that waits for nobody, or without a reason; then nothing has changed.
    """
    notice = get_notice(notice_id, locked=True)
    told = " ".join(reason.split())
    if notice.state not in WAITING_FOR_A_PERSON or not told:
        raise NoticeStateError(
            notice_id=notice_id, state=notice.state, reason="missing" if not told else "state"
        )
    before = {"state": notice.state, "reason": notice.reason}
    end_notice(notice, NoticeState.IGNORED, now=now, reason="set_aside")
    record_act(
        "orders.set_notice_aside",
        by=by,
        subject=f"notice:{notice.id}",
        before=before,
        reason=told[:500],
        now=now,
    )
    return notice


def forget_old_notices(*, now: datetime) -> None:
    """Forget notices after `KEEP`, save those that still wait for somebody."""
    over = (NoticeState.APPLIED.value, NoticeState.IGNORED.value)
    old = (PaymentNotice.received_at < now - KEEP, PaymentNotice.state.in_(over))
    db.session.execute(delete(PaymentNotice).where(*old))
