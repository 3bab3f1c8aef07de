"""Asking a producer about a product: for services, and for goods as long as there is no till."""

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from catalog.errors import InvalidInquiryError, ProductNotFoundError
from catalog.facts import InquiryFacts
from catalog.models import Product
from catalog.operations.inquiries import record_inquiry
from catalog.queries.product import get_listed_product
from core import clock
from core.db import transaction
from core.limits import rate_limited
from core.web.access import public
from promotion.operations.reach import note_inquiry_source
from promotion.sources import source_of_request
from storefront.forms import InquiryForm
from storefront.views.frame import local_url


@public
def inquiry(slug: str) -> Response:
    """The form, on a page of its own, because a form brings a cookie and a product page brings none."""
    return _page(_offered_product(slug), InquiryForm.empty(), 200)


@public
@rate_limited("10/minute")
def inquiry_create(slug: str) -> AnyResponse:
    """Keep the question; a form that needs another look comes back with what was typed."""
    product = _offered_product(slug)
    form = InquiryForm.parse(request.form)
    if form.errors:
        return _page(product, form, 422)
    facts = InquiryFacts(
        submission_key=form.submission_key, name=form.name, phone=form.phone, message=form.message
    )
    try:
        with transaction():
            asked = record_inquiry(_offered_product(slug), facts, now=clock.now())
            note_inquiry_source(asked.id, source_of_request(), now=clock.now())
    except InvalidInquiryError as error:
        refused = form.with_error(str(error.facts["field"]), str(error.facts["reason"]))
        return _page(get_listed_product(slug), refused, 422)
    return redirect(local_url(f"/products/{slug}/inquiries/sent"), 303)


@public
def inquiry_sent(slug: str) -> Response:
    """Thanks, and what happens next."""
    answer = make_response(render_template("storefront/inquiry_sent.html", product=_offered_product(slug)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _offered_product(slug: str) -> Product:
    """A listed product that someone offers here; an entry of the register has nobody to ask."""
    product = get_listed_product(slug)
    if not product.is_for_sale:
        raise ProductNotFoundError(slug=slug)
    return product


def _page(product: Product, form: InquiryForm, status: int) -> Response:
    answer = make_response(render_template("storefront/inquiry.html", product=product, form=form), status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
