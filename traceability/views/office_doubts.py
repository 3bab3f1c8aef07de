"""Codes within an officer's area that may have been copied: looked at, and decided by a person."""

from typing import Final

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from catalog.queries.office_scope import province_of
from catalog.views.office.tables import Column, Filter, List, answer_list
from core import clock
from core.db import transaction
from core.i18n import lazy_gettext as _
from traceability.errors import InvalidTextError
from traceability.models import CloneOutcome
from traceability.operations.doubts import decide_doubt
from traceability.permissions import can_recall_in, can_see_recalls
from traceability.queries.doubts import (
    STATES,
    DoubtLine,
    get_office_doubt,
    list_office_doubts,
    looks_by_province,
)
from traceability.stamp_codes import grouped
from traceability.views.doubt_words import GRADE_WORDS, REASON_WORDS

COLUMNS: Final = (
    Column(
        name="code",
        title=_("Code of the stamp"),
        value=lambda each: grouped(each.stamp.code),
        address=lambda each: f"/office/doubts/{each.doubt.id}",
    ),
    Column(name="grade", title=_("Grade"), value=lambda each: GRADE_WORDS[each.doubt.grade]),
    Column(
        name="reasons",
        title=_("Why"),
        value=lambda each: "; ".join(str(REASON_WORDS[reason]) for reason in each.reasons),
    ),
    Column(name="product", title=_("Product"), value=lambda each: each.product.name, is_vietnamese=True),
    Column(name="lot", title=_("Lot"), value=lambda each: each.lot.code),
    Column(name="opened_at", title=_("Since"), value=lambda each: each.doubt.opened_at),
)


@needs(can_see_recalls)
def office_doubts() -> Response:
    """Doubts about codes of the area, the gravest first."""
    actor = current_actor()
    asked = request.args.get("state", "")
    state = asked if asked in STATES else "open"
    return answer_list(
        List(
            name="doubts",
            title=_("Codes that may have been copied"),
            lead=_(
                "Found by how they are scanned. It proves nothing: ask the producer, look at the goods, then decide."
            ),
            here="home",
            columns=COLUMNS,
            filters=(
                Filter(
                    name="state",
                    label=_("State"),
                    choices=(
                        ("open", _("Open")),
                        ("copied", _("Copied")),
                        ("cleared", _("Cleared")),
                        ("all", _("All")),
                    ),
                ),
            ),
            read=lambda page, per_page: list_office_doubts(actor, state, page=page, per_page=per_page),
        )
    )


@needs(can_see_recalls)
def office_doubt(doubt_id: int) -> Response:
    """One doubt with the looks that it rests on, and the form of a decision."""
    return _page(get_office_doubt(current_actor(), doubt_id), 200)


@needs(can_see_recalls)
def office_doubt_decision_create(doubt_id: int) -> AnyResponse:
    """Decide that a code was copied, or that it was not."""
    actor = current_actor()
    line = get_office_doubt(actor, doubt_id)
    if not can_recall_in(actor, province_of(line.product)):
        raise NotYoursError(doubt_id=doubt_id)
    outcome = request.form.get("outcome", "")
    if outcome not in set(CloneOutcome):
        return _page(line, 422, wrong="outcome")
    try:
        with transaction():
            doubt = get_office_doubt(actor, doubt_id).doubt
            reason = request.form.get("reason", "")
            decide_doubt(doubt, CloneOutcome(outcome), reason, by=actor, now=clock.now())
    except InvalidTextError:
        return _page(get_office_doubt(actor, doubt_id), 422, wrong="reason")
    return redirect(url_for("origin_office.office_doubt", doubt_id=doubt_id), 303)


def _page(line: DoubtLine, status: int, wrong: str = "") -> Response:
    page = render_template(
        "traceability/office_doubt.html",
        line=line,
        grade=GRADE_WORDS[line.doubt.grade],
        reasons=[REASON_WORDS[reason] for reason in line.reasons],
        looks=looks_by_province(line.stamp.id, smallest=1),
        may_decide=can_recall_in(current_actor(), province_of(line.product)),
        wrong=wrong,
    )
    return make_response(page, status)
