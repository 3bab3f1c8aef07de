"""No personal data older than its limit (I21)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from flask import current_app
from sqlalchemy import select

from accounts.models import Session, User
from accounts.models.personal import ErasureRequest, UserAddress
from accounts.queries.personal import find_obstacles
from core import clock, personal_data
from core.db import db
from core.invariants import Facts, invariant

SLACK: Final = timedelta(days=1)
"""The worker looks every six hours, and may have stood still for a while."""


@invariant("I21", "no personal data is older than its limit, and of erased people none is left")
def personal_data_past_its_limit() -> Iterator[Facts]:
    """Kinds with rows past their time; wishes to be erased that were not carried out; leftovers of erased people."""
    personal_data.load(current_app.extensions["personal_data_modules"])
    now = clock.now()
    for term in personal_data.list_terms():
        count = term.ageing.count_older(now - term.keep - SLACK)
        if count:
            yield {"term": term.name, "rows": count}
    overdue = select(ErasureRequest).where(
        ErasureRequest.withdrawn_at.is_(None),
        ErasureRequest.done_at.is_(None),
        ErasureRequest.due_at < now - SLACK,
    )
    for request in db.session.scalars(overdue):
        if not find_obstacles(request.user_id):
            yield {"erasure_request_id": request.id, "fault": "not carried out"}
    erased = select(User.id).where(User.erased_at.is_not(None))
    for table, column in (("session", Session.user_id), ("user_address", UserAddress.user_id)):
        for user_id in db.session.scalars(select(column).where(column.in_(erased)).distinct()):
            yield {"user_id": user_id, "fault": f"erased, and has rows in {table}"}
