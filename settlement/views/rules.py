"""Rules of commission and tax, for administrators: who entered what, who released it, and what was withheld."""

from datetime import date

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from catalog.models.register import ProducerKind
from core import clock
from core.db import transaction
from core.errors import AppError
from settlement.errors import InvalidRuleError, OwnRuleError, PayoutNotFoundError, PayoutStateError
from settlement.forms import month_of, read_commission, read_tax
from settlement.operations.rules import (
    enter_commission_rule,
    enter_tax_rule,
    refuse_rule,
    release_commission_rule,
    release_tax_rule,
    set_tax_profile,
)
from settlement.papers.tables import tax_rows
from settlement.papers.words import (
    category_words,
    percent_words,
    residency_words,
    seller_type_words,
    tax_words,
)
from settlement.permissions import can_keep_books
from settlement.queries.rules import (
    find_threshold,
    get_commission_rule,
    get_tax_rule,
    list_commission_rules,
    list_tax_rules,
)
from settlement.queries.runs import get_producer
from settlement.queries.taxes import list_withheld
from settlement.terms import Residency, SellerType, TaxCategory, TaxKind
from settlement.views.files import table_file
from settlement.views.money import certificate_answer
from settlement.views.runs import error_code

REFUSALS = (InvalidRuleError, OwnRuleError, PayoutStateError)


@needs(can_keep_books)
def commission() -> Response:
    """The ordered list of rules."""
    return _commission_page(200)


@needs(can_keep_books, confirmed=True)
def commission_rule_create() -> AnyResponse:
    """Propose a rule."""
    try:
        facts = read_commission(request.form)
        with transaction():
            enter_commission_rule(facts, by=current_actor(), now=clock.now())
    except InvalidRuleError as error:
        return _commission_page(422, error)
    return redirect(url_for("settlement_admin.commission"), 303)


@needs(can_keep_books, confirmed=True)
def commission_release_create(rule_id: int) -> AnyResponse:
    """Let another administrator's rule hold."""
    try:
        with transaction():
            release_commission_rule(rule_id, by=current_actor(), now=clock.now())
    except (OwnRuleError, PayoutStateError) as error:
        return _commission_page(409, error)
    return redirect(url_for("settlement_admin.commission"), 303)


@needs(can_keep_books, confirmed=True)
def commission_refusal_create(rule_id: int) -> AnyResponse:
    """Set a proposed rule aside."""
    try:
        with transaction():
            refuse_rule(get_commission_rule(rule_id), by=current_actor(), now=clock.now())
    except PayoutStateError as error:
        return _commission_page(409, error)
    return redirect(url_for("settlement_admin.commission"), 303)


@needs(can_keep_books)
def taxes() -> Response:
    """The rules of tax, and what was withheld in a month."""
    return _tax_page(200)


@needs(can_keep_books, confirmed=True)
def tax_rule_create() -> AnyResponse:
    """Propose a rate with its legal text."""
    try:
        facts = read_tax(request.form)
        with transaction():
            enter_tax_rule(facts, by=current_actor(), now=clock.now())
    except InvalidRuleError as error:
        return _tax_page(422, error)
    return redirect(url_for("settlement_admin.taxes"), 303)


@needs(can_keep_books, confirmed=True)
def tax_release_create(rule_id: int) -> AnyResponse:
    """Let another administrator's rate hold."""
    try:
        with transaction():
            release_tax_rule(rule_id, by=current_actor(), now=clock.now())
    except (OwnRuleError, PayoutStateError) as error:
        return _tax_page(409, error)
    return redirect(url_for("settlement_admin.taxes"), 303)


@needs(can_keep_books, confirmed=True)
def tax_refusal_create(rule_id: int) -> AnyResponse:
    """Set a proposed rate aside."""
    try:
        with transaction():
            refuse_rule(get_tax_rule(rule_id), by=current_actor(), now=clock.now())
    except PayoutStateError as error:
        return _tax_page(409, error)
    return redirect(url_for("settlement_admin.taxes"), 303)


@needs(can_keep_books, confirmed=True)
def tax_profile_create(producer_id: int) -> AnyResponse:
    """Note what a producer is to the tax office, and what shows it."""
    form = request.form
    try:
        with transaction():
            set_tax_profile(
                get_producer(producer_id),
                form.get("seller_type", ""),
                form.get("residency", ""),
                form.get("evidence", "")[:1000],
                by=current_actor(),
                now=clock.now(),
            )
    except InvalidRuleError as error:
        return _tax_page(422, error)
    return redirect(url_for("settlement_admin.taxes"), 303)


@needs(can_keep_books)
def tax_file(month: str, ending: str) -> Response:
    """What was withheld in a month, for the return: CSV or XLSX."""
    month_on = month_of(month)
    if ending not in ("csv", "xlsx") or month_on > clock.today():
        raise PayoutNotFoundError(month=month, ending=ending)
    return table_file(tax_rows(list_withheld(month_on)), f"thue-khau-tru-{month}", ending)


@needs(can_keep_books)
def seller_certificate(producer_id: int, year: int) -> Response:
    """The certificate of a seller's year, as PDF."""
    return certificate_answer(get_producer(producer_id), year)


def _commission_page(status: int, error: AppError | None = None) -> Response:
    page = render_template(
        "settlement/commission.html",
        rules=list_commission_rules(),
        kinds=[kind.value for kind in ProducerKind],
        percent_words=percent_words,
        actor=current_actor(),
        now=clock.now(),
        form=request.form,
        error=error_code(error),
    )
    return make_response(page, status)


def _tax_page(status: int, error: AppError | None = None) -> Response:
    asked = request.args.get("month", "")
    month_on = month_of(asked) if asked else _month_before(clock.today())
    page = render_template(
        "settlement/taxes.html",
        rules=list_tax_rules(),
        threshold=find_threshold(clock.today()),
        withheld=list_withheld(month_on),
        month=f"{month_on:%Y-%m}",
        month_on=month_on,
        today=clock.today(),
        actor=current_actor(),
        percent_words=percent_words,
        tax_words=tax_words,
        kinds=[(each.value, tax_words(each.value)) for each in TaxKind],
        seller_types=[(each.value, seller_type_words(each.value)) for each in SellerType],
        residencies=[(each.value, residency_words(each.value)) for each in Residency],
        categories=[(each.value, category_words(each.value)) for each in TaxCategory],
        form=request.form,
        error=error_code(error),
    )
    return make_response(page, status)


def _month_before(today: date) -> date:
    """The month whose return is due: the one before."""
    first = today.replace(day=1)
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
