"""A producer's own money: one sentence, then the table; statements as page, spreadsheet and paper; questions."""

from dataclasses import dataclass
from datetime import date

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Producer
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.workspace import get_own_producer
from core import clock
from core.db import transaction
from core.i18n import format_date, format_money
from core.i18n import gettext as _
from core.limits import rate_limited
from core.text import clean_line
from orders import payment_terms
from settlement.errors import InvalidRuleError, PayoutNotFoundError
from settlement.forms import month_of
from settlement.operations.holds import ask_about_statement
from settlement.papers.pdf import Paper, paper_pdf
from settlement.papers.tables import certificate_rows, statement_rows
from settlement.papers.words import payout_words, transfer_words
from settlement.permissions import can_change_account, can_see_money
from settlement.queries.due import find_account, get_due, list_accounts, next_payout_on
from settlement.queries.rules import find_threshold, taxed_seller
from settlement.queries.statements import (
    Statement,
    get_statement,
    is_of_month,
    list_months,
    list_on_their_way,
    list_questions,
    year_revenue_vnd,
)
from settlement.queries.taxes import list_year
from settlement.views.files import file_answer, table_file


@dataclass(frozen=True, slots=True)
class Purse:
    """Who looks, and whose money."""

    actor: Actor
    producer: Producer

    @property
    def may_change_account(self) -> bool:
        return can_change_account(self.actor, self.producer.id)


def purse_of(producer_id: int) -> Purse:
    """For pages of money. Raises NotYoursError, also for packers and for who only assists."""
    actor = current_actor()
    if not can_see_money(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return Purse(actor, get_own_producer(actor, producer_id))


@needs(can_enter_workspace)
def money(producer_id: int) -> Response:
    """What the producer gets, when, and what this month was."""
    return _page(purse_of(producer_id), clock.today().replace(day=1), 200)


@needs(can_enter_workspace)
def statement(producer_id: int, month: str) -> Response:
    """The statement of a month."""
    purse = purse_of(producer_id)
    return _page(purse, _month(purse, month), 200)


@needs(can_enter_workspace)
def statement_file(producer_id: int, month: str, ending: str) -> Response:
    """The statement of a month as CSV, XLSX or PDF."""
    purse = purse_of(producer_id)
    month_on = _month(purse, month)
    found = get_statement(producer_id, month_on)
    name = f"doi-soat-{producer_id}-{month}"
    if ending in ("csv", "xlsx"):
        return table_file(statement_rows(found), name, ending)
    if ending != "pdf":
        raise PayoutNotFoundError(ending=ending)
    return file_answer(paper_pdf(_statement_paper(purse.producer, found)), name, "pdf")


@needs(can_enter_workspace)
def tax_certificate(producer_id: int, year: int) -> Response:
    """What was withheld from the producer in a year, as PDF."""
    purse = purse_of(producer_id)
    return certificate_answer(purse.producer, year)


@needs(can_enter_workspace)
@rate_limited("20/hour")
def question_create(producer_id: int, month: str) -> AnyResponse:
    """Ask about a statement, or dispute an amount."""
    purse = purse_of(producer_id)
    month_on = _month(purse, month)
    code = clean_line(request.form.get("code", ""))[:11].upper() or None
    words = request.form.get("question", "")
    try:
        with transaction():
            ask_about_statement(purse.producer, month_on, words, code, by=purse.actor, now=clock.now())
    except InvalidRuleError as error:
        return _page(purse_of(producer_id), month_on, 422, error=str(error.facts["reason"]), typed=words)
    return redirect(
        url_for("money.statement", producer_id=producer_id, month=month, asked=1, _anchor="questions"), 303
    )


def certificate_answer(producer: Producer, year: int) -> Response:
    """The certificate of a year. Raises PayoutNotFoundError for a year to come, or before the market."""
    if not 2025 <= year <= clock.today().year:
        raise PayoutNotFoundError(year=year)
    months = list_year(producer.id, year)
    paper = Paper(
        title=_("Taxes withheld in %(year)s", year=year),
        sentences=(
            _("Seller: %(name)s", name=producer.name),
            _("Tax code: %(code)s", code=producer.tax_code or _("not stated")),
            _("Made on %(day)s by %(operator)s", day=format_date(clock.today()), operator="Chợ OCOP"),
        ),
        rows=certificate_rows(months),
        foot=(
            _(
                "The market withheld these amounts under Decree 117/2025/ND-CP from sales of households and persons. "
                "What cancelled and returned goods gave back is taken off. Amounts in whole dong."
            ),
        ),
    )
    return file_answer(paper_pdf(paper), f"thue-{producer.id}-{year}", "pdf")


def _page(purse: Purse, month_on: date, status: int, *, error: str = "", typed: str = "") -> Response:
    now, today, producer = clock.now(), clock.today(), purse.producer
    page = render_template(
        "settlement/money.html",
        producer=producer,
        purse=purse,
        due=get_due(producer, now),
        minimum_vnd=payment_terms.settings().payout_minimum_vnd,
        next_on=next_payout_on(today),
        on_their_way=list_on_their_way(producer.id),
        statement=get_statement(producer.id, month_on),
        months=list_months(producer.id, today),
        month=f"{month_on:%Y-%m}",
        revenue_vnd=year_revenue_vnd(producer.id, today.year),
        threshold=find_threshold(today),
        seller=taxed_seller(producer, today),
        questions=list_questions(producer.id),
        account=find_account(producer.id, now),
        waiting=[
            each for each in list_accounts(producer.id) if each.usable_from_at > now and not each.stopped_at
        ],
        is_direct=payment_terms.pays_producers_directly(),
        transfer_words=transfer_words,
        payout_words=payout_words,
        error=error,
        typed=typed,
        year=today.year,
    )
    return make_response(page, status)


def _month(purse: Purse, month: str) -> date:
    month_on = month_of(month)
    if not is_of_month(purse.producer, month_on, clock.today()):
        raise PayoutNotFoundError(month=month)
    return month_on


def _statement_paper(producer: Producer, found: Statement) -> Paper:
    return Paper(
        title=_("Statement of %(month)s", month=f"{found.month_on:%m/%Y}"),
        sentences=(
            producer.name,
            _("Owed to you at the end: %(money)s", money=format_money(found.closing_vnd)),
            _("Made on %(day)s by %(operator)s", day=format_date(clock.today()), operator="Chợ OCOP"),
        ),
        rows=statement_rows(found),
        is_wide=True,
    )
