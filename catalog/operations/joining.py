"""Registering a producer: what was typed is kept until it is finished, and nobody registers what is on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.vn import mst

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.models import MemberRole, Membership, User
from accounts.operations.audit import record_act
from catalog.errors import InvalidFactError, ProducerOnRecordError, TooManyProducersError
from catalog.facts import PlaceFacts, Refusal
from catalog.identity import producer_key, slugs_for
from catalog.models import Place, Producer, ProducerKind
from catalog.models.joining import ProducerDraft, Registration
from catalog.operations.places import record_place
from catalog.operations.producers import find_same_producer
from catalog.operations.products import refresh_search_text
from catalog.operations.slugs import free_slug
from catalog.operations.text_checks import optional_line, required_line
from catalog.permissions.workspace import can_manage_team
from catalog.queries.joining import find_public_slug
from core.commune_search import CommuneChoice, find_choice
from core.db import db
from core.phones import vietnamese_phone
from core.places import Vintage, find_province_by_code

PRODUCERS_MOST: Final = 5
"""By one person: who speaks for more is an office, which imports (docs/limits.md)."""
TYPED_MOST: Final = 500
"""Characters kept of one field of a draft."""
DRAFT_FIELDS: Final = frozenset({"name", "kind", "tax_code", "phone", "province", "commune", "street"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationFacts:
    """What a person states of a producer, as typed. commune: the key of a `CommuneChoice`. province: code of today."""

    name: str = ""
    kind: str = ""
    tax_code: str = ""
    phone: str = ""
    province: str = ""
    commune: str = ""
    street: str = ""
    agrees_to_publish: bool = False
    speaks_for_it: bool = False


def save_draft(facts: Mapping[str, str], *, by: Actor, now: datetime) -> ProducerDraft:
    """Keep what `by` has typed so far, as it was typed; fields that are not in `facts` stay as they were."""
    kept = {name: text[:TYPED_MOST] for name, text in facts.items() if name in DRAFT_FIELDS}
    draft = db.session.get(ProducerDraft, by.user_id)
    if draft is None:
        draft = ProducerDraft(user_id=by.user_id, facts=kept, saved_at=now)
        db.session.add(draft)
    else:
        draft.facts, draft.saved_at = draft.facts | kept, now
    db.session.flush()
    return draft


def drop_draft(*, by: Actor) -> None:
    """Forget what `by` had typed. Harmless when there is nothing."""
    draft = db.session.get(ProducerDraft, by.user_id)
    if draft is not None:
        db.session.delete(draft)
        db.session.flush()


def register_producer(facts: RegistrationFacts, *, by: Actor, now: datetime) -> Producer:
    """A new producer whose owner is `by`; its draft is gone then.

    Raises InvalidFactError (`field`, `reason`); ProducerOnRecordError if the name in the province of today, or the tax
    code, is on record: an entry of the register is claimed, never registered again; TooManyProducersError.
    """
    checked = {
        field: check_answer(field, getattr(facts, field)) for field in ("name", "kind", "tax_code", "phone")
    }
    choice = _chosen(facts)
    if not (facts.agrees_to_publish and facts.speaks_for_it):
        missing = "agrees_to_publish" if facts.speaks_for_it else "speaks_for_it"
        raise InvalidFactError(field=missing, value="", reason=Refusal.NOT_AGREED)
    _require_room(by)
    place = record_place(_place_facts(choice, facts.street)).place
    require_not_on_record(
        str(checked["name"]), checked["tax_code"], place, is_demonstration=by.is_demonstration
    )
    producer = _add(checked, place, by)
    db.session.add(Registration(producer_id=producer.id, registered_by_id=by.user_id, registered_at=now))
    db.session.add(
        Membership(user_id=by.user_id, producer_id=producer.id, role=MemberRole.OWNER.value, joined_at=now)
    )
    drop_draft(by=by)
    record_act(
        "catalog.register_producer",
        by=by,
        subject=f"producer:{producer.id}",
        after={"kind": producer.kind, "place_id": place.id},
        producer_id=producer.id,
        province_code=place.current_province_code,
        now=now,
    )
    return producer


def change_producer(producer: Producer, facts: Mapping[str, str], *, by: Actor, now: datetime) -> None:
    """Let an owner correct «kind», «tax_code» and «phone», and the name of a producer that was registered here.

    What the register states of a name stays as the decision has it. A verification of other facts lapses by itself.
    Raises NotYoursError; InvalidFactError; ProducerOnRecordError for a tax code or name of somebody else.
    """
    if not can_manage_team(by, producer.id):
        raise NotYoursError(producer_id=producer.id)
    editable = {"kind", "tax_code", "phone"} | ({"name"} if producer.source_id is None else set())
    checked = {field: check_answer(field, facts[field]) for field in facts if field in editable}
    changed = {field: value for field, value in checked.items() if getattr(producer, field) != value}
    if not changed:
        return
    place = producer.place or Place()
    name = str(checked.get("name") or producer.name)
    require_not_on_record(
        name,
        checked.get("tax_code"),
        place,
        is_demonstration=producer.is_demonstration,
        besides_id=producer.id,
    )
    try:
        with db.session.begin_nested():
            for field, value in changed.items():
                setattr(producer, field, value)
    except IntegrityError:
        raise ProducerOnRecordError(reason="tax_code", slug=None) from None
    for product in producer.products if "name" in changed else ():
        refresh_search_text(product)
    record_act(
        "catalog.change_producer",
        by=by,
        subject=f"producer:{producer.id}",
        after={"fields": sorted(changed)},
        producer_id=producer.id,
        province_code=place.current_province_code,
        now=now,
    )


def check_answer(field: str, text: str) -> str | None:
    """`text` as it is stored, None for nothing where nothing is needed. Raises InvalidFactError with its reason.

    Tax code: 10 digits, or 13 with a branch, with the right check digit. Source: Circular 105/2020/TT-BTC, article 5.
    """
    if field == "name":
        return required_line(field, text)
    if field == "kind":
        if text not in set(ProducerKind):
            raise InvalidFactError(field=field, value=text, reason=Refusal.UNKNOWN_CHOICE)
        return text
    if field == "tax_code":
        return _tax_code(text)
    phone = vietnamese_phone(text)
    if phone is None:
        raise InvalidFactError(
            field=field, value=text, reason=Refusal.NOT_A_PHONE if text.strip() else Refusal.MISSING
        )
    return phone


def require_not_on_record(
    name: str, tax_code: str | None, place: Place, *, is_demonstration: bool, besides_id: int | None = None
) -> None:
    """Raises ProducerOnRecordError if another producer than `besides_id` has that tax code, or that name there."""
    holder = db.session.scalar(select(Producer).where(Producer.tax_code == tax_code)) if tax_code else None
    if holder is not None and holder.id != besides_id:
        raise ProducerOnRecordError(reason="tax_code", slug=None)
    same = find_same_producer(name, place, is_demonstration=is_demonstration)
    if same is not None and same.id != besides_id:
        raise ProducerOnRecordError(reason="name", slug=find_public_slug(same.id))


def _tax_code(text: str) -> str | None:
    line = optional_line("tax_code", text)
    if line is None:
        return None
    try:
        return str(mst.format(mst.validate(line)))
    except InvalidChecksum:
        raise InvalidFactError(field="tax_code", value=line, reason=Refusal.WRONG_CHECK_DIGIT) from None
    except ValidationError:
        raise InvalidFactError(field="tax_code", value=line, reason=Refusal.WRONG_LENGTH) from None


def _chosen(facts: RegistrationFacts) -> CommuneChoice:
    if find_province_by_code(facts.province, Vintage.SINCE_2025_07) is None:
        raise InvalidFactError(field="province", value=facts.province, reason=Refusal.MISSING)
    choice = find_choice(facts.commune, facts.province)
    if choice is None:
        raise InvalidFactError(field="commune", value=facts.commune, reason=Refusal.MISSING)
    return choice


def _place_facts(choice: CommuneChoice, street: str) -> PlaceFacts:
    """The address as the person knows it, and the commune of today that the person chose."""
    if choice.old is not None:
        return PlaceFacts(
            street=optional_line("street", street),
            commune=choice.old.commune,
            district=choice.old.district,
            province=choice.old.province,
            vintage=Vintage.BEFORE_2025_07,
            stated_current_commune=choice.commune.name,
        )
    province = find_province_by_code(choice.commune.province_code, Vintage.SINCE_2025_07)
    return PlaceFacts(
        street=optional_line("street", street),
        commune=choice.commune.name,
        province=province.name if province else None,
        vintage=Vintage.SINCE_2025_07,
    )


def _require_room(by: Actor) -> None:
    # The row of the person is locked, so that two registrations at once are counted one after the other.
    db.session.execute(select(User.id).where(User.id == by.user_id).with_for_update())
    own = select(func.count()).select_from(Registration).where(Registration.registered_by_id == by.user_id)
    if (db.session.scalar(own) or 0) >= PRODUCERS_MOST:
        raise TooManyProducersError(most=PRODUCERS_MOST)


def _add(checked: Mapping[str, str | None], place: Place, by: Actor) -> Producer:
    """The row. Somebody who registers the same at the same moment is as good as on record already."""
    producer = Producer(
        slug=free_slug(Producer, slugs_for(producer_key(checked["name"] or ""), "producer")),
        is_demonstration=by.is_demonstration,
        place=place,
        **checked,
    )
    try:
        with db.session.begin_nested():
            db.session.add(producer)
    except IntegrityError:
        raise ProducerOnRecordError(reason="tax_code", slug=None) from None
    return producer
