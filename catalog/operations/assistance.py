"""An officer helps a producer, because an owner agreed: for named things, until a day, and never alone.

The officer becomes an editor who only assists: such a one prepares, and a member who does not assist publishes
(`catalog.permissions.workspace.can_publish_listings`). What the officer does is noted with both names: the officer's,
and the owner's who let them in (`Membership.added_by_id`). Source: ux design 5.10 («Nhờ cán bộ làm giúp»).
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select, update

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.models import MemberRole, Membership
from accounts.operations.audit import record_act
from accounts.operations.consents import record_consent
from accounts.purposes import ASSISTANCE, PURPOSES
from catalog.errors import AssistanceRefusedError
from catalog.models import Producer
from catalog.models.joining import Assistance, AssistanceBasis
from catalog.operations.joining_notices import tell
from catalog.permissions.workspace import can_manage_team
from catalog.queries.team import list_helpers
from core.clock import VIETNAM
from core.db import db
from core.i18n import format_date

LONGEST: Final = timedelta(days=90)
"""Help without an end is no help but a change of hands (docs/limits.md)."""
SCOPES: Final = ("listings", "stock", "certificates")


def agree_to_help(
    producer: Producer, officer_id: int, scopes: Collection[str], *, ends_on: date, by: Actor, now: datetime
) -> Assistance:
    """An owner lets an officer of the area help, through `ends_on` in Vietnam, at most 90 days from now.

    Raises NotYoursError unless `by` owns the producer; AssistanceRefusedError (`reason`) for nobody's officer or one of
    another area («officer»), an end that is past or too far («term»), no scope («scope»), or somebody who works there
    already («member»).
    """
    if not can_manage_team(by, producer.id):
        raise NotYoursError(producer_id=producer.id)
    wanted = [scope for scope in SCOPES if scope in scopes]
    if not wanted:
        raise AssistanceRefusedError(reason="scope")
    ends_at = datetime.combine(ends_on + timedelta(days=1), time(), VIETNAM)
    if not now < ends_at or ends_on - now.astimezone(VIETNAM).date() > LONGEST:
        raise AssistanceRefusedError(reason="term")
    if officer_id not in {helper.id for helper in list_helpers(producer)}:
        raise AssistanceRefusedError(reason="officer")
    membership = _let_in(producer, officer_id, ends_at, by, now)
    record_consent(by.user_id, ASSISTANCE, PURPOSES[ASSISTANCE].version, now)
    assistance = Assistance(
        producer_id=producer.id,
        officer_id=officer_id,
        membership_id=membership.id,
        basis=AssistanceBasis.SCREEN.value,
        scope=",".join(wanted),
        agreed_by_id=by.user_id,
        agreed_at=now,
        ends_at=ends_at,
    )
    db.session.add(assistance)
    db.session.flush()
    _note(
        "agree_to_help",
        assistance,
        producer,
        by,
        now,
        after={"officer_id": officer_id, "scope": wanted, "ends_on": ends_on.isoformat()},
    )
    tell(officer_id, "assistance_began", now=now, name=producer.name, day=format_date(ends_on))
    return assistance


def end_help(assistance: Assistance, *, by: Actor, now: datetime) -> None:
    """End the help before its day: an owner, or the officer. Raises NotYoursError; AssistanceRefusedError («ended»)."""
    is_owner = can_manage_team(by, assistance.producer_id)
    if not is_owner and by.user_id != assistance.officer_id:
        raise NotYoursError(assistance_id=assistance.id)
    ended = db.session.execute(
        update(Assistance)
        .where(Assistance.id == assistance.id, Assistance.ended_at.is_(None), Assistance.ends_at > now)
        .values(ended_at=now, ended_by_id=by.user_id)
    )
    if ended.rowcount == 0:  # type: ignore[attr-defined]
        raise AssistanceRefusedError(reason="ended")
    open_place = (Membership.id == assistance.membership_id, Membership.ended_at.is_(None))
    db.session.execute(update(Membership).where(*open_place).values(ended_at=now))
    db.session.refresh(assistance)
    producer = db.session.get_one(Producer, assistance.producer_id)
    _note("end_help", assistance, producer, by, now, before={"officer_id": assistance.officer_id})
    tell(
        assistance.officer_id if is_owner else assistance.agreed_by_id,
        "assistance_ended",
        now=now,
        name=producer.name,
    )


def _let_in(producer: Producer, officer_id: int, ends_at: datetime, by: Actor, now: datetime) -> Membership:
    db.session.execute(select(Producer.id).where(Producer.id == producer.id).with_for_update())
    place = (
        Membership.producer_id == producer.id,
        Membership.user_id == officer_id,
        Membership.ended_at.is_(None),
    )
    present = db.session.scalar(select(Membership).where(*place))
    if present is not None:
        if present.ends_at is None or now < present.ends_at:
            raise AssistanceRefusedError(reason="member")
        present.ended_at = present.ends_at  # it was over by itself; only nobody had noted it
        db.session.flush()
    membership = Membership(
        user_id=officer_id,
        producer_id=producer.id,
        role=MemberRole.EDITOR.value,
        is_assisting=True,
        added_by_id=by.user_id,
        joined_at=now,
        ends_at=ends_at,
    )
    db.session.add(membership)
    db.session.flush()
    return membership


def _note(
    verb: str,
    assistance: Assistance,
    producer: Producer,
    by: Actor,
    now: datetime,
    **more: Mapping[str, object],
) -> None:
    place = producer.place
    record_act(
        f"catalog.{verb}",
        by=by,
        subject=f"assistance:{assistance.id}",
        producer_id=producer.id,
        province_code=place.current_province_code if place else None,
        now=now,
        **more,  # type: ignore[arg-type]
    )
