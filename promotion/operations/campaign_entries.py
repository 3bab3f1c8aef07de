"""How goods come into a campaign: a producer asks and the office decides, or the office invites and it decides."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from catalog.groups import SERVICE_GROUP_NUMBER
from catalog.models import Product
from catalog.queries.office_scope import province_of
from catalog.queries.sale_terms import list_sale_terms
from core.clock import vietnam_date
from core.db import ID_MAX, db
from core.text import clean_text
from promotion.campaign_terms import (
    ENTRIES_MAX,
    OFFICE_MOVES,
    PRODUCER_MOVES,
    REASON_MAX,
    EntryState,
    fault_of_text,
)
from promotion.errors.campaigns import EntryStateError, InvalidCampaignError
from promotion.models.campaigns import Campaign, CampaignEntry, CampaignEntryEvent
from promotion.operations.campaigns import require_open
from promotion.queries.star_names import find_misnamed

Moves = Mapping[EntryState, frozenset[EntryState]]


def ask_to_take_part(
    campaign: Campaign, producer_id: int, product_ids: Sequence[int], *, by: Actor, now: datetime
) -> int:
    """Ask with goods of the producer; how many ask now. Said again, it changes nothing; an invitation is accepted.

    Raises CampaignOverError; InvalidCampaignError (field «products», product_ids) for none, for goods that are not the
    producer's or may not take part, or too many; then nothing has changed.
    """
    require_open(campaign, now=now)
    if campaign.published_at is None:
        raise InvalidCampaignError(field="products", reason="not_published")
    goods = _goods(campaign, product_ids, now)
    _refuse("not_yours", [product.id for product in goods if product.producer_id != producer_id])
    return sum(_enter(campaign, product, EntryState.ASKED, by=by, now=now) for product in goods)


def invite(campaign: Campaign, product_id: int, *, by: Actor, now: datetime) -> None:
    """Invite goods; their producer decides. Said again, it changes nothing; goods that had asked are accepted.

    Raises CampaignOverError, InvalidCampaignError (field «product»).
    """
    require_open(campaign, now=now)
    (product,) = _goods(campaign, [product_id], now)
    _enter(campaign, product, EntryState.INVITED, by=by, now=now)


def decide_entry(entry: CampaignEntry, wanted: EntryState, reason: str, *, by: Actor, now: datetime) -> None:
    """Accept or refuse for the office, or invite anew. reason: of a refusal, told to the producer.

    Raises CampaignOverError, InvalidCampaignError (field «reason»), EntryStateError; then nothing has changed.
    """
    require_open(entry.campaign, now=now)
    said = clean_text(reason)
    is_refusal = wanted is EntryState.REFUSED
    fault = fault_of_text(said, REASON_MAX, is_needed=is_refusal)
    if fault:
        raise InvalidCampaignError(field="reason", reason=fault)
    _move(entry, wanted, OFFICE_MOVES, (said or None) if is_refusal else None, by=by, now=now)


def answer_entry(entry: CampaignEntry, wanted: EntryState, *, by: Actor, now: datetime) -> None:
    """Accept an invitation, withdraw goods, or ask again, for the producer. Raises as `decide_entry`."""
    if wanted is not EntryState.WITHDRAWN:
        require_open(entry.campaign, now=now)
    _move(entry, wanted, PRODUCER_MOVES, None, by=by, now=now)


def _enter(campaign: Campaign, product: Product, wanted: EntryState, *, by: Actor, now: datetime) -> int:
    """1 if something changed. wanted: ASKED by a producer, INVITED by an office; who meets the other, agrees."""
    same = (CampaignEntry.campaign_id == campaign.id, CampaignEntry.product_id == product.id)
    entry = db.session.scalar(select(CampaignEntry).where(*same))
    if entry is None:
        entry = CampaignEntry(
            campaign_id=campaign.id,
            producer_id=product.producer_id,
            product_id=product.id,
            state=wanted.value,
        )
        try:
            with db.session.begin_nested():
                db.session.add(entry)
        except IntegrityError:  # somebody else entered them a moment ago
            raise EntryStateError(present="", wanted=wanted.value) from None
        _note(entry, wanted, None, by=by, now=now)
        return 1
    moves = PRODUCER_MOVES if wanted is EntryState.ASKED else OFFICE_MOVES
    possible = moves[EntryState(entry.state)]
    target = next((each for each in (wanted, EntryState.ACCEPTED) if each in possible), None)
    if target is None:
        return 0
    _move(entry, target, moves, None, by=by, now=now)
    return 1


def _move(
    entry: CampaignEntry, wanted: EntryState, moves: Moves, reason: str | None, *, by: Actor, now: datetime
) -> None:
    """One guarded UPDATE decides, so that of two that come at once only one is written down."""
    present = EntryState(entry.state)
    if wanted not in moves[present]:
        raise EntryStateError(present=present.value, wanted=wanted.value)
    moved = db.session.execute(
        update(CampaignEntry)
        .where(CampaignEntry.id == entry.id, CampaignEntry.state == present.value)
        .values(state=wanted.value)
    )
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        raise EntryStateError(present=present.value, wanted=wanted.value)
    _note(entry, wanted, reason, by=by, now=now)


def _note(entry: CampaignEntry, state: EntryState, reason: str | None, *, by: Actor, now: datetime) -> None:
    event = CampaignEntryEvent(entry_id=entry.id, state=state.value, reason=reason, by_id=by.user_id, at=now)
    db.session.add(event)
    db.session.flush()
    db.session.expire(entry)


def _goods(campaign: Campaign, product_ids: Sequence[int], now: datetime) -> list[Product]:
    """The products if each may take part. Raises InvalidCampaignError."""
    wanted = sorted({each for each in product_ids if 0 < each <= ID_MAX})
    if not wanted or len(wanted) != len(set(product_ids)):
        raise InvalidCampaignError(field="products", reason="missing" if not product_ids else "not_sold")
    goods = db.session.scalars(
        select(Product).where(
            Product.id.in_(wanted),
            Product.is_listed,
            Product.is_for_sale,
            Product.producer_id.is_not(None),
            func.coalesce(Product.group_no, 0) != SERVICE_GROUP_NUMBER,
        )
    ).all()
    _refuse("not_sold", set(wanted) - {product.id for product in goods})
    terms = list_sale_terms(wanted, vietnam_date(now))
    _refuse("not_promoted", [number for number, each in terms.items() if not each.terms.is_promotable])
    _refuse("star_claim", find_misnamed(wanted, vietnam_date(now)))
    area = campaign.office_province_code
    if area is not None:
        _refuse("elsewhere", [product.id for product in goods if province_of(product) != area])
    _require_room(campaign, len(goods))
    return list(goods)


def _refuse(reason: str, product_ids: Collection[int]) -> None:
    if product_ids:
        raise InvalidCampaignError(field="products", reason=reason, product_ids=sorted(product_ids))


def _require_room(campaign: Campaign, more: int) -> None:
    count = select(func.count(CampaignEntry.id)).where(CampaignEntry.campaign_id == campaign.id)
    if (db.session.scalar(count) or 0) + more > ENTRIES_MAX:
        raise InvalidCampaignError(field="products", reason="too_many")
