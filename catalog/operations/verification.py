"""Comparing a seller with its papers: asked for by an owner, decided by an officer of the area, never by default.

No picture of an identity card is ever kept: an officer who has to see one ticks that it was compared, and forgets it.
Sources: Law 122/2025/QH15 on electronic commerce; Law 91/2025/QH15 on personal data; reliability design 2.4.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor, Post
from accounts.errors import NotYoursError
from accounts.models import Membership
from accounts.operations.audit import record_act
from catalog.errors import InvalidClaimError, SellerCheckError
from catalog.facts import Refusal
from catalog.models import Producer
from catalog.models.joining import CheckMethod, SellerCheck, SellerState
from catalog.operations.evidence import ReadPaper, keep_evidence
from catalog.operations.joining_notices import tell
from catalog.operations.text_checks import optional_text
from catalog.permissions.office import DECIDING, can_decide, has_part
from catalog.permissions.workspace import can_manage_team
from catalog.queries.sellers import compared_facts, find_answer, province_of_producer
from core.clock import VIETNAM
from core.db import db
from core.files import Storage
from core.places import Vintage, find_province_by_code

HOLDS: Final = timedelta(days=730)
"""Two years; then the papers are looked at again (docs/limits.md)."""
REASON_MAX: Final = 2_000


def ask_for_check(
    producer: Producer, paper: ReadPaper, *, by: Actor, files: Storage, now: datetime
) -> SellerCheck:
    """An owner asks the office to compare the producer with its registration paper.

    Raises NotYoursError; SellerCheckError (`reason`) without a tax code («tax_code») or an address («place»), or while
    another request waits («asked»).
    """
    if not can_manage_team(by, producer.id):
        raise NotYoursError(producer_id=producer.id)
    for field, reason in (("tax_code", "tax_code"), ("place_id", "place")):
        if getattr(producer, field) is None:
            raise SellerCheckError(reason=reason)
    db.session.execute(select(Producer.id).where(Producer.id == producer.id).with_for_update())
    latest = db.session.scalar(
        select(SellerCheck)
        .where(SellerCheck.producer_id == producer.id)
        .order_by(SellerCheck.id.desc())
        .limit(1)
    )
    if latest is not None and latest.state == SellerState.ASKED:
        raise SellerCheckError(reason="asked")
    title = f"Giấy đăng ký của {producer.name}"[:200]
    evidence = keep_evidence(paper, title=title, producer_id=producer.id, by=by, files=files, now=now)
    asked = SellerCheck(
        producer_id=producer.id,
        state=SellerState.ASKED.value,
        told=compared_facts(producer),
        evidence_id=evidence.id,
        noted_by_id=by.user_id,
        noted_at=now,
    )
    db.session.add(asked)
    db.session.flush()
    _note("ask_for_check", asked, by, now)
    return asked


def verify_seller(
    asked: SellerCheck, method: str, *, has_compared: bool, by: Actor, now: datetime
) -> SellerCheck:
    """Say that name, address and tax code agree with the papers. It holds for two years, or until any of them changes.

    Raises InvalidClaimError (field «compared» or «method»); NotYoursError for another area or a producer the officer
    works for; SellerCheckError («answered» if it was decided before, «changed» if the producer states something else
    since it asked).
    """
    if not has_compared:
        raise InvalidClaimError(field="compared", value="", reason=Refusal.NOT_AGREED)
    if method not in set(CheckMethod):
        raise InvalidClaimError(field="method", value=method, reason=Refusal.MISSING)
    post = _deciding_post(asked, by)
    if asked.told != compared_facts(asked.producer):
        raise SellerCheckError(reason="changed")
    today = now.astimezone(VIETNAM).date()
    verified = _answer(
        SellerCheck(
            producer_id=asked.producer_id,
            state=SellerState.VERIFIED.value,
            answers_id=asked.id,
            told=asked.told,
            evidence_id=asked.evidence_id,
            method=method,
            office=office_name(post),
            checked_on=today,
            until_on=today + HOLDS,
            noted_by_id=by.user_id,
            noted_at=now,
        )
    )
    _note("verify_seller", verified, by, now, method=method)
    _tell_owners(asked.producer, "verified", now)
    return verified


def refuse_seller(asked: SellerCheck, reason: str, *, by: Actor, now: datetime) -> SellerCheck:
    """Say that the papers do not agree, and why; what was verified before is verified no more.

    Raises InvalidClaimError without a reason; NotYoursError; SellerCheckError («answered»).
    """
    told = optional_text("reason", reason, REASON_MAX)
    if told is None:
        raise InvalidClaimError(field="reason", value="", reason=Refusal.MISSING)
    _deciding_post(asked, by)
    refused = _answer(
        SellerCheck(
            producer_id=asked.producer_id,
            state=SellerState.REFUSED.value,
            answers_id=asked.id,
            told=asked.told,
            evidence_id=asked.evidence_id,
            reason=told,
            noted_by_id=by.user_id,
            noted_at=now,
        )
    )
    _note("refuse_seller", refused, by, now)
    _tell_owners(asked.producer, "not_verified", now)
    return refused


def office_name(post: Post) -> str:
    """Whose officer compared, as shoppers read it: the office, never the person."""
    province = find_province_by_code(post.province_code or "", Vintage.SINCE_2025_07)
    if province is None:
        return "cán bộ chương trình OCOP trung ương"
    return f"cán bộ chương trình OCOP {province.name[:1].lower()}{province.name[1:]}"


def _deciding_post(asked: SellerCheck, by: Actor) -> Post:
    """The post by which the officer decides: in the producer's province, and with no part in the producer."""
    province_code = province_of_producer(asked.producer)
    is_own = has_part(by, asked.producer_id) or asked.noted_by_id == by.user_id
    if is_own or not can_decide(by, province_code):
        raise NotYoursError(check_id=asked.id)
    if find_answer(asked.id) is not None:
        raise SellerCheckError(reason="answered")
    return next(post for post in by.posts if post.level in DECIDING and post.covers(province_code, None))


def _answer(row: SellerCheck) -> SellerCheck:
    """A request is answered once: the second answer breaks a constraint of the database."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise SellerCheckError(reason="answered") from None
    return row


def _note(verb: str, row: SellerCheck, by: Actor, now: datetime, **more: str) -> None:
    producer = db.session.get_one(Producer, row.producer_id)
    record_act(
        f"catalog.{verb}",
        by=by,
        subject=f"producer:{producer.id}",
        after={"check_id": row.id, "state": row.state, **more},
        reason=row.reason,
        producer_id=producer.id,
        province_code=province_of_producer(producer),
        now=now,
    )


def _tell_owners(producer: Producer, notice: str, now: datetime) -> None:
    owners = select(Membership.user_id).where(
        Membership.producer_id == producer.id,
        Membership.role == "owner",
        Membership.is_assisting.is_(False),
        Membership.ended_at.is_(None),
    )
    for user_id in db.session.scalars(owners.order_by(Membership.id)).all():
        tell(user_id, notice, now=now, name=producer.name)
