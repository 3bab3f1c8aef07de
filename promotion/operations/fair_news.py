"""What people hear of fairs, each in their own language: a producer's people, and whoever holds the fair."""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import select

from accounts.models import Membership, User
from accounts.operations.notices import notify_user
from core.db import db
from core.i18n import format_date, speaking
from core.i18n import gettext as _
from promotion.fair_terms import ParticipationState
from promotion.models.fairs import Fair, Participation

Wording = Callable[[], tuple[str, str]]
"""Subject and text in the present language."""

_TAKING_PART = (
    ParticipationState.INVITED.value,
    ParticipationState.REGISTERED.value,
    ParticipationState.CONFIRMED.value,
)


def tell_of_invitation(part: Participation, *, now: datetime) -> None:
    """A producer is invited."""
    fair = part.fair
    _tell_team(
        part.producer_id,
        lambda: (
            _("Invited to %(fair)s", fair=fair.name),
            _(
                "%(organiser)s invites you to %(fair)s, from %(first)s to %(last)s. Accept or decline by"
                " %(until)s, in your workspace under Fairs.",
                organiser=fair.organiser_name,
                fair=fair.name,
                first=format_date(fair.starts_on),
                last=format_date(fair.ends_on),
                until=format_date(fair.register_until_on),
            ),
        ),
        now,
    )


def tell_of_decision(
    part: Participation, booth_code: str | None, reason: str | None, *, now: datetime
) -> None:
    """A producer's registration was confirmed or refused."""
    fair = part.fair

    def confirmed() -> tuple[str, str]:
        where = _("Your booth is %(code)s.", code=booth_code) if booth_code else ""
        text = _("Your place at %(fair)s is confirmed.", fair=fair.name)
        return _("Confirmed: %(fair)s", fair=fair.name), f"{text} {where}".strip()

    def refused() -> tuple[str, str]:
        return (
            _("No place at %(fair)s", fair=fair.name),
            _(
                "The organiser has no place for you at %(fair)s. Reason: %(reason)s",
                fair=fair.name,
                reason=reason,
            ),
        )

    is_confirmed = part.state == ParticipationState.CONFIRMED
    _tell_team(part.producer_id, confirmed if is_confirmed else refused, now)


def tell_organiser(part: Participation, *, now: datetime) -> None:
    """Whoever holds the fair hears that a producer registered or withdrew."""
    fair, producer = part.fair, part.producer

    def wording() -> tuple[str, str]:
        facts = {"producer": producer.name, "fair": fair.name}
        if part.state == ParticipationState.REGISTERED:
            return (
                _("New registration for %(fair)s", fair=fair.name),
                _("«%(producer)s» registered for %(fair)s and waits for your word.", **facts),
            )
        return (
            _("A producer stays away from %(fair)s", fair=fair.name),
            _("«%(producer)s» does not take part in %(fair)s.", **facts),
        )

    organiser = db.session.get_one(User, fair.organiser_id)
    _tell(organiser, wording, now)


def tell_of_cancellation(fair: Fair, *, now: datetime) -> None:
    """Every producer that was invited, registered or confirmed hears that the fair is called off."""
    producers = select(Participation.producer_id).where(
        Participation.fair_id == fair.id, Participation.state.in_(_TAKING_PART)
    )
    for producer_id in db.session.scalars(producers.order_by(Participation.id)).all():
        _tell_team(
            producer_id,
            lambda: (
                _("Called off: %(fair)s", fair=fair.name),
                _("%(fair)s is called off. Reason: %(reason)s", fair=fair.name, reason=fair.cancel_reason),
            ),
            now,
        )


def _tell_team(producer_id: int, wording: Wording, now: datetime) -> None:
    for user in _team(producer_id):
        _tell(user, wording, now)


def _tell(user: User, wording: Wording, now: datetime) -> None:
    with speaking(user.language):
        subject, text = wording()
    notify_user(user.id, subject, text, now=now)


def _team(producer_id: int) -> Iterator[User]:
    members = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.producer_id == producer_id,
            Membership.ended_at.is_(None),
            Membership.is_assisting.is_(False),
            User.erased_at.is_(None),
        )
        .order_by(Membership.id)
    )
    yield from db.session.scalars(members).unique().all()
