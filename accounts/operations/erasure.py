"""A person's wish to be erased, the hours in which it can be taken back, and the erasure.

Source: Law 91/2025/QH15, articles 4 and 14; what stays and why: docs/decisions/0019-personal-data.md.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from accounts.errors import ErasureBlockedError
from accounts.models import User
from accounts.models.personal import ErasureRequest
from accounts.operations.audit import record_act
from accounts.operations.exports import DELETE_FILES_JOB
from accounts.operations.notices import notify_user
from accounts.operations.sessions import end_other_sessions
from accounts.queries.personal import Obstacles, find_obstacles, find_open_erasure
from core.clock import VIETNAM
from core.db import db
from core.i18n import gettext as _
from core.i18n import speaking
from core.jobs.queue import enqueue
from core.personal_data import Area

GRACE: Final = timedelta(hours=72)
"""In which the wish can be taken back: a telephone in the wrong hands must not destroy an account at once."""
LOOK_AGAIN: Final = timedelta(days=1)
QUIET_HOUR: Final = time(3, tzinfo=VIETNAM)
ERASE_JOB: Final = "accounts.erase_person"
WIPE_JOB: Final = "accounts.wipe_freed_space"


def request_erasure(*, by: Actor, now: datetime) -> ErasureRequest:
    """Note that `by` wants to be erased after the hours of grace; asked twice, it is one wish.

    The person is signed out everywhere else, and told by a message: whoever did not ask for it learns of it.
    Raises ErasureBlockedError (producer_ids, has_office).
    """
    return _begin(by.user_id, keep_id=by.session_id, reason=None, by=by, now=now)


def close_account(user_id: int, *, reason: str, by: Actor, now: datetime) -> ErasureRequest:
    """An administrator has an account erased to which nobody has a way any more; as `request_erasure`, with a reason.

    Within the hours of grace its owner, told and signed out everywhere, may sign in and take that back.
    """
    return _begin(user_id, keep_id=None, reason=reason, by=by, now=now)


def _begin(
    user_id: int, *, keep_id: int | None, reason: str | None, by: Actor, now: datetime
) -> ErasureRequest:
    known = find_open_erasure(user_id)
    if known is not None:
        return known
    _refuse_if_blocked(find_obstacles(user_id))
    request = ErasureRequest(user_id=user_id, asked_at=now, due_at=now + GRACE)
    try:
        with db.session.begin_nested():
            db.session.add(request)
    except IntegrityError:  # asked for twice at once, and the other was first
        known = find_open_erasure(user_id)
        if known is None:
            raise
        return known
    enqueue(ERASE_JOB, now=now, run_after_at=request.due_at, key=str(request.id), request_id=request.id)
    end_other_sessions(user_id, keep_id=keep_id, now=now)
    with speaking(db.session.get_one(User, user_id).language):
        subject = _("Your account will be erased in three days")
        text = _(
            "If you did not ask for this, sign in, take it back under «Account», and change your password."
        )
    notify_user(user_id, subject, text, now=now, everywhere=True)
    record_act("accounts.request_erasure", by=by, subject=f"user:{user_id}", reason=reason, now=now)
    return request


def withdraw_erasure(*, by: Actor, now: datetime) -> bool:
    """Take the wish back. Returns whether there was one."""
    request = find_open_erasure(by.user_id)
    if request is None:
        return False
    request.withdrawn_at = now
    record_act("accounts.withdraw_erasure", by=by, subject=f"user:{by.user_id}", now=now)
    return True


def carry_out_erasure(request_id: int, areas: Iterable[Area], *, now: datetime) -> bool:
    """Erase the person of the wish `request_id`, if its hours are over and nothing stands in the way.

    Returns whether the person is erased by it. What came in the way since is looked at again a day later.
    """
    request = db.session.get(ErasureRequest, request_id)
    if request is None or request.withdrawn_at is not None or request.done_at is not None:
        return False
    if now < request.due_at or find_obstacles(request.user_id):
        later = max(request.due_at, now + LOOK_AGAIN) if now >= request.due_at else request.due_at
        enqueue(ERASE_JOB, now=now, run_after_at=later, key=str(request.id), request_id=request.id)
        return False
    request.done_at = now
    erase_person(db.session.get_one(User, request.user_id), areas, now=now)
    return True


def erase_person(user: User, areas: Iterable[Area], *, now: datetime) -> None:
    """Take away all that tells who `user` was; the row stays, for acts of law are its number's. Harmless when repeated.

    areas: every area of personal data; those come first, for some find their rows by the person's telephone number.
    Files that nothing names any more, and the bytes of what was deleted, are seen to by jobs.
    """
    every = list(areas)
    names = sorted({file.name for area in every for file in area.holding.files(user.id)})
    for area in every:
        area.holding.erase(user.id, now)
    user.name = user.phone = user.email = user.password_hash = None
    user.phone_verified_at = user.email_verified_at = user.password_changed_at = None
    user.last_seen_at = None
    user.language = "vi"
    user.erased_at = user.erased_at or now
    db.session.flush()
    if names:
        enqueue(DELETE_FILES_JOB, now=now, names=names)
    enqueue(WIPE_JOB, now=now, run_after_at=next_quiet_hour(now), key="wipe")
    record_act("accounts.erase_person", by=None, subject=f"user:{user.id}", now=now)


def next_quiet_hour(now: datetime) -> datetime:
    """Three in the morning in Vietnam, today or tomorrow."""
    local = now.astimezone(VIETNAM)
    today = datetime.combine(local.date(), QUIET_HOUR)
    return today if today > local else today + timedelta(days=1)


def _refuse_if_blocked(obstacles: Obstacles) -> None:
    if obstacles:
        raise ErasureBlockedError(producer_ids=obstacles.producer_ids, has_office=obstacles.has_office)
