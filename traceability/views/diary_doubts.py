"""Doubts about the records of lots, for officers: read, noted, closed."""

from typing import Final

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from catalog.errors import InvalidFactError
from catalog.operations.office_notes import close_matter
from catalog.permissions.office import can_decide, can_enter_office
from catalog.queries.office_notes import find_closure
from catalog.queries.office_scope import province_of
from catalog.views.office.matters import add_note, notes_context
from catalog.views.office.tables import OPEN_OR_CLOSED, Column, List, answer_list
from core import clock
from core.db import transaction
from core.i18n import LazyText
from core.i18n import lazy_gettext as _
from traceability.diaries import DoubtKind
from traceability.models import DiaryDoubt
from traceability.queries.diary_doubts import STATES, SUBJECT, get_office_doubt, list_office_doubts
from traceability.queries.origin import mass_balance, used_of
from traceability.queries.origin_desk import list_own_events

KIND_WORDS: Final[dict[str, LazyText]] = {
    DoubtKind.SAME_PHOTO: _("A photograph of another lot"),
    DoubtKind.SAME_DIARY_PRODUCERS: _("The same diary as another producer"),
    DoubtKind.SAME_DIARY_PRODUCTS: _("The same diary as another product"),
    DoubtKind.SAME_DIARY_LOTS: _("The same diary as earlier lots"),
    DoubtKind.IMPOSSIBLE_YIELD: _("More came out than went in"),
    DoubtKind.OVERDRAWN: _("More was used than there was"),
}
COLUMNS: Final = (
    Column(
        name="doubt",
        title=_("What was found"),
        value=lambda each: str(KIND_WORDS[each.kind]),
        address=lambda each: f"/office/diary-doubts/{each.id}",
    ),
    Column(name="lot", title=_("Lot"), value=lambda each: each.lot.code),
    Column(
        name="product",
        title=_("Product"),
        value=lambda each: each.lot.product.name,
        address=lambda each: f"/office/products/{each.lot.product_id}",
    ),
    Column(
        name="producer",
        title=_("Producer"),
        value=lambda each: each.lot.product.producer.name if each.lot.product.producer else None,
    ),
    Column(name="found_at", title=_("Found"), value=lambda each: each.found_at),
)


@needs(can_enter_office)
def diary_doubts() -> Response:
    """Doubts about lots of the area."""
    actor = current_actor()
    asked = request.args.get("state", "")
    state = asked if asked in STATES else "open"
    return answer_list(
        List(
            name="diary-doubts",
            title=_("Records of lots to be looked at"),
            lead=_("Found by comparing records. It proves nothing: ask the producer how it came about."),
            here="home",
            columns=COLUMNS,
            filters=(OPEN_OR_CLOSED,),
            read=lambda page, per_page: list_office_doubts(actor, state, page=page, per_page=per_page),
        )
    )


@needs(can_enter_office)
def diary_doubt(doubt_id: int) -> Response:
    """Both diaries side by side, with notes."""
    return _page(doubt_id, 200)


@needs(can_enter_office)
def diary_doubt_note(doubt_id: int) -> AnyResponse:
    """Add a note."""
    actor = current_actor()
    add_note(actor, f"{SUBJECT}:{doubt_id}", _province(get_office_doubt(actor, doubt_id)))
    return redirect(url_for("origin_office.diary_doubt", doubt_id=doubt_id), 303)


@needs(can_enter_office)
def diary_doubt_close(doubt_id: int) -> AnyResponse:
    """Close it with what came of it; for those who decide."""
    actor = current_actor()
    province = _province(get_office_doubt(actor, doubt_id))
    if not can_decide(actor, province):
        raise NotYoursError(doubt_id=doubt_id)
    try:
        with transaction():
            close_matter(
                f"{SUBJECT}:{doubt_id}",
                result=request.form.get("result", ""),
                by=actor,
                now=clock.now(),
                province_code=province,
            )
    except InvalidFactError:
        return _page(doubt_id, 422)
    return redirect(url_for("origin_office.diary_doubt", doubt_id=doubt_id), 303)


def _province(found: DiaryDoubt) -> str | None:
    return province_of(found.lot.product)


def _page(doubt_id: int, status: int) -> Response:
    actor = current_actor()
    found = get_office_doubt(actor, doubt_id)
    closure = find_closure(f"{SUBJECT}:{doubt_id}")
    page = render_template(
        "origin_office/diary_doubt.html",
        doubt=found,
        title=KIND_WORDS[found.kind],
        diaries=[(each, list_own_events(each)) for each in (found.lot, found.other_lot) if each is not None],
        balance=mass_balance(found.lot),
        used=used_of(found.lot_id),
        closure=closure,
        may_close=closure is None and can_decide(actor, _province(found)),
        is_refused=status == 422,
        **notes_context(SUBJECT, doubt_id),
    )
    return make_response(page, status)
