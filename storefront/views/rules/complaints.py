"""Complaining, and asking what became of it by number and telephone."""

from datetime import timedelta

from flask import make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import find_actor
from core import clock
from core.db import transaction
from core.limits import count_attempt, rate_limited
from core.phones import vietnamese_phone
from core.web.access import public
from orders.complaint_terms import list_complaint_terms
from orders.operations.complaints import file_complaint
from orders.queries.complaints import find_own_complaint
from storefront.complaint_forms import ComplaintForm
from storefront.views.orders.access import private_page

TRIES_AN_HOUR = 30


@public
@private_page
def complaints() -> AnyResponse:
    """The form, by when each kind is answered, and the way to ask after one."""
    return _page(ComplaintForm.empty(request.args.get("order", "")), 200)


@public
@rate_limited("10/minute")
@private_page
def complaint_create() -> AnyResponse:
    """Take it down; the number under which it is answered stands on the answer."""
    form = ComplaintForm.parse(request.form)
    if form.facts is None:
        return _page(form, 422)
    with transaction():
        filed = file_complaint(form.facts, form.submission_key, by=find_actor(), now=clock.now())
    return make_response(render_template("storefront/complaint.html", complaint=filed, is_new=True))


@public
@rate_limited("30/minute")
@private_page
def complaint_lookup_create() -> AnyResponse:
    """What became of a complaint, for whoever knows its number and the telephone number given with it."""
    hour, now = timedelta(hours=1), clock.now()
    reference = request.form.get("reference", "").upper().replace(" ", "")[:20]
    phone = vietnamese_phone(request.form.get("lookup_phone", ""))
    may_try = count_attempt("complaint", request.remote_addr, limit=TRIES_AN_HOUR, window=hour, now=now)
    found = find_own_complaint(reference, phone) if phone and may_try else None
    if found is None:
        return _page(ComplaintForm.empty(), 404, reference=reference)
    return make_response(render_template("storefront/complaint.html", complaint=found, is_new=False))


def _page(form: ComplaintForm, status: int, *, reference: str = "") -> AnyResponse:
    on = clock.today()
    in_force = [
        term
        for term in list_complaint_terms()
        if term.valid_from <= on and (term.valid_to is None or on <= term.valid_to)
    ]
    page = render_template("storefront/complaints.html", form=form, terms=in_force, reference=reference)
    return make_response(page, status)
