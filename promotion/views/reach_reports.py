"""Promotion reports: a producer's own, an organiser's of a fair, and those over several producers."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from flask import Response, make_response, render_template, request

from accounts.access import current_actor, needs
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.office_scope import producers_of
from catalog.views.office.tables import Column, csv_answer
from catalog.views.workspace.listing_access import publishing_desk
from core import clock
from core.i18n import lazy_gettext as _
from promotion.errors.reach import InvalidPeriodError
from promotion.permissions.fairs import can_organise_fairs
from promotion.permissions.reports import can_see_area_report, can_see_market_report
from promotion.queries.report_facts import Scope
from promotion.queries.reports import (
    get_fair_counters,
    get_fair_report,
    get_own_report,
    get_report_over_producers,
    get_reported_fair,
    list_booth_lines,
)
from promotion.report_rules import Cut, Period, at_least, fair_final_on, month_of, period_of

DAYS_BEFORE: Final = 29
MONTHS_BACK: Final = 13
CUTS: Final = {
    "product": _("Product"),
    "fair": _("Fair"),
    "campaign": _("Campaign"),
    "booth": _("Booth"),
    "province": _("Province"),
}


class _Line(NamedTuple):
    cut: str
    key: str
    name: str
    figures: Any


COLUMNS: Final = (
    Column(name="cut", title=_("Table"), value=lambda line: line.cut),
    Column(name="number", title=_("Number"), value=lambda line: line.key),
    Column(name="name", title=_("Name"), value=lambda line: line.name),
    Column(name="visits", title=_("Visits"), value=lambda line: line.figures.visits),
    Column(name="scans", title=_("Scans of stamps"), value=lambda line: line.figures.scans),
    Column(name="inquiries", title=_("Questions"), value=lambda line: line.figures.inquiries),
    Column(name="orders", title=_("Orders"), value=lambda line: line.figures.orders),
    Column(name="revenue_vnd", title=_("Revenue"), value=lambda line: line.figures.revenue_vnd),
)


@needs(can_enter_workspace)
def report(producer_id: int) -> Response:
    """What links, stamps, fairs and campaigns brought the producer, exact, for days of its choice."""
    desk = publishing_desk(producer_id)
    today = clock.today()
    from_on, until_on = _day("from", today - timedelta(days=DAYS_BEFORE)), _day("until", today)
    fault = ""
    try:
        period = period_of(from_on, until_on)
    except InvalidPeriodError as error:
        fault = str(error.facts["reason"])
        period = Period(today - timedelta(days=DAYS_BEFORE), today)
    cuts = get_own_report(producer_id, period)
    if _is_file():
        return _file(f"report-{producer_id}", cuts)
    page = render_template(
        "promotion_desk/report.html",
        producer=desk.producer,
        cuts=cuts,
        period=period,
        asked=(from_on, until_on),
        fault=fault,
        words=CUTS,
    )
    return make_response(page, 422 if fault else 200)


@needs(can_organise_fairs)
def fair_report(fair_id: int) -> Response:
    """A fair by booth and province; until its figures are final, counters rounded down to fives."""
    fair = get_reported_fair(current_actor(), fair_id)
    final_on = fair_final_on(fair.ends_on)
    is_final = clock.today() > final_on
    cuts = get_fair_report(fair) if is_final else (get_fair_counters(fair),)
    if _is_file() and is_final:
        return _file(f"fair-{fair.slug}", cuts)
    page = render_template(
        "organiser/fair_report.html",
        fair=fair,
        cuts=cuts,
        lines=list_booth_lines(fair.id),
        is_final=is_final,
        final_on=final_on,
        at_least=at_least,
        now=clock.now(),
        words=CUTS,
    )
    return _private(make_response(page))


@needs(can_see_area_report)
def office_report() -> Response:
    """Producers of the officer's area, of a whole month, small numbers withheld."""
    return _of_month("promotion_office/office_report.html", Scope(producers=producers_of(current_actor())))


@needs(can_see_market_report)
def market_report() -> Response:
    """All producers, of a whole month, small numbers withheld."""
    return _of_month("promotion_admin/market_report.html", Scope())


def _of_month(template: str, scope: Scope) -> Response:
    months = _months()
    asked = request.args.get("month", "")
    period = months.get(asked) or next(iter(months.values()))
    cuts = get_report_over_producers(scope, period)
    if _is_file():
        return _file(f"report-{period.from_on:%Y-%m}", cuts)
    page = render_template(
        template, cuts=cuts, period=period, months=[*months], month=f"{period.from_on:%Y-%m}", words=CUTS
    )
    return _private(make_response(page))


def _months() -> dict[str, Period]:
    """Months that are over and for which single scans are kept, the latest first, by «2026-11».

    Not the running one: looked at twice, its numbers would tell what one order between was.
    """
    found: dict[str, Period] = {}
    period = month_of(month_of(clock.today()).from_on - timedelta(days=1))
    for _each in range(MONTHS_BACK):
        found[f"{period.from_on:%Y-%m}"] = period
        period = month_of(period.from_on - timedelta(days=1))
    return found


def _day(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, "")[:10])
    except ValueError:
        return otherwise


def _is_file() -> bool:
    return request.args.get("as") == "csv"


def _file(name: str, cuts: Sequence[Cut]) -> Response:
    lines = [
        line
        for cut in cuts
        for line in (
            *(_Line(cut.name, row.key, row.name, row.figures) for row in cut.rows),
            _Line(cut.name, "sum", "", cut.total),
        )
    ]
    return _private(csv_answer(name, COLUMNS, lines))


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
