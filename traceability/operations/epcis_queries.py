"""Questions about events that are kept under a name, so that others can ask them again."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, select

from catalog.errors import InvalidParameterError
from catalog.models import Producer
from core.db import db
from traceability.epcis.questions import read_query
from traceability.errors import NamedQueryNotFoundError, NamedQueryTakenError
from traceability.models.epcis import EpcisQuery

QUERIES_MAX: Final = 20
"""Of one producer. Source: docs/limits.md."""
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,60}")


def keep_query(name: Any, query: Any, *, producer_id: int, now: datetime) -> EpcisQuery:
    """Keep a question under a name that nobody has yet.

    query: parameters as an object. Raises InvalidParameterError and NamedQueryTakenError; nothing has changed then.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidParameterError(
            parameter="name", value=str(name)[:40], reason="value", allowed=("[A-Za-z0-9_-]{1,60}",)
        )
    if not isinstance(query, Mapping):
        raise InvalidParameterError(parameter="query", value="", reason="value")
    read_query(query)
    db.session.execute(select(Producer.id).where(Producer.id == producer_id).with_for_update())
    own = select(func.count()).select_from(EpcisQuery).where(EpcisQuery.producer_id == producer_id)
    is_taken = db.session.scalar(select(EpcisQuery.id).where(EpcisQuery.name == name)) is not None
    if is_taken or (db.session.scalar(own) or 0) >= QUERIES_MAX:
        raise NamedQueryTakenError(name=name, most=QUERIES_MAX)
    kept = {field: value for field, value in query.items() if field != "@context"}
    row = EpcisQuery(
        name=name, query=json.dumps(kept, ensure_ascii=False), producer_id=producer_id, created_at=now
    )
    db.session.add(row)
    db.session.flush()
    return row


def drop_query(name: str, *, producer_id: int) -> None:
    """Keep it no longer. Raises NamedQueryNotFoundError for that of another producer too."""
    own = (EpcisQuery.name == name, EpcisQuery.producer_id == producer_id)
    gone = db.session.scalars(delete(EpcisQuery).where(*own).returning(EpcisQuery.id)).all()
    if not gone:
        raise NamedQueryNotFoundError(name=name[:60])
