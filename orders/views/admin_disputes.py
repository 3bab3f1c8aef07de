"""Disputes and reviews for administrators: decided, shown or hidden, each with a reason that stays."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from catalog.typed_amounts import typed_vnd
from core import clock
from core.db import transaction
from orders.errors import InvalidDisputeError, InvalidReviewError
from orders.operations.cancellation import refundable
from orders.operations.disputes import decide_dispute
from orders.operations.reviews import hide_review, publish_review
from orders.permissions import can_manage_payments
from orders.queries.order_page import get_order_page
from orders.queries.returns import get_dispute, list_disputes
from orders.queries.reviews import get_review, list_reviews
from orders.return_rules import DisputeDecision
from orders.review_rules import ReviewState
from orders.views.state_words import CAUSES, words_of


@needs(can_manage_payments)
def disputes() -> Response:
    """Those that wait, the one due first on top; or those that were decided."""
    is_open = request.args.get("decided") != "1"
    page = render_template(
        "orders/disputes.html",
        disputes=list_disputes(is_open=is_open),
        is_open=is_open,
        causes=CAUSES,
        words_of=words_of,
    )
    return make_response(page)


@needs(can_manage_payments)
def dispute(dispute_number: int) -> Response:
    """One dispute with the order, and the form that decides it."""
    return _dispute_page(dispute_number, 200)


@needs(can_manage_payments, confirmed=True)
def dispute_decision_create(dispute_number: int) -> AnyResponse:
    """Decide it: money back, as much as is typed, or the order stands."""
    form = request.form
    try:
        decision = DisputeDecision(form.get("decision", ""))
        amounts = [_amount(form.get(name, "")) for name in ("goods_vnd", "shipping_vnd")]
    except ValueError:
        return _dispute_page(dispute_number, 422, error=("decision", "missing"))
    try:
        with transaction():
            decide_dispute(
                get_dispute(dispute_number),
                decision,
                reason=form.get("reason", ""),
                by=current_actor(),
                now=clock.now(),
                goods_vnd=amounts[0],
                shipping_vnd=amounts[1],
            )
    except InvalidDisputeError as error:
        return _dispute_page(dispute_number, 422, error=(str(error.field), str(error.reason)))
    return redirect(url_for("order_admin.dispute", dispute_number=dispute_number), 303)


@needs(can_manage_payments)
def reviews() -> Response:
    """Reviews that wait for a look, those that are shown, or those that were hidden."""
    asked = request.args.get("state", "")
    state = ReviewState(asked) if asked in list(ReviewState) else ReviewState.HELD
    return _reviews_page(state, 200)


@needs(can_manage_payments)
def review_publication_create(review_number: int) -> AnyResponse:
    """Show a review."""
    with transaction():
        review = get_review(review_number)
        before = review.state
        publish_review(review, by=current_actor(), now=clock.now())
    return redirect(url_for("order_admin.reviews", state=before), 303)


@needs(can_manage_payments)
def review_hiding_create(review_number: int) -> AnyResponse:
    """Hide a review, with a reason."""
    before = get_review(review_number).state
    try:
        with transaction():
            review = get_review(review_number)
            hide_review(review, reason=request.form.get("reason", ""), by=current_actor(), now=clock.now())
    except InvalidReviewError:
        return _reviews_page(ReviewState(before), 422, wrong_id=review_number)
    return redirect(url_for("order_admin.reviews", state=before), 303)


def _amount(text: str) -> int:
    """Whole dong as typed, 0 for an empty field. Raises ValueError for what is no amount."""
    if not text.strip():
        return 0
    return typed_vnd(text)


def _dispute_page(dispute_number: int, status: int, *, error: tuple[str, str] | None = None) -> Response:
    found = get_dispute(dispute_number)
    goods_left_vnd, shipping_left_vnd = refundable(found.seller_order)
    page = render_template(
        "orders/dispute.html",
        dispute=found,
        order=get_order_page(found.seller_order.order_id),
        goods_left_vnd=goods_left_vnd,
        shipping_left_vnd=shipping_left_vnd,
        typed=request.form,
        error=error,
        causes=CAUSES,
        words_of=words_of,
    )
    return make_response(page, status)


def _reviews_page(state: ReviewState, status: int, *, wrong_id: int = 0) -> Response:
    page = render_template(
        "orders/reviews.html",
        reviews=list_reviews(state),
        state=state.value,
        states=list(ReviewState),
        wrong_id=wrong_id,
        typed=request.form.get("reason", ""),
    )
    return make_response(page, status)
