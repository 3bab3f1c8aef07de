"""Campaigns as shoppers, producers and offices see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.actors import Actor
from catalog.models import Product
from catalog.queries.sale_terms import list_sale_terms
from core.db import ID_MAX, db
from orders.baskets import LineProblem
from orders.models.bundles import Bundle
from orders.models.vouchers import Voucher
from orders.queries.bundles import HamperView, list_hampers_among
from promotion.campaign_terms import EntryState, Phase
from promotion.errors.campaigns import CampaignNotFoundError, EntryNotFoundError
from promotion.models.campaigns import Campaign, CampaignEntry, CampaignHamper, CampaignVoucher
from promotion.permissions.campaigns import can_run_of_office
from promotion.queries.star_names import find_misnamed

LISTED_MOST: Final = 60
PAST_MOST: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignVoucherView:
    """A code with its limits. producer: only goods of that one. is_used_up: every use it had has been made."""

    id: int
    code: str
    percent: int | None
    amount_vnd: int | None
    cap_vnd: int | None
    minimum_vnd: int
    from_on: date
    until_on: date
    use_limit: int | None
    person_limit: int | None
    is_used_up: bool
    has_come: bool
    producer: str | None
    producer_slug: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPage:
    """A campaign on a day. Hampers, vouchers and goods are empty unless it runs. product_ids: in order of names."""

    campaign: Campaign
    phase: Phase
    vouchers: tuple[CampaignVoucherView, ...] = ()
    hampers: tuple[HamperView, ...] = ()
    product_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLists:
    """What there is on a day: campaigns that run, and the latest that are over."""

    running: tuple[Campaign, ...]
    over: tuple[Campaign, ...]


def list_campaigns(on: date) -> CampaignLists:
    """Published campaigns whose first day has come; the one that ends first stands first."""
    begun = _published().where(Campaign.from_on <= on)
    running = begun.where(Campaign.until_on >= on, Campaign.ended_at.is_(None))
    over = begun.where((Campaign.until_on < on) | Campaign.ended_at.is_not(None))
    return CampaignLists(
        running=tuple(
            db.session.scalars(running.order_by(Campaign.until_on, Campaign.id).limit(LISTED_MOST))
        ),
        over=tuple(db.session.scalars(over.order_by(Campaign.until_on.desc(), Campaign.id).limit(PAST_MOST))),
    )


def find_home_campaign(on: date) -> Campaign | None:
    """The one running campaign that the front page tells of: that which ends first. One statement."""
    running = _published().where(Campaign.from_on <= on, Campaign.until_on >= on, Campaign.ended_at.is_(None))
    return db.session.scalar(running.order_by(Campaign.until_on, Campaign.id).limit(1))


def get_campaign_page(slug: str, on: date) -> CampaignPage:
    """What shoppers see. Raises CampaignNotFoundError, also for one whose first day has not come."""
    campaign = db.session.scalar(_published().where(Campaign.slug == slug))
    phase = campaign.phase_on(on) if campaign is not None else Phase.COMING
    if campaign is None or phase is Phase.COMING or campaign.from_on > on:
        raise CampaignNotFoundError(slug=slug)
    if phase is Phase.OVER:
        return CampaignPage(campaign=campaign, phase=phase)
    return preview_page(campaign, on)


def preview_page(campaign: Campaign, on: date) -> CampaignPage:
    """What shoppers would see of it if it ran on that day."""
    return CampaignPage(
        campaign=campaign,
        phase=campaign.phase_on(on),
        vouchers=tuple(_voucher_view(each, on) for each in list_voucher_rows(campaign.id)),
        hampers=tuple(_hampers(campaign.id, on)),
        product_ids=_goods(campaign.id, on),
    )


def list_voucher_rows(campaign_id: int) -> Sequence[Voucher]:
    """The codes that a campaign shows, whatever became of them."""
    return db.session.scalars(
        select(Voucher)
        .join(CampaignVoucher, CampaignVoucher.voucher_id == Voucher.id)
        .where(CampaignVoucher.campaign_id == campaign_id)
        .options(joinedload(Voucher.producer))
        .order_by(Voucher.id)
    ).all()


def list_office_campaigns(actor: Actor) -> list[Campaign]:
    """What the person may change, the newest first."""
    found = db.session.scalars(select(Campaign).order_by(Campaign.id.desc()).limit(500))
    own = (each for each in found if can_run_of_office(actor, each.office_level, each.office_province_code))
    return list(own)[:LISTED_MOST]


def get_office_campaign(actor: Actor, campaign_id: int) -> Campaign:
    """A campaign that the person may change. Raises CampaignNotFoundError for any other."""
    found = db.session.get(Campaign, campaign_id) if 0 < campaign_id <= ID_MAX else None
    if found is None or not can_run_of_office(actor, found.office_level, found.office_province_code):
        raise CampaignNotFoundError(campaign_id=campaign_id)
    return found


def list_entries(campaign_id: int) -> Sequence[CampaignEntry]:
    """Goods in a campaign with their steps, those that wait for the office first."""
    entries = db.session.scalars(
        _entries().where(CampaignEntry.campaign_id == campaign_id).order_by(CampaignEntry.id)
    ).all()
    order = [
        EntryState.ASKED,
        EntryState.INVITED,
        EntryState.ACCEPTED,
        EntryState.REFUSED,
        EntryState.WITHDRAWN,
    ]
    return sorted(entries, key=lambda each: order.index(EntryState(each.state)))


def get_office_entry(actor: Actor, campaign_id: int, entry_id: int) -> CampaignEntry:
    """Goods in a campaign that the person may change. Raises CampaignNotFoundError, EntryNotFoundError."""
    get_office_campaign(actor, campaign_id)
    return _entry(entry_id, CampaignEntry.campaign_id == campaign_id)


def list_campaigns_for_producers(on: date) -> Sequence[Campaign]:
    """Campaigns that are published and not over: also those that are still to come."""
    open_ones = _published().where(Campaign.until_on >= on, Campaign.ended_at.is_(None))
    return db.session.scalars(open_ones.order_by(Campaign.from_on, Campaign.id).limit(LISTED_MOST)).all()


def get_campaign_for_producers(campaign_id: int) -> Campaign:
    """A published campaign. Raises CampaignNotFoundError."""
    found = db.session.get(Campaign, campaign_id) if 0 < campaign_id <= ID_MAX else None
    if found is None or found.published_at is None:
        raise CampaignNotFoundError(campaign_id=campaign_id)
    return found


def list_own_entries(producer_id: int, campaign_ids: Sequence[int]) -> Sequence[CampaignEntry]:
    """The producer's goods in these campaigns."""
    mine = _entries().where(
        CampaignEntry.producer_id == producer_id, CampaignEntry.campaign_id.in_(campaign_ids)
    )
    return db.session.scalars(mine.order_by(CampaignEntry.id)).all()


def get_own_entry(producer_id: int, entry_id: int) -> CampaignEntry:
    """Goods of the producer in a campaign. Raises EntryNotFoundError."""
    return _entry(entry_id, CampaignEntry.producer_id == producer_id)


def find_product_id(slug: str) -> int:
    """The number of the listed product with that address, 0 for none."""
    return db.session.scalar(select(Product.id).where(Product.slug == slug, Product.is_listed)) or 0


def last_refusal(entry: CampaignEntry) -> tuple[str, datetime] | None:
    """Why and when goods were refused, if that is where they stand."""
    last = entry.events[-1] if entry.events else None
    if entry.state != EntryState.REFUSED or last is None or last.reason is None:
        return None
    return last.reason, last.at


def _published() -> Select[Campaign]:
    return select(Campaign).where(Campaign.published_at.is_not(None))


def _entries() -> Select[CampaignEntry]:
    return select(CampaignEntry).options(
        joinedload(CampaignEntry.product),
        joinedload(CampaignEntry.producer),
        joinedload(CampaignEntry.campaign),
        selectinload(CampaignEntry.events),
    )


def _entry(entry_id: int, condition: Any) -> CampaignEntry:
    found = None
    if 0 < entry_id <= ID_MAX:
        found = db.session.scalar(_entries().where(CampaignEntry.id == entry_id, condition))
    if found is None:
        raise EntryNotFoundError(entry_id=entry_id)
    return found


def _voucher_view(voucher: Voucher, on: date) -> CampaignVoucherView:
    is_over = voucher.ended_at is not None or on > voucher.until_on
    used_up = voucher.use_limit is not None and voucher.used >= voucher.use_limit
    return CampaignVoucherView(
        id=voucher.id,
        code=voucher.code,
        percent=voucher.percent_bp // 100 if voucher.percent_bp is not None else None,
        amount_vnd=voucher.amount_vnd,
        cap_vnd=voucher.cap_vnd,
        minimum_vnd=voucher.minimum_vnd,
        from_on=voucher.from_on,
        until_on=voucher.until_on,
        use_limit=voucher.use_limit,
        person_limit=voucher.person_limit,
        is_used_up=is_over or used_up,
        has_come=voucher.from_on <= on,
        producer=voucher.producer.name if voucher.producer else None,
        producer_slug=voucher.producer.slug if voucher.producer else None,
    )


def _hampers(campaign_id: int, on: date) -> list[HamperView]:
    """The hampers of the campaign that can be bought that day: of the market, and of producers who take part still."""
    taking_part = select(CampaignEntry.producer_id).where(
        CampaignEntry.campaign_id == campaign_id, CampaignEntry.state == EntryState.ACCEPTED
    )
    wanted = db.session.scalars(
        select(CampaignHamper.bundle_id)
        .join(Bundle, Bundle.id == CampaignHamper.bundle_id)
        .where(
            CampaignHamper.campaign_id == campaign_id,
            Bundle.producer_id.is_(None) | Bundle.producer_id.in_(taking_part),
        )
    ).all()
    hampers = list_hampers_among(wanted, on) if wanted else []
    return [each for each in hampers if each.hamper.problem is not LineProblem.GONE]


def _goods(campaign_id: int, on: date) -> tuple[int, ...]:
    """Accepted goods that are listed and may be promoted that day under their names, by name."""
    ids = db.session.scalars(
        select(Product.id)
        .join(CampaignEntry, CampaignEntry.product_id == Product.id)
        .where(
            CampaignEntry.campaign_id == campaign_id,
            CampaignEntry.state == EntryState.ACCEPTED,
            CampaignEntry.producer_id == Product.producer_id,
            Product.is_listed,
            Product.is_for_sale,
        )
        .order_by(Product.name, Product.id)
    ).all()
    terms, misnamed = list_sale_terms(ids, on), find_misnamed(ids, on)
    return tuple(
        each
        for each in ids
        if each not in misnamed and (each not in terms or terms[each].terms.is_promotable)
    )
