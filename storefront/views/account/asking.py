"""Asking a producer where everybody will read it, and telling the office of what should not be read."""

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, signed_in
from catalog.errors import InvalidQuestionError, ProductNotFoundError, TooManyQuestionsError
from catalog.models import Product
from catalog.operations.questions import ask_question, report_question
from catalog.queries.product import get_listed_product
from catalog.queries.questions import get_answered_question
from core import clock
from core.db import transaction
from core.limits import rate_limited
from storefront.account_forms import TextForm
from storefront.views.frame import local_url


@signed_in
def question(slug: str) -> Response:
    """The form."""
    return _question_page(_offered_product(slug), TextForm.empty(), 200)


@signed_in
@rate_limited("20/minute")
def question_create(slug: str) -> AnyResponse:
    """Keep the question; one that needs another look comes back as typed."""
    form = TextForm.parse(request.form)
    try:
        with transaction():
            product = _offered_product(slug)
            ask_question(product, form.text, form.submission_key, by=current_actor(), now=clock.now())
    except InvalidQuestionError as error:
        return _question_page(_offered_product(slug), form.with_error(str(error.facts["reason"])), 422)
    except TooManyQuestionsError:
        return _question_page(_offered_product(slug), form.with_error("too_many"), 429)
    return redirect(local_url("/account/questions"), 303)


@signed_in
def question_report(question_id: int) -> Response:
    """The form for what should not be read."""
    return _report_page(question_id, TextForm.empty(), 200)


@signed_in
@rate_limited("20/minute")
def question_report_create(question_id: int) -> AnyResponse:
    """Tell the office."""
    form = TextForm.parse(request.form)
    try:
        with transaction():
            report_question(
                get_answered_question(question_id), form.text, by=current_actor(), now=clock.now()
            )
    except InvalidQuestionError as error:
        return _report_page(question_id, form.with_error(str(error.facts["reason"])), 422)
    except TooManyQuestionsError:
        return _report_page(question_id, form.with_error("too_many"), 429)
    return redirect(local_url(f"/questions/{question_id}/reports/sent"), 303)


@signed_in
def question_report_sent(question_id: int) -> str:
    """Thanks; the page says nothing of the question, which may be out of sight by now."""
    return render_template("storefront/question_report_sent.html")


def _offered_product(slug: str) -> Product:
    product = get_listed_product(slug)
    if not product.is_for_sale:
        raise ProductNotFoundError(slug=slug)
    return product


def _question_page(product: Product, form: TextForm, status: int) -> Response:
    page = render_template("storefront/question.html", product=product, form=form)
    return make_response(page, status)


def _report_page(question_id: int, form: TextForm, status: int) -> Response:
    asked = get_answered_question(question_id)
    page = render_template("storefront/question_report.html", question=asked, form=form)
    return make_response(page, status)
