"""An officer helps a producer, because an owner agreed: for named things, until a day, and never alone.

The officer becomes an editor who only assists, with what is named (`Membership.assists_with`): such a one prepares,
and a member who does not assist publishes (`catalog.permissions.workspace`). What the officer does is noted with both
names: the officer's, and the owner's who let them in (`Membership.added_by_id`).
Source: ux design 5.10 («Nhờ cán bộ làm giúp»).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select, update

from accounts.actors import Actor
from accounts.contacts import contact_of
from accounts.errors import NotYoursError
from accounts.letters import CODE_KIND, Wording
from accounts.models import MemberRole, Membership, User
from accounts.models.sign_in import Purpose
from accounts.operations.audit import record_act
from accounts.operations.codes import CodeRequest, Outcome, answer_code, ask_code, use_step
from accounts.operations.consents import record_consent
from accounts.operations.sessions import lock_user
from accounts.purposes import ASSISTANCE, PURPOSES
from catalog.errors import AssistanceRefusedError
from catalog.models import Producer
from catalog.models.evidence import EvidenceFile
from catalog.models.joining import Assistance, AssistanceBasis
from catalog.operations.joining_notices import tell
from catalog.permissions.workspace import can_manage_team
from catalog.queries.team import find_reachable_owner, list_helpers, list_members
from core.clock import VIETNAM
from core.db import db
from core.i18n import format_date, gettext, speaking
from core.keys import KeyRing, keyed_hash
from core.messages.models import Channel

LONGEST: Final = timedelta(days=90)
"""Help without an end is no help but a change of hands (docs/limits.md)."""
TERMS_KEY: Final = "catalog.help_terms"
SCOPES: Final = ("listings", "stock", "certificates")


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpTerms:
    """What an owner agrees to on paper. scopes: of `SCOPES`. evidence_id: the signed form. owner_id: who agrees."""

    producer_id: int
    scopes: tuple[str, ...]
    ends_on: date
    evidence_id: int
    owner_id: int


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
    wanted, ends_at = _checked_terms(producer, officer_id, scopes, ends_on, now)
    membership = _let_in(producer, officer_id, wanted, ends_at, owner_id=by.user_id, now=now)
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


def ask_for_agreement(
    terms: HelpTerms, *, by: Actor, keys: KeyRing, address_prefix: str, paid_per_day: int, now: datetime
) -> str:
    """An officer asks an owner who sits beside, with the signed form, for the code that goes to the owner's telephone.

    The message says whom the code lets in, where, and until when. Returns the handle for `agree_on_paper`. Raises
    NotYoursError for a producer of another area or a form that `by` did not hand in; AssistanceRefusedError as
    `agree_to_help`, or «phone» where no owner has a verified telephone; TooManyCodesError.
    """
    producer, owner = _require_asker(terms, by)
    _checked_terms(producer, by.user_id, terms.scopes, terms.ends_on, now)
    _require_no_place(producer, by.user_id, now)
    asked = CodeRequest(
        contact=contact_of(owner.phone or ""),
        purpose=Purpose.HELP,
        channel=Channel.SMS,
        language=owner.language,
        address_prefix=address_prefix,
        paid_per_day=paid_per_day,
        user_id=by.user_id,
        wording=lambda code: help_code_wording(code, owner.language, by.name, producer.name, terms.ends_on),
    )
    return ask_code(asked, keys, now=now)


def agree_on_paper(
    terms: HelpTerms, handle: str, code: str, *, by: Actor, keys: KeyRing, now: datetime
) -> Assistance | None:
    """Begin the help if `code` is the one that went to the owner; None if it is not, or is too old.

    The try counts: the caller keeps its transaction then too. terms: those the code was asked for; the edge vouches
    for that (`signed_terms`). Raises as `ask_for_agreement`.
    """
    producer, owner = _require_asker(terms, by)
    wanted, ends_at = _checked_terms(producer, by.user_id, terms.scopes, terms.ends_on, now)
    if answer_code(handle, Purpose.HELP, code, keys, now=now) is not Outcome.RIGHT:
        return None
    use_step(handle, Purpose.HELP, now=now)
    membership = _let_in(producer, by.user_id, wanted, ends_at, owner_id=owner.id, now=now)
    record_consent(owner.id, ASSISTANCE, PURPOSES[ASSISTANCE].version, now)
    assistance = Assistance(
        producer_id=producer.id,
        officer_id=by.user_id,
        membership_id=membership.id,
        basis=AssistanceBasis.PAPER.value,
        scope=",".join(wanted),
        agreed_by_id=owner.id,
        agreed_at=now,
        ends_at=ends_at,
        evidence_id=terms.evidence_id,
    )
    db.session.add(assistance)
    db.session.flush()
    after = {"officer_id": by.user_id, "owner_id": owner.id, "scope": wanted, "basis": "paper"}
    _note(
        "agree_to_help", assistance, producer, by, now, after=after | {"ends_on": terms.ends_on.isoformat()}
    )
    tell(owner.id, "assistance_on_paper", now=now, name=producer.name, day=format_date(terms.ends_on))
    return assistance


def signed_terms(terms: HelpTerms, handle: str, keys: KeyRing) -> str:
    """What shows that `terms` are those for which the code of `handle` was asked: 64 hexadecimal digits."""
    told = f"{handle}:{terms.producer_id}:{','.join(terms.scopes)}:{terms.ends_on}:{terms.evidence_id}:{terms.owner_id}"
    return keyed_hash(keys.derive(TERMS_KEY), told).hex()


def help_code_wording(code: str, language: str, officer: str, producer: str, ends_on: date) -> Wording:
    """The message with the code: it says what the code does, because its holder tells it to somebody."""
    with speaking(language):
        text = gettext(
            "%(code)s lets the officer %(officer)s help «%(producer)s» on Chợ OCOP until %(day)s. Say it only if you"
            " agree and the officer is with you.",
            code=code,
            officer=officer,
            producer=producer,
            day=format_date(ends_on),
        )
        return Wording(CODE_KIND, gettext("Help from an officer"), text, {"otp": code})


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


def note_help_ended(officer_id: int, *, by_id: int, now: datetime) -> None:
    """Close the help of an officer whose place in the teams ended with the post, and tell the owners; twice is once."""
    left = (
        select(Assistance)
        .join(Membership, Membership.id == Assistance.membership_id)
        .where(
            Assistance.officer_id == officer_id,
            Assistance.ended_at.is_(None),
            Assistance.ends_at > now,
            Membership.ended_at.is_not(None),
        )
        .order_by(Assistance.id)
        .with_for_update(of=Assistance)
    )
    for assistance in db.session.scalars(left).all():
        assistance.ended_at, assistance.ended_by_id = now, by_id
        producer = assistance.producer
        _note("end_help", assistance, producer, None, now, before={"officer_id": officer_id})
        for member in list_members(producer.id, now):
            if member.role == MemberRole.OWNER and not member.is_assisting:
                tell(member.user_id, "assistance_ended", now=now, name=producer.name)


def _checked_terms(
    producer: Producer, officer_id: int, scopes: Collection[str], ends_on: date, now: datetime
) -> tuple[list[str], datetime]:
    wanted = [scope for scope in SCOPES if scope in scopes]
    if not wanted:
        raise AssistanceRefusedError(reason="scope")
    ends_at = datetime.combine(ends_on + timedelta(days=1), time(), VIETNAM)
    if not now < ends_at or ends_on - now.astimezone(VIETNAM).date() > LONGEST:
        raise AssistanceRefusedError(reason="term")
    lock_user(officer_id)  # whose post ends at this moment is let in by nobody
    if officer_id not in {helper.id for helper in list_helpers(producer)}:
        raise AssistanceRefusedError(reason="officer")
    return wanted, ends_at


def _require_asker(terms: HelpTerms, by: Actor) -> tuple[Producer, User]:
    """The producer and the owner who is asked. The form must have been handed in by `by` for that producer."""
    producer = db.session.get(Producer, terms.producer_id)
    form = db.session.get(EvidenceFile, terms.evidence_id)
    is_own_form = form is not None and (form.kept_by_id, form.producer_id) == (by.user_id, terms.producer_id)
    if producer is None or not is_own_form or by.user_id not in {each.id for each in list_helpers(producer)}:
        raise NotYoursError(producer_id=terms.producer_id)
    owner = find_reachable_owner(producer.id)
    if owner is None or owner.id != terms.owner_id or owner.id == by.user_id:
        raise AssistanceRefusedError(reason="phone")
    return producer, owner


def _require_no_place(producer: Producer, officer_id: int, now: datetime) -> None:
    place = (
        Membership.producer_id == producer.id,
        Membership.user_id == officer_id,
        Membership.ended_at.is_(None),
    )
    present = db.session.scalar(select(Membership).where(*place))
    if present is not None and (present.ends_at is None or now < present.ends_at):
        raise AssistanceRefusedError(reason="member")


def _let_in(
    producer: Producer,
    officer_id: int,
    wanted: Collection[str],
    ends_at: datetime,
    *,
    owner_id: int,
    now: datetime,
) -> Membership:
    db.session.execute(select(Producer.id).where(Producer.id == producer.id).with_for_update())
    _require_no_place(producer, officer_id, now)
    place = (
        Membership.producer_id == producer.id,
        Membership.user_id == officer_id,
        Membership.ended_at.is_(None),
    )
    present = db.session.scalar(select(Membership).where(*place))
    if present is not None:
        present.ended_at = present.ends_at  # it was over by itself; only nobody had noted it
        db.session.flush()
    membership = Membership(
        user_id=officer_id,
        producer_id=producer.id,
        role=MemberRole.EDITOR.value,
        is_assisting=True,
        assists_with=",".join(wanted),
        added_by_id=owner_id,
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
    by: Actor | None,
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
