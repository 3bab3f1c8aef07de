"""Reviews: written by the buyer of a line; read by everybody on a page of the product."""

from dataclasses import dataclass, replace

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from catalog.errors import ProductNotFoundError
from catalog.queries.columns import get_columns
from catalog.queries.product import get_listed_product
from core import clock
from core.db import db, transaction
from core.limits import rate_limited
from core.media.errors import InvalidMediaError
from core.web.access import public, takes_files
from orders.errors import InvalidReviewError, OrderNotFoundError, ReviewNotFoundError
from orders.models.orders import OrderLine
from orders.operations.reviews import ReviewDraft, write_review
from orders.queries.order_views import LineView, OrderPage, ParcelView
from orders.queries.reviews import PER_PAGE, find_shown_picture, get_product_reviews, list_pictures
from orders.review_rules import PICTURES_MAX
from storefront.forms import page_number
from storefront.views.frame import page_of_product
from storefront.views.orders.access import (
    buyer,
    get_order,
    order_url,
    private_page,
    require_open,
    token_for,
)
from storefront.views.orders.returns import draw_sent, picture_answer


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """What was typed. error: field and reason."""

    rating: str = ""
    text: str = ""
    author: str = ""
    error: tuple[str, str] | None = None


@public
@private_page
def review_new(token: str, line_id: int) -> AnyResponse:
    """The form for one line of the order."""
    order = get_order(token)
    refused = require_open(order)
    if refused is not None:
        return refused
    parcel, line = _line(order, line_id)
    if line.review_id is not None:
        return redirect(order_url(order.id), 303)
    return _page(order, parcel, line, ReviewForm(author=_short_name(order.name)))


@public
@private_page
@rate_limited("10/minute")
@takes_files
def review_create(token: str, line_id: int) -> AnyResponse:
    """Keep the review; a day later everybody reads it."""
    order = get_order(token)
    refused = require_open(order)
    if refused is not None:
        return refused
    parcel, line = _line(order, line_id)
    form = ReviewForm(
        request.form.get("rating", ""), request.form.get("text", ""), request.form.get("author", "")
    )
    rating = int(form.rating) if form.rating in {"1", "2", "3", "4", "5"} else 0
    try:
        pictures = draw_sent("pictures", PICTURES_MAX)
        with transaction():
            row = db.session.get_one(OrderLine, line.id)
            draft = ReviewDraft(rating, form.text, form.author, pictures)
            write_review(row, draft, by=buyer(), now=clock.now())
    except InvalidReviewError as error:
        return _page(order, parcel, line, replace(form, error=(str(error.field), str(error.reason))))
    except InvalidMediaError as error:
        return _page(order, parcel, line, replace(form, error=("pictures", str(error.reason))))
    return redirect(order_url(order.id), 303)


@public
def product_reviews(slug: str) -> Response:
    """All reviews of one listed product, page by page; kept until one of them changes."""
    product_id = get_columns().find_id(slug)
    if product_id is None:
        raise ProductNotFoundError(slug=slug)
    page = page_number(request.args.get("page", ""))
    query = f"page={page}" if page > 1 else ""
    return page_of_product(
        product_id, ("product_reviews", slug, page), lambda: _reviews_html(slug, page, query)
    )


@public
def review_picture(review_id: int, number: int) -> Response:
    """A photograph of a review that everybody sees."""
    sha256 = find_shown_picture(review_id, number)
    if sha256 is None:
        raise ReviewNotFoundError(review_id=review_id)
    answer = picture_answer(sha256)
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _reviews_html(slug: str, page: int, query: str) -> str:
    product = get_listed_product(slug)
    found = get_product_reviews(product.id, most=PER_PAGE, start=(page - 1) * PER_PAGE)
    if page > 1 and not found.count:
        raise ReviewNotFoundError(slug=slug, page=page)
    return render_template(
        "storefront/product_reviews.html",
        product=product,
        reviews=found,
        pictures=list_pictures([each.id for each in found.latest]) if found.count else {},
        page=page,
        query=query,
        last_page=max(1, -(-found.count // PER_PAGE)),
    )


def _line(order: OrderPage, line_id: int) -> tuple[ParcelView, LineView]:
    """A delivered line of the order. Raises OrderNotFoundError."""
    for parcel in order.parcels:
        for line in parcel.lines:
            if line.id == line_id and parcel.delivered_at is not None and line.kept_quantity:
                return parcel, line
    raise OrderNotFoundError(line_id=line_id)


def _short_name(name: str) -> str:
    """«Thử N.» of «Người Mua Thử»: enough for readers, and the buyer may change it."""
    parts = name.split()
    return f"{parts[-1]} {parts[0][0]}." if len(parts) > 1 else name


def _page(order: OrderPage, parcel: ParcelView, line: LineView, form: ReviewForm) -> Response:
    html = render_template(
        "storefront/review_new.html",
        order=order,
        parcel=parcel,
        line=line,
        token=token_for(order.id),
        form=form,
    )
    return make_response(html, 422 if form.error else 200)
