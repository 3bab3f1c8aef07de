"""Answering a request once, however often it is sent: what was answered is kept with its `Idempotency-Key` for a day.

Source: draft-ietf-httpapi-idempotency-key-header, 2; the same behaviour as Stripe's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from accounts.errors import KeyReusedError
from accounts.models.keys import ApiAnswer
from core.db import db

KEEP: Final = timedelta(hours=24)
_UNANSWERED: Final = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: by which key, under which name of its own, and the hash of all that it says."""

    key_id: int
    idempotency_key: str
    request_hash: str


def find_answer(asked: Asked, *, now: datetime) -> ApiAnswer | None:
    """What the same request was answered within the last day, or None: then do the work and `keep_answer`.

    Called first in the transaction of the work. Of two that come at once, the second waits here until the first is
    kept. Raises KeyReusedError if the name stood for another request.
    """
    before = (ApiAnswer.key_id == asked.key_id, ApiAnswer.idempotency_key == asked.idempotency_key)
    db.session.execute(delete(ApiAnswer).where(*before, ApiAnswer.created_at <= now - KEEP))
    values: dict[str, Any] = {
        "key_id": asked.key_id,
        "idempotency_key": asked.idempotency_key,
        "request_hash": asked.request_hash,
        "status": _UNANSWERED,
        "body": "",
        "created_at": now,
    }
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    # Asked for by its number: how many rows an INSERT with RETURNING counts differs between drivers.
    claim = dialect.insert(ApiAnswer.__table__).values(values).on_conflict_do_nothing()
    if db.session.scalar(claim.returning(ApiAnswer.id)) is not None:
        return None
    answer = db.session.scalars(select(ApiAnswer).where(*before)).one()
    if answer.request_hash != asked.request_hash:
        raise KeyReusedError(idempotency_key=asked.idempotency_key)
    return answer


def keep_answer(asked: Asked, status: int, body: str) -> None:
    """Keep what was answered, in the transaction of the work."""
    same = (ApiAnswer.key_id == asked.key_id, ApiAnswer.idempotency_key == asked.idempotency_key)
    db.session.execute(update(ApiAnswer).where(*same).values(status=status, body=body))


def forget_answers(*, now: datetime) -> None:
    """Forget answers that are older than a day."""
    db.session.execute(delete(ApiAnswer).where(ApiAnswer.created_at <= now - KEEP))
