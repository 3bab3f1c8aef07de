"""Adding to the audit trail."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.models import AuditEvent
from accounts.models.audit import AuditHead
from core.db import db

FIRST_HASH: Final = "0" * 64
_HEAD_ID: Final = 1


def record_act(
    verb: str,
    *,
    by: Actor | None,
    subject: str,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
    producer_id: int | None = None,
    province_code: str | None = None,
) -> AuditEvent:
    """Note an act in the trail, in the caller's transaction: kept if and only if the act is.

    verb: «catalog.publish_listing», package and operation. by: None for the program itself (an import, a job).
    subject: kind and number of what was acted on, «product:12». before, after: what changed, values that JSON knows,
    and nothing that tells who a private person is: such a row could never be erased. producer_id, province_code:
    whose workspace and whose office sees the act.
    """
    head = db.session.scalar(select(AuditHead).where(AuditHead.id == _HEAD_ID).with_for_update())
    if head is None:
        head = AuditHead(id=_HEAD_ID, seq=0, event_hash=FIRST_HASH)
        db.session.add(head)
    event = AuditEvent(
        seq=head.seq + 1,
        acted_at=now,
        actor_id=by.user_id if by else None,
        verb=verb,
        subject=subject,
        producer_id=producer_id,
        province_code=province_code,
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
        reason=reason,
        previous_hash=head.event_hash,
        event_hash="",
    )
    event.event_hash = event_hash(event)
    head.seq, head.event_hash = event.seq, event.event_hash
    db.session.add(event)
    db.session.flush()
    return event


def event_hash(event: AuditEvent) -> str:
    """SHA-256 over the previous hash and all facts of `event` as JSON with sorted names; 64 hexadecimal digits."""
    facts = {
        "seq": event.seq,
        "acted_at": event.acted_at.isoformat(timespec="microseconds"),
        "actor_id": event.actor_id,
        "verb": event.verb,
        "subject": event.subject,
        "producer_id": event.producer_id,
        "province_code": event.province_code,
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
    }
    told = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(f"{event.previous_hash}{told}".encode()).hexdigest()
