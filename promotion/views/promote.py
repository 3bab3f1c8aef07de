"""Share & promote: pictures, texts, short link and QR code of each product; campaigns that take goods."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from accounts.errors import NotYoursError
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.workspace_products import list_own_products
from catalog.views.workspace.listing_access import Desk, product_of, publishing_desk, team_desk
from core import clock
from core.db import transaction
from core.i18n import speaking
from core.qr import LEVEL_M, LEVEL_Q, draw_png, draw_svg, matrix_of
from promotion.campaign_terms import EntryState
from promotion.errors.campaigns import (
    CampaignOverError,
    EntryStateError,
    InvalidCampaignError,
    ShareImageNotFoundError,
)
from promotion.forms.campaigns import chosen_ids
from promotion.operations.campaign_entries import answer_entry, ask_to_take_part
from promotion.operations.collections import state_women_led
from promotion.operations.share_images import share_link
from promotion.queries.campaigns import (
    get_campaign_for_producers,
    get_own_entry,
    list_campaigns_for_producers,
    list_own_entries,
)
from promotion.queries.collections import is_women_led
from promotion.queries.share_subjects import ShareSubject, find_share_subject, list_product_subjects
from promotion.queries.star_names import find_misnamed
from promotion.share_images.texts import ShareTexts, share_texts
from promotion.sources import short_url
from promotion.views.share_refs import ShareRef, share_ref_of

GOODS_MOST = 200
MODULE_DOTS, DOTS_PER_INCH = 12, 300
MODULE_MM = 0.8
ANSWERS = {"accept": EntryState.ACCEPTED, "withdraw": EntryState.WITHDRAWN, "ask": EntryState.ASKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What there is to share of one product in one language."""

    language: str
    ref: ShareRef
    texts: ShareTexts


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why something was refused (field, reason), for which products; and what had been ticked in which campaign."""

    fault: tuple[str, str] | None = None
    product_ids: Collection[int] = ()
    campaign_id: int = 0
    ticked: Collection[int] = ()


NOTHING_TYPED = Refusal()


@needs(can_enter_workspace)
def promote(producer_id: int) -> Response:
    """Every product that can be shared, campaigns, and what the producer says of itself."""
    return _home(team_desk(producer_id), Refusal(), 200)


@needs(can_enter_workspace)
def promote_product(producer_id: int, product_id: int) -> Response:
    """The share kit of one product."""
    desk = team_desk(producer_id)
    subject = _subject(desk, product_id)
    with transaction():
        url = short_url(share_link(subject, by=desk.actor, now=clock.now()))
    kits = []
    for language in ("vi", "en"):
        with speaking(language):
            texts = share_texts(subject, clock.today(), url)
            kits.append(Kit(language=language, ref=share_ref_of(subject), texts=texts))
    page = render_template(
        "promotion_desk/promote_product.html",
        producer=desk.producer,
        subject=subject,
        kits=kits,
        url=url,
    )
    return make_response(page)


@needs(can_enter_workspace)
def promote_qr(producer_id: int, product_id: int, form: str) -> Response:
    """The QR code of the short link, for printing: «png» or «svg»."""
    desk = team_desk(producer_id)
    subject = _subject(desk, product_id)
    with transaction():
        url = short_url(share_link(subject, by=desk.actor, now=clock.now()))
    if form == "png":
        content, kind = draw_png(matrix_of((url,), LEVEL_Q), MODULE_DOTS, DOTS_PER_INCH), "image/png"
    elif form == "svg":
        content, kind = draw_svg(matrix_of((url,), LEVEL_M), MODULE_MM).encode(), "image/svg+xml"
    else:
        raise NotYoursError(product_id=product_id)
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="qr-{subject.slug}.{form}"'
    return answer


@needs(can_enter_workspace)
def promote_entry_create(producer_id: int, campaign_id: int) -> AnyResponse:
    """Ask to take part in a campaign with the goods that were ticked; refused, they are ticked still."""
    wanted = chosen_ids(request.form.getlist("product"))

    def ask(desk: Desk) -> None:
        found = get_campaign_for_producers(campaign_id)
        ask_to_take_part(found, desk.producer.id, wanted, by=desk.actor, now=clock.now())

    return _done(producer_id, ask, Refusal(campaign_id=campaign_id, ticked=wanted))


@needs(can_enter_workspace)
def promote_answer_create(producer_id: int, entry_id: int) -> AnyResponse:
    """Accept an invitation, withdraw goods, or ask again."""
    wanted = ANSWERS.get(request.form.get("choice", ""))

    def answer(desk: Desk) -> None:
        entry = get_own_entry(desk.producer.id, entry_id)
        if wanted is None:
            raise InvalidCampaignError(field="products", reason="missing")
        answer_entry(entry, wanted, by=desk.actor, now=clock.now())

    return _done(producer_id, answer)


@needs(can_enter_workspace)
def promote_statement_create(producer_id: int) -> AnyResponse:
    """Say in public that women lead the producer, or say so no more."""

    def state(desk: Desk) -> None:
        is_so = request.form.get("is_women_led") == "1"
        state_women_led(desk.producer.id, is_so=is_so, by=desk.actor, now=clock.now())

    return _done(producer_id, state)


def _subject(desk: Desk, product_id: int) -> ShareSubject:
    """What is shared of a product of the producer. Raises NotYoursError, ShareImageNotFoundError."""
    product = product_of(desk, product_id)
    subject = find_share_subject("product", product.slug, clock.today())
    if subject is None:
        raise ShareImageNotFoundError(kind="product", slug=product.slug)
    return subject


def _done(producer_id: int, act: Callable[[Desk], None], typed: Refusal = NOTHING_TYPED) -> AnyResponse:
    desk = publishing_desk(producer_id)
    try:
        with transaction():
            act(desk)
    except (InvalidCampaignError, CampaignOverError, EntryStateError) as error:
        reason = str(error.facts["reason"]) if isinstance(error, InvalidCampaignError) else "state"
        which = error.facts.get("product_ids")
        refused = which if isinstance(which, list) else ()
        refusal = replace(typed, fault=("products", reason), product_ids=refused)
        return _home(publishing_desk(producer_id), refusal, 422)
    return redirect(f"{request.script_root}/workspace/{producer_id}/promote", 303)


def _home(desk: Desk, refusal: Refusal, status: int) -> Response:
    on = clock.today()
    listed = list_own_products(desk.actor, desk.producer.id, per_page=GOODS_MOST).products
    goods = [product for product in listed if product.is_listed]
    campaigns = list_campaigns_for_producers(on)
    entries = list_own_entries(desk.producer.id, [each.id for each in campaigns])
    numbers = [product.id for product in goods]
    page = render_template(
        "promotion_desk/promote.html",
        producer=desk.producer,
        may_publish=desk.may_publish,
        goods=goods,
        subjects=list_product_subjects(numbers, on),
        misnamed=find_misnamed(numbers, on),
        campaigns=campaigns,
        entries={each.id: [entry for entry in entries if entry.campaign_id == each.id] for each in campaigns},
        is_women_led=is_women_led(desk.producer.id),
        fault=refusal.fault,
        refused=[product.name for product in listed if product.id in refusal.product_ids],
        ticked={refusal.campaign_id: refusal.ticked},
    )
    return make_response(page, status)
