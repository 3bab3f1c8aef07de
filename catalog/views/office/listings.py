"""New listings as officers look at them after the fact: seen, to be changed, taken down, allowed again."""

from typing import Final

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from catalog.errors import InvalidFactError, ListingReviewedError
from catalog.models.listings import ReviewState
from catalog.operations.publishing import decide_review, newest_review
from catalog.permissions.office import can_decide, can_enter_office, has_part
from catalog.queries.office_listings import REVIEW_STATES, list_reviews
from catalog.queries.office_scope import get_office_product, province_of
from catalog.views.office.tables import Column, Filter, List, answer_list
from core import clock
from core.db import transaction
from core.i18n import LazyText
from core.i18n import lazy_gettext as _

STATES: Final[dict[str, LazyText]] = {
    "waiting": _("Not yet looked at"),
    "seen": _("Seen"),
    "changes_asked": _("Changes asked for"),
    "taken_down": _("Taken down"),
    "lifted": _("Allowed again"),
}
ACTS: Final = {
    "seen": ReviewState.SEEN,
    "changes_asked": ReviewState.CHANGES_ASKED,
    "taken_down": ReviewState.TAKEN_DOWN,
    "lifted": ReviewState.LIFTED,
}
COLUMNS: Final = (
    Column(
        name="product",
        title=_("Product"),
        value=lambda each: each.product.name,
        address=lambda each: f"/office/listings/{each.product_id}",
    ),
    Column(
        name="producer",
        title=_("Producer"),
        value=lambda each: each.product.producer.name if each.product.producer else None,
    ),
    Column(name="asked_at", title=_("Published"), value=lambda each: each.asked_at),
    Column(name="state", title=_("State"), value=lambda each: STATES.get(each.state, each.state)),
    Column(name="reason", title=_("Reason"), value=lambda each: each.reason),
)


@needs(can_enter_office)
def listings() -> Response:
    """Listings of the area by what officers made of them; those not yet looked at first."""
    actor = current_actor()
    asked = request.args.get("state", "")
    state = asked if asked in REVIEW_STATES else "waiting"
    return answer_list(
        List(
            name="listings",
            title=_("New listings"),
            lead=_(
                "They are public already. Look whether they tell the truth and keep to the law of labels."
            ),
            here="home",
            columns=COLUMNS,
            filters=(Filter(name="state", label=_("State"), choices=(*STATES.items(), ("all", _("All")))),),
            read=lambda page, per_page: list_reviews(actor, state, page=page, per_page=per_page),
        )
    )


@needs(can_enter_office)
def listing(product_id: int) -> Response:
    """One listing: what it says, and what may be done about it."""
    return _page(product_id, "", 200)


@needs(can_enter_office)
def listing_review_create(product_id: int) -> AnyResponse:
    """Keep what the officer made of the listing; taking it down needs a reason, and is lifted by a further decision."""
    actor = current_actor()
    state = ACTS.get(request.form.get("state", ""))
    if not can_decide(actor, province_of(get_office_product(actor, product_id))):
        raise NotYoursError(product_id=product_id)
    if state is None:
        return _page(product_id, "state", 422)
    try:
        with transaction():
            decide_review(
                get_office_product(actor, product_id),
                state,
                reason=request.form.get("reason"),
                by=actor,
                now=clock.now(),
            )
    except InvalidFactError:
        return _page(product_id, "reason", 422)
    except ListingReviewedError:
        return _page(product_id, "late", 409)
    return redirect(url_for("office.listing", product_id=product_id), 303)


def _page(product_id: int, fault: str, status: int) -> Response:
    actor = current_actor()
    found = get_office_product(actor, product_id)
    review, is_own = newest_review(product_id), has_part(actor, found.producer_id)
    acts: list[tuple[str, LazyText, str]] = [
        ("seen", _("Nothing to object to"), ""),
        ("changes_asked", _("Ask the producer for changes"), ""),
        ("taken_down", _("Take it off sale"), ""),
    ]
    if review is not None and review.state == ReviewState.TAKEN_DOWN:
        acts = [("lifted", _("Allow it again"), "")]
    page = render_template(
        "office/listing.html",
        product=found,
        review=review,
        state=STATES.get(review.state) if review else None,
        acts=acts,
        may_decide=review is not None and not is_own and can_decide(actor, province_of(found)),
        is_own=is_own,
        fault=fault,
        chosen=request.form.get("state", ""),
        reason=request.form.get("reason", ""),
    )
    return make_response(page, status)
