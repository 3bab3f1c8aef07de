"""A producer's listings: all of them, one with what can be done to it, a new one, into the shop and out of it."""

from typing import Final

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.errors import (
    InvalidFactError,
    InvalidListingError,
    ListingClashError,
    ListingIncompleteError,
    ListingTakenDownError,
)
from catalog.forms.listings import submission_key
from catalog.operations.drafts import apply_draft, create_listing
from catalog.operations.publishing import newest_review, publish_listing, unpublish_listing
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.drafts import drafted_ids, find_draft, newest_reviews
from catalog.queries.sale_terms import get_sale_terms
from catalog.queries.workspace_products import list_own_products
from catalog.views.workspace.drafts import check_page
from catalog.views.workspace.listing_access import (
    Desk,
    product_of,
    publishing_desk,
    team_desk,
    writing_desk,
)
from catalog.views.workspace.listing_forms import meter_of
from core import clock
from core.db import transaction
from core.text import clean_line

WORDS_MAX: Final = 100
PAGES_MAX: Final = 999


@needs(can_enter_workspace)
def listings(producer_id: int) -> str:
    """All products of the producer with their state, by name."""
    desk = team_desk(producer_id)
    words = clean_line(request.args.get("q", ""))[:WORDS_MAX]
    found = list_own_products(desk.actor, producer_id, page=_page_number(), words=words)
    ids = [product.id for product in found.products]
    return render_template(
        "workspace/listings.html",
        desk=desk,
        producer=desk.producer,
        found=found,
        words=words,
        drafted=drafted_ids(ids),
        reviews=newest_reviews(ids),
    )


@needs(can_enter_workspace)
def listing(producer_id: int, product_id: int) -> str:
    """One product: its state, what its label lacks, and everything that can be done to it."""
    desk = team_desk(producer_id)
    product = product_of(desk, product_id)
    return render_template(
        "workspace/listing.html",
        desk=desk,
        producer=desk.producer,
        product=product,
        draft=find_draft(product.id),
        review=newest_review(product.id),
        meter=meter_of(product),
        goods=get_sale_terms(product.id, clock.today()),
        done=request.args.get("done", ""),
    )


@needs(can_enter_workspace)
def listing_new(producer_id: int) -> Response:
    """The first question: what is it called?"""
    return _new_page(writing_desk(producer_id), submission_key(""), "", "", 200)


@needs(can_enter_workspace)
def listing_create(producer_id: int) -> AnyResponse:
    """A product that nobody sees yet, and on to its questions. Sent twice, it is one product."""
    desk = writing_desk(producer_id)
    key, name = submission_key(request.form.get("submission_key", "")), request.form.get("name", "")
    try:
        with transaction():
            desk = writing_desk(producer_id)
            product = create_listing(desk.producer, name, submission_key=key, by=desk.actor, now=clock.now())
            product_id = product.id
    except InvalidFactError as error:
        return _new_page(writing_desk(producer_id), key, name, str(error.facts["reason"]), 422)
    return redirect(
        url_for("workspace.draft_step", producer_id=producer_id, product_id=product_id, step="what"), 303
    )


@needs(can_enter_workspace)
def listing_publish(producer_id: int, product_id: int) -> AnyResponse:
    """Take the draft over, if one is open, and offer the product in the shop: both, or nothing."""
    desk = publishing_desk(producer_id)
    overwrite = request.form.get("overwrite") == "1"
    try:
        with transaction():
            product = product_of(desk, product_id)
            draft = find_draft(product.id)
            if draft is not None:
                apply_draft(draft, by=desk.actor, now=clock.now(), overwrite=overwrite)
            publish_listing(product, by=desk.actor, now=clock.now())
    except (InvalidListingError, ListingIncompleteError, ListingClashError, ListingTakenDownError) as error:
        return check_page(publishing_desk(producer_id), product_id, error)
    return _to_listing(producer_id, product_id, "published")


@needs(can_enter_workspace)
def listing_unpublish(producer_id: int, product_id: int) -> AnyResponse:
    """Take the product off sale."""
    desk = publishing_desk(producer_id)
    with transaction():
        unpublish_listing(product_of(desk, product_id), by=desk.actor, now=clock.now())
    return _to_listing(producer_id, product_id, "unpublished")


def _to_listing(producer_id: int, product_id: int, done: str) -> AnyResponse:
    return redirect(
        url_for("workspace.listing", producer_id=producer_id, product_id=product_id, done=done), 303
    )


def _new_page(desk: Desk, key: str, name: str, error: str, status: int) -> Response:
    return make_response(
        render_template(
            "workspace/listing_new.html",
            desk=desk,
            producer=desk.producer,
            key=key,
            name=name,
            error=error,
        ),
        status,
    )


def _page_number() -> int:
    text = request.args.get("page", "")
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(PAGES_MAX))
    return max(1, int(text)) if is_number else 1
