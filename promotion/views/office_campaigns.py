"""Campaigns in the office: making them, what they show, whose goods take part."""

from collections.abc import Callable

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from core import clock
from core.db import transaction
from promotion.campaign_terms import EntryState
from promotion.errors.campaigns import CampaignOverError, EntryStateError, InvalidCampaignError
from promotion.forms.campaigns import TypedForm, campaign_facts, refused, slug_of_address
from promotion.models.campaigns import Campaign
from promotion.operations.campaign_entries import decide_entry, invite
from promotion.operations.campaigns import (
    attach_hamper,
    attach_voucher,
    detach_hamper,
    detach_voucher,
    end_campaign,
    make_campaign,
    publish_campaign,
    update_campaign,
)
from promotion.permissions.campaigns import can_run_campaigns
from promotion.queries.campaigns import (
    find_product_id,
    get_office_campaign,
    get_office_entry,
    list_entries,
    list_office_campaigns,
    preview_page,
)

Act = Callable[[Campaign], object]
REFUSALS = (InvalidCampaignError, CampaignOverError, EntryStateError)
DECISIONS = {
    "accept": EntryState.ACCEPTED,
    "refuse": EntryState.REFUSED,
    "invite": EntryState.INVITED,
}


@needs(can_run_campaigns)
def campaigns() -> Response:
    """What the office has made, and a form for another."""
    return _list_page(TypedForm(), 200)


@needs(can_run_campaigns)
def campaign_create() -> AnyResponse:
    """A new campaign, not shown yet."""
    try:
        with transaction():
            made = make_campaign(campaign_facts(request.form), by=current_actor(), now=clock.now())
            campaign_id = made.id
    except InvalidCampaignError as error:
        return _list_page(refused(request.form, error.facts), 422)
    return _led_to(campaign_id)


@needs(can_run_campaigns)
def campaign(campaign_id: int) -> Response:
    """One campaign."""
    return _page(get_office_campaign(current_actor(), campaign_id), TypedForm(), 200)


@needs(can_run_campaigns)
def campaign_update(campaign_id: int) -> AnyResponse:
    """Say it anew."""
    return _done(
        campaign_id, lambda found: update_campaign(found, campaign_facts(request.form), now=clock.now())
    )


@needs(can_run_campaigns)
def campaign_publication_create(campaign_id: int) -> AnyResponse:
    """Let producers see it now and shoppers on its days."""
    return _done(campaign_id, lambda found: publish_campaign(found, now=clock.now()))


@needs(can_run_campaigns)
def campaign_ending_create(campaign_id: int) -> AnyResponse:
    """End it for good."""
    return _done(campaign_id, lambda found: end_campaign(found, by=current_actor(), now=clock.now()))


@needs(can_run_campaigns)
def campaign_offer_create(campaign_id: int) -> AnyResponse:
    """Show a code of the market, or a gift hamper."""
    code, hamper = request.form.get("code", ""), request.form.get("hamper", "")

    def attach(found: Campaign) -> None:
        if code.strip():
            attach_voucher(found, code, now=clock.now())
        if hamper.strip() or not code.strip():
            attach_hamper(found, hamper, now=clock.now())

    return _done(campaign_id, attach)


@needs(can_run_campaigns)
def campaign_voucher_removal_create(campaign_id: int, voucher_id: int) -> AnyResponse:
    """Show a code no more."""
    return _done(campaign_id, lambda found: detach_voucher(found, voucher_id))


@needs(can_run_campaigns)
def campaign_hamper_removal_create(campaign_id: int, bundle_id: int) -> AnyResponse:
    """Show a hamper no more."""
    return _done(campaign_id, lambda found: detach_hamper(found, bundle_id))


@needs(can_run_campaigns)
def campaign_invitation_create(campaign_id: int) -> AnyResponse:
    """Invite goods named by their address."""
    product_id = find_product_id(slug_of_address(request.form.get("product", "")))
    return _done(campaign_id, lambda found: invite(found, product_id, by=current_actor(), now=clock.now()))


@needs(can_run_campaigns)
def campaign_decision_create(campaign_id: int, entry_id: int) -> AnyResponse:
    """Accept goods, refuse them with a reason, or invite them anew."""
    wanted = DECISIONS.get(request.form.get("choice", ""))

    def decide(found: Campaign) -> None:
        entry = get_office_entry(current_actor(), found.id, entry_id)
        if wanted is None:
            raise InvalidCampaignError(field="reason", reason="choice")
        reason = request.form.get("reason", "")
        decide_entry(entry, wanted, reason, by=current_actor(), now=clock.now())

    return _done(campaign_id, decide)


def _done(campaign_id: int, act: Act) -> AnyResponse:
    """Do it in one transaction and lead back; a refusal shows the page again with its reason."""
    try:
        with transaction():
            act(get_office_campaign(current_actor(), campaign_id))
    except REFUSALS as error:
        facts = (
            error.facts if isinstance(error, InvalidCampaignError) else {"field": "top", "reason": "state"}
        )
        return _page(get_office_campaign(current_actor(), campaign_id), refused(request.form, facts), 422)
    return _led_to(campaign_id)


def _page(found: Campaign, form: TypedForm, status: int) -> Response:
    on = clock.today()
    page = render_template(
        "promotion_office/campaign.html",
        campaign=found,
        shown=preview_page(found, on),
        phase=found.phase_on(on),
        entries=list_entries(found.id),
        form=form,
        fault=form.fault,
        is_officer=current_actor().is_officer,
    )
    return make_response(page, status)


def _list_page(form: TypedForm, status: int) -> Response:
    page = render_template(
        "promotion_office/campaigns.html",
        campaigns=list_office_campaigns(current_actor()),
        form=form,
        fault=form.fault,
        today=clock.today(),
        is_officer=current_actor().is_officer,
    )
    return make_response(page, status)


def _led_to(campaign_id: int) -> AnyResponse:
    return redirect(f"{request.script_root}/office/campaigns/{campaign_id}", 303)
