"""How it stands with a seller: compared with its papers, or not. Nothing is «verified» by default.

Source: Law 122/2025/QH15 on electronic commerce (in force since 1 July 2026): a platform compares sellers with their
papers and shows who they are: name, address, tax code, contact, and where to complain.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import aliased, joinedload

from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Place, Producer
from catalog.models.joining import SellerCheck, SellerState
from catalog.permissions.office import DECIDING
from catalog.queries.office_scope import places_of
from core.db import db

STEPS_READ: Final = 10


class Standing(StrEnum):
    """How a seller stands on a day. Shoppers are told whether it is verified; the rest is the owner's to know."""

    UNVERIFIED = "unverified"
    DOCUMENTS_RECEIVED = "documents_received"
    VERIFIED = "verified"
    REFUSED = "refused"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerView:
    """A seller as shown. office: whose officer compared, in Vietnamese. reason: why it was refused, for owners only.

    is_being_checked: whether a request waits, whatever held before. until_on: the last day of the verification.
    """

    standing: Standing
    tax_code: str | None = None
    checked_on: date | None = None
    until_on: date | None = None
    office: str | None = None
    method: str | None = None
    reason: str | None = None
    is_being_checked: bool = False

    @property
    def is_verified(self) -> bool:
        return self.standing is Standing.VERIFIED


def compared_facts(producer: Producer) -> dict[str, Any]:
    """What is compared with the papers; when any of it changes, a verification says nothing any more."""
    return {
        "name": producer.name,
        "kind": producer.kind,
        "tax_code": producer.tax_code,
        "place_id": producer.place_id,
    }


def find_seller(producer_id: int, on: date) -> SellerView:
    """How the producer stands on that day. One statement."""
    rows = db.session.execute(
        select(Producer, SellerCheck)
        .outerjoin(SellerCheck, SellerCheck.producer_id == Producer.id)
        .where(Producer.id == producer_id)
        .order_by(SellerCheck.id.desc())
        .limit(STEPS_READ)
    ).all()
    steps = [
        row.SellerCheck for row in rows if row.SellerCheck is not None
    ]  # none beside a producer without any
    return _judged(rows[0].Producer, steps, on)


def get_office_check(actor: Actor, check_id: int) -> SellerCheck:
    """A request of a producer in an area where `actor` decides. Raises NotYoursError."""
    found = db.session.scalar(
        select(SellerCheck)
        .join(SellerCheck.producer)
        .where(SellerCheck.id == check_id, SellerCheck.state == SellerState.ASKED.value, _decided_by(actor))
        .options(joinedload(SellerCheck.producer).joinedload(Producer.place))
    )
    if found is None:
        raise NotYoursError(check_id=check_id)
    return found


def find_answer(check_id: int) -> SellerCheck | None:
    """What a request was answered, None while it waits."""
    return db.session.scalar(select(SellerCheck).where(SellerCheck.answers_id == check_id))


def list_office_checks(actor: Actor, page: int, per_page: int) -> tuple[Sequence[SellerCheck], int]:
    """Requests that wait in the area, the oldest first, and how many there are."""
    total = count_office_checks(actor)
    rows = db.session.scalars(
        select(SellerCheck)
        .join(SellerCheck.producer)
        .where(_waits(), _decided_by(actor))
        .options(joinedload(SellerCheck.producer).joinedload(Producer.place))
        .order_by(SellerCheck.id)
        .offset((page - 1) * per_page)
        .limit(per_page)
    ).all()
    return rows, total


def count_office_checks(actor: Actor) -> int:
    """How many requests wait in the area."""
    waiting = select(func.count()).select_from(SellerCheck).join(SellerCheck.producer)
    return db.session.scalar(waiting.where(_waits(), _decided_by(actor))) or 0


def province_of_producer(producer: Producer) -> str | None:
    """Code of today's province of a producer, None if that is not known."""
    place = db.session.get(Place, producer.place_id) if producer.place_id else None
    return place.current_province_code if place else None


def _judged(producer: Producer, steps: Sequence[SellerCheck], on: date) -> SellerView:
    waits = bool(steps) and steps[0].state == SellerState.ASKED
    answer = next((step for step in steps if step.state != SellerState.ASKED), None)
    if answer is None:
        standing = Standing.DOCUMENTS_RECEIVED if waits else Standing.UNVERIFIED
        return SellerView(standing=standing, tax_code=producer.tax_code, is_being_checked=waits)
    return SellerView(
        standing=_standing(producer, answer, on),
        tax_code=producer.tax_code,
        checked_on=answer.checked_on,
        until_on=answer.until_on,
        office=answer.office,
        method=answer.method,
        reason=answer.reason,
        is_being_checked=waits,
    )


def _standing(producer: Producer, answer: SellerCheck, on: date) -> Standing:
    if answer.state == SellerState.REFUSED:
        return Standing.REFUSED
    is_current = answer.until_on is not None and on <= answer.until_on
    return Standing.VERIFIED if is_current and answer.told == compared_facts(producer) else Standing.LAPSED


def _waits() -> ColumnElement[bool]:
    answer = aliased(SellerCheck)
    answered = select(answer.id).where(answer.answers_id == SellerCheck.id).exists()
    return and_(SellerCheck.state == SellerState.ASKED.value, ~answered)


def _decided_by(actor: Actor) -> ColumnElement[bool]:
    """Producers whose own place lies where `actor` decides, by the rule of `can_decide`: where goods are made is no
    matter, and commune officers find none."""
    deciding = replace(actor, posts=tuple(post for post in actor.posts if post.level in DECIDING))
    if any(post.level == "nation" for post in deciding.posts):
        return true()
    return Producer.place_id.in_(select(Place.id).where(places_of(deciding)).correlate(None))
