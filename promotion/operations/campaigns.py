"""Making campaigns, showing them, ending them, and what they offer: codes of the market, gift hampers."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from core.clock import vietnam_date
from core.db import Model, db
from core.text import clean_line
from orders.models.bundles import Bundle
from orders.models.vouchers import Bearer, Voucher
from orders.voucher_terms import normal_code
from promotion.campaign_terms import OFFERS_MAX, CampaignFacts, EntryState, Phase, fault_of_campaign
from promotion.errors.campaigns import CampaignOverError, InvalidCampaignError
from promotion.models.campaigns import Campaign, CampaignEntry, CampaignHamper, CampaignVoucher
from promotion.operations.campaign_slugs import add_under_slug
from promotion.permissions.campaigns import office_of


def make_campaign(facts: CampaignFacts, *, by: Actor, now: datetime) -> Campaign:
    """A new campaign of the office for which `by` speaks; nobody sees it before it is published.

    Raises InvalidCampaignError (`field`, `reason`); then there is none.
    """
    _require_sense(facts, now)
    level, province_code = office_of(by)
    campaign = Campaign(
        office_level=level.value,
        office_province_code=province_code,
        made_by_id=by.user_id,
        made_at=now,
    )
    _write(campaign, facts)
    add_under_slug(campaign, facts.name, "dot-quang-ba")
    return campaign


def update_campaign(campaign: Campaign, facts: CampaignFacts, *, now: datetime) -> None:
    """Say it anew; its address stays. Raises InvalidCampaignError, CampaignOverError; then nothing has changed."""
    require_open(campaign, now=now)
    _require_sense(facts, now)
    _write(campaign, facts)


def publish_campaign(campaign: Campaign, *, now: datetime) -> None:
    """Let producers see it at once and shoppers on its days; harmless when repeated. Raises CampaignOverError."""
    require_open(campaign, now=now)
    if campaign.published_at is None:
        campaign.published_at = now


def end_campaign(campaign: Campaign, *, by: Actor, now: datetime) -> None:
    """End it before its last day, for good; harmless when repeated."""
    if campaign.ended_at is None:
        campaign.ended_at, campaign.ended_by_id = now, by.user_id


def attach_voucher(campaign: Campaign, code: str, *, now: datetime) -> Voucher:
    """Show a code of the market in the campaign; harmless when repeated.

    Raises InvalidCampaignError: no such code, one that a producer gave out itself, one that is over, or too many.
    """
    require_open(campaign, now=now)
    voucher = db.session.scalar(select(Voucher).where(Voucher.code == normal_code(code[:40])))
    if voucher is None or voucher.bearer != Bearer.PLATFORM:
        raise InvalidCampaignError(field="code", reason="unknown")
    if voucher.ended_at is not None or voucher.until_on < vietnam_date(now):
        raise InvalidCampaignError(field="code", reason="over")
    _require_room(CampaignVoucher, campaign, "code")
    _insert_once(CampaignVoucher, campaign_id=campaign.id, voucher_id=voucher.id)
    return voucher


def detach_voucher(campaign: Campaign, voucher_id: int) -> None:
    """Show the code no more; the code itself stays what it was. Harmless when repeated."""
    mine = (CampaignVoucher.campaign_id == campaign.id, CampaignVoucher.voucher_id == voucher_id)
    db.session.execute(delete(CampaignVoucher).where(*mine))


def attach_hamper(campaign: Campaign, address: str, *, now: datetime) -> Bundle:
    """Show a gift hamper that is on sale, named by its address; harmless when repeated.

    Raises InvalidCampaignError: none such, or that of a producer who does not take part, or too many.
    """
    require_open(campaign, now=now)
    slug = clean_line(address[:300]).rstrip("/").rpartition("/")[2]
    on_sale = (Bundle.slug == slug, Bundle.published_at.is_not(None), Bundle.ended_at.is_(None))
    bundle = db.session.scalar(select(Bundle).where(*on_sale))
    if bundle is None:
        raise InvalidCampaignError(field="hamper", reason="unknown")
    if bundle.producer_id is not None and not _takes_part(campaign, bundle.producer_id):
        raise InvalidCampaignError(field="hamper", reason="not_in")
    _require_room(CampaignHamper, campaign, "hamper")
    _insert_once(CampaignHamper, campaign_id=campaign.id, bundle_id=bundle.id)
    return bundle


def detach_hamper(campaign: Campaign, bundle_id: int) -> None:
    """Show the hamper no more; it stays on sale. Harmless when repeated."""
    mine = (CampaignHamper.campaign_id == campaign.id, CampaignHamper.bundle_id == bundle_id)
    db.session.execute(delete(CampaignHamper).where(*mine))


def require_open(campaign: Campaign, *, now: datetime) -> None:
    """Raises CampaignOverError if the campaign takes nothing any more."""
    if campaign.phase_on(vietnam_date(now)) is Phase.OVER:
        raise CampaignOverError(slug=campaign.slug)


def _require_sense(facts: CampaignFacts, now: datetime) -> None:
    fault = fault_of_campaign(facts, vietnam_date(now))
    if fault is not None:
        raise InvalidCampaignError(field=fault[0], reason=fault[1])


def _write(campaign: Campaign, facts: CampaignFacts) -> None:
    if facts.from_on is None or facts.until_on is None:  # looked at before: for those who read types
        raise InvalidCampaignError(field="from_on", reason="missing")
    campaign.name, campaign.name_en = facts.name, facts.name_en or None
    campaign.summary, campaign.summary_en = facts.summary, facts.summary_en or None
    campaign.criteria, campaign.criteria_en = facts.criteria, facts.criteria_en or None
    campaign.from_on, campaign.until_on = facts.from_on, facts.until_on


def _takes_part(campaign: Campaign, producer_id: int) -> bool:
    accepted = select(CampaignEntry.id).where(
        CampaignEntry.campaign_id == campaign.id,
        CampaignEntry.producer_id == producer_id,
        CampaignEntry.state == EntryState.ACCEPTED,
    )
    return db.session.scalar(accepted.limit(1)) is not None


def _require_room(kind: type[CampaignVoucher] | type[CampaignHamper], campaign: Campaign, field: str) -> None:
    count = select(func.count()).select_from(kind).where(kind.campaign_id == campaign.id)
    if (db.session.scalar(count) or 0) >= OFFERS_MAX:
        raise InvalidCampaignError(field=field, reason="too_many")


def _insert_once(kind: type[Model], **values: int) -> None:
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    db.session.execute(of_dialect.insert(kind.__table__).values(values).on_conflict_do_nothing())
