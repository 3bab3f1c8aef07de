"""Reviews of a producer's goods: read, and answered where everybody reads it. None is taken away here."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from catalog.models import Producer
from catalog.permissions.workspace import can_enter_workspace, can_publish_listings
from catalog.queries.workspace import get_own_producer
from core import clock
from core.db import transaction
from orders.errors import InvalidReviewError
from orders.operations.reviews import reply_to_review
from orders.queries.reviews import get_producer_review, list_producer_reviews


@needs(can_enter_workspace)
def producer_reviews(producer_id: int) -> Response:
    """Those without an answer first, each with its form."""
    return _page(get_own_producer(current_actor(), producer_id), 200)


@needs(can_enter_workspace)
def review_reply_create(producer_id: int, review_id: int) -> AnyResponse:
    """Answer in the producer's name."""
    actor = current_actor()
    producer = get_own_producer(actor, producer_id)
    if not can_publish_listings(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    text = request.form.get("reply", "")
    try:
        with transaction():
            reply_to_review(get_producer_review(producer_id, review_id), text, by=actor, now=clock.now())
    except InvalidReviewError as error:
        return _page(producer, 422, wrong_id=review_id, typed=text, error=str(error.reason))
    return redirect(url_for("order_desk.producer_reviews", producer_id=producer_id), 303)


def _page(
    producer: Producer, status: int, *, wrong_id: int = 0, typed: str = "", error: str = ""
) -> Response:
    page = render_template(
        "orders/producer_reviews.html",
        producer=producer,
        reviews=list_producer_reviews(producer.id),
        may_answer=can_publish_listings(current_actor(), producer.id),
        wrong_id=wrong_id,
        typed=typed,
        error=error,
    )
    return make_response(page, status)
